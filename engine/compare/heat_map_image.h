// SPDX-License-Identifier: GPL-3.0-or-later
// Draws where the bits of a picture go: dark is cheap and bright is dear.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/coder/ledger.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Red, green, blue for a share of the highest value, clamped to 0..1.
std::array<std::uint8_t, 3> heat_colour(double share);

/// Bits of each pixel, row-major: of one likelihood stage, or of all together if `stage` is empty. Errors:
/// InvalidArgument (no picture, or no such stage; the sentence names those there are).
Result<std::vector<float>> heat_bits(const HeatMap& map, const std::string& stage);

/// The upper end of the scale: what all but one per mille of the pixels stay below, rounded up, at least 1. `bits` is
/// not empty.
double heat_maximum(std::vector<float> bits);

/// RGB, of the size of the map. `bits` has a value for every pixel.
Result<Picture> draw_heat(std::span<const float> bits, std::uint32_t width, std::uint32_t height, double maximum);

/// The same of one stage, or of all together, up to its own maximum; with `scale`, a bar below shows the colours from 0
/// to it, in bits a pixel, and narrow maps get a black margin to the right for its numbers. Errors: InvalidArgument,
/// OutOfMemory.
Result<Picture> draw_heat_map(const HeatMap& map, const std::string& stage, bool scale);

}  // namespace bitswap
