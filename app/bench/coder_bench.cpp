// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of entropy coding on one lane, each variant of the kernels beside the portable one: intervals of known values,
// pushes, and pops with their search. Megabytes are of samples, one byte each.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "engine/codec/host/sample_kernels.h"
#include "engine/coder/ans_lane.h"

namespace bitswap {
namespace {

constexpr std::size_t kSamples = 1 << 16;

const SampleKernels* kernels_of(int variant) {
  return variant == 0 ? &portable_kernels() : variant == 1 ? avx2_kernels() : avx512_kernels();
}

/// Samples that have the distributions they are coded with: scales as in photos, two components.
struct Samples {
  Samples() {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < kSamples; ++i) {
      mean[i] = static_cast<std::int16_t>(random() % 4080);
      scale[0][i] = static_cast<std::uint8_t>(16 + random() % 24);
      scale[1][i] = static_cast<std::uint8_t>(std::min<std::size_t>(scale[0][i] + random() % 12, kScaleCount - 1));
      weight[i] = static_cast<std::uint8_t>(1 + random() % (kWeightOne - 1));
      const SampleDistribution d{mean[i], {scale[0][i], scale[1][i]}, weight[i]};
      values[i] = static_cast<std::uint8_t>(find_value(tables, d, random() % kSlots));
    }
    portable_kernels().intervals(tables, row(), values.data(), kSamples, intervals.data(), nullptr);
  }
  [[nodiscard]] DistributionRow row() const { return {mean.data(), {scale[0].data(), scale[1].data()}, weight.data()}; }

  DistributionTables tables = standard_tables();
  std::vector<std::int16_t> mean = std::vector<std::int16_t>(kSamples + kKernelPadding);
  std::vector<std::uint8_t> scale[2] = {std::vector<std::uint8_t>(kSamples + kKernelPadding),
                                        std::vector<std::uint8_t>(kSamples + kKernelPadding)};
  std::vector<std::uint8_t> weight = scale[0], values = scale[0];
  std::vector<PackedInterval> intervals = std::vector<PackedInterval>(kSamples + kKernelPadding);
};

const Samples& samples() {
  static const Samples kSet;
  return kSet;
}

/// Arguments: variant of the kernels, states of the lane. Label and counter.
const SampleKernels* begin(benchmark::State& state) {
  const SampleKernels* kernels = kernels_of(static_cast<int>(state.range(0)));
  if (kernels == nullptr) {
    state.SkipWithError("this processor cannot run it");
  } else {
    state.SetLabel(kernels->name);
  }
  return kernels;
}

void end(benchmark::State& state) { state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kSamples)); }

void intervals(benchmark::State& state) {
  const SampleKernels* kernels = begin(state);
  if (kernels == nullptr) return;
  const Samples& s = samples();
  std::vector<PackedInterval> out(kSamples + kKernelPadding);
  std::vector<std::uint8_t> weight(kSamples + kKernelPadding);
  for (auto _ : state) {
    kernels->intervals(s.tables, s.row(), s.values.data(), kSamples, out.data(), weight.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  end(state);
}

void push(benchmark::State& state) {
  const SampleKernels* kernels = begin(state);
  if (kernels == nullptr) return;
  AnsLane lane;
  for (auto _ : state) {
    lane.reset(static_cast<int>(state.range(1)));
    push_samples(*kernels, lane, samples().intervals.data(), kSamples);
    benchmark::ClobberMemory();
  }
  end(state);
}

void pop(benchmark::State& state) {
  const SampleKernels* kernels = begin(state);
  if (kernels == nullptr) return;
  const Samples& s = samples();
  const int states = static_cast<int>(state.range(1));
  AnsLane full(states);
  push_samples(*kernels, full, s.intervals.data(), kSamples);
  std::vector<std::uint8_t> values(kSamples + kKernelPadding), weight(kSamples + kKernelPadding);
  for (auto _ : state) {
    AnsLane lane = full;
    pop_samples(*kernels, lane, s.tables, s.row(), kSamples, values.data(), weight.data());
    benchmark::ClobberMemory();
  }
  end(state);
}

void variants(benchmark::internal::Benchmark* benchmark) {
  for (int variant = 0; variant < 3; ++variant) {
    for (const int states : {16, 32}) benchmark->Args({variant, states});
  }
  benchmark->ArgNames({"variant", "states"});
}

BENCHMARK(intervals)->Args({0, 0})->Args({1, 0})->Args({2, 0});
BENCHMARK(push)->Apply(variants);
BENCHMARK(pop)->Apply(variants);

}  // namespace
}  // namespace bitswap
