// The five row filters of PNG, which predict each byte from its left, upper and upper left neighbours.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/picture.h"
#include "engine/image/png_file.h"

namespace bitswap {

inline constexpr std::uint8_t kPngFilters = 5;

/// Every row of every pass begins with a known filter. `raw` has png_raw_bytes(header) bytes. Errors: Corrupt.
Status check_filters(const PngHeader& header, ByteView raw);

/// Undoes the filters of a picture of 8 bits that is not interlaced; picture.samples has its final size. `raw` holds,
/// for each row, the filter and the filtered bytes. `filters` gets one byte a row. Errors: Corrupt.
Status unfilter(ByteView raw, Picture& picture, Bytes& filters);

/// The inverse. Requires one filter below kPngFilters for each row. Errors: OutOfMemory.
Result<Bytes> filter(const Picture& picture, ByteView filters);

}  // namespace bitswap
