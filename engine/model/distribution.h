// SPDX-License-Identifier: GPL-3.0-or-later
// From head outputs to integer probabilities: discretised logistics over 256 values, alone or as a mixture of two
// scales with a common mean. Integers only; CPU and CUDA compile this same file, and nothing here may depend on the
// device.
//
// Units: means in 1/16 of a value, scales as an index (1/8 of a nat a step), mixture weights in 1/128, head outputs in
// 1/128. A cumulative probability c(x) of P(value < x) has 16 bits; every value has at least 1/65536.
//
// Example: scale index 32 is 0.05·e^4 = 2.73. A mean of 1600 is the value 100; P(value < 100) is the logistic at
// (16·100 - 8 - 1600) / 16 = -0.5 values, that is u = -0.183: 0.4543. In the table's steps, rounded down, that is
// 29656 of 65280, and with the 100 values below it c(100) = 29756.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"

namespace bitswap {

inline constexpr int kScaleCount = 64;
inline constexpr int kLogisticSize = 2048;  ///< intervals of 1/64 over [-16, 16)
inline constexpr int kWeightCount = 256;
inline constexpr int kWeightOne = 128;
inline constexpr int kScaleBias = 32;            ///< index of a zero head output
inline constexpr std::int32_t kMeanMin = -1024;  ///< means may lie a little outside the range of the values
inline constexpr std::int32_t kMeanMax = 5104;

/// Part of every model file, so that no device computes an exponential. Plain data: may be copied to a device.
struct DistributionTables {
  std::uint32_t logistic[kLogisticSize + 1];  ///< F(u)·65280·256, rising, u = -16 + i/64
  std::uint32_t inverse_scale[kScaleCount];   ///< 2^20 / (16·scale)
  std::uint8_t weight[kWeightCount];          ///< of the first component for logit (i - 128)/16, 1..127
};

/// The tables that the trainer writes: logistic, scales 0.05·exp(i/8), logistic weights.
DistributionTables standard_tables();

BITSWAP_HD constexpr std::int32_t clamp_int(std::int32_t v, std::int32_t low, std::int32_t high) {
  return v < low ? low : (v > high ? high : v);
}
/// Head output (1/128) to a mean correction in 1/16: one unit of the network's own scale is 8 values.
BITSWAP_HD constexpr std::int32_t mean_correction(std::int32_t head) { return head; }
BITSWAP_HD constexpr std::int32_t scale_index(std::int32_t head) {
  return clamp_int(kScaleBias + ((head + 8) >> 4), 0, kScaleCount - 1);
}
BITSWAP_HD constexpr std::int32_t weight_index(std::int32_t head) {
  return clamp_int((head + 4) >> 3, -128, 127) + 128;
}
/// Coupling coefficient in 1/64 times an error in 1/16.
BITSWAP_HD constexpr std::int32_t coupled(std::int32_t head, std::int32_t error) {
  return (clamp_int((head + 1) >> 1, -256, 256) * error) >> 6;
}
BITSWAP_HD constexpr std::int32_t clamp_mean(std::int32_t mean) { return clamp_int(mean, kMeanMin, kMeanMax); }

/// F·65280·256 at distance t (in 1/16) from the mean.
BITSWAP_HD inline std::uint32_t logistic_at(const DistributionTables& tables, int scale, std::int32_t t) {
  // u in 2^-20 needs 64 bits; 12 fractional bits are kept: 6 choose the interval, 6 interpolate in it.
  const std::int64_t u = (static_cast<std::int64_t>(t) * tables.inverse_scale[scale]) >> 8;
  constexpr std::int64_t kLimit = 16LL << 12;
  if (u <= -kLimit) return tables.logistic[0];
  if (u >= kLimit) return tables.logistic[kLogisticSize];
  const auto v = static_cast<std::uint32_t>(u + kLimit);
  const std::uint32_t low = tables.logistic[v >> 6];
  return low + (((tables.logistic[(v >> 6) + 1] - low) * (v & 63)) >> 6);
}

/// The distribution of one 8-bit sample. `weight` is that of component 0; 128 with a single component.
struct SampleDistribution {
  std::int32_t mean;
  std::uint8_t scale[2];
  std::uint8_t weight;
};

/// Cumulative probability of all values below x, 0 <= x <= 256; rises by at least 1 from x to x + 1.
BITSWAP_HD inline std::uint32_t cumulative(const DistributionTables& tables, const SampleDistribution& d, int x) {
  if (x <= 0) return 0;
  if (x >= 256) return 65536;
  const std::int32_t t = 16 * x - 8 - d.mean;
  std::uint32_t f = logistic_at(tables, d.scale[0], t);
  if (d.weight < kWeightOne) {
    f = (f * d.weight + logistic_at(tables, d.scale[1], t) * (kWeightOne - d.weight)) >> 7;
  }
  return static_cast<std::uint32_t>(x) + (f >> 8);
}

/// The value whose interval holds `slot` (0..65535).
BITSWAP_HD inline int find_value(const DistributionTables& tables, const SampleDistribution& d, std::uint32_t slot) {
  int low = 0;  // cumulative(low) <= slot < cumulative(low + step)
  for (int step = 128; step > 0; step >>= 1) {
    if (cumulative(tables, d, low + step) <= slot) low += step;
  }
  return low;
}

/// Weight of component 0 after the sample's value is known (Bayes): the next colour of the pixel uses it.
BITSWAP_HD inline std::uint8_t updated_weight(const DistributionTables& tables, const SampleDistribution& d, int x) {
  if (d.weight == kWeightOne) return d.weight;
  const std::int32_t t = 16 * x - 8 - d.mean;
  std::uint32_t posterior[2];
  for (int m = 0; m < 2; ++m) {
    const std::uint32_t below = x <= 0 ? tables.logistic[0] : logistic_at(tables, d.scale[m], t);
    const std::uint32_t upto = x >= 255 ? tables.logistic[kLogisticSize] : logistic_at(tables, d.scale[m], t + 16);
    const std::uint32_t prior = m == 0 ? d.weight : kWeightOne - d.weight;
    posterior[m] = prior * (((upto - below) >> 8) + 1);  // at most 127·65281: 23 bits
  }
  const std::uint32_t sum = posterior[0] + posterior[1];
  return static_cast<std::uint8_t>(clamp_int(static_cast<std::int32_t>((posterior[0] * 128 + sum / 2) / sum), 1, 127));
}

}  // namespace bitswap
