// A network as the coder runs it: integers only, the same result on every device and in every order of summation.
//
// Trunk layer: y = clamp((acc + (skip << s) + half) >> s, 0, 127) with acc = bias + Σ w·x in int32, half = 2^(s-1).
// Head layer:  y = clamp((acc + half') >> (s-3), -32768, 32767): units of 1/16 · 2^-s become 1/128.
// For every output channel Σ|w|·max|x| + |bias| + (127 << s) + half < 2^24, so float32 sums are exact as well.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

struct IntegerLayer {
  LayerSpec spec;
  std::vector<std::int8_t> weights;  ///< [out][kernel row][kernel column][in], in fastest
  std::vector<std::int32_t> bias;    ///< per output channel, in units of the accumulator
  std::vector<std::uint8_t> shift;   ///< s per output channel; at least 3 for a head
};

struct IntegerNetwork {
  std::vector<IntegerLayer> layers;
};

inline constexpr std::int64_t kAccumulatorLimit = 1 << 24;
inline constexpr int kMaxShift = 15;
inline constexpr int kHeadShift = kHeadBits - kActivationBits;  ///< a head shifts by s minus this

inline constexpr int weight_limit(const LayerSpec& spec) { return spec.reads_samples ? 63 : 127; }
inline constexpr int input_limit(const LayerSpec& spec) { return spec.reads_samples ? 128 : kMaxActivation; }

/// Whether sizes fit the specification and no accumulator can leave its range. Errors: Corrupt.
Status validate(const IntegerLayer& layer);

}  // namespace bitswap
