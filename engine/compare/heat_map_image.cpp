// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of the scale are drawn with a font of 3 x 5 dots: a single label is not worth a font library.
#include "engine/compare/heat_map_image.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

using Colour = std::array<std::uint8_t, 3>;

// Brightness rises all the way, so that the map also reads without colours.
constexpr std::array<Colour, 6> kColours = {
    {{4, 4, 20}, {70, 14, 105}, {160, 38, 92}, {228, 90, 40}, {250, 175, 30}, {252, 252, 190}}};

constexpr std::string_view kGlyphs = "0123456789. bp";
/// Rows of three dots, top first, the left dot in the highest bit.
constexpr std::array<std::array<std::uint8_t, 5>, kGlyphs.size()> kDots = {{{7, 5, 5, 5, 7},
                                                                            {2, 6, 2, 2, 7},
                                                                            {7, 1, 7, 4, 7},
                                                                            {7, 1, 7, 1, 7},
                                                                            {5, 5, 7, 1, 1},
                                                                            {7, 4, 7, 1, 7},
                                                                            {7, 4, 7, 5, 7},
                                                                            {7, 1, 1, 1, 1},
                                                                            {7, 5, 7, 5, 7},
                                                                            {7, 5, 7, 1, 7},
                                                                            {0, 0, 0, 0, 2},
                                                                            {0, 0, 0, 0, 0},
                                                                            {4, 4, 7, 5, 7},
                                                                            {0, 7, 5, 7, 4}}};
constexpr std::uint32_t kDot = 2;
constexpr std::uint32_t kAdvance = 4 * kDot;
constexpr std::uint32_t kBarHeight = 12;
constexpr std::uint32_t kGap = 4;
constexpr std::uint32_t kScaleHeight = kGap + kBarHeight + kGap + 5 * kDot + kGap;

void dot(Picture& canvas, std::uint32_t x, std::uint32_t y, const Colour& colour) {
  if (x >= canvas.width || y >= canvas.height) return;
  std::ranges::copy(colour,
                    canvas.samples.begin() + static_cast<std::ptrdiff_t>((std::size_t{y} * canvas.width + x) * 3));
}

void draw_text(Picture& canvas, std::uint32_t x, std::uint32_t y, std::string_view text) {
  for (const char c : text) {
    const std::size_t glyph = kGlyphs.find(c);
    for (std::uint32_t row = 0; glyph != std::string_view::npos && row < 5 * kDot; ++row) {
      for (std::uint32_t column = 0; column < 3 * kDot; ++column) {
        if ((kDots[glyph][row / kDot] >> (2 - column / kDot) & 1) != 0) {
          dot(canvas, x + column, y + row, {255, 255, 255});
        }
      }
    }
    x += kAdvance;
  }
}

/// Colours from left to right, 0 and the highest value under its ends ("bpp": bits a pixel).
void draw_scale(Picture& canvas, std::uint32_t top, double highest) {
  for (std::uint32_t x = 0; x < canvas.width; ++x) {
    const Colour colour = heat_colour(static_cast<double>(x) / std::max(1U, canvas.width - 1));
    for (std::uint32_t y = 0; y < kBarHeight; ++y) dot(canvas, x, top + kGap + y, colour);
  }
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), "%.1f bpp", highest);
  const std::string label = text.data();
  const auto label_width = static_cast<std::uint32_t>(label.size() * kAdvance);
  const std::uint32_t y = top + kGap + kBarHeight + kGap;
  if (canvas.width >= label_width + 2 * kAdvance) draw_text(canvas, 0, y, "0");
  draw_text(canvas, canvas.width > label_width ? canvas.width - label_width : 0, y, label);
}

}  // namespace

Colour heat_colour(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * (kColours.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(at), kColours.size() - 2);
  const double part = at - static_cast<double>(low);
  Colour colour;
  for (int c = 0; c < 3; ++c) {
    colour[c] = static_cast<std::uint8_t>(kColours[low][c] + part * (kColours[low + 1][c] - kColours[low][c]) + 0.5);
  }
  return colour;
}

Result<std::vector<float>> heat_bits(const HeatMap& map, const std::string& stage) {
  const std::size_t pixels = std::size_t{map.width} * map.height;
  if (pixels == 0) return Error{Error::Code::InvalidArgument, 0, "there is no picture to draw"};
  std::vector<float> bits(pixels);
  std::string names;
  bool found = false;
  for (std::size_t i = 0; i < map.stages.size(); ++i) {
    names += (names.empty() ? "" : ", ") + map.stages[i];
    if (!stage.empty() && map.stages[i] != stage) continue;
    found = true;
    for (std::size_t p = 0; p < std::min(pixels, map.bits[i].size()); ++p) bits[p] += map.bits[i][p];
  }
  if (found) return bits;
  return Error{Error::Code::InvalidArgument, 0, "no stage of pixels is called \"" + stage + "\"; there are " + names};
}

double heat_maximum(std::vector<float> bits) {
  // A few pixels cost far more than all others, and would leave the rest in the dark.
  const auto at = bits.begin() + static_cast<std::ptrdiff_t>((bits.size() - 1) - bits.size() / 1000);
  std::nth_element(bits.begin(), at, bits.end());
  return std::max(1.0, std::ceil(static_cast<double>(*at)));
}

Result<Picture> draw_heat(std::span<const float> bits, std::uint32_t width, std::uint32_t height, double maximum) {
  BITSWAP_TRY_ASSIGN(Picture canvas, make_picture(width, height, 3));
  auto sample = canvas.samples.begin();
  for (const float value : bits.first(canvas.pixel_count())) {
    sample = std::ranges::copy(heat_colour(value / maximum), sample).out;
  }
  return canvas;
}

Result<Picture> draw_heat_map(const HeatMap& map, const std::string& stage, bool scale) {
  BITSWAP_TRY_ASSIGN(const std::vector<float> bits, heat_bits(map, stage));
  const double maximum = heat_maximum(bits);
  BITSWAP_TRY_ASSIGN(Picture heat, draw_heat(bits, map.width, map.height, maximum));
  if (!scale) return heat;
  BITSWAP_TRY_ASSIGN(Picture canvas,
                     make_picture(std::max(map.width, 10 * kAdvance), std::uint64_t{map.height} + kScaleHeight, 3));
  for (std::size_t y = 0; y < heat.height; ++y) {
    std::copy_n(heat.samples.begin() + static_cast<std::ptrdiff_t>(y * heat.width * 3), std::size_t{heat.width} * 3,
                canvas.samples.begin() + static_cast<std::ptrdiff_t>(y * canvas.width * 3));
  }
  draw_scale(canvas, heat.height, maximum);
  return canvas;
}

}  // namespace bitswap
