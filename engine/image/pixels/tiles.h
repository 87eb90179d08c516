// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts a picture into independent tiles: bounded memory for any size, progress, parallelism, decoding of a region.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// A rectangle in pixels; x and y of its top left corner.
struct Tile {
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(const Tile&, const Tile&) = default;
};

/// Row-major and disjoint, covering everything: as few rows and columns as sides of at most `tile_size` allow, and as
/// equal as possible (sides differ by at most one pixel), so that no slivers arise. 1025 with 1024 gives 512 and 513.
/// With a `grid`, tiles begin at multiples of it and sides differ by at most that much. Empty when an argument is 0.
std::vector<Tile> make_tiles(std::uint32_t width, std::uint32_t height, std::uint32_t tile_size,
                             std::uint32_t grid = 1);

/// How many make_tiles() makes of it, in no memory: for a claim that was not checked yet.
std::uint64_t tile_count(std::uint32_t width, std::uint32_t height, std::uint32_t tile_size, std::uint32_t grid = 1);

/// Requires the tile to lie inside the picture.
Picture crop(const Picture& picture, const Tile& tile);

/// The top left part with sides that are multiples of `multiple`; a side below one multiple stays whole, and so does
/// everything for 0.
Picture crop_to_multiple(Picture picture, std::uint32_t multiple);

/// About `pixels` pixels of a larger picture, to estimate what all of it takes: square patches spread evenly, side by
/// side in a picture of their own. Their corners lie on multiples of 16, so that what JPEG, WebP and Photo CD left in
/// the pixels stays where it was. A picture that is not more than four times as large comes back whole.
Picture sample_patches(const Picture& picture, std::uint64_t pixels);

}  // namespace bitswap
