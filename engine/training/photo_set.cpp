// SPDX-License-Identifier: GPL-3.0-or-later
// Sampling of training crops, and the packed file for machines without image libraries.
#include "engine/training/photo_set.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "engine/image/pixels/shrink.h"
#include "engine/image/pixels/tiles.h"
#include "engine/training/packed_set.h"

namespace bitswap {
namespace {

constexpr std::string_view kMagic = "BSPK";

Picture cut(const Picture& photo, std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height) {
  Picture out{width, height, 3, Bytes(std::size_t{3} * width * height)};
  for (std::uint32_t row = 0; row < height; ++row) {
    const auto* from = photo.samples.data() + (std::size_t{y + row} * photo.width + x) * 3;
    std::copy_n(from, std::size_t{3} * width, out.samples.data() + std::size_t{row} * width * 3);
  }
  return out;
}

}  // namespace

void PhotoSet::add(Picture photo, double weight) {
  const double before = cumulative_.empty() ? 0 : cumulative_.back();
  cumulative_.push_back(before + weight * static_cast<double>(photo.pixel_count()));
  pixels_ += photo.pixel_count();
  photos_.push_back(std::move(photo));
}

std::uint32_t PhotoSet::place(std::uint32_t whole, std::uint32_t piece, std::mt19937_64& random) const {
  return piece >= whole ? 0 : static_cast<std::uint32_t>(random() % ((whole - piece) / grid_ + 1)) * grid_;
}

const Picture& PhotoSet::pick(std::mt19937_64& random) const {
  std::uniform_real_distribution<double> place(0, cumulative_.back());
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), place(random));
  return photos_[std::min<std::size_t>(found - cumulative_.begin(), photos_.size() - 1)];
}

void PhotoSet::cut_planes(const Picture& photo, int side, std::mt19937_64& random, std::uint8_t* planes) const {
  // A photo smaller than the crop repeats its last row and column.
  const auto length = static_cast<std::uint32_t>(side);
  const std::uint32_t x0 = place(photo.width, length, random), y0 = place(photo.height, length, random);
  const bool mirror = grid_ == 1 && (random() & 1) != 0;
  for (int row = 0; row < side; ++row) {
    const std::uint32_t y = std::min(y0 + row, photo.height - 1);
    for (int column = 0; column < side; ++column) {
      const std::uint32_t x = std::min(x0 + (mirror ? side - 1 - column : column), photo.width - 1);
      const std::uint8_t* pixel = photo.samples.data() + (std::size_t{y} * photo.width + x) * 3;
      for (int c = 0; c < 3; ++c) planes[(static_cast<std::size_t>(c) * side + row) * side + column] = pixel[c];
    }
  }
}

void PhotoSet::sample(int count, int side, std::mt19937_64& random, std::uint8_t* out) const {
  for (int n = 0; n < count; ++n) {
    const Picture& photo = pick(random);
    cut_planes(photo, side, random, out + static_cast<std::size_t>(n) * 3 * side * side);
  }
}

PhotoSet::Crop PhotoSet::sample_large(int unit, int least, int most, std::mt19937_64& random) const {
  const Picture& photo = pick(random);
  const int shorter =
      static_cast<int>(std::min<std::uint32_t>({photo.width, photo.height, static_cast<std::uint32_t>(most)}));
  Crop crop;
  crop.side = std::max(least, shorter / unit * unit);
  crop.planes.resize(std::size_t{3} * crop.side * crop.side);
  cut_planes(photo, crop.side, random, crop.planes.data());
  return crop;
}

Status PhotoSet::write_packed(const std::filesystem::path& path, std::uint64_t limit_bytes, std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  const double share = std::min(1.0, static_cast<double>(limit_bytes) / (3.0 * static_cast<double>(pixels_)));
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(photos_.size()));
  for (std::size_t i = 0; i < photos_.size(); ++i) {
    const Picture& photo = photos_[i];
    const auto side = [&](std::uint32_t length) {
      return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::sqrt(share) * length));
    };
    const std::uint32_t width = side(photo.width), height = side(photo.height);
    const std::uint32_t x = place(photo.width, width, random), y = place(photo.height, height, random);
    const Picture piece = cut(photo, x, y, width, height);
    const double total = cumulative_[i] - (i == 0 ? 0 : cumulative_[i - 1]);
    out.u32(width);
    out.u32(height);
    out.u32(std::bit_cast<std::uint32_t>(static_cast<float>(total / static_cast<double>(photo.pixel_count()))));
    out.raw(piece.samples);
  }
  return write_packed_set(path, kMagic, out.bytes());
}

Result<PhotoSet> PhotoSet::read_packed(const std::filesystem::path& path, std::uint32_t grid) {
  BITSWAP_TRY_ASSIGN(const Bytes bytes, read_packed_set(path, kMagic, "a packed training set"));
  ByteReader in(bytes);
  BITSWAP_TRY_ASSIGN(const std::uint32_t count, in.u32());
  PhotoSet set(grid);
  for (std::uint32_t i = 0; i < count; ++i) {
    BITSWAP_TRY_ASSIGN(const std::uint32_t width, in.u32());
    BITSWAP_TRY_ASSIGN(const std::uint32_t height, in.u32());
    BITSWAP_TRY_ASSIGN(const std::uint32_t weight, in.u32());
    const float chance = std::bit_cast<float>(weight);
    if (width == 0 || height == 0 || !(chance > 0 && chance < 1e6F)) {
      return Error{Error::Code::Corrupt, in.position(), "packed training set: bad photo"};
    }
    BITSWAP_TRY_ASSIGN(const ByteView samples, in.raw(std::uint64_t{3} * width * height));
    set.add({width, height, 3, Bytes(samples.begin(), samples.end())}, chance);
  }
  if (set.size() == 0) return Error{Error::Code::Corrupt, 0, path.string() + " holds no photo"};
  return set;
}

Picture shrink(const Picture& photo, int factor) {
  const std::uint32_t width = photo.width / factor, height = photo.height / factor;
  // Whole squares only: what is left over at the right and below would make others than factor × factor.
  return shrink(crop(photo, {0, 0, width * factor, height * factor}), width, height);
}

}  // namespace bitswap
