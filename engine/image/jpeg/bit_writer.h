// SPDX-License-Identifier: GPL-3.0-or-later
// Bits into coded data, highest first, with a zero byte behind each FF; and whole bytes between them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap::jpeg {

/// Hands its bytes to a sink, a piece at a time. After an error of the sink nothing more is written; see status().
class BitWriter {
 public:
  /// `sink` must outlive it. Errors: LimitExceeded after `limit` bytes, those of `sink`.
  BitWriter(const JpegSink& sink, std::uint64_t limit);

  /// Requires count <= 32, and that `bits` has no more.
  void put(std::uint32_t bits, int count) {
    bits_ = bits_ << count | bits;
    count_ += count;
    if (count_ >= 32) put_word();
  }
  /// How many bits are missing to a whole byte, 0 to 7.
  [[nodiscard]] int missing() const { return -count_ & 7; }
  /// Requires missing() == 0.
  void finish_bits();
  /// Only behind finish_bits().
  void raw(ByteView bytes);
  /// Hands out what is left.
  void flush();
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  void put_word();
  void byte(std::uint8_t value);

  const JpegSink& sink_;
  std::uint64_t left_;
  Status status_;
  std::uint64_t bits_ = 0;
  int count_ = 0;  ///< below 32 between calls
  Bytes buffer_;
  std::size_t used_ = 0;
};

}  // namespace bitswap::jpeg
