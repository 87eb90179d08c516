// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap train`: photos in, model file and checkpoint out. Composition only; the loop is in engine/training.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/training/trainer.h"

namespace bitswap {

struct TrainArguments {
  std::vector<std::filesystem::path> data;  ///< files and folders of photos
  int shrink = 3;                           ///< large photos are scaled down by this; 1: not
  std::filesystem::path packed;             ///< or a packed file
  std::filesystem::path pack_to;            ///< write a packed file instead of training
  std::uint64_t pack_limit = 60'000'000;
  std::vector<std::filesystem::path> validation;  ///< photos to validate on
  std::string config;                             ///< in words; empty: that of the model to start from, or "compact"
  std::shared_ptr<const Model> base;  ///< or the model to adapt to the photos, which are then taken as they are
  bool has_counterpart = false;       ///< that other model codes the pictures made of luma and chroma
  std::filesystem::path output;       ///< model file; empty: none
  Model* adapted = nullptr;           ///< gets the adapted model; may be null
  TrainOptions options;
  std::function<void(const TrainProgress&)> progress;  ///< instead of the line on standard error
  bool quiet = false;
};

/// Trains, with progress on standard error. Errors: as train(), and Io or NotFound for the data.
Status run_training(const TrainArguments& arguments, const CancelToken* cancel);

}  // namespace bitswap
