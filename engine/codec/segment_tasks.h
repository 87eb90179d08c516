// SPDX-License-Identifier: GPL-3.0-or-later
// Segments to code or decode, whatever they are parts of: a picture, or the coefficients of a JPEG.
#pragma once

#include "engine/codec/segment.h"

namespace bitswap {

class ImageDecoder;
class ImageEncoder;

class SegmentEncoder {
 public:
  virtual ~SegmentEncoder() = default;
  /// May be called by several threads at once. Errors as encode_segment().
  virtual Result<EncodedSegment> encode(std::size_t segment, bool heat_map, const CancelToken* cancel) const = 0;
  /// Of a picture, whose tiles a device can take; else null.
  [[nodiscard]] virtual const ImageEncoder* picture() const { return nullptr; }
};

class SegmentDecoder {
 public:
  virtual ~SegmentDecoder() = default;
  /// Different segments may be decoded by several threads at once. Errors as decode_segment().
  virtual Status decode(std::size_t segment, ByteView payload, const CancelToken* cancel) = 0;
  /// As SegmentEncoder::picture().
  [[nodiscard]] virtual ImageDecoder* picture() { return nullptr; }
};

/// The encoder must outlive it.
struct EncodeTask {
  EncodeTask(const SegmentEncoder* encoder, std::size_t segment);
  const SegmentEncoder* encoder;
  std::size_t segment;
  Result<EncodedSegment> result;  ///< Internal at first
};

/// Decoder and payload must outlive it.
struct DecodeTask {
  SegmentDecoder* decoder = nullptr;
  std::size_t segment = 0;
  ByteView payload;
  Status status = Error{Error::Code::Internal, 0, "not decoded yet"};
};

}  // namespace bitswap
