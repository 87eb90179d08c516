// SPDX-License-Identifier: GPL-3.0-or-later
// What a PNG file holds besides its samples, as bytes for the archive.
#pragma once

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/image/pixels/picture.h"
#include "engine/image/png/png_file.h"

namespace bitswap {

/// How the stream of all IDAT was written.
struct PngStream {
  std::array<std::uint8_t, 2> zlib_header{};
  ByteView deflate;  ///< a recipe of engine/deflate
};

/// Byte-exact when `stream` is there, else pixel-exact: then the rows are deflated anew, into one IDAT.
struct PngRecipe {
  PngHeader header;
  std::vector<PngChunk> before;  ///< between IHDR and the first IDAT
  std::vector<PngChunk> after;   ///< between the last IDAT and IEND
  Bytes filters;                 ///< of each row of each pass
  std::optional<PngStream> stream;
  /// (size, how many in a row) of the IDAT chunks; with `stream` only.
  std::vector<std::pair<std::uint32_t, std::uint64_t>> idats;
  ByteView trailing;
};

/// Version 3: u8 version, u8 byte-exact, u8 depth, u8 colour type, u8 interlaced, chunks before, chunks after (varint
/// count; u32 type, blob), filters (u8 0, the one of all rows; or u8 1, one a row, pass by pass), [byte-exact: 2 bytes
/// zlib header, blob deflate, varint count of (varint size, varint repeat)], blob trailing.
Bytes write_recipe(const PngRecipe& recipe);

/// Views point into `data`. The header is held against the picture, which must be valid in itself. Errors: Corrupt,
/// Truncated, Unsupported.
Result<PngRecipe> read_recipe(ByteView data, const Picture& picture);

/// (size, repeat) runs; empty chunks, which no stream bounds, stay alone.
std::vector<std::pair<std::uint32_t, std::uint64_t>> idat_runs(const std::vector<std::uint32_t>& sizes);

}  // namespace bitswap
