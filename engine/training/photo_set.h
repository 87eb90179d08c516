// SPDX-License-Identifier: GPL-3.0-or-later
// Training photos in memory, and random crops of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <vector>

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// JPEG's blocks and interpolated chroma begin at even places, in tiles as in the whole picture, so that models for
/// luma and chroma can know them; crops for these begin on this grid.
inline constexpr std::uint32_t kYccGrid = 8;

class PhotoSet {
 public:
  /// Crops begin at multiples of `grid`. With more than 1 they are not mirrored, which would move the grid.
  explicit PhotoSet(std::uint32_t grid = 1) : grid_(grid) {}
  /// Takes an RGB picture. `weight` scales the chance of each of its pixels (1 = as any other).
  void add(Picture photo, double weight);
  [[nodiscard]] std::size_t size() const { return photos_.size(); }
  [[nodiscard]] const Picture& photo(std::size_t i) const { return photos_[i]; }
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }

  /// A random first row or column of a piece of this length; 0 if it is not shorter than the whole.
  std::uint32_t place(std::uint32_t whole, std::uint32_t piece, std::mt19937_64& random) const;

  /// Fills `out` (uint8 [count, 3, side, side]) with random crops, mirrored left to right half of the time.
  void sample(int count, int side, std::mt19937_64& random, std::uint8_t* out) const;

  struct Crop {
    int side = 0;
    Bytes planes;  ///< uint8 [3, side, side]
  };
  /// A random crop as large as its photo allows: a multiple of `unit`, but at least `least` and at most `most`.
  [[nodiscard]] Crop sample_large(int unit, int least, int most, std::mt19937_64& random) const;

  /// Packed file: "BSPK", u32 count, per photo u32 width, u32 height, f32 weight, RGB bytes. Crops are stored instead
  /// of whole photos so that the file stays under `limit_bytes`. Errors: Io, NoSpace.
  Status write_packed(const std::filesystem::path& path, std::uint64_t limit_bytes, std::uint64_t seed) const;
  /// Errors: Io, Truncated, Corrupt, LimitExceeded.
  static Result<PhotoSet> read_packed(const std::filesystem::path& path, std::uint32_t grid = 1);

 private:
  [[nodiscard]] const Picture& pick(std::mt19937_64& random) const;
  void cut_planes(const Picture& photo, int side, std::mt19937_64& random, std::uint8_t* planes) const;

  std::uint32_t grid_;
  std::vector<Picture> photos_;
  std::vector<double> cumulative_;  ///< running sum of weight × pixels
  std::uint64_t pixels_ = 0;
};

/// Mean over factor × factor squares: clean pixels from a large photo with JPEG history. factor >= 1.
Picture shrink(const Picture& photo, int factor);

}  // namespace bitswap
