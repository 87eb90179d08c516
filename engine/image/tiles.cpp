// Tile geometry, and copying rectangles out of and into pictures.
#include "engine/image/tiles.h"

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
