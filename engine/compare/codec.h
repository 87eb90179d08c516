// SPDX-License-Identifier: GPL-3.0-or-later
// The usual lossless formats behind one interface, so that `compare` judges every codec by the same rules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/coder/ledger.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// One lossless codec with fixed settings. Stateless: any number of threads may use one object at the same time, and
/// each call stays on the thread that made it, so that callers spread images over threads, not codecs.
class CompareCodec {
 public:
  virtual ~CompareCodec() = default;

  /// Stable name, as in the JSON documents; lives as long as the codec.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Lossless; the size of the result is what the codec costs. Takes pictures of 1 (grey) or 3 (RGB) channels.
  /// Errors: InvalidArgument (empty, or samples that do not fit the size), Unsupported (this format has no such
  /// picture: WebP ends at 16383 pixels a side and has no grey; jpegxl-9 refuses tiny and flat pictures, on which
  /// libjxl may abort), OutOfMemory, Internal.
  [[nodiscard]] virtual Result<Bytes> encode(const Picture& picture) const = 0;

  /// The inverse. Of `shape` only width, height and channels are read; data of another shape are an error (raw and
  /// the general compressors know only the number of samples), and no data make it take more memory than that shape and
  /// the format's own buffers need. Errors: InvalidArgument, Truncated, Corrupt, Unsupported, OutOfMemory, Internal.
  [[nodiscard]] virtual Result<Picture> decode(ByteView data, const Picture& shape) const = 0;
};

/// raw, gzip, bzip2, lzma, png, webp, jpegxl, jpegxl-9: in this order, alive for the whole program.
std::span<const CompareCodec* const> compare_codecs();

/// The same without jpegxl-9, which takes several times as long for about one per cent.
std::span<const CompareCodec* const> default_compare_codecs();

/// Null when there is none of that name.
const CompareCodec* find_compare_codec(std::string_view name);

/// One line on how a codec is set, the same on every machine; empty for an unknown name.
std::string_view codec_settings(std::string_view name);

/// What one codec makes of one picture. Seconds are wall time of one call on one thread.
struct CompareMeasurement {
  std::string codec;
  std::uint64_t bytes = 0;
  double encode_seconds = 0;
  double decode_seconds = 0;
  Ledger ledger = {};     ///< of Bit-Swap and BB-ANS: explains every bit; no stages for other codecs
  bool estimate = false;  ///< measured on a sample of the image, and scaled up
};

/// Whether what a codec decoded is the picture it was given. Errors: OutOfMemory and Cancelled as they came; Internal,
/// with the name of the codec, when another picture came back or the codec cannot read what it wrote.
Status check_lossless(const std::string& codec, const Result<Picture>& decoded, const Picture& picture);

/// Encodes, decodes and compares every sample. Errors: those of the codec; Internal, with the name of the codec, when
/// another picture comes back or the codec cannot read what it wrote.
Result<CompareMeasurement> measure(const CompareCodec& codec, const Picture& picture);

}  // namespace bitswap
