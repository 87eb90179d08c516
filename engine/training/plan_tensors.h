// SPDX-License-Identifier: GPL-3.0-or-later
// The operations of plan.h on tensors, each once. Integers in floats: what the coder computes in integers comes out the
// same. Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

inline constexpr double kActivationUnit = 1 << kActivationBits;
inline constexpr double kHeadUnit = 1 << kHeadBits;

// Tensors are [N, channels, H, W].

/// Every 2^halvings-th row and column from the phase's first on; a view.
torch::Tensor at_phase(const torch::Tensor& x, const Phase& phase);
/// x at (row + by row, column + by column), the edge repeated; -1 … 1 each.
torch::Tensor neighbour(const torch::Tensor& x, int row, int column);
/// The four polyphase components as the planes they come from.
torch::Tensor merge(const torch::Tensor& a, const torch::Tensor& d, const torch::Tensor& b, const torch::Tensor& c);
/// The last row and column repeated until both sides are multiples of `by`.
torch::Tensor pad_to_multiple(const torch::Tensor& x, std::int64_t by);
/// [N, C, H, W] -> [N, C·by·by, H/by, W/by], rounded up; the position inside the square slowest among the new channels.
torch::Tensor fold(const torch::Tensor& x, int by);
/// The inverse, cut to a height and width.
torch::Tensor unfold(const torch::Tensor& x, int by, std::int64_t height, std::int64_t width);
/// Each position by × by times, cut to a height and width.
torch::Tensor repeat(const torch::Tensor& x, int by, std::int64_t height, std::int64_t width);
/// Mean of by × by positions, rounded up in number; edges are repeated.
torch::Tensor pool(const torch::Tensor& x, int by);
/// Mean of activations over the positions that share one of a coarser grid of this size; rounded to 1/16 if
/// `quantised`.
torch::Tensor average(const torch::Tensor& x, std::int64_t height, std::int64_t width, bool quantised);

/// Samples as a network reads them.
torch::Tensor sample_input(const torch::Tensor& samples);
/// Samples against a guess in 1/16: four times the difference, cut to 8 bits.
torch::Tensor detail_input(const torch::Tensor& samples, const torch::Tensor& guess);

// Coefficients; see magnitude.h. `steps`: their quantisation steps, float [N, channels, 1, 1].

torch::Tensor magnitude_input(const torch::Tensor& values, const torch::Tensor& steps);
torch::Tensor level_input(const torch::Tensor& values);
torch::Tensor distance_input(const torch::Tensor& values, const torch::Tensor& guess, const torch::Tensor& steps);
/// log_code(spread), then log_code(spread · step).
torch::Tensor spread_input(const torch::Tensor& spread, const torch::Tensor& steps);
/// Distance from the mean of 3 × 3 blocks, then that mean.
torch::Tensor local_input(const torch::Tensor& dc, const torch::Tensor& steps);
/// [N, steps]: what they are as conditions.
torch::Tensor step_conditions(const torch::Tensor& steps);
torch::Tensor intensity(const torch::Tensor& dc, const torch::Tensor& steps);
/// Passes gradients on to the samples.
torch::Tensor intensity_guess(const torch::Tensor& samples, const torch::Tensor& steps);
/// log_code() of integers, in steps of a scale's index.
torch::Tensor log_codes(const torch::Tensor& values);

}  // namespace bitswap
