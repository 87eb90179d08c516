// Training photos in memory, and random crops of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <vector>

#include "engine/image/picture.h"

namespace bitswap {

class PhotoSet {
 public:
  /// Takes an RGB picture. `weight` scales the chance of each of its pixels (1 = as any other).
  void add(Picture photo, double weight);
  [[nodiscard]] std::size_t size() const { return photos_.size(); }
  [[nodiscard]] const Picture& photo(std::size_t i) const { return photos_[i]; }
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }

  /// Fills `out` (uint8 [count, 3, side, side]) with random crops, mirrored left to right half of the time.
  void sample(int count, int side, std::mt19937_64& random, std::uint8_t* out) const;

  /// Packed file: "BSPK", u32 count, per photo u32 width, u32 height, f32 weight, RGB bytes. Crops are stored instead
  /// of whole photos so that the file stays under `limit_bytes`. Errors: Io, NoSpace.
  Status write_packed(const std::filesystem::path& path, std::uint64_t limit_bytes, std::uint64_t seed) const;
  /// Errors: Io, Truncated, Corrupt, LimitExceeded.
  static Result<PhotoSet> read_packed(const std::filesystem::path& path);

 private:
  std::vector<Picture> photos_;
  std::vector<double> cumulative_;  ///< running sum of weight × pixels
  std::uint64_t pixels_ = 0;
};

/// Mean over factor × factor squares: clean pixels from a large photo with JPEG history. factor >= 1.
Picture shrink(const Picture& photo, int factor);

}  // namespace bitswap
