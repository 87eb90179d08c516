// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures that the program itself draws, as PNG files: thumbnails, heat maps.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// 8-bit sRGB, with alpha where the picture has it. Errors: those of check_picture(), OutOfMemory, Internal (libpng
/// takes no more than 2^31 bytes).
Result<Bytes> write_png(const Picture& picture);

}  // namespace bitswap
