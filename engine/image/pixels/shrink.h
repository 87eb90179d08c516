// SPDX-License-Identifier: GPL-3.0-or-later
// Smaller pictures by the mean of the pixels that fall on each new one: thumbnails, and clean training photos.
#pragma once

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Every new pixel is the rounded mean of the whole pixels below it. Requires 0 < width <= picture.width, and so for
/// the height.
Picture shrink(const Picture& picture, std::uint32_t width, std::uint32_t height);

/// Shrinks until no side is above `longest_side` (> 0); a picture that is small enough stays as it is.
Picture thumbnail(const Picture& picture, std::uint32_t longest_side);

}  // namespace bitswap
