// SPDX-License-Identifier: GPL-3.0-or-later
// The first page of a TIFF file of any kind that libtiff reads, as 8-bit RGB.
#pragma once

#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Errors: Corrupt, Truncated, Unsupported, LimitExceeded, OutOfMemory.
Result<Picture> view_tiff(ByteView file);

}  // namespace bitswap
