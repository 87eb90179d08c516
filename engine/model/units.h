// SPDX-License-Identifier: GPL-3.0-or-later
// Head outputs (1/128) in other units than values: brought into those of distribution.h before anything else sees them,
// so that all that follows is the same for samples and coefficients.
//
// Example: a head of 128, one unit of the network, means a mean of e^2 = 7.39 before quantisation. With a step of 16
// the factor is 3783 and the mean (128 · 3783) >> 16 = 7 sixteenths of a coefficient: 7 / 16 · 16 = 7.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"
#include "engine/model/distribution.h"
#include "engine/model/magnitude.h"

namespace bitswap {

BITSWAP_HD constexpr std::int16_t as_head(std::int32_t value) {
  return static_cast<std::int16_t>(clamp_int(value, -32768, 32767));
}

/// Units::Step, for one coefficient of the block: what its heads are multiplied by and what is added.
struct StepUnits {
  std::int32_t mean_factor;   ///< in 1/65536
  std::int32_t scale_offset;  ///< in 1/128
};
BITSWAP_HD constexpr StepUnits step_units(std::int32_t step) {
  return {(60529 + step / 2) / step, 16 * (4 - log_code(step))};  // 60529 / 65536 · 128 / 16 is e^2
}
BITSWAP_HD constexpr std::int16_t step_mean(std::int32_t head, const StepUnits& units) {
  return as_head((head * units.mean_factor) >> 16);
}
BITSWAP_HD constexpr std::int16_t step_scale(std::int32_t head, const StepUnits& units) {
  return as_head(head + units.scale_offset);
}

/// Units::Spread, with the spread of the position's guess (neighbour_spread()).
BITSWAP_HD constexpr std::int16_t spread_mean(std::int32_t head, std::int32_t spread) {
  const std::int64_t scaled = (std::int64_t{head} * spread) >> 3;
  return static_cast<std::int16_t>(scaled < -32768 ? -32768 : (scaled > 32767 ? 32767 : scaled));
}
BITSWAP_HD constexpr std::int16_t spread_scale(std::int32_t head, std::int32_t spread) {
  return as_head(head + 16 * log_code(spread));
}

}  // namespace bitswap
