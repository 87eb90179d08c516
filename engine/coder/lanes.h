// SPDX-License-Identifier: GPL-3.0-or-later
// How a segment is shared out among lanes and states: a part of the format, for encoder and decoder must agree.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "engine/coder/ans_core.h"
#include "engine/coder/lane_rows.h"

namespace bitswap {

inline constexpr std::uint64_t kSubpixelsPerLane = std::uint64_t{1} << 18;
inline constexpr std::uint64_t kSubpixelsPerState = 8192;
inline constexpr std::uint64_t kMaxLanes = 64;

struct LaneLayout {
  int lanes = 1;   ///< stacks, each with its own states: 1 … kMaxLanes
  int states = 1;  ///< interleaved states of every lane: 1, 2, 4, … kMaxStates
};

/// For a segment of `subpixels` samples (width × height × components). To end a state costs 48 bits on average: from
/// 8192 subpixels on that is less than 0.2 % of 3 bits a sample. All divisions round down:
///   lanes  = clamp((subpixels + 2^17) div 2^18, 1, 64)
///   states = the largest power of two <= clamp(subpixels div lanes div 8192, 1, 32)
/// Example: 320 × 320 × 3 = 307200 subpixels: 1 lane; 307200 div 8192 = 37, 32 states.
constexpr LaneLayout lane_layout(std::uint64_t subpixels) {
  // The quotient's rounding is done on the remainder, so that no sum can overflow.
  const std::uint64_t rounded =
      subpixels / kSubpixelsPerLane + (subpixels % kSubpixelsPerLane >= kSubpixelsPerLane / 2 ? 1 : 0);
  const std::uint64_t lanes = std::clamp<std::uint64_t>(rounded, 1, kMaxLanes);
  const std::uint64_t states =
      std::bit_floor(std::clamp<std::uint64_t>(subpixels / lanes / kSubpixelsPerState, 1, std::uint64_t{kMaxStates}));
  return {static_cast<int>(lanes), static_cast<int>(states)};
}

}  // namespace bitswap
