// Tile geometry, and copying rectangles out of and into pictures.
#include "engine/image/tiles.h"

#include <algorithm>
#include <cassert>

namespace bitswap {
namespace {

[[maybe_unused]] bool inside(const Tile& tile, const Picture& picture) {
  return std::uint64_t{tile.x} + tile.width <= picture.width && std::uint64_t{tile.y} + tile.height <= picture.height;
}

/// Where part `index` of `parts` nearly equal parts of `length` begins.
std::uint32_t cut(std::uint32_t length, std::uint64_t index, std::uint64_t parts) {
  return static_cast<std::uint32_t>(length * index / parts);
}

}  // namespace

std::vector<Tile> make_tiles(std::uint32_t width, std::uint32_t height, std::uint32_t tile_size) {
  std::vector<Tile> tiles;
  if (width == 0 || height == 0 || tile_size == 0) return tiles;
  const std::uint64_t columns = (std::uint64_t{width} + tile_size - 1) / tile_size;
  const std::uint64_t rows = (std::uint64_t{height} + tile_size - 1) / tile_size;
  tiles.reserve(columns * rows);
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::uint32_t y = cut(height, row, rows);
    for (std::uint64_t column = 0; column < columns; ++column) {
      const std::uint32_t x = cut(width, column, columns);
      tiles.push_back({x, y, cut(width, column + 1, columns) - x, cut(height, row + 1, rows) - y});
    }
  }
  return tiles;
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
