// SPDX-License-Identifier: GPL-3.0-or-later
// The five row filters of PNG, which predict each byte from its left, upper and upper left neighbours.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/png/png_file.h"

namespace bitswap {

inline constexpr std::uint8_t kPngFilters = 5;

/// The rows of all passes without their filters. `raw` has png_raw_bytes(header) bytes: for each row the filter and the
/// filtered bytes. `filters` gets one byte a row. Errors: Corrupt (an unknown filter), OutOfMemory.
Result<Bytes> unfilter(const PngHeader& header, ByteView raw, Bytes& filters);

/// The inverse. Requires rows of the size that the header says, and a filter below kPngFilters for each. Errors:
/// OutOfMemory.
Result<Bytes> filter(const PngHeader& header, ByteView rows, ByteView filters);

}  // namespace bitswap
