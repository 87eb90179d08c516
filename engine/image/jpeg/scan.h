// SPDX-License-Identifier: GPL-3.0-or-later
// The blocks of a scan, a row of MCUs at a time, between the planes of the picture and block order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/image/jpeg/headers.h"
#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap::jpeg {

/// Where the coefficients of one component are; see JpegPlanes.
template <typename Value>
struct PlaneView {
  Value* values = nullptr;
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  [[nodiscard]] std::size_t plane_size() const { return std::size_t{columns} * rows; }
  [[nodiscard]] Value* row(int coefficient, std::uint32_t row) const {
    return values + (static_cast<std::size_t>(coefficient) * rows + row) * columns;
  }
};

/// A bit for each coefficient of a block that is not zero without the lowest `low` bits of its magnitude.
std::uint64_t magnitude_mask(const std::int16_t* block, int low);

/// The bits `first` to `last` of such a mask.
constexpr std::uint64_t band(int first, int last) {
  return ~std::uint64_t{0} >> (63 - last) & ~std::uint64_t{0} << first;
}

/// One row of MCUs, block by block; the 64 coefficients of a block are neighbours.
class BlockRow {
 public:
  explicit BlockRow(const ScanHeader& scan);

  /// Block (x, y) of a component of the scan, counted within the row of MCUs.
  [[nodiscard]] std::int16_t* block(std::size_t part, std::uint32_t x, std::uint32_t y) {
    const Part& p = parts_[part];
    return values_.data() + p.begin + (std::size_t{y} * p.columns + x) * 64;
  }

  void clear();
  /// The scan's coefficients of a row of MCUs. `planes` has one entry for each component of the frame.
  template <typename Value>
  void load(std::span<const PlaneView<Value>> planes, std::uint32_t mcu_row);
  void store(std::span<const PlaneView<std::int16_t>> planes, std::uint32_t mcu_row) const;

 private:
  struct Part {
    std::size_t component = 0;
    std::size_t begin = 0;
    std::uint32_t columns = 0;
    std::uint32_t rows = 0;
  };
  template <typename Move>
  void for_each_piece(const Move& move) const;

  int first_;
  int last_;
  std::vector<Part> parts_;
  std::vector<std::int16_t> values_;
};

}  // namespace bitswap::jpeg
