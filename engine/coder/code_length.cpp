// The table behind ideal_bits: computed once, at first use.
#include "engine/coder/code_length.h"

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

}  // namespace bitswap
