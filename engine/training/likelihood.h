// Differentiable code lengths of discretised logistics: the float side of distribution.h.
#pragma once

#include <torch/torch.h>

#include <vector>

namespace bitswap {

/// Straight-through rounding: floor(x + 1/2) forward, identity backward.
torch::Tensor round_through(const torch::Tensor& x);

/// Head output (network units) to the logistic's scale in values.
torch::Tensor scale_from_head(const torch::Tensor& head, bool quantised);

/// ln P(x) for an 8-bit value x under a logistic; x, mean, scale broadcast; x in 0..255.
torch::Tensor log_probability(const torch::Tensor& x, const torch::Tensor& mean, const torch::Tensor& scale);

}  // namespace bitswap
