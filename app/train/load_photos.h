// SPDX-License-Identifier: GPL-3.0-or-later
// Finds and decodes the photos for training and validation.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/training/photo_set.h"

namespace bitswap {

/// All files below the paths, sorted. Errors: NotFound.
Result<std::vector<std::filesystem::path>> find_files(std::span<const std::filesystem::path> paths);
/// Errors: Io.
Result<Bytes> read_file(const std::filesystem::path& path);
/// Without channels if it is no picture.
Result<Picture> decode_photo(ByteView bytes);

/// All pictures in the given files and folders (sorted by path; other files are passed over), as RGB.
/// Errors: NotFound for a path that does not exist, Cancelled.
Result<std::vector<Picture>> load_photos(std::span<const std::filesystem::path> paths, int threads,
                                         const CancelToken* cancel);

/// The set to train on. For pixels that may be anything: photos of 4 megapixels or more are shrunk by `factor` and by
/// one more and one less, smaller ones that were JPEG files by 2, which gives clean pixels, and a few of those pixels
/// as they are; all are taken as they are with a factor of 1. With `ycc` the photos made of luma and chroma, as these;
/// few pixels of large ones, because they are much alike, but of these also what a Photo CD would have made of their
/// clean pixels.
PhotoSet make_training_set(std::vector<Picture> photos, int factor, bool ycc);

/// Only those made of luma and chroma that are not grey.
std::vector<Picture> with_ycc(std::vector<Picture> photos, int threads);

/// What an adaptation learns from: windows of a random choice of the pictures, so that memory stays bounded.
struct PhotoSample {
  PhotoSet photos;
  double all_pixels = 0;  ///< of all the files, estimated from those that were decoded
};
/// `kind` says which pictures. Errors as load_photos().
enum class SampleKind : std::uint8_t { All, OnlyYcc, NoYcc };
Result<PhotoSample> load_sample(std::span<const std::filesystem::path> paths, SampleKind kind, int threads,
                                const CancelToken* cancel);

}  // namespace bitswap
