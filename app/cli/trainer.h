// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands reach the trainer, which lives in the shared object with LibTorch.
#pragma once

#include <string>

#include "app/train/train_command.h"

namespace bitswap::cli {

inline constexpr std::string_view kNeedsLibTorch = "Install or build the program with LibTorch.";

using Trainer = int (*)(const TrainArguments*, const CancelToken*, Error*);

/// Errors: NotFound, when the program has no LibTorch.
Result<Trainer> open_trainer();

/// What --device means for training: "cpu" or "cuda". Errors: InvalidArgument ("plain").
Result<std::string> training_device(const std::string& device);

/// Trains or adapts. Errors: those of run_training().
Status call(Trainer trainer, const TrainArguments& arguments, const CancelToken* cancel);

}  // namespace bitswap::cli
