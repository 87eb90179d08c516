// SPDX-License-Identifier: GPL-3.0-or-later
// Ideal code lengths, for the ledger of bits: what a perfect coder would pay for the integer probabilities in use.
#pragma once

#include <cassert>
#include <cstdint>
#include <span>

#include "engine/coder/ans_core.h"
#include "engine/coder/lane_window.h"

namespace bitswap {

/// kSlots + 1 values: bits for each frequency, [0] is infinity. Never changes; a loop may keep the pointer.
const float* ideal_bits_table();

/// -log2(freq / 65536): 16 for freq 1, 0 for 65536. Requires 0 < freq <= kSlots. Add up in double. For reports only:
/// nothing that the coder does depends on it.
inline float ideal_bits(std::uint32_t freq) {
  assert(freq > 0 && freq <= kSlots);
  return ideal_bits_table()[freq];
}

/// The sum over many symbols, without the table's memory traffic. The same on every machine whose doubles are IEEE's.
double ideal_bits(std::span<const PackedInterval> symbols);

}  // namespace bitswap
