// SPDX-License-Identifier: GPL-3.0-or-later
// The formats that the registry in format.cpp lists, one source file each; a new format adds its line here and there.
#pragma once

#include "engine/image/format.h"

namespace bitswap {

const ImageFormat& png_format();
const ImageFormat& jpeg_format();
const ImageFormat& jpegxl_format();
const ImageFormat& webp_format();
const ImageFormat& gif_format();
const ImageFormat& heif_format();
const ImageFormat& tiff_format();
const ImageFormat& bmp_format();
const ImageFormat& pnm_format();

}  // namespace bitswap
