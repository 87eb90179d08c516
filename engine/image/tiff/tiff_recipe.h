// SPDX-License-Identifier: GPL-3.0-or-later
// What turns pictures back into a TIFF file: all its bytes besides the coded strips and tiles, and how these are
// packed.
#pragma once

#include <array>
#include <vector>

#include "engine/image/pixels/picture.h"
#include "engine/image/tiff/tiff_block.h"

namespace bitswap {

/// A place in the file that rebuild() fills.
struct TiffHole {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Consecutive strips or tiles of a page that were packed by Deflate, by one writer.
struct TiffDeflateRun {
  std::uint64_t blocks = 0;
  bool exact = false;  ///< else they are packed anew
  std::array<std::uint8_t, 2> zlib_header{};
  Bytes deflate;  ///< a recipe of engine/deflate for all of them
};

struct TiffCodedPage {
  std::uint64_t index = 0;           ///< in TiffFile::pages
  std::vector<TiffDeflateRun> runs;  ///< all blocks of the page, if it is packed by Deflate; else none
  bool stale = false;  ///< padding is what the tile before has in these places: the writer used one buffer for all
  Bytes padding;       ///< of the tiles, block after block; empty: all zero, or stale
};

struct TiffRecipe {
  std::vector<TiffHole> holes;  ///< by offset, disjoint
  std::vector<TiffCodedPage> pages;
};

/// Most that all holes, or all data put behind the file, may take: bounds what a hostile recipe can ask for.
inline std::uint64_t most_hole_bytes(const Picture& picture) {
  return 16 * std::uint64_t{picture.samples.size()} + (std::uint64_t{4} << 20);
}

/// u8 version (2), varint holes, each varint gap and varint bytes, blob the file without its holes, varint pages, each:
/// varint index, varint runs, each {varint blocks, u8 exact, [exact: 2 bytes zlib header, blob recipe]}, u8 stale, blob
/// padding.
Bytes write_tiff_recipe(const TiffRecipe& recipe, ByteView file);

/// The file with zeros in its holes, and the rest. Errors: Unsupported, Corrupt, Truncated, LimitExceeded, OutOfMemory.
struct TiffFrame {
  TiffRecipe recipe;
  Bytes file;
};
Result<TiffFrame> read_tiff_recipe(ByteView data, const Picture& picture);

}  // namespace bitswap
