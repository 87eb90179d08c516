// SPDX-License-Identifier: GPL-3.0-or-later
// One network of the plan with gradients: forward and backward as a single step of automatic differentiation.
// Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include "engine/model/network_spec.h"

namespace bitswap {

/// A network's numbers as the forward pass uses them, flat: per layer weights [out, in, k, k], then biases; behind the
/// last layer the weights of the conditions, [out of the conditioned layer, conditions].
struct NetworkNumbers {
  torch::Tensor exact;  ///< float
  torch::Tensor fast;   ///< the same in the type of the convolutions, float or bfloat16
};

/// How many numbers a layer and a network have.
std::int64_t number_count(const LayerSpec& layer);
std::int64_t number_count(const NetworkSpec& spec);

struct NetworkInputs {
  torch::Tensor input;       ///< [N, in, H, W], in network units (integers over 16)
  torch::Tensor state;       ///< [N, out of the first layer, H, W], undefined where the network has none
  torch::Tensor conditions;  ///< float [N, conditions], in network units, undefined where the network has none
};
struct NetworkOutputs {
  torch::Tensor head;      ///< float [N, out, H, W]; undefined without a head
  torch::Tensor features;  ///< [N, features, H, W] in the type of the convolutions; undefined if not asked for
};

/// `parameters` is the leaf that gets the gradient, of the size of numbers.exact; rounding passes gradients straight
/// through. Convolutions before the head are computed in the type of numbers.fast. Networks without a head always give
/// their features.
NetworkOutputs run_network(const NetworkSpec& spec, const NetworkInputs& inputs, const torch::Tensor& parameters,
                           const NetworkNumbers& numbers, bool quantised, bool wants_features = false);

/// Whether this processor multiplies bfloat16 faster than float.
bool has_fast_bfloat16(const torch::Device& device);

}  // namespace bitswap
