// SPDX-License-Identifier: GPL-3.0-or-later
// The portable kernels, which are the definition itself, the choice among all, and how groups and single symbols make a
// block.
#include "engine/codec/host/sample_kernels.h"

#include <algorithm>

#include "engine/coder/ans_lane.h"
#include "engine/nn/backend.h"

namespace bitswap {
namespace {

/// Symbols that are popped one by one when the stack has hardly any words left.
constexpr std::size_t kSinglePops = 256;

SampleDistribution distribution_at(const DistributionRow& row, std::size_t i) {
  SampleDistribution d{row.mean[i], {row.scale[0][i], 0}, kWeightOne};
  if (row.weight != nullptr) {
    d.scale[1] = row.scale[1][i];
    d.weight = row.weight[i];
  }
  return d;
}

PackedInterval interval_of(const DistributionTables& tables, const SampleDistribution& d, int value) {
  const std::uint32_t start = cumulative(tables, d, value);
  return {static_cast<std::uint16_t>(start), static_cast<std::uint16_t>(cumulative(tables, d, value + 1) - start)};
}

void portable_distributions(const HeadRow& head, std::size_t n, std::int16_t* mean, std::uint8_t* scale0,
                            std::uint8_t* scale1) {
  for (std::size_t i = 0; i < n; ++i) {
    std::int32_t sum = head.guess[i] + mean_correction(head.mean[i]);
    for (int k = 0; k < 2 && head.coefficient[k] != nullptr; ++k) {
      sum += coupled(head.coefficient[k][i], head.error[k][i]);
    }
    mean[i] = static_cast<std::int16_t>(clamp_mean(sum));
    scale0[i] = static_cast<std::uint8_t>(scale_index(head.scale[0][i]));
    if (head.scale[1] != nullptr) scale1[i] = static_cast<std::uint8_t>(scale_index(head.scale[1][i]));
  }
}

void portable_intervals(const DistributionTables& tables, const DistributionRow& row, const std::uint8_t* values,
                        std::size_t n, PackedInterval* out, std::uint8_t* next_weight) {
  for (std::size_t i = 0; i < n; ++i) {
    const SampleDistribution d = distribution_at(row, i);
    out[i] = interval_of(tables, d, values[i]);
    if (next_weight != nullptr) next_weight[i] = updated_weight(tables, d, values[i]);
  }
}

/// Whether groups are spread evenly over the states.
bool groups_fit(const SampleKernels& kernels, const AnsLane& lane) {
  return kernels.group != 0 && static_cast<std::size_t>(lane.states()) % kernels.group == 0;
}

}  // namespace

const SampleKernels& portable_kernels() {
  static constexpr SampleKernels kKernels{"portable", 0, portable_distributions, portable_intervals, nullptr, nullptr};
  return kKernels;
}

const SampleKernels* avx2_kernels() {
#ifdef BITSWAP_X86_KERNELS
  static const bool kUsable =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
  return kUsable ? &kAvx2Kernels : nullptr;
#else
  return nullptr;
#endif
}

const SampleKernels* avx512_kernels() {
#ifdef BITSWAP_X86_KERNELS
  static const bool kUsable = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                              __builtin_cpu_supports("popcnt");
  return kUsable ? &kAvx512Kernels : nullptr;
#else
  return nullptr;
#endif
}

const SampleKernels& kernels_for(Instructions instructions) {
  if (instructions == Instructions::Portable) return portable_kernels();
  const SampleKernels* kernels = instructions == Instructions::Best ? avx512_kernels() : nullptr;
  if (kernels == nullptr) kernels = avx2_kernels();
  return kernels != nullptr ? *kernels : portable_kernels();
}

void push_samples(const SampleKernels& kernels, AnsLane& lane, const PackedInterval* intervals, std::size_t n) {
  const std::size_t whole = groups_fit(kernels, lane) ? n - n % kernels.group : 0;
  push_range(lane, whole, n, [&](std::size_t i) { return Interval{intervals[i].start, intervals[i].freq}; });
  if (whole == 0) return;
  LaneWindow window = lane.window(whole + kernels.group);
  kernels.push(window, intervals, whole);
  lane.close(window);
}

void pop_samples(const SampleKernels& kernels, AnsLane& lane, const DistributionTables& tables,
                 const DistributionRow& row, std::size_t n, std::uint8_t* values, std::uint8_t* next_weight) {
  const auto decode = [&](std::size_t i, std::uint32_t slot) {
    const SampleDistribution d = distribution_at(row, i);
    const int value = find_value(tables, d, slot);
    values[i] = static_cast<std::uint8_t>(value);
    if (next_weight != nullptr) next_weight[i] = updated_weight(tables, d, value);
    const PackedInterval interval = interval_of(tables, d, value);
    return Interval{interval.start, interval.freq};
  };
  const bool groups = groups_fit(kernels, lane);
  for (std::size_t i = 0; i < n;) {
    if (groups) {
      LaneWindow window = lane.window(0);
      i = kernels.pop(window, tables, row, i, n, values, next_weight);
      lane.close(window);
    }
    const std::size_t end = groups ? std::min(n, i + kSinglePops) : n;
    pop_range(lane, i, end, decode);
    i = end;
  }
}

}  // namespace bitswap
