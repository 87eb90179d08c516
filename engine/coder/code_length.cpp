// SPDX-License-Identifier: GPL-3.0-or-later
// The table behind ideal_bits: computed once, at first use.
#include "engine/coder/code_length.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

namespace bitswap {
namespace {

using Table = std::array<float, kSlots + 1>;

std::unique_ptr<const Table> make_table() {
  auto table = std::make_unique<Table>();
  (*table)[0] = std::numeric_limits<float>::infinity();
  for (std::uint32_t freq = 1; freq <= kSlots; ++freq) {
    (*table)[freq] = static_cast<float>(kPrecision - std::log2(static_cast<double>(freq)));
  }
  return table;
}

}  // namespace

const float* ideal_bits_table() {
  static const std::unique_ptr<const Table> kTable = make_table();
  return kTable->data();
}

double ideal_bits(std::span<const PackedInterval> symbols) {
  // The logarithm of a product instead of a sum of logarithms. 60 factors below 2^16 stay far below the largest double;
  // several products at once keep the multiplier busy.
  constexpr std::size_t kProducts = 8;
  constexpr std::size_t kBlock = 60 * kProducts;
  double logarithm = 0;
  for (std::size_t begin = 0; begin < symbols.size(); begin += kBlock) {
    const std::span<const PackedInterval> block = symbols.subspan(begin, std::min(kBlock, symbols.size() - begin));
    std::array<double, kProducts> product;
    product.fill(1);
    std::size_t i = 0;
    for (; i + kProducts <= block.size(); i += kProducts) {
      for (std::size_t k = 0; k < kProducts; ++k) product[k] *= block[i + k].freq;
    }
    for (; i < block.size(); ++i) product[0] *= block[i].freq;
    for (const double p : product) logarithm += std::log2(p);
  }
  return static_cast<double>(kPrecision) * static_cast<double>(symbols.size()) - logarithm;
}

}  // namespace bitswap
