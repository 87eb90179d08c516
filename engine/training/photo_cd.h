// SPDX-License-Identifier: GPL-3.0-or-later
// What Kodak's Photo CD would have kept of a photo, to train on: 8 bits of PhotoYCC, with chroma of every second row
// and column that the player interpolates. There are no Photo CDs among the photos to train on.
#pragma once

#include <cstdint>

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Upright photos lie on the disc and are turned when they are written, with their grid of chroma.
enum class Turn : std::uint8_t { None, Quarter };

/// RGB to C2, Y, C1 in the places of R, G, B (image/ycc_colours.h), both sides cut to even lengths. Quarter gives a
/// picture whose sides are swapped.
Picture like_photo_cd(const Picture& photo, Turn turn);

}  // namespace bitswap
