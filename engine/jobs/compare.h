// SPDX-License-Identifier: GPL-3.0-or-later
// All codecs on the same pictures, each result decoded and held against the picture before it counts.
#pragma once

#include "engine/compare/html_report.h"
#include "engine/jobs/picture_source.h"

namespace bitswap {

struct CompareOptions : JobOptions {
  std::vector<PictureSource> pictures;
  std::vector<std::string>
      codecs;              ///< names as in the JSON documents, in the order of the report; empty: the usual ones
  std::uint32_t crop = 0;  ///< multiples to crop the sides to; 0: whole pictures
  /// Pixels to estimate a large picture from, sample_patches(); 0: all of each picture. Estimates are scaled to the
  /// whole picture and marked in the measurements.
  std::uint64_t sample = 0;
  std::string model;                 ///< as in CompressOptions
  std::uint32_t thumbnail_side = 0;  ///< longest side of the thumbnails, in pixels; 0: none
  /// Called whenever a codec is done with a picture, with what is known of that picture so far; from any worker, one
  /// call at a time.
  std::function<void(std::size_t picture, const CompareImage&)> measured;
};

struct CompareOutcome {
  CompareReport report;                 ///< in the order of `pictures`; those that could not be read are left out
  std::vector<std::string> warnings;    ///< a sentence each
  std::vector<Bytes> thumbnails;        ///< if asked for: PNG files, one for each image of the report
  std::vector<CodecSettings> settings;  ///< of each codec that was asked for, in that order
};

/// The names that an empty list of codecs stands for: raw gzip bzip2 lzma png webp jpegxl bb-ans bit-swap.
std::vector<std::string> usual_codecs();
/// Those and the ones that only come on demand; a released family of models by its name is Bit-Swap with these, in a
/// row of its own beside that of the chosen model.
std::vector<std::string> known_codecs();

/// Pictures and codecs are spread over the threads together; at most one picture more than there are threads is held
/// decoded. Progress counts measurements as files and their raw bytes; bytes_total stays 0, because sizes are known
/// only when the pictures are decoded. Errors: InvalidArgument (an unknown codec), Cancelled, OutOfMemory, Internal (a
/// codec was not lossless).
Result<CompareOutcome> compare(const CompareOptions& options);

}  // namespace bitswap
