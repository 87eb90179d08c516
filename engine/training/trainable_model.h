// SPDX-License-Identifier: GPL-3.0-or-later
// The networks of a model as numbers that can be trained: float first, then quantisation-aware, then exported to the
// integer model. Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "engine/model/model.h"
#include "engine/training/network_pass.h"
#include "engine/training/plan_pass.h"

namespace bitswap {

/// The parameters as one backward() sees them, and the gradient that it adds to: threads that share out a batch have
/// one of these each.
struct Leaves {
  torch::Tensor gradient;                 ///< float [parameters]
  torch::Tensor prior_mean, prior_scale;  ///< [channels], network units
  std::vector<torch::Tensor> networks;    ///< flat, as plan.networks
};

/// All parameters are views of one flat tensor, so that the optimiser, the average and checkpoints are single vectors.
class TrainableModel {
 public:
  TrainableModel(const AnyConfig& config, torch::Device device);

  /// Code lengths of a batch on the model's device under its plan or another with the same networks. `quantised` makes
  /// every number that the integer model rounds behave as there, with straight-through gradients.
  BatchBits forward(const Batch& batch, bool quantised);

  /// The same in three steps, for threads that share out a batch. Chooses the numbers and the type that the networks
  /// run with until the next call.
  void prepare(bool quantised);
  /// What the latents of the batch are drawn with: [N, channels, H, W] in (0, 1) for each of them. From LibTorch's own
  /// generator of the device, or from one of the CPU.
  [[nodiscard]] std::vector<torch::Tensor> draw_noise(const Batch& batch,
                                                      c10::optional<at::Generator> generator = {}) const;
  /// May be called by several threads at once; gradients go to `leaves`. `only_coarse` leaves all but the coarse stages
  /// out.
  [[nodiscard]] BatchBits forward(const Batch& batch, const std::vector<torch::Tensor>& noise, const Leaves& leaves,
                                  bool only_coarse = false) const;
  /// What a pass with these leaves runs; they and the model must outlive it.
  [[nodiscard]] PassModel pass_model(const Leaves& leaves) const;
  /// Views of the values, with a gradient of zeros.
  [[nodiscard]] Leaves make_leaves() const;
  [[nodiscard]] const Leaves& leaves() const { return leaves_; }

  /// Pictures, uint8 [N, 3, H, W] with H and W multiples of alignment(), for the plan of a pixel model.
  [[nodiscard]] Batch pictures(const torch::Tensor& images) const { return {&plan_, {images}, {}}; }
  /// Sides of the first input have to be multiples of this.
  [[nodiscard]] int alignment() const;
  [[nodiscard]] const AnyConfig& config() const { return config_; }
  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] torch::Device device() const { return device_; }
  torch::Tensor& values() { return values_; }             ///< float [parameters], no gradient of its own
  torch::Tensor& gradient() { return leaves_.gradient; }  ///< float [parameters], filled by backward()

  /// From now on weights are rounded in the units of this model, which must have the same configuration, and not in
  /// those that the largest weights allow: the integers of both can be compared. Leaves the values as they are.
  void keep_shifts(const Model& model);

  /// The integer model of `values` (float [parameters], for example the averaged ones).
  Model export_integers(const torch::Tensor& values) const;

 private:
  struct Network {
    std::int64_t offset = 0;  ///< of its parameters in the flat tensors
    std::int64_t size = 0;
    const IntegerNetwork* shifts = nullptr;  ///< whose units are kept; null: the finest that fit
  };

  void initialise();
  /// First values of the biases of heads.
  void initialise_heads();
  /// Integers of one network, from its part of a flat tensor on the CPU.
  [[nodiscard]] IntegerNetwork integers(int network, const float* numbers) const;

  AnyConfig config_;
  Plan plan_;
  torch::Device device_;
  torch::Tensor values_;
  std::int64_t prior_channels_ = 0;
  std::vector<Network> networks_;
  std::vector<IntegerNetwork> kept_;
  Leaves leaves_;
  NetworkNumbers numbers_;  ///< of all networks
  bool quantised_ = false;
};

}  // namespace bitswap
