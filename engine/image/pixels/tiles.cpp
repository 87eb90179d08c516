// SPDX-License-Identifier: GPL-3.0-or-later
// Tile geometry, and copying rectangles out of and into pictures.
#include "engine/image/pixels/tiles.h"

#include <algorithm>
#include <cassert>

namespace bitswap {
namespace {

[[maybe_unused]] bool inside(const Tile& tile, const Picture& picture) {
  return std::uint64_t{tile.x} + tile.width <= picture.width && std::uint64_t{tile.y} + tile.height <= picture.height;
}

/// A length in units of the grid, and how many parts they are shared out to.
struct Parts {
  std::uint64_t units = 0, parts = 0;
};

Parts parts_of(std::uint32_t length, std::uint32_t tile_size, std::uint32_t grid) {
  const std::uint64_t units = (std::uint64_t{length} + grid - 1) / grid;
  const std::uint64_t most = std::max(tile_size / grid, 1U);
  return {units, (units + most - 1) / most};
}

/// Where the nearly equal parts of a length begin, and its end.
std::vector<std::uint32_t> cut(std::uint32_t length, std::uint32_t tile_size, std::uint32_t grid) {
  const auto [units, parts] = parts_of(length, tile_size, grid);
  std::vector<std::uint32_t> begins;
  for (std::uint64_t i = 0; i < parts; ++i) begins.push_back(static_cast<std::uint32_t>(units * i / parts * grid));
  begins.push_back(length);
  return begins;
}

}  // namespace

std::vector<Tile> make_tiles(std::uint32_t width, std::uint32_t height, std::uint32_t tile_size, std::uint32_t grid) {
  std::vector<Tile> tiles;
  if (width == 0 || height == 0 || tile_size == 0 || grid == 0) return tiles;
  const std::vector<std::uint32_t> columns = cut(width, tile_size, grid), rows = cut(height, tile_size, grid);
  tiles.reserve((columns.size() - 1) * (rows.size() - 1));
  for (std::size_t row = 0; row + 1 < rows.size(); ++row) {
    for (std::size_t column = 0; column + 1 < columns.size(); ++column) {
      const std::uint32_t x = columns[column], y = rows[row];
      tiles.push_back({x, y, columns[column + 1] - x, rows[row + 1] - y});
    }
  }
  return tiles;
}

std::uint64_t tile_count(std::uint32_t width, std::uint32_t height, std::uint32_t tile_size, std::uint32_t grid) {
  if (width == 0 || height == 0 || tile_size == 0 || grid == 0) return 0;
  return parts_of(width, tile_size, grid).parts * parts_of(height, tile_size, grid).parts;
}

Picture crop(const Picture& picture, const Tile& tile) {
  assert(inside(tile, picture));
  Picture piece{tile.width, tile.height, picture.channels, {}};
  const std::size_t row_bytes = std::size_t{tile.width} * picture.channels;
  piece.samples.resize(row_bytes * tile.height);
  for (std::size_t row = 0; row < tile.height; ++row) {
    const std::size_t from = ((tile.y + row) * picture.width + tile.x) * picture.channels;
    std::copy_n(picture.samples.data() + from, row_bytes, piece.samples.data() + row * row_bytes);
  }
  return piece;
}

Picture sample_patches(const Picture& picture, std::uint64_t pixels) {
  constexpr std::uint32_t kSide = 256;
  constexpr std::uint32_t kGrid = 16;
  if (pixels == 0 || picture.pixel_count() <= 4 * pixels) return picture;
  const std::uint64_t wanted = std::max<std::uint64_t>(1, pixels / (kSide * kSide));
  const auto most_columns = std::max<std::uint64_t>(1, picture.width / kSide);
  const auto most_rows = std::max<std::uint64_t>(1, picture.height / kSide);
  // As many columns to rows as the picture has width to height.
  std::uint64_t columns = 1;
  while (columns < most_columns && columns * columns * picture.height < wanted * picture.width) ++columns;
  const std::uint64_t rows = std::clamp<std::uint64_t>(wanted / columns, 1, most_rows);
  const std::uint32_t width = std::min(kSide, picture.width);
  const std::uint32_t height = std::min(kSide, picture.height);
  const auto place = [](std::uint64_t i, std::uint64_t count, std::uint32_t whole, std::uint32_t side) {
    const std::uint64_t room = whole - side;
    return static_cast<std::uint32_t>((2 * i + 1) * room / (2 * count)) / kGrid * kGrid;
  };
  Picture sample{static_cast<std::uint32_t>(columns) * width, static_cast<std::uint32_t>(rows) * height,
                 picture.channels, Bytes(columns * width * rows * height * picture.channels)};
  const std::size_t line = std::size_t{width} * picture.channels;
  for (std::uint64_t r = 0; r < rows; ++r) {
    const std::uint32_t y = place(r, rows, picture.height, height);
    for (std::uint64_t c = 0; c < columns; ++c) {
      const std::uint32_t x = place(c, columns, picture.width, width);
      for (std::uint32_t i = 0; i < height; ++i) {
        const std::size_t from = (std::size_t{y + i} * picture.width + x) * picture.channels;
        const std::size_t to = ((r * height + i) * columns + c) * line;
        std::copy_n(picture.samples.begin() + static_cast<std::ptrdiff_t>(from), line,
                    sample.samples.begin() + static_cast<std::ptrdiff_t>(to));
      }
    }
  }
  return sample;
}

Picture crop_to_multiple(Picture picture, std::uint32_t multiple) {
  if (multiple == 0) return picture;
  const auto side = [multiple](std::uint32_t length) {
    return length < multiple ? length : length - length % multiple;
  };
  const Tile part{0, 0, side(picture.width), side(picture.height)};
  if (part.width == picture.width && part.height == picture.height) return picture;
  return crop(picture, part);
}

}  // namespace bitswap
