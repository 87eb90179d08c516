// SPDX-License-Identifier: GPL-3.0-or-later
// The trainer's inner loops on the CPU, one pass over memory each. LibTorch's own operations would take twenty passes
// for the same. Plain pointers, no Torch types: the file is compiled for several instruction sets.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/model/plan.h"

namespace bitswap {

/// Upper half of a float. Eight significant bits: holds every activation and weight of the integer networks exactly.
using Bfloat16 = std::uint16_t;

/// What follows a convolution of the trunk, in place: y = clamp(y + bias + skip), rounded to 1/16 if `quantised`.
/// y, skip: [positions, channels]; skip may be null.
void activate(float* y, const float* skip, const float* bias, std::size_t positions, int channels, bool quantised);
void activate(Bfloat16* y, const Bfloat16* skip, const float* bias, std::size_t positions, int channels,
              bool quantised);

/// The way back, in place: gradient = (gradient + more) where y is neither 0 nor the largest activation, 0 elsewhere.
/// Adds the sum over positions to bias_gradient. `more` may be null.
void activate_backward(float* gradient, const float* more, const float* y, float* bias_gradient, std::size_t positions,
                       int channels);
void activate_backward(Bfloat16* gradient, const Bfloat16* more, const Bfloat16* y, float* bias_gradient,
                       std::size_t positions, int channels);

/// One likelihood stage's pixels of one image under the head's distributions.
struct PixelPass {
  HeadLayout layout;  ///< Colours
  bool quantised = false;
  std::size_t positions = 0;
  int head_stride = 0;              ///< head outputs of a position, other components' included
  const float* head = nullptr;      ///< [positions, head_stride], from this component's first output on
  const float* samples = nullptr;   ///< [3, positions], R, G, B, 0..255
  const float* guess = nullptr;     ///< [3, positions], in 1/16
  float* head_gradient = nullptr;   ///< like head; null: bits only
  float* guess_gradient = nullptr;  ///< like guess; may be null
};
/// -log2 of their probability, and its gradients (written, not added).
double pixel_bits(const PixelPass& pass);

/// Values of one image that are coded each alone, under the head's distributions: only the given positions, in any
/// order.
struct ChannelPass {
  HeadLayout layout;  ///< Channels
  bool quantised = false;
  bool coefficients = false;  ///< values are coded as their distance from a base, with ends at -128 and 127
  std::size_t count = 0;      ///< positions
  const std::uint32_t* positions = nullptr;
  std::size_t head_stride = 0, value_stride = 0, guess_stride = 0, unit_stride = 0;  ///< between two positions
  const float* head = nullptr;          ///< from this target's first output on
  const float* values = nullptr;        ///< of the first channel; channels lie side by side
  const float* guess = nullptr;         ///< in 1/16; null: 0
  const float* mean_factor = nullptr;   ///< values that one unit of a head's mean stands for
  const float* scale_offset = nullptr;  ///< added to the index of the scale
  float* head_gradient = nullptr;       ///< like head; null: bits only
  float* guess_gradient = nullptr;      ///< like guess; may be null
};
/// -log2 of their probability, with the coder's smallest chance in it, and its gradients (written, not added).
double channel_bits(const ChannelPass& pass);

/// One step of Adam and of the average of the weights. `step` counts from 1.
struct AdamStep {
  double learning_rate = 0;
  double beta1 = 0, beta2 = 0;
  double average = 0;         ///< decay of the average
  double gradient_scale = 1;  ///< brings a gradient that is too long down to the limit
  std::uint64_t step = 1;
};
void adam_step(const AdamStep& step, const float* gradient, float* values, float* first, float* second, float* average,
               std::size_t count);

}  // namespace bitswap
