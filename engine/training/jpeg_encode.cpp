// SPDX-License-Identifier: GPL-3.0-or-later
// Colour transform, mean over squares, DCT as two products of matrices, quantisation.
#include "engine/training/jpeg_encode.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitswap {
namespace {

using Block = std::array<float, 64>;

constexpr std::array<std::uint8_t, 64> kZigzag = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

// ITU-T T.81, tables K.1 and K.2, row by row.
constexpr std::array<std::uint8_t, 64> kLuma = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                                                14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                                                18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                                                49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr std::array<std::uint8_t, 64> kChroma = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                                                  24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

/// [frequency][position].
Block make_cosines() {
  Block m{};
  for (int u = 0; u < 8; ++u) {
    for (int x = 0; x < 8; ++x) {
      const double scale = u == 0 ? std::sqrt(0.125) : 0.5;
      m[u * 8 + x] = static_cast<float>(scale * std::cos((2 * x + 1) * u * std::numbers::pi / 16));
    }
  }
  return m;
}

void quantised_dct(const Block& samples, const std::array<std::uint16_t, 64>& steps, std::int16_t* out) {
  static const Block m = make_cosines();
  Block rows{}, whole{};
  for (int u = 0; u < 8; ++u) {
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) rows[u * 8 + x] += m[u * 8 + y] * samples[y * 8 + x];
    }
  }
  for (int v = 0; v < 8; ++v) {
    for (int u = 0; u < 8; ++u) {
      float sum = 0;
      for (int x = 0; x < 8; ++x) sum += m[v * 8 + x] * rows[u * 8 + x];
      whole[u * 8 + v] = sum;
    }
  }
  for (int i = 0; i < 64; ++i) {
    const float value = whole[kZigzag[i]] / static_cast<float>(steps[i]);
    out[i] = static_cast<std::int16_t>(std::copysign(std::floor(std::abs(value) + 0.5F), value));
  }
}

/// `plane`: [rows][columns] samples around 0.
JpegComponentBlocks component_of(const std::vector<float>& plane, int columns, int rows,
                                 const std::array<std::uint16_t, 64>& steps) {
  JpegComponentBlocks component{columns / 8, rows / 8, steps, {}};
  component.values.resize(static_cast<std::size_t>(columns) * rows);
  std::int16_t* out = component.values.data();
  Block samples;
  for (int y = 0; y < rows; y += 8) {
    for (int x = 0; x < columns; x += 8, out += 64) {
      for (int row = 0; row < 8; ++row) {
        std::copy_n(plane.data() + static_cast<std::size_t>(y + row) * columns + x, 8, samples.data() + row * 8);
      }
      quantised_dct(samples, steps, out);
    }
  }
  return component;
}

}  // namespace

int random_quality(std::mt19937_64& random) {
  constexpr std::array<int, 10> kUsual = {50, 60, 70, 75, 80, 85, 90, 92, 95, 97};
  const int near = static_cast<int>(random() % 7) - 3;
  return std::clamp(kUsual[random() % kUsual.size()] + near, 30, 98);
}

std::array<std::uint16_t, 64> standard_steps(int quality, bool chroma) {
  const int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  std::array<std::uint16_t, 64> steps{};
  for (int i = 0; i < 64; ++i) {
    const int base = (chroma ? kChroma : kLuma)[kZigzag[i]];
    steps[i] = static_cast<std::uint16_t>(std::clamp((base * scale + 50) / 100, 1, 255));
  }
  return steps;
}

JpegBlocks encode_jpeg(std::span<const std::uint8_t> planes, int side, int rows, int quality, int across, int down) {
  const std::size_t size = static_cast<std::size_t>(side) * side, used = static_cast<std::size_t>(side) * rows;
  std::array<std::vector<float>, 3> ycc;
  for (auto& plane : ycc) plane.resize(used);
  for (std::size_t i = 0; i < used; ++i) {
    const float r = planes[i], g = planes[size + i], b = planes[2 * size + i];
    const auto rounded = [](float v) { return std::clamp(std::floor(v + 0.5F), -128.0F, 127.0F); };
    ycc[0][i] = rounded(0.299F * r + 0.587F * g + 0.114F * b - 128);
    ycc[1][i] = rounded(-0.168736F * r - 0.331264F * g + 0.5F * b);
    ycc[2][i] = rounded(0.5F * r - 0.418688F * g - 0.081312F * b);
  }
  JpegBlocks picture{{}, across, down};
  picture.components[0] = component_of(ycc[0], side, rows, standard_steps(quality, false));
  const int columns = side / across, chroma_rows = rows / down;
  const auto steps = standard_steps(quality, true);
  for (std::size_t c = 1; c < 3; ++c) {
    std::vector<float> coarse(static_cast<std::size_t>(columns) * chroma_rows);
    for (int y = 0; y < chroma_rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        float sum = 0;
        for (int row = 0; row < down; ++row) {
          for (int column = 0; column < across; ++column) {
            sum += ycc[c][static_cast<std::size_t>(y * down + row) * side + x * across + column];
          }
        }
        coarse[static_cast<std::size_t>(y) * columns + x] = std::floor(sum / static_cast<float>(across * down) + 0.5F);
      }
    }
    picture.components[c] = component_of(coarse, columns, chroma_rows, steps);
  }
  return picture;
}

}  // namespace bitswap
