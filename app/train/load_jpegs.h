// SPDX-License-Identifier: GPL-3.0-or-later
// Finds JPEG files and pictures without JPEG history for the training of a model of coefficients.
#pragma once

#include <filesystem>
#include <span>

#include "engine/base/parallel.h"
#include "engine/training/jpeg_set.h"

namespace bitswap {

/// The coefficients of all JPEGs in the given files and folders. With `clean` also pixels without JPEG history: other
/// pictures as they are, photos of 4 megapixels or more shrunk by `factor` and by one more and less, smaller ones by 2.
/// Errors: NotFound for a path that does not exist, Cancelled.
Result<JpegSet> load_jpegs(std::span<const std::filesystem::path> paths, int factor, bool clean, int threads,
                           const CancelToken* cancel);

}  // namespace bitswap
