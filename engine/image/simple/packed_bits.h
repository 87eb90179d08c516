// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of 1, 2 or 4 bits as PNG, BMP and PBM pack them: the first one in the highest bits of a byte.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// One byte a sample. Reads (count * bits + 7) / 8 bytes.
void unpack_bits(const std::uint8_t* packed, unsigned bits, std::size_t count, std::uint8_t* samples);

/// The inverse; unused bits of the last byte become 0. Requires samples below 2^bits.
void pack_bits(const std::uint8_t* samples, unsigned bits, std::size_t count, std::uint8_t* packed);

/// Whether every sample of the picture is below 2^bits; pictures from an archive need not be what a format made.
bool samples_fit(const Picture& picture, unsigned bits);

}  // namespace bitswap
