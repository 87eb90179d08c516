// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels to quantised JPEG coefficients as the usual writers make them (ITU-T T.81, JFIF, the tables of T.81 Annex K
// scaled as by the Independent JPEG Group). For training only: in floats.
#pragma once

#include <random>
#include <span>

#include "engine/training/jpeg_set.h"

namespace bitswap {

/// Of the scale 1 … 100: those that programs offer more often than others.
int random_quality(std::mt19937_64& random);

/// `planes`: uint8 [3][side][side], R, G, B, of which the first `rows` rows are taken; both multiples of 8 × the
/// sampling. Chroma is the mean of across × down pixels.
JpegBlocks encode_jpeg(std::span<const std::uint8_t> planes, int side, int rows, int quality, int across, int down);

/// The quantisation steps of a quality in zigzag order.
std::array<std::uint16_t, 64> standard_steps(int quality, bool chroma);

}  // namespace bitswap
