// SPDX-License-Identifier: GPL-3.0-or-later
// Any PNG as RGB, for comparison and preview.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Through libpng: palettes expanded, 16 bits rounded to 8, alpha dropped, gamma and profiles ignored.
/// Errors: Corrupt, Truncated, Unsupported, LimitExceeded, OutOfMemory.
Result<Picture> view_png(ByteView file);

}  // namespace bitswap
