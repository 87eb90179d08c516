// SPDX-License-Identifier: GPL-3.0-or-later
// Channel c of a wider layer is a copy of channel c modulo the old width.
#include "engine/training/widen.h"

#include "engine/training/quantise.h"

namespace bitswap {
namespace {

using torch::Tensor;

/// Weights [out, in, kernel, kernel] for inputs and outputs that come several times each.
Tensor repeat(const Tensor& weights, std::int64_t ins, std::int64_t outs) {
  const Tensor rows = weights.repeat({outs, 1, 1, 1});
  if (ins == 1) return rows;
  // Shares of each input's copies: around 1 / ins, their sum exactly 1.
  Tensor shares = torch::rand({rows.size(0), ins, rows.size(1), 1, 1}) * 0.5 + 0.75;
  shares = shares / shares.sum(1, true);
  return (rows.unsqueeze(1) * shares).reshape({rows.size(0), ins * rows.size(1), rows.size(2), rows.size(3)});
}

bool fits(const LayerSpec& from, const LayerSpec& to, bool first) {
  return to.kernel == from.kernel && to.skip == from.skip && to.state == from.state &&
         to.conditioned == from.conditioned && to.head == from.head && to.in % from.in == 0 && to.out % from.out == 0 &&
         (!first || to.in == from.in) && (!to.head || to.out == from.out);
}

}  // namespace

Tensor values_of(const Model& model) {
  std::vector<float> numbers;
  for (const auto mean : model.prior_mean) {
    numbers.push_back(static_cast<float>(mean - 128 * 16) / (1 << kHeadBits));
  }
  for (const auto scale : model.prior_scale) {
    numbers.push_back(static_cast<float>((scale - 32) * 16) / (1 << kHeadBits));
  }
  for (const IntegerNetwork& network : model.networks) {
    for (const IntegerLayer& layer : network.layers) {
      const std::size_t begin = numbers.size();
      numbers.resize(begin + layer.weights.size() + layer.bias.size());
      dequantise(layer, numbers.data() + begin);
    }
  }
  return torch::tensor(numbers);
}

Result<Tensor> widen(const Plan& from, const Plan& to, const Tensor& values) {
  const Error other{Error::Code::InvalidArgument, 0,
                    "the model to start from has other networks: only their widths may differ, by a whole factor"};
  const torch::NoGradGuard no_grad;
  if (from.networks.size() != to.networks.size()) return other;
  const auto prior = [](const Plan& plan) { return plan.planes[plan.latents.back().plane].channels; };
  if (prior(from) != prior(to)) return other;
  std::int64_t at = 2 * prior(from);  // means and scales
  const auto take = [&](std::int64_t count) {
    at += count;
    return values.narrow(0, at - count, count);
  };
  std::vector<Tensor> parts{values.narrow(0, 0, at)};
  for (std::size_t n = 0; n < to.networks.size(); ++n) {
    const auto& old = from.networks[n].layers;
    const auto& wide = to.networks[n].layers;
    if (old.size() != wide.size() || from.networks[n].conditions != to.networks[n].conditions) return other;
    for (std::size_t i = 0; i < wide.size(); ++i) {
      if (!fits(old[i], wide[i], i == 0)) return other;
      const std::int64_t ins = wide[i].in / old[i].in, outs = wide[i].out / old[i].out;
      const std::int64_t kernel = old[i].kernel;
      const Tensor weights = take(old[i].out * old[i].in * kernel * kernel);
      parts.push_back(repeat(weights.view({old[i].out, old[i].in, kernel, kernel}), ins, outs).flatten());
      parts.push_back(take(old[i].out).repeat({outs}));
    }
    const LayerSpec* const layer = conditioned_layer(from.networks[n]);
    if (layer == nullptr) continue;
    const std::int64_t conditions = from.networks[n].conditions;
    const std::int64_t outs = conditioned_layer(to.networks[n])->out / layer->out;
    parts.push_back(take(layer->out * conditions).view({layer->out, conditions}).repeat({outs, 1}).flatten());
  }
  return torch::cat(parts);
}

}  // namespace bitswap
