// SPDX-License-Identifier: GPL-3.0-or-later
// The integer arithmetic of the rANS coder, in one place, so that CPU and CUDA code compile the very same lines.
// Duda, arXiv:1311.2540.
//
// A state x is a 64-bit integer in [2^32, 2^64). Probabilities are counts out of 2^16; a symbol owns the slots
// [start, start + freq). Words of 32 bits move between the state and a stack of words:
//
//   push (encode):  if x >= freq * 2^48: emit x mod 2^32, x := x div 2^32
//                   x := (x div freq) * 2^16 + x mod freq + start
//   pop  (decode):  slot := x mod 2^16, which names the symbol
//                   x := freq * (x div 2^16) + slot - start
//                   if x < 2^32: x := x * 2^32 + the word on top of the stack
//
// Because 2^32 is a multiple of 2^16 and the interval is exactly one word wide, a push emits precisely where the pop of
// the same symbol reads, in both directions: push then pop, and pop then push, are the identity on state and words.
// Example: x = 2^32, symbol {start 16384, freq 32768}. x < 2^63, so nothing is emitted; x div 32768 = 131072, remainder
// 0, x := 131072 * 65536 + 0 + 16384 = 8589950976: one bit more, as is due to a probability of one half.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"

namespace bitswap {

inline constexpr int kPrecision = 16;                                    ///< bits of a probability
inline constexpr std::uint32_t kSlots = std::uint32_t{1} << kPrecision;  ///< the sum of all frequencies
inline constexpr int kWordBits = 32;
inline constexpr std::uint64_t kLowerBound = std::uint64_t{1} << 32;  ///< the smallest state, and the first
inline constexpr int kMaxStates = 32;                                 ///< interleaved states of a lane

/// The slots of a symbol. Valid: 0 < freq and start + freq <= kSlots; freq == kSlots is a certain symbol, of no cost.
struct Interval {
  std::uint32_t start = 0;
  std::uint32_t freq = 0;
};

/// Whether low_word(x) must go on the stack, and x become drop_word(x), before push_state.
BITSWAP_HD constexpr bool push_emits(std::uint64_t x, Interval symbol) {
  return static_cast<std::uint32_t>(x >> (64 - kPrecision)) >= symbol.freq;
}

BITSWAP_HD constexpr std::uint32_t low_word(std::uint64_t x) { return static_cast<std::uint32_t>(x); }

BITSWAP_HD constexpr std::uint64_t drop_word(std::uint64_t x) { return x >> kWordBits; }

BITSWAP_HD constexpr std::uint64_t push_state(std::uint64_t x, Interval symbol) {
  const std::uint64_t quotient = x / symbol.freq;
  return (quotient << kPrecision) + (x - quotient * symbol.freq) + symbol.start;
}

/// The slot, in [0, kSlots), that tells which symbol a pop will take.
BITSWAP_HD constexpr std::uint32_t slot_of(std::uint64_t x) { return static_cast<std::uint32_t>(x) & (kSlots - 1); }

/// `symbol` must hold slot_of(x).
BITSWAP_HD constexpr std::uint64_t pop_state(std::uint64_t x, Interval symbol) {
  return symbol.freq * (x >> kPrecision) + (slot_of(x) - symbol.start);
}

/// Whether, after pop_state, the top word of the stack must go into x by append_word. Once is always enough.
BITSWAP_HD constexpr bool pop_reads(std::uint64_t x) { return x < kLowerBound; }

BITSWAP_HD constexpr std::uint64_t append_word(std::uint64_t x, std::uint32_t word) { return x << kWordBits | word; }

/// The output function of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
BITSWAP_HD constexpr std::uint64_t splitmix_output(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/// Initial word number k (0, 1, 2, … in the order in which they are drawn) of stream number `stream`; part of the
/// format. All sums and products are modulo 2^64, mix is splitmix_output:
///   seed  = mix(0x4269742D53776170 + stream)                          (the constant is "Bit-Swap" in ASCII)
///   word  = mix(seed + (k + 1) * 0x9E3779B97F4A7C15) div 2^32         (the upper half of SplitMix64's output k)
BITSWAP_HD constexpr std::uint32_t initial_word(std::uint64_t stream, std::uint64_t k) {
  const std::uint64_t seed = splitmix_output(0x4269742D53776170u + stream);
  return static_cast<std::uint32_t>(splitmix_output(seed + (k + 1) * 0x9E3779B97F4A7C15u) >> 32);
}

}  // namespace bitswap
