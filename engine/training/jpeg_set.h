// SPDX-License-Identifier: GPL-3.0-or-later
// What a model of JPEG coefficients learns from: coefficients of real files, and clean pictures that become JPEGs of
// any quality and sampling when they are asked for. Random crops of both.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <random>
#include <span>
#include <vector>

#include "engine/base/result.h"
#include "engine/training/photo_set.h"

namespace bitswap {

/// One component: int16 [rows][columns][64] of blocks, coefficients in zigzag order, and their quantisation steps.
struct JpegComponentBlocks {
  int columns = 0;
  int rows = 0;
  std::array<std::uint16_t, 64> steps{};
  std::vector<std::int16_t> values;
};

/// The coefficients of a file with luma and two chroma components of the same size.
struct JpegBlocks {
  std::array<JpegComponentBlocks, 3> components;
  int across = 1, down = 1;  ///< columns and rows of luma blocks for one of chroma
};

/// Crops of one sampling.
struct JpegCrops {
  int count = 0;
  int across = 1, down = 1;
  /// A component each: int16 [count][rows][columns][64].
  std::array<std::vector<std::int16_t>, 3> values;
  std::vector<float> steps;  ///< [count][3][64]
};

/// Sides of crops in blocks of chroma: what the grids of block means need, and wide enough for most of a network's
/// view.
inline constexpr int kJpegCropBlocks = 16;

class JpegSet {
 public:
  /// Takes a real file's coefficients. Those of other samplings than 4:4:4, 4:2:2 and 4:2:0, and pictures smaller than
  /// a crop, are left out; returns whether it was taken.
  bool add(JpegBlocks picture);
  /// Pictures without JPEG history.
  PhotoSet& clean() { return clean_; }
  [[nodiscard]] const PhotoSet& clean() const { return clean_; }
  [[nodiscard]] std::size_t files() const;
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }  ///< of real files
  [[nodiscard]] bool empty() const { return files() == 0 && clean_.size() == 0; }

  /// Crops with about as many pixels as `batch` of 4:2:0. Requires a set that is not empty.
  [[nodiscard]] JpegCrops sample(int batch, std::mt19937_64& random) const;

  /// Coefficients into `path`, clean pictures beside it with ".clean" behind the name. Coefficients: "BSJC", u32 count,
  /// per file u8 across, u8 down, then per component u16 columns, u16 rows, 64 u16 steps and its blocks: u8 number of
  /// coefficients up to the last that is not 0, each an i8, or -128 and an i16. Crops are stored instead of whole
  /// pictures so that each file stays under about `limit_bytes`. Errors: Io, NoSpace.
  Status write_packed(const std::filesystem::path& path, std::uint64_t limit_bytes, std::uint64_t seed) const;
  /// Errors: Io, Truncated, Corrupt, LimitExceeded.
  static Result<JpegSet> read_packed(const std::filesystem::path& path);

 private:
  struct Kind {
    int across, down;
    double share, clean_share;  ///< of batches; where a source is missing the other takes its place
    std::vector<JpegBlocks> pictures;
    std::vector<double> cumulative;  ///< running sum of blocks
  };
  void sample_real(const Kind& kind, std::mt19937_64& random, JpegCrops& crops) const;
  void sample_clean(const Kind& kind, std::mt19937_64& random, JpegCrops& crops) const;

  // Shares as in the experiments that the model follows: every sampling is seen, 4:2:0 most.
  std::array<Kind, 3> kinds_{Kind{1, 1, 0.18, 0.08, {}, {}}, Kind{2, 1, 0.16, 0.08, {}, {}},
                             Kind{2, 2, 0.20, 0.30, {}, {}}};
  PhotoSet clean_;
  std::uint64_t pixels_ = 0;
};

/// A crop of a whole picture, in blocks of chroma.
JpegBlocks crop(const JpegBlocks& picture, int x, int y, int width, int height);

}  // namespace bitswap
