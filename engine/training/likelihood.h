// SPDX-License-Identifier: GPL-3.0-or-later
// Differentiable code lengths of discretised logistics: the float side of distribution.h.
#pragma once

#include <torch/torch.h>

#include "engine/model/plan.h"

namespace bitswap {

/// Straight-through rounding: floor(x + 1/2) forward, identity backward.
torch::Tensor round_through(const torch::Tensor& x);

/// Head output (network units) to the logistic's scale in values.
torch::Tensor scale_from_head(const torch::Tensor& head, bool quantised);

/// ln P(x) for an 8-bit value x under a logistic; x, mean, scale broadcast; x in 0..255.
torch::Tensor log_probability(const torch::Tensor& x, const torch::Tensor& mean, const torch::Tensor& scale);

/// -log2 P of a batch of natural logarithms.
torch::Tensor bits(const torch::Tensor& log_probability);

/// Means are held to this range, in values.
torch::Tensor clamp_mean_levels(const torch::Tensor& mean);

/// -log2 P of the pixels of one likelihood stage with a head for colours, a scalar. head: [N, components ·
/// layout.size(), H, W]; samples (0..255, without gradient) and guesses (1/16): [components, N, 3, H, W].
torch::Tensor pixel_bits(const HeadLayout& layout, const torch::Tensor& head, const torch::Tensor& samples,
                         const torch::Tensor& guesses, bool quantised);
/// The same as a chain of tensor operations: what other devices than the CPU run, and what tests compare with.
torch::Tensor pixel_bits_by_tensors(const HeadLayout& layout, const torch::Tensor& head, const torch::Tensor& samples,
                                    const torch::Tensor& guesses, bool quantised);

/// What one unit of a head means for each value: [N or 1, channels, 1, 1] or [N, channels, H, W], float.
struct HeadUnits {
  torch::Tensor mean_factor;   ///< values
  torch::Tensor scale_offset;  ///< steps of the index
};

/// Values of one target of a conditional whose head has each channel alone.
struct ChannelValues {
  torch::Tensor values;  ///< float [N, channels, H, W], without gradient
  torch::Tensor guess;   ///< the same shape, in 1/16
  HeadUnits units;
  bool coefficients = false;  ///< coded as the distance from the guess, which is cut to 8 bits
  int parity = -1;            ///< 0 or 1: only where (row + column) % 2 is this
};
/// -log2 P, a scalar. head: [N, layout.size(), H, W]. Every value has the coder's smallest chance.
torch::Tensor channel_bits(const HeadLayout& layout, const torch::Tensor& head, const ChannelValues& values,
                           bool quantised);
/// The same as a chain of tensor operations.
torch::Tensor channel_bits_by_tensors(const HeadLayout& layout, const torch::Tensor& head, const ChannelValues& values,
                                      bool quantised);

/// bool [1, 1, height, width]: where (row + column) % 2 is `parity`.
torch::Tensor parity_mask(std::int64_t height, std::int64_t width, int parity, const torch::Device& device);

}  // namespace bitswap
