// SPDX-License-Identifier: GPL-3.0-or-later
// Runs once a model, so it is written for the eye.
#include "engine/nn/cpu/packed_network.h"

#include <algorithm>
#include <cstdlib>
#include <span>

namespace bitswap {
namespace {

std::vector<CacheLine> lines_for(std::size_t bytes) {
  return std::vector<CacheLine>((bytes + sizeof(CacheLine) - 1) / sizeof(CacheLine));
}

/// Whether the 16-bit lanes of AVX2 hold the products of `depth` groups of one channel: each lane adds up two products
/// of each group. row: the weights of a row of the kernel; begin: where the groups begin in it.
bool fits_16_bits(std::span<const std::int8_t> row, std::size_t begin, int depth, int input_limit) {
  for (std::size_t half = 0; half < 4; half += 2) {
    int up = 0, down = 0;
    for (std::size_t i = begin + half; i < begin + 4 * static_cast<std::size_t>(depth); i += 4) {
      for (std::size_t j = i; j < std::min(i + 2, row.size()); ++j) (row[j] > 0 ? up : down) += std::abs(row[j]);
    }
    if (std::max(up, down) * input_limit > 32767) return false;
  }
  return true;
}

PackedChannels pack_channels(const IntegerLayer& layer, int steps, int lanes, int depth, int first, int count) {
  const LayerSpec& spec = layer.spec;
  PackedChannels packed{};
  packed.first = first;
  packed.count = count;
  packed.vectors = (count + lanes - 1) / lanes;
  const std::size_t group = static_cast<std::size_t>(packed.vectors) * lanes;  // channels, padding among them
  packed.weights = lines_for(static_cast<std::size_t>(spec.kernel) * steps * depth * group * 4);
  packed.together.assign(static_cast<std::size_t>(spec.kernel) * steps, 1);
  packed.bias = lines_for(group * sizeof(std::int32_t));
  packed.shift = lines_for(group * sizeof(std::int32_t));
  auto* const weights = reinterpret_cast<std::int8_t*>(packed.weights.data());
  auto* const bias = reinterpret_cast<std::int32_t*>(packed.bias.data());
  auto* const shift = reinterpret_cast<std::int32_t*>(packed.shift.data());
  const std::size_t row_bytes = static_cast<std::size_t>(spec.kernel) * spec.in;
  for (int c = 0; c < count; ++c) {
    std::int32_t sum = 0;
    for (int row = 0; row < spec.kernel; ++row) {
      const std::size_t begin = (static_cast<std::size_t>(first + c) * spec.kernel + row) * row_bytes;
      const std::span from(layer.weights.data() + begin, row_bytes);
      for (std::size_t i = 0; i < row_bytes; ++i) {
        weights[((static_cast<std::size_t>(row) * steps * depth + i / 4) * group + c) * 4 + i % 4] = from[i];
        sum += from[i];
      }
      for (int step = 0; step < steps; ++step) {
        const std::size_t at = 4 * static_cast<std::size_t>(step) * depth;
        if (!fits_16_bits(from, at, depth, spec.reads_samples ? 255 : kMaxActivation)) {
          packed.together[static_cast<std::size_t>(row) * steps + step] = 0;
        }
      }
    }
    shift[c] = output_shift(spec, layer.shift[first + c]);
    bias[c] = layer.bias[first + c] + rounding(shift[c]);
    if (spec.reads_samples) bias[c] -= 128 * sum;
  }
  return packed;
}

}  // namespace

std::vector<PackedLayer> pack_network(const IntegerNetwork& network, int lanes, int depth) {
  std::vector<PackedLayer> layers;
  for (const IntegerLayer& layer : network.layers) {
    const int step_bytes = 4 * depth;
    PackedLayer packed{layer.spec, (layer.spec.kernel * layer.spec.in + step_bytes - 1) / step_bytes, {}};
    const int vectors = (layer.spec.out + lanes - 1) / lanes;
    const int calls = (vectors + kMaxVectors - 1) / kMaxVectors;
    for (int call = 0, first = 0; call < calls; ++call) {
      const int share = (vectors - first / lanes) / (calls - call);
      const int count = std::min(share * lanes, layer.spec.out - first);
      packed.channels.push_back(pack_channels(layer, packed.steps, lanes, depth, first, count));
      first += count;
    }
    layers.push_back(std::move(packed));
  }
  return layers;
}

}  // namespace bitswap
