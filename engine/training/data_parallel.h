// SPDX-License-Identifier: GPL-3.0-or-later
// Passes of a model shared out among the cores of the CPU: each thread runs its part of the images on its own. That
// keeps them busier than LibTorch's threads inside one operation, which are too short-lived in networks this small.
// Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/image/pixels/picture.h"
#include "engine/training/trainable_model.h"

namespace bitswap {

class DataParallel {
 public:
  /// The model must outlive it. Other devices than the CPU run everything on one thread.
  DataParallel(TrainableModel& model, int threads);

  /// Mean bits per sample of the first input of a batch on the model's device, a scalar. Where gradients are enabled,
  /// theirs is in model.gradient() afterwards. All latents' noise is drawn beforehand, so that another number of
  /// threads only means another order of rounding; the same number gives the same result.
  torch::Tensor bits(const Batch& batch, bool quantised, bool only_coarse = false);

  /// Mean over the photos of the bits per subpixel that the float networks of the present values take, in the tiles and
  /// colours of the coder. Sides are cut to multiples of the alignment. The noise is always the same.
  /// Errors: Cancelled, InvalidArgument (no photo is large enough).
  Result<double> photo_rate(std::span<const Picture> photos, const CancelToken* cancel);

 private:
  [[nodiscard]] double photo_bits(const Picture& photo, std::uint64_t seed) const;

  TrainableModel& model_;
  std::vector<Leaves> leaves_;  ///< one a thread; the first are the model's own
};

}  // namespace bitswap
