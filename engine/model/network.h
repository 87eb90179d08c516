// SPDX-License-Identifier: GPL-3.0-or-later
// A network as the coder runs it: integers only, the same result on every device and in every order of summation.
//
// Trunk layer: y = clamp((acc + (skip << s) + (state << s) + ((c << s) >> 3) + half) >> s, 0, 127) with
//              acc = bias + Σ w·x in int32, half = 2^(s-1); each of the three terms only where the layer has it.
// Head layer:  y = clamp((acc + half') >> (s-3), -32768, 32767): units of 1/16 · 2^-s become 1/128.
// Condition:   c = clamp((Σ w·l + half) >> t, ±1023) in 1/128, of the segment's conditions l (int8).
// For every output channel Σ|w|·max|x| + |bias| + what it adds + half < 2^24, so float32 sums are exact as well.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/model/network_spec.h"

namespace bitswap {

struct IntegerLayer {
  LayerSpec spec;
  std::vector<std::int8_t> weights;  ///< [out][kernel row][kernel column][in], in fastest
  std::vector<std::int32_t> bias;    ///< per output channel, in units of the accumulator
  std::vector<std::uint8_t> shift;   ///< s per output channel; at least 3 for a head
};

struct IntegerNetwork {
  std::vector<IntegerLayer> layers;
  std::vector<std::int8_t> condition_weights = {};  ///< [out of the conditioned layer][conditions]; empty without
  std::uint8_t condition_shift = 0;                 ///< t
};

inline constexpr std::int64_t kAccumulatorLimit = 1 << 24;
inline constexpr int kMaxShift = 15;
inline constexpr int kHeadShift = kHeadBits - kActivationBits;  ///< a head shifts by s minus this
inline constexpr int kMaxCondition = 1023;

inline constexpr int weight_limit(const LayerSpec& spec) { return spec.reads_samples ? 63 : 127; }
inline constexpr int input_limit(const LayerSpec& spec) { return spec.reads_samples ? 128 : kMaxActivation; }
/// Weights of a layer, and those and its biases.
inline constexpr std::size_t weight_count(const LayerSpec& spec) {
  return static_cast<std::size_t>(spec.in) * spec.out * spec.kernel * spec.kernel;
}
inline constexpr std::size_t parameter_count(const LayerSpec& spec) {
  return weight_count(spec) + static_cast<std::size_t>(spec.out);
}
/// The shift of the requantisation.
inline constexpr int output_shift(const LayerSpec& spec, int shift) { return spec.head ? shift - kHeadShift : shift; }
/// Half of the divisor.
inline constexpr std::int32_t rounding(int output_shift) { return output_shift > 0 ? 1 << (output_shift - 1) : 0; }
/// What a condition adds to the accumulator.
inline constexpr std::int32_t condition_term(std::int32_t condition, int shift) {
  return (condition * (1 << shift)) >> kHeadShift;
}
/// The layer with the conditions; null if there is none.
const LayerSpec* conditioned_layer(const NetworkSpec& spec);

/// Whether sizes fit the specification and no accumulator can leave its range. Errors: Corrupt.
Status validate(const IntegerLayer& layer);
/// All of it; the layers have the specification's. Errors: Corrupt.
Status validate(const NetworkSpec& spec, const IntegerNetwork& network);

/// c of every output channel of the conditioned layer. Requires as many conditions as the specification has.
std::vector<std::int16_t> condition_values(const NetworkSpec& spec, const IntegerNetwork& network,
                                           std::span<const std::int8_t> conditions);

}  // namespace bitswap
