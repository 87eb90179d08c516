// SPDX-License-Identifier: GPL-3.0-or-later
// The tables that new models get. Only training runs this: a model file carries its tables, so the rounding of exp()
// here need not agree between machines.
#include "engine/model/distribution.h"

#include <algorithm>
#include <cmath>

namespace bitswap {

DistributionTables standard_tables() {
  DistributionTables tables{};
  constexpr double kOne = 65280.0 * 256.0;
  for (int i = 0; i <= kLogisticSize; ++i) {
    const double u = -16.0 + i / 64.0;
    tables.logistic[i] = static_cast<std::uint32_t>(std::lround(kOne / (1.0 + std::exp(-u))));
  }
  tables.logistic[0] = 0;
  tables.logistic[kLogisticSize] = static_cast<std::uint32_t>(kOne);
  for (int i = 0; i < kScaleCount; ++i) {
    tables.inverse_scale[i] = static_cast<std::uint32_t>(std::lround(1048576.0 / (16.0 * 0.05 * std::exp(i / 8.0))));
  }
  for (int i = 0; i < kWeightCount; ++i) {
    const double weight = kWeightOne / (1.0 + std::exp(-(i - 128) / 16.0));
    tables.weight[i] = static_cast<std::uint8_t>(std::clamp<long>(std::lround(weight), 1, kWeightOne - 1));
  }
  return tables;
}

}  // namespace bitswap
