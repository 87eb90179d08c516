// SPDX-License-Identifier: GPL-3.0-or-later
// Picture files for the jobs' tests. A layer over the makers of the image tests, whose namespace has the name of a job.
#pragma once

#include "engine/base/bytes.h"
#include "engine/image/pixels/picture.h"

namespace bitswap::samples {

Picture photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels, std::uint64_t seed = 1);
/// Rectangles, rings and a gradient, without noise.
Picture drawing(std::uint32_t width, std::uint32_t height, std::uint8_t channels);
Bytes png_file(const Picture& picture, int depth = 8);
/// A PNG whose pixels stand in blocks that are not worth describing.
Bytes png_file_of_stored_blocks(const Picture& picture);
Bytes jpeg_file(const Picture& picture);
Bytes bmp_file(const Picture& picture);
Bytes ppm_file(const Picture& picture);
Bytes joined(Bytes first, ByteView second);
/// Through another decoder than the engine's.
Picture decode_rgb(ByteView file);

}  // namespace bitswap::samples
