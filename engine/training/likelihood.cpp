// Log probabilities that keep their gradient far out in the tails.
#include "engine/training/likelihood.h"

#include "engine/model/distribution.h"

namespace bitswap {

torch::Tensor round_through(const torch::Tensor& x) { return x + ((x + 0.5).floor() - x).detach(); }

torch::Tensor scale_from_head(const torch::Tensor& head, bool quantised) {
  // distribution.h: index = 32 + head·8, scale = 0.05·exp(index/8).
  torch::Tensor index = head * 8 + static_cast<double>(kScaleBias);
  if (quantised) index = round_through(index);
  return (index.clamp(0, kScaleCount - 1) / 8).exp() * 0.05;
}

torch::Tensor log_probability(const torch::Tensor& x, const torch::Tensor& mean, const torch::Tensor& scale) {
  const torch::Tensor inverse = scale.reciprocal();
  const torch::Tensor centred = x - mean;
  // By symmetry both sigmoids are taken on the side where they are small: no cancellation.
  const torch::Tensor distance = centred.abs();
  const torch::Tensor inside = torch::sigmoid((0.5 - distance) * inverse) - torch::sigmoid((-0.5 - distance) * inverse);
  const torch::Tensor lowest = x < 0.5;
  const torch::Tensor highest = x > 254.5;
  const torch::Tensor outward = torch::where(lowest, centred, -centred);
  const torch::Tensor edge = torch::sigmoid((outward + 0.5) * inverse);
  return torch::where(lowest.logical_or(highest), edge, inside).clamp_min(1e-12).log();
}

}  // namespace bitswap
