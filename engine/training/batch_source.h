// SPDX-License-Identifier: GPL-3.0-or-later
// Where the training loop's batches come from. Torch types: include this from the trainer's own .cpp files only.
#pragma once

#include <memory>
#include <optional>
#include <random>

#include "engine/training/jpeg_set.h"
#include "engine/training/photo_set.h"
#include "engine/training/plan_pass.h"
#include "engine/training/trainable_model.h"

namespace bitswap {

class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// On the CPU, in pinned memory if the model is elsewhere. One call at a time, from any thread.
  virtual Batch next(std::mt19937_64& random) = 0;
  /// One large crop, from which networks of coarse grids learn; nothing if there are none.
  virtual std::optional<Batch> large(std::mt19937_64& random) = 0;
  /// Of the samples that the loss counts.
  [[nodiscard]] virtual double samples_per_pixel() const = 0;
};

/// Square crops of `side` pixels. Model and photos must outlive it.
std::unique_ptr<BatchSource> make_pixel_source(const TrainableModel& model, const PhotoSet& photos, int batch,
                                               int side);
/// Crops of coefficients, about as many pixels a batch as `batch` of 4:2:0.
std::unique_ptr<BatchSource> make_jpeg_source(const TrainableModel& model, const JpegSet& set, int batch);

/// On another device.
Batch to_device(const Batch& batch, const torch::Device& device);

}  // namespace bitswap
