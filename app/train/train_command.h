// `bitswap train`: photos in, model file and checkpoint out. Composition only; the loop is in engine/training.
#pragma once

#include <filesystem>
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
  std::string config = "photo";
  std::filesystem::path output;  ///< model file
  TrainOptions options;
  bool quiet = false;
};

/// Trains, with one progress line on standard error. Errors: as train(), and Io or NotFound for the data.
Status run_training(const TrainArguments& arguments, const CancelToken* cancel);

}  // namespace bitswap
