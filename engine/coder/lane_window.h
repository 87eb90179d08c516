// SPDX-License-Identifier: GPL-3.0-or-later
// What a kernel that codes several symbols at once sees of a lane: plain data, so that code for other instruction sets
// can include it. ans_lane.h tells where the words of such a group lie.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitswap {

/// An interval (ans_core.h) in four bytes. No symbol of a distribution over two or more values owns all 65536 slots.
struct PackedInterval {
  std::uint16_t start = 0;
  std::uint16_t freq = 0;
};

/// The states and the stack of a lane, from AnsLane::window() to AnsLane::close().
struct LaneWindow {
  std::uint64_t* states = nullptr;
  std::size_t state_count = 0;
  const std::uint32_t* guard = nullptr;  ///< readable, and not a word: the words are guard + 1 … top
  std::uint32_t* top = nullptr;          ///< as much room behind it as was asked for

  [[nodiscard]] std::size_t words() const { return static_cast<std::size_t>(top - guard); }
};

}  // namespace bitswap
