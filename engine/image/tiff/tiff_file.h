// SPDX-License-Identifier: GPL-3.0-or-later
// The structure of a TIFF file: its directories ("pages") and where the data of their strips and tiles lies. Knows
// nothing of compression. TIFF 6.0, and BigTIFF with its 64-bit offsets.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// Numbers that the file holds in one place: the value of a directory entry.
struct TiffArray {
  std::uint8_t item_bytes = 0;  ///< 1, 2, 4 or 8
  std::uint64_t count = 0;      ///< 0: the entry is missing
  std::uint64_t at = 0;
};

/// One directory. All arrays lie inside of the file.
struct TiffPage {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  std::uint64_t block_width = 0;  ///< of a tile; of a strip, the width of the page
  std::uint64_t block_rows = 0;   ///< of a tile; of all strips but the last
  std::uint64_t bits = 1;         ///< of all samples alike, else 0
  std::uint64_t samples = 1;      ///< of a pixel
  std::uint64_t sample_format = 1;
  std::uint64_t compression = 1;
  std::uint64_t photometric = ~std::uint64_t{0};
  std::uint64_t predictor = 1;
  std::uint64_t planar = 1;
  std::uint64_t fill_order = 1;
  std::uint64_t subfile = 0;
  bool tiled = false;
  bool raw = false;  ///< says that it belongs to a camera's raw file (DNG)
  TiffArray offsets;
  TiffArray counts;
  TiffArray palette;

  [[nodiscard]] std::size_t sample_bytes() const { return bits / 8; }
  /// Samples of a pixel that lie together in a block.
  [[nodiscard]] std::size_t block_samples() const { return planar == 2 ? 1 : samples; }
  [[nodiscard]] std::size_t row_bytes() const { return block_width * block_samples() * sample_bytes(); }
};

/// The data of a strip or tile, and the part of the page that it holds.
struct TiffBlock {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint32_t width = 0;  ///< inside of the page
  std::uint32_t rows = 0;   ///< inside of the page
  std::uint32_t coded_rows = 0;
  std::uint32_t plane = 0;
};

struct TiffFile {
  bool big_endian = false;
  bool big = false;  ///< BigTIFF
  std::vector<TiffPage> pages;

  /// Requires index < array.count, and `file` to be as long as the one that was parsed.
  [[nodiscard]] std::uint64_t number(ByteView file, const TiffArray& array, std::uint64_t index) const;
  /// False when the entry's type is too small for the value.
  [[nodiscard]] bool set_number(Bytes& file, const TiffArray& array, std::uint64_t index, std::uint64_t value) const;
};

bool has_tiff_signature(ByteView file);

/// Errors: Corrupt, Truncated, OutOfMemory. There is at least one page.
Result<TiffFile> parse_tiff(ByteView file);

/// Unsupported when the samples of the page cannot be had exactly. What passes has sides, blocks and sizes whose
/// products fit 64 bits, whole blocks of less than 2^31 bytes, and little padding.
Status check_codable(const TiffPage& page);

/// In the order of the file's arrays. Requires check_codable(). Errors: Truncated, Unsupported for blocks without data.
Result<std::vector<TiffBlock>> tiff_blocks(const TiffFile& tiff, const TiffPage& page, ByteView file);

}  // namespace bitswap
