// The data of one strip or tile in and out of its compression. To libtiff it is opaque rows of bytes; byte order,
// channels and the predictor are seen to here, so that libtiff never meets the tags of a file.
#pragma once

#include <optional>

#include "engine/base/result.h"
#include "engine/image/png_deflate.h"
#include "engine/image/tiff_file.h"
#include "engine/image/tiff_library.h"

namespace bitswap {

/// How a Deflate block was packed: by zlib, or by libtiff through libdeflate.
struct TiffDeflate {
  bool libdeflate = false;
  std::uint8_t quality = 0;  ///< TIFFTAG_ZIPQUALITY, for libdeflate: 1 to 12
  DeflateSettings zlib;      ///< for zlib

  [[nodiscard]] bool valid() const { return libdeflate ? quality >= 1 && quality <= 12 : zlib.valid(); }
};

/// For all blocks of one page, one after another. Requires check_codable(page), and the page to outlive it.
class TiffBlockCoder {
 public:
  TiffBlockCoder(const TiffPage& page, bool big_endian) : page_(page), big_endian_(big_endian) {}

  /// The samples, in the file's byte order. Errors: Corrupt, Truncated, OutOfMemory.
  Result<Bytes> unpack(ByteView packed, std::uint32_t rows);

  /// The inverse; `settings` (valid ones) are for Deflate only. `raw` is lost. Errors: OutOfMemory, Internal,
  /// Unsupported (this libtiff has no libdeflate).
  Result<Bytes> pack(Bytes raw, std::uint32_t rows, const TiffDeflate& settings);

  /// Settings with which pack() gives `packed`, if any are found. Errors: OutOfMemory.
  Result<std::optional<TiffDeflate>> find(Bytes raw, std::uint32_t rows, ByteView packed);

  [[nodiscard]] bool deflates() const { return page_.compression == 8 || page_.compression == 32946; }

 private:
  Result<Bytes> pack_by_libtiff(ByteView raw, std::uint32_t rows, std::uint8_t quality);
  [[nodiscard]] PngPass png_rows(std::uint32_t rows) const;
  void predict(Bytes& raw) const;
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
  std::uint8_t writer_quality_ = 0;
  std::uint32_t next_strip_ = 0;
};

}  // namespace bitswap
