// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a plan on tensors: planes, inputs and guesses are made as the coder makes them, networks run with gradients,
// and what comes out is the length of the code. Knows the operations of plan.h and neither pixels nor JPEG. Torch
// types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "engine/model/plan.h"
#include "engine/training/likelihood.h"
#include "engine/training/network_pass.h"

namespace bitswap {

/// What a plan codes, several pieces of the same size at once. The plan must outlive it.
struct Batch {
  const Plan* plan = nullptr;
  std::vector<torch::Tensor> inputs;  ///< as Plan::inputs: integers of any type, [N, channels, H, W]
  torch::Tensor steps;                ///< float [N, inputs, 64], quantisation steps; undefined for pixels

  [[nodiscard]] std::int64_t count() const { return inputs.front().size(0); }
  /// Numbers of the first input: subpixels of a picture, samples of the luma of a JPEG.
  [[nodiscard]] std::int64_t samples() const { return inputs.front().numel(); }
  [[nodiscard]] Batch part(std::int64_t begin, std::int64_t size) const;
};

/// Bits of one batch (differentiable scalars, summed over the batch).
struct BatchBits {
  std::vector<torch::Tensor> stages;     ///< likelihood, as plan.stages
  std::vector<torch::Tensor> prior;      ///< −log2 p(z[i] | z[i+1]), z1 first
  std::vector<torch::Tensor> posterior;  ///< −log2 q(z[i] | z[i−1])
  [[nodiscard]] torch::Tensor total() const;
};

/// Whether a stage runs on a grid so coarse that a training crop is little but border there. They come first.
bool is_coarse(const Plan& plan, std::size_t stage);

/// The sizes of Plan::grids for a batch.
std::vector<Grid> grids_of(const Batch& batch);

/// What a pass needs of a model.
struct PassModel {
  std::function<NetworkOutputs(int network, const NetworkInputs& inputs, bool wants_features)> run;
  torch::Tensor prior_mean, prior_scale;  ///< of the topmost latent: [channels], network units
  bool quantised = false;
};

class PlanPass {
 public:
  /// noise: what the latents are drawn with, [N, channels, H, W] in (0, 1) for each of them. All must outlive the pass.
  PlanPass(const Batch& batch, const std::vector<torch::Tensor>& noise, const PassModel& model);

  /// `only_coarse` leaves all but the coarse stages out.
  BatchBits bits(bool only_coarse);

  // What the coder has in integers, for tests. Latents have to be drawn before what depends on them.
  void draw_latents() { draw(nullptr); }
  const torch::Tensor& plane(int index);
  torch::Tensor input(int conditional);              ///< in network units
  torch::Tensor guess(int conditional, int target);  ///< in 1/16

 private:
  struct Guessed {
    torch::Tensor mean;    ///< in 1/16
    torch::Tensor spread;  ///< of neighbours
  };

  torch::Tensor make_plane(const PlaneSpec& spec);
  torch::Tensor input_part(const Conditional& c, const InputPart& part);
  torch::Tensor coefficient_input(const Conditional& c, const InputPart& part);
  Guessed guessed(const Conditional& c, const Target& target);
  /// Steps of the channels of a plane, [N, channels, 1, 1].
  [[nodiscard]] torch::Tensor steps_of(int component, int plane) const;
  HeadUnits units_of(const Conditional& c, const Target& target, const torch::Tensor& spread);
  const NetworkOutputs& outputs(int conditional);
  /// Head outputs on the grid of the targets.
  torch::Tensor head(int conditional);
  void draw(std::vector<torch::Tensor>* posterior_bits);
  torch::Tensor prior_bits(const LatentSpec& latent);
  torch::Tensor stage_bits(int conditional);

  const Batch& batch_;
  const Plan& plan_;
  const std::vector<torch::Tensor>& noise_;
  const PassModel& model_;
  std::vector<Grid> grids_;
  std::vector<torch::Tensor> inputs_;  ///< float
  std::vector<torch::Tensor> planes_;
  std::vector<std::optional<NetworkOutputs>> outputs_;
  std::vector<bool> wants_features_;                      ///< of conditionals
  std::vector<std::array<torch::Tensor, 2>> compressed_;  ///< of planes: magnitudes and levels, used several times
};

}  // namespace bitswap
