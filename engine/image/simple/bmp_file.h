// SPDX-License-Identifier: GPL-3.0-or-later
// The headers of a BMP file, shared by the exact codec and the view.
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

enum class BmpCompression : std::uint32_t { Rgb = 0, Rle8 = 1, Rle4 = 2, BitFields = 3, AlphaBitFields = 6 };

struct BmpHeader {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool top_down = false;
  bool core = false;  ///< the 12-byte header of OS/2, whose palette entries have 3 bytes
  std::uint32_t bits = 0;
  BmpCompression compression = BmpCompression::Rgb;
  std::array<std::uint32_t, 3> masks{};  ///< red, green, blue; for BitFields
  std::size_t palette = 0;               ///< offset in the file
  std::size_t palette_entries = 0;       ///< all of them lie before the raster
  std::size_t raster = 0;                ///< offset in the file

  [[nodiscard]] std::uint64_t row_bytes() const { return (std::uint64_t{width} * bits + 31) / 32 * 4; }
  /// For the uncompressed kinds.
  [[nodiscard]] std::uint64_t raster_bytes() const { return row_bytes() * height; }
};

/// Needs only the bytes before the raster, and checks that they are there; nothing is said about the raster itself.
/// Errors: Corrupt, Truncated, Unsupported, LimitExceeded.
Result<BmpHeader> parse_bmp_header(ByteView file);

/// Any kind of BMP as RGB. Errors: as above and OutOfMemory.
Result<Picture> view_bmp(ByteView file);

}  // namespace bitswap
