// SPDX-License-Identifier: GPL-3.0-or-later
// Transposes in pieces that stay in the first cache.
#include "engine/image/jpeg/scan.h"

#include <algorithm>

namespace bitswap::jpeg {
namespace {
constexpr std::uint32_t kPiece = 32;  ///< blocks: 4 KiB
}

BlockRow::BlockRow(const ScanHeader& scan) : first_(scan.first), last_(scan.last) {
  std::size_t size = 0;
  for (const ScanComponent& part : scan.components) {
    const auto columns = scan.mcu_columns * static_cast<std::uint32_t>(part.horizontal);
    const auto rows = static_cast<std::uint32_t>(part.vertical);
    parts_.push_back({part.component, size, columns, rows});
    size += std::size_t{columns} * rows * 64;
  }
  values_.resize(size);
}

void BlockRow::clear() { std::fill(values_.begin(), values_.end(), std::int16_t{0}); }

/// Calls move(part, y, x, count) for blocks that lie side by side.
template <typename Move>
void BlockRow::for_each_piece(const Move& move) const {
  for (const Part& part : parts_) {
    for (std::uint32_t y = 0; y < part.rows; ++y) {
      for (std::uint32_t x = 0; x < part.columns; x += kPiece) move(part, y, x, std::min(kPiece, part.columns - x));
    }
  }
}

template <typename Value>
void BlockRow::load(std::span<const PlaneView<Value>> planes, std::uint32_t mcu_row) {
  for_each_piece([&](const Part& part, std::uint32_t y, std::uint32_t x, std::uint32_t count) {
    std::int16_t* to = values_.data() + part.begin + (std::size_t{y} * part.columns + x) * 64;
    for (int k = first_; k <= last_; ++k) {
      const Value* from = planes[part.component].row(k, mcu_row * part.rows + y) + x;
      for (std::uint32_t i = 0; i < count; ++i) to[std::size_t{i} * 64 + static_cast<std::size_t>(k)] = from[i];
    }
  });
}
template void BlockRow::load(std::span<const PlaneView<std::int16_t>>, std::uint32_t);
template void BlockRow::load(std::span<const PlaneView<const std::int16_t>>, std::uint32_t);

void BlockRow::store(std::span<const PlaneView<std::int16_t>> planes, std::uint32_t mcu_row) const {
  for_each_piece([&](const Part& part, std::uint32_t y, std::uint32_t x, std::uint32_t count) {
    const std::int16_t* from = values_.data() + part.begin + (std::size_t{y} * part.columns + x) * 64;
    for (int k = first_; k <= last_; ++k) {
      std::int16_t* to = planes[part.component].row(k, mcu_row * part.rows + y) + x;
      for (std::uint32_t i = 0; i < count; ++i) to[i] = from[std::size_t{i} * 64 + static_cast<std::size_t>(k)];
    }
  });
}

}  // namespace bitswap::jpeg
