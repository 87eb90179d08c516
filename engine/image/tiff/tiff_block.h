// SPDX-License-Identifier: GPL-3.0-or-later
// The data of one strip or tile in and out of its compression. To libtiff it is opaque rows of bytes; byte order,
// channels and the predictor are seen to here, so that libtiff never meets the tags of a file.
#pragma once

#include "engine/base/result.h"
#include "engine/image/tiff/tiff_file.h"
#include "engine/image/tiff/tiff_library.h"

namespace bitswap {

/// For all blocks of one page, one after another. Requires check_codable(page), and the page to outlive it.
class TiffBlockCoder {
 public:
  TiffBlockCoder(const TiffPage& page, bool big_endian) : page_(page), big_endian_(big_endian) {}

  /// The samples, in the file's byte order. Errors: Corrupt, Truncated, OutOfMemory.
  Result<Bytes> unpack(ByteView packed, std::uint32_t rows);

  /// The inverse by libtiff, not for Deflate. `raw` is lost. Errors: OutOfMemory, Internal.
  Result<Bytes> pack(Bytes raw, std::uint32_t rows);

  /// Samples as the compressor sees them: differences, where the page says so.
  void predict(Bytes& raw) const;

  [[nodiscard]] bool deflates() const { return page_.compression == 8 || page_.compression == 32946; }

 private:
  void unpredict(Bytes& raw) const;
  [[nodiscard]] bool predicted() const { return page_.predictor == 2 && (deflates() || page_.compression == 5); }

  const TiffPage& page_;
  bool big_endian_;

  /// Handles are kept for the next block of the same shape.
  Bytes frame_;
  std::unique_ptr<TiffMemory> in_;
  TiffHandle reader_;
  std::uint32_t reader_rows_ = 0;
  std::unique_ptr<TiffMemory> out_;
  TiffHandle writer_;
  std::uint32_t writer_rows_ = 0;
  std::uint32_t next_strip_ = 0;
};

}  // namespace bitswap
