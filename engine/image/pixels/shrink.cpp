// SPDX-License-Identifier: GPL-3.0-or-later
// Integers only, so that a thumbnail is the same everywhere.
#include "engine/image/pixels/shrink.h"

#include <algorithm>
#include <array>

namespace bitswap {

Picture shrink(const Picture& picture, std::uint32_t width, std::uint32_t height) {
  const std::size_t channels = picture.channels;
  Picture out{width, height, picture.channels, {}};
  out.samples.reserve(out.pixel_count() * channels);
  const auto edge = [](std::uint32_t length, std::uint64_t index, std::uint64_t parts) {
    return static_cast<std::size_t>(length * index / parts);
  };
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::size_t top = edge(picture.height, y, height), bottom = edge(picture.height, y + 1, height);
    for (std::uint32_t x = 0; x < width; ++x) {
      const std::size_t left = edge(picture.width, x, width), right = edge(picture.width, x + 1, width);
      const std::uint64_t area = (bottom - top) * (right - left);
      std::array<std::uint64_t, 4> sums = {area / 2, area / 2, area / 2, area / 2};
      for (std::size_t row = top; row < bottom; ++row) {
        const std::uint8_t* sample = picture.samples.data() + (row * picture.width + left) * channels;
        for (std::size_t column = left; column < right; ++column) {
          for (std::size_t c = 0; c < channels; ++c) sums[c] += *sample++;
        }
      }
      for (std::size_t c = 0; c < channels; ++c) out.samples.push_back(static_cast<std::uint8_t>(sums[c] / area));
    }
  }
  return out;
}

Picture thumbnail(const Picture& picture, std::uint32_t longest_side) {
  const std::uint32_t longest = std::max(picture.width, picture.height);
  if (longest <= longest_side) return picture;
  const auto side = [&](std::uint32_t length) {
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(1, std::uint64_t{length} * longest_side / longest));
  };
  return shrink(picture, side(picture.width), side(picture.height));
}

}  // namespace bitswap
