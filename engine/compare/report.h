// SPDX-License-Identifier: GPL-3.0-or-later
// Gathers the measurements of many images and words them as JSON, as a table for a terminal and as CSV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/compare/codec.h"

namespace bitswap {

/// One image under any number of codecs, in any order. raw_bytes is width * height * channels.
struct CompareImage {
  std::string path;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t raw_bytes = 0;
  std::vector<CompareMeasurement> codecs;
};

/// What one codec made of all images that were measured with it.
struct CompareTotal {
  std::string codec;
  std::uint64_t images = 0;
  std::uint64_t bytes = 0;
  std::uint64_t raw_bytes = 0;             ///< of the same images
  double mean_bits_per_subpixel = 0;       ///< every image weighs the same, however large
  double encode_megabytes_per_second = 0;  ///< 10^6 raw bytes per second of codec time; 0 when no time was measured
  double decode_megabytes_per_second = 0;
  Ledger ledger;  ///< sum over the images, of Bit-Swap and BB-ANS
};

/// Codecs appear in the order in which they were first added. Any name works. A codec that could not take some image is
/// left out of that image; its totals then cover the others only, and the table says so.
class CompareReport {
 public:
  /// A codec that occurs twice in one image counts once, with its last measurement.
  void add(CompareImage image);

  [[nodiscard]] const std::vector<CompareImage>& images() const { return images_; }
  [[nodiscard]] std::vector<CompareTotal> totals() const;

  /// The document of `compare --json`, without a newline at the end. Keys are only ever added; Bit-Swap and BB-ANS have
  /// "initial_bits_required" and "initial_bits_paid" besides. Bytes of a path that are not UTF-8 become U+FFFD.
  [[nodiscard]] std::string json() const;
  /// One row a codec, and below them the initial bits of Bit-Swap and BB-ANS; lines end with a newline.
  [[nodiscard]] std::string table() const;
  /// One header row, then one row for every image and codec, quoted after RFC 4180, lines end with a newline.
  [[nodiscard]] std::string csv() const;

 private:
  std::vector<CompareImage> images_;
};

/// Bits that a codec spends on one subpixel (one sample of one channel): 8 * bytes / raw_bytes; 0 for an empty image.
double bits_per_subpixel(std::uint64_t bytes, std::uint64_t raw_bytes);

}  // namespace bitswap
