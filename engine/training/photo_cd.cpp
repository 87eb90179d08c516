// SPDX-License-Identifier: GPL-3.0-or-later
// The interpolation is the one found in the Kodak suite: (a + b + 1) / 2 between two samples, (a + b + c + d + 2) / 4
// between four.
#include "engine/training/photo_cd.h"

#include <algorithm>
#include <cmath>

namespace bitswap {
namespace {

std::uint8_t to_byte(double v) { return static_cast<std::uint8_t>(std::clamp(std::lround(v), 0L, 255L)); }

double luma(double r, double g, double b) { return 0.299 * r + 0.587 * g + 0.114 * b; }

}  // namespace

Picture like_photo_cd(const Picture& photo, Turn turn) {
  const std::uint32_t width = photo.width / 2 * 2, height = photo.height / 2 * 2;
  Picture out{width, height, 3, Bytes(std::size_t{3} * width * height)};
  const auto from = [&](std::uint32_t x, std::uint32_t y, int c) -> double {
    return photo.samples[(std::size_t{y} * photo.width + x) * 3 + c];
  };
  const auto at = [&](std::uint32_t x, std::uint32_t y) { return &out.samples[(std::size_t{y} * width + x) * 3]; };
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      at(x, y)[1] = to_byte((luma(from(x, y, 0), from(x, y, 1), from(x, y, 2)) + 0.5) / 1.3584);
    }
  }
  for (std::uint32_t y = 0; y < height; y += 2) {
    for (std::uint32_t x = 0; x < width; x += 2) {
      double mean[3] = {};
      for (int c = 0; c < 3; ++c) {
        mean[c] = (from(x, y, c) + from(x + 1, y, c) + from(x, y + 1, c) + from(x + 1, y + 1, c)) / 4;
      }
      const double l = luma(mean[0], mean[1], mean[2]);
      at(x, y)[0] = to_byte(137 + (mean[0] - l) / 1.8215);
      at(x, y)[2] = to_byte(156 + (mean[2] - l) / 2.2179);
    }
  }
  for (const int c : {0, 2}) {
    for (std::uint32_t y = 0; y < height; ++y) {
      for (std::uint32_t x = y % 2 == 0 ? 1 : 0; x < width; ++x) {
        if (y % 2 == 0 && x % 2 == 0) continue;
        const std::uint32_t x0 = x / 2 * 2, y0 = y / 2 * 2;  // the last ones repeat
        const std::uint32_t x1 = std::min(x0 + 2 * (x % 2), width - 2), y1 = std::min(y0 + 2 * (y % 2), height - 2);
        const int sum = at(x0, y0)[c] + at(x1, y0)[c] + at(x0, y1)[c] + at(x1, y1)[c];
        at(x, y)[c] = static_cast<std::uint8_t>((sum + 2) / 4);
      }
    }
  }
  if (turn == Turn::None) return out;
  Picture turned{height, width, 3, Bytes(out.samples.size())};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      std::copy_n(at(x, y), 3, &turned.samples[(std::size_t{width - 1 - x} * height + y) * 3]);
    }
  }
  return turned;
}

}  // namespace bitswap
