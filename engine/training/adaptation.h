// SPDX-License-Identifier: GPL-3.0-or-later
// Adapts a finished model to photos like those it will code, in few steps and so that it differs from the model in few
// bytes: an archive that brings the adapted model along has to pay for them. After the idea of van Rozendaal et al.,
// "Overfitting for fun and profit", ICLR 2021: the rate of the model's change is part of the loss.
#pragma once

#include "engine/training/trainer.h"

namespace bitswap {

inline constexpr double kAdaptLearningRate = 1e-3;
inline constexpr double kAdaptMinutes = 10;

/// Of `options` device, threads, batch, crop, minutes, steps, learning_rate and seed count. Weights keep their units,
/// so that most of them, and most bytes of the file, stay those of `base`. What the change costs is weighed against
/// what it gains on `subpixels` samples like the photos' (0: as many as the photos have); the result has the hash of
/// `base` if nothing pays. The progress' bits are those of the last crops.
/// Errors: Cancelled, InvalidArgument, OutOfMemory, Internal.
Result<Model> adapt(const Model& base, const PhotoSet& photos, std::uint64_t subpixels, const TrainOptions& options,
                    const std::function<void(const TrainProgress&)>& progress, const CancelToken* cancel);

}  // namespace bitswap
