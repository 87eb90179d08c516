// SPDX-License-Identifier: GPL-3.0-or-later
// In double precision, so that the result does not depend on how a compiler orders float operations.
#include "engine/training/quantise.h"

#include <algorithm>
#include <cmath>

namespace bitswap {

IntegerLayer quantise(const LayerSpec& spec, const float* numbers, std::span<const std::uint8_t> shifts) {
  const int area = spec.kernel * spec.kernel;
  const int count = spec.in * area;
  const float* biases = numbers + static_cast<std::size_t>(spec.out) * count;
  const double limit = weight_limit(spec);
  const int lowest = spec.head ? kHeadShift : 0;
  IntegerLayer layer{spec, {}, {}, {}};
  layer.weights.resize(static_cast<std::size_t>(spec.out) * count);
  for (int o = 0; o < spec.out; ++o) {
    const float* weights = numbers + static_cast<std::size_t>(o) * count;
    std::int8_t* to = layer.weights.data() + static_cast<std::size_t>(o) * count;
    float largest = 1e-9F;
    for (int i = 0; i < count; ++i) largest = std::max(largest, std::abs(weights[i]));
    int shift = shifts.empty() ? std::clamp(std::ilogb(limit / largest), lowest, kMaxShift) : shifts[o];
    while (true) {
      const double unit = std::ldexp(1.0, shift);
      std::int64_t sum = 0;
      for (int i = 0; i < spec.in; ++i) {
        for (int k = 0; k < area; ++k) {
          const double weight = std::floor(weights[i * area + k] * unit + 0.5);
          const auto integer = static_cast<int>(std::clamp(weight, -limit, limit));
          to[k * spec.in + i] = static_cast<std::int8_t>(integer);
          sum += std::abs(integer);
        }
      }
      const double bias = std::floor(biases[o] * unit * (1 << kActivationBits) + 0.5);
      double added = 0;
      if (spec.skip > 0) added += unit * kMaxActivation;
      if (spec.state) added += unit * kMaxActivation;
      if (spec.conditioned) added += std::abs(condition_term(-kMaxCondition, shift));
      const double bound = static_cast<double>(sum * input_limit(spec)) + std::abs(bias) + unit + added;
      if (shifts.empty() && bound >= static_cast<double>(kAccumulatorLimit) && shift > lowest) {
        --shift;
        continue;
      }
      layer.bias.push_back(static_cast<std::int32_t>(bias));
      layer.shift.push_back(static_cast<std::uint8_t>(shift));
      break;
    }
  }
  return layer;
}

void dequantise(const IntegerLayer& layer, float* numbers) {
  const LayerSpec& spec = layer.spec;
  const int area = spec.kernel * spec.kernel;
  for (int o = 0; o < spec.out; ++o) {
    const auto unit = static_cast<float>(std::ldexp(1.0, -layer.shift[o]));
    const std::int8_t* from = layer.weights.data() + static_cast<std::size_t>(o) * spec.in * area;
    for (int i = 0; i < spec.in; ++i) {
      for (int k = 0; k < area; ++k) *numbers++ = from[k * spec.in + i] * unit;
    }
  }
  for (int o = 0; o < spec.out; ++o) {
    *numbers++ = static_cast<float>(std::ldexp(layer.bias[o], -layer.shift[o] - kActivationBits));
  }
}

namespace {

/// In units of 1/16 and 1/128 at both ends: c = (Σ w·l) >> t stands for Σ W·l / 16 with W = w·2^-(t + 3).
constexpr int kConditionShift = kHeadBits - kActivationBits;
constexpr double kLargestWeight = 127;

void quantise_conditions(std::size_t count, const float* numbers, const IntegerNetwork* units, IntegerNetwork& to) {
  float largest = 1e-9F;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(numbers[i]));
  const int shift = units != nullptr ? units->condition_shift
                                     : std::clamp(std::ilogb(kLargestWeight / largest) - kConditionShift, 0, kMaxShift);
  to.condition_shift = static_cast<std::uint8_t>(shift);
  for (std::size_t i = 0; i < count; ++i) {
    const double weight = std::floor(std::ldexp(numbers[i], shift + kConditionShift) + 0.5);
    to.condition_weights.push_back(static_cast<std::int8_t>(std::clamp(weight, -kLargestWeight, kLargestWeight)));
  }
}

}  // namespace

IntegerNetwork quantise(const NetworkSpec& spec, const float* numbers, const IntegerNetwork* units) {
  IntegerNetwork network;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    network.layers.push_back(
        quantise(spec.layers[i], numbers,
                 units == nullptr ? std::span<const std::uint8_t>() : std::span(units->layers[i].shift)));
    numbers += parameter_count(spec.layers[i]);
  }
  if (const LayerSpec* const layer = conditioned_layer(spec)) {
    quantise_conditions(static_cast<std::size_t>(spec.conditions) * layer->out, numbers, units, network);
  }
  return network;
}

void dequantise(const NetworkSpec& spec, const IntegerNetwork& network, float* numbers) {
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    dequantise(network.layers[i], numbers);
    numbers += parameter_count(spec.layers[i]);
  }
  for (const std::int8_t weight : network.condition_weights) {
    *numbers++ = static_cast<float>(std::ldexp(weight, -network.condition_shift - kConditionShift));
  }
}

}  // namespace bitswap
