// A network and a likelihood as single differentiable operations: what autograd would do in a hundred steps.
// Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

/// The numbers a network is run with in this step. Both are flat, layer by layer: weights [out, in, k, k], then biases.
struct NetworkNumbers {
  torch::Tensor exact;  ///< float
  torch::Tensor fast;   ///< the same in the type of the convolutions, float or bfloat16
};

/// Head outputs, float [N, out, H, W], of an input [N, in, H, W]. `parameters` is the leaf that gets the gradient, of
/// the size of numbers.exact; rounding passes gradients straight through. Convolutions between the first layer and the
/// head are computed in the type of numbers.fast.
torch::Tensor run_network(const NetworkSpec& spec, const torch::Tensor& input, const torch::Tensor& parameters,
                          const NetworkNumbers& numbers, bool quantised);

/// Whether this processor multiplies bfloat16 faster than float.
bool has_fast_bfloat16(const torch::Device& device);

}  // namespace bitswap
