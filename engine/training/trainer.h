// SPDX-License-Identifier: GPL-3.0-or-later
// The training loop: Adam with warm-up and cosine decay, an average of the weights, a float phase and then a
// quantisation-aware one. Runs on the CPU or a GPU; can stop at any time and go on from its checkpoint.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/model/model.h"
#include "engine/training/jpeg_set.h"
#include "engine/training/photo_set.h"

namespace bitswap {

struct TrainOptions {
  std::string device = "cpu";  ///< "cpu" or "cuda"
  int threads = 0;             ///< of the CPU, which share out each batch; 0: all. Others: another order of rounding
  int batch = 16;
  int crop = 64;  ///< of pixel models, rounded up to their alignment; those of JPEG models have a fixed size
  /// Every so many steps the networks of coarse grids learn from one crop as large as its photo, too: in a small one
  /// their grids are a few values wide, nothing but border. 0: never.
  int large_crop_every = 2;
  double minutes = 30;      ///< length of this schedule; the quantised phase may take longer than its part, see below
  std::uint64_t steps = 0;  ///< length of this schedule in steps instead; 0: minutes
  /// Of the schedule before quantisation-aware training starts. The clock ends the float phase; the other one then
  /// takes its share of the steps, so that other work on the machine cannot starve it.
  double float_share = 0.75;
  double learning_rate = 2e-3;
  double average = 0.999;  ///< decay of the weight average
  double checkpoint_minutes = 5;
  double validate_minutes = 10;
  std::uint64_t seed = 1;
  std::filesystem::path checkpoint;  ///< prefix; files are PREFIX.0, PREFIX.1, … of under 15 MB. Empty: none
  bool resume = false;               ///< go on from the checkpoint with a new schedule
  /// Begin with the weights of this model for pixels, whose networks have the same layers, as wide or narrower by a
  /// whole factor (widen.h). Null: random.
  std::shared_ptr<const Model> start;
  std::filesystem::path log;  ///< CSV, appended. Empty: none
  std::string data;           ///< what the photos are, in words for the log
};

struct TrainProgress {
  std::uint64_t step = 0;        ///< over all schedules
  double minutes = 0;            ///< over all schedules
  double seconds_left = 0;       ///< of this schedule
  double bits_per_subpixel = 0;  ///< running mean, negative ELBO; of JPEG models bits per pixel
  double pixels_per_second = 0;  ///< since the last report
  double learning_rate = 0;
  bool quantised = false;
  std::optional<double> validation;        ///< bits per subpixel of the integer model, when just measured
  std::optional<double> validation_float;  ///< of the same weights before rounding; says little once `quantised`
};

struct TrainHooks {
  std::function<void(const TrainProgress&)> progress;
  /// Mean bits per subpixel of an integer model on whole validation images; empty: no validation.
  std::function<Result<double>(const Model&)> validate;
  /// These images, RGB with sides of whole multiples of 32: what they cost without rounding is measured, too. May be
  /// empty; must outlive the training.
  std::span<const Picture> validation_photos;
  /// The same for JPEG models: crops of these files, coded with the numbers of the integer model. May be null.
  const JpegSet* validation_jpegs = nullptr;
  /// Called with the averaged integer model after every validation and at the end.
  std::function<Status(Model&)> save;
};

/// Trains a model of `config` (with resume: the one in the checkpoint, which must have this configuration).
/// Errors: Cancelled (after saving a checkpoint), Io, Corrupt, InvalidArgument.
Status train(const ModelConfig& config, const PhotoSet& photos, const TrainOptions& options, const TrainHooks& hooks,
             const CancelToken* cancel);

Status train(const JpegConfig& config, const JpegSet& files, const TrainOptions& options, const TrainHooks& hooks,
             const CancelToken* cancel);

}  // namespace bitswap
