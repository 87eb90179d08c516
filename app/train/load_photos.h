// Finds and decodes the photos for training and validation.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/training/photo_set.h"

namespace bitswap {

/// All pictures in the given files and folders (sorted by path; other files are passed over), as RGB.
/// Errors: NotFound for a path that does not exist, Cancelled.
Result<std::vector<Picture>> load_photos(std::span<const std::filesystem::path> paths, int threads,
                                         const CancelToken* cancel);

/// The set to train on: photos of 4 megapixels or more are shrunk by `factor` and by one more, which gives clean
/// pixels, and count twice; others are taken as they are, and so are all with a factor of 1.
PhotoSet make_training_set(std::vector<Picture> photos, int factor);

/// What an adaptation learns from: windows of a random choice of the pictures, so that memory stays bounded.
struct PhotoSample {
  PhotoSet photos;
  double all_pixels = 0;  ///< of all the files, estimated from those that were decoded
};
/// Errors as load_photos().
Result<PhotoSample> load_sample(std::span<const std::filesystem::path> paths, int threads, const CancelToken* cancel);

}  // namespace bitswap
