// What a PNG file holds besides its samples, as bytes for the archive.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/image/picture.h"
#include "engine/image/png_deflate.h"
#include "engine/image/png_file.h"

namespace bitswap {

/// Byte-exact when `settings` are there, else pixel-exact: then the rows are deflated anew, into one IDAT.
struct PngRecipe {
  PngHeader header;
  std::vector<PngChunk> before;  ///< between IHDR and the first IDAT
  std::vector<PngChunk> after;   ///< between the last IDAT and IEND
  Bytes filters;                 ///< of each row of each pass
  std::optional<DeflateSettings> settings;
  /// (size, how many in a row) of the IDAT chunks; with settings only.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> idats;
  ByteView trailing;
};

/// Version 1 is written for 8-bit grey or RGB, with or without alpha, not interlaced: the picture tells the IHDR.
/// Version 2 is written for all other kinds and says the rest of the IHDR. Both must stay readable for ever.
///
/// u8 version, u8 byte-exact, [version 2: u8 depth, u8 colour type, u8 interlaced], chunks before, chunks after (varint
/// count; u32 type, blob), filters (u8 0, the one of all rows; or u8 1, one a row, pass by pass), [byte-exact:
/// settings, varint count of (varint size, varint repeat)], blob trailing.
Bytes write_recipe(const PngRecipe& recipe);

/// Views point into `data`. The header is held against the picture, which must be valid in itself. Errors: Corrupt,
/// Truncated, Unsupported.
Result<PngRecipe> read_recipe(ByteView data, const Picture& picture);

/// (size, repeat) runs; empty chunks, which no stream bounds, stay alone.
std::vector<std::pair<std::uint32_t, std::uint64_t>> idat_runs(const std::vector<std::uint32_t>& sizes);

}  // namespace bitswap
