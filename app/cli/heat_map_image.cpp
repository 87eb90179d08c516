// Dark is cheap and bright is dear; the numbers of the scale are drawn with a font of 3 x 5 dots.
#include "app/cli/heat_map_image.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "engine/image/limits.h"

namespace bitswap::cli {
namespace {

using Colour = std::array<std::uint8_t, 3>;

// Brightness rises all the way, so that the map also reads without colours.
constexpr std::array<Colour, 6> kColours = {
    {{4, 4, 20}, {70, 14, 105}, {160, 38, 92}, {228, 90, 40}, {250, 175, 30}, {252, 252, 190}}};

Colour colour_of(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * (kColours.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(at), kColours.size() - 2);
  const double part = at - static_cast<double>(low);
  Colour colour;
  for (int c = 0; c < 3; ++c) {
    colour[c] = static_cast<std::uint8_t>(kColours[low][c] + part * (kColours[low + 1][c] - kColours[low][c]) + 0.5);
  }
  return colour;
}

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

struct Canvas {
  std::uint32_t width;
  std::uint32_t height;
  Bytes rgb;
  void dot(std::uint32_t x, std::uint32_t y, const Colour& colour) {
    if (x >= width || y >= height) return;
    std::copy(colour.begin(), colour.end(),
              rgb.begin() + static_cast<std::ptrdiff_t>((std::size_t{y} * width + x) * 3));
  }
};

void draw_text(Canvas& canvas, std::uint32_t x, std::uint32_t y, std::string_view text) {
  for (const char c : text) {
    const std::size_t glyph = kGlyphs.find(c);
    for (std::uint32_t row = 0; glyph != std::string_view::npos && row < 5 * kDot; ++row) {
      for (std::uint32_t column = 0; column < 3 * kDot; ++column) {
        if ((kDots[glyph][row / kDot] >> (2 - column / kDot) & 1) != 0) {
          canvas.dot(x + column, y + row, {255, 255, 255});
        }
      }
    }
    x += kAdvance;
  }
}

/// The scale below the picture: colours from left to right, 0 and the highest value under its ends ("bpp": bits a
/// pixel).
void draw_scale(Canvas& canvas, std::uint32_t top, double highest) {
  for (std::uint32_t x = 0; x < canvas.width; ++x) {
    const Colour colour = colour_of(static_cast<double>(x) / std::max(1U, canvas.width - 1));
    for (std::uint32_t y = 0; y < kBarHeight; ++y) canvas.dot(x, top + kGap + y, colour);
  }
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), "%.1f bpp", highest);
  const std::string label = text.data();
  const auto label_width = static_cast<std::uint32_t>(label.size() * kAdvance);
  const std::uint32_t y = top + kGap + kBarHeight + kGap;
  if (canvas.width >= label_width + 2 * kAdvance) draw_text(canvas, 0, y, "0");
  draw_text(canvas, canvas.width > label_width ? canvas.width - label_width : 0, y, label);
}

/// One map, or the sum of all.
Result<std::vector<float>> select(const HeatMap& map, const std::string& stage) {
  const std::size_t pixels = std::size_t{map.width} * map.height;
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

/// A few pixels cost far more than all others, and would leave the rest in the dark.
double highest_shown(std::vector<float> bits) {
  const auto at = bits.begin() + static_cast<std::ptrdiff_t>((bits.size() - 1) - bits.size() / 1000);
  std::nth_element(bits.begin(), at, bits.end());
  return std::max(1.0, std::ceil(static_cast<double>(*at)));
}

Status write_png(const Canvas& canvas, const std::filesystem::path& path) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = canvas.width;
  image.height = canvas.height;
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  BITSWAP_TRY_ASSIGN(Bytes bytes, allocate(size));
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, canvas.rgb.data(), 0, nullptr) == 0) {
    return Error{Error::Code::Internal, 0, std::string("libpng: ") + image.message};
  }
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(size));
  file.close();
  if (!file) return Error{Error::Code::Io, 0, "cannot write " + path.string()};
  return {};
}

}  // namespace

Status write_heat_map(const HeatMap& map, const std::string& stage, const std::filesystem::path& file) {
  if (map.width == 0 || map.height == 0) {
    return Error{Error::Code::InvalidArgument, 0, "there is no picture to draw"};
  }
  BITSWAP_TRY_ASSIGN(const std::vector<float> bits, select(map, stage));
  const double highest = highest_shown(bits);
  // Narrow pictures leave room for the label.
  const std::uint32_t width = std::max(map.width, 10 * kAdvance);
  BITSWAP_TRY_ASSIGN(Bytes rgb, allocate(std::uint64_t{width} * (map.height + kScaleHeight) * 3));
  Canvas canvas{width, map.height + kScaleHeight, std::move(rgb)};
  for (std::uint32_t y = 0; y < map.height; ++y) {
    for (std::uint32_t x = 0; x < map.width; ++x) {
      canvas.dot(x, y, colour_of(bits[std::size_t{y} * map.width + x] / highest));
    }
  }
  draw_scale(canvas, map.height, highest);
  return write_png(canvas, file);
}

}  // namespace bitswap::cli
