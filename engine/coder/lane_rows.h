// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows of a grid each lane codes: a part of the format that CPU and CUDA compile.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"

namespace bitswap {

/// Rows [begin, end) of a plane or latent layer.
struct RowRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Lane l of `lanes` codes rows [rows * l div lanes, rows * (l + 1) div lanes) of every stage; this may be none.
/// Requires 0 <= lane < lanes.
BITSWAP_HD constexpr RowRange lane_rows(std::uint32_t rows, int lane, int lanes) {
  const auto count = static_cast<std::uint64_t>(lanes);
  const auto l = static_cast<std::uint64_t>(lane);
  return {static_cast<std::uint32_t>(rows * l / count), static_cast<std::uint32_t>(rows * (l + 1) / count)};
}

/// The lane that codes row y.
BITSWAP_HD constexpr int lane_of_row(std::uint32_t rows, std::uint32_t y, int lanes) {
  return static_cast<int>(((static_cast<std::uint64_t>(y) + 1) * static_cast<std::uint64_t>(lanes) - 1) / rows);
}

}  // namespace bitswap
