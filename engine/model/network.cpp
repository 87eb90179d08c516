// SPDX-License-Identifier: GPL-3.0-or-later
// The checks that make a loaded network safe to run anywhere, and the conditions of a segment.
#include "engine/model/network.h"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace bitswap {
namespace {

Error corrupt(const char* what) { return {Error::Code::Corrupt, 0, std::string("model file: ") + what}; }

}  // namespace

const LayerSpec* conditioned_layer(const NetworkSpec& spec) {
  const auto found = std::ranges::find_if(spec.layers, &LayerSpec::conditioned);
  return found == spec.layers.end() ? nullptr : &*found;
}

Status validate(const IntegerLayer& layer) {
  const LayerSpec& spec = layer.spec;
  const std::size_t fan_in = static_cast<std::size_t>(spec.in) * spec.kernel * spec.kernel;
  if (layer.weights.size() != weight_count(spec) || layer.bias.size() != static_cast<std::size_t>(spec.out) ||
      layer.shift.size() != static_cast<std::size_t>(spec.out)) {
    return corrupt("layer size");
  }
  for (int o = 0; o < spec.out; ++o) {
    const int shift = layer.shift[o];
    if (shift > kMaxShift || (spec.head && shift < kHeadShift)) return corrupt("shift out of range");
    std::int64_t bound = std::llabs(layer.bias[o]) + (std::int64_t{1} << shift);
    if (spec.skip > 0) bound += std::int64_t{kMaxActivation} << shift;
    if (spec.state) bound += std::int64_t{kMaxActivation} << shift;
    if (spec.conditioned) bound += std::abs(condition_term(-kMaxCondition, shift));
    for (std::size_t i = 0; i < fan_in; ++i) {
      const int weight = std::abs(static_cast<int>(layer.weights[o * fan_in + i]));
      if (weight > weight_limit(spec)) return corrupt("weight out of range");
      bound += static_cast<std::int64_t>(weight) * input_limit(spec);
    }
    if (bound >= kAccumulatorLimit) return corrupt("an accumulator could leave its range");
  }
  return {};
}

Status validate(const NetworkSpec& spec, const IntegerNetwork& network) {
  if (network.layers.size() != spec.layers.size()) return corrupt("number of layers");
  for (const IntegerLayer& layer : network.layers) BITSWAP_TRY(validate(layer));
  const LayerSpec* const conditioned = conditioned_layer(spec);
  const std::size_t weights = conditioned == nullptr ? 0 : static_cast<std::size_t>(spec.conditions) * conditioned->out;
  if (network.condition_weights.size() != weights || network.condition_shift > kMaxShift) return corrupt("conditions");
  return {};
}

std::vector<std::int16_t> condition_values(const NetworkSpec& spec, const IntegerNetwork& network,
                                           std::span<const std::int8_t> conditions) {
  std::vector<std::int16_t> values;
  const LayerSpec* const layer = conditioned_layer(spec);
  if (layer == nullptr) return values;
  const std::int8_t* weight = network.condition_weights.data();
  for (int o = 0; o < layer->out; ++o) {
    std::int32_t sum = rounding(network.condition_shift);
    for (int i = 0; i < spec.conditions; ++i) sum += static_cast<std::int32_t>(*weight++) * conditions[i];
    values.push_back(
        static_cast<std::int16_t>(std::clamp(sum >> network.condition_shift, -kMaxCondition, kMaxCondition)));
  }
  return values;
}

}  // namespace bitswap
