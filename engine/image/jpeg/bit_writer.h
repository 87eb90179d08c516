// SPDX-License-Identifier: GPL-3.0-or-later
// Bits into coded data, highest first, with a zero byte behind each FF; and whole bytes between them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/base/bytes.h"
#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap::jpeg {

/// Hands its bytes to a sink, a piece at a time. After an error of the sink nothing more is written; see status().
class BitWriter {
 public:
  /// `sink` must outlive it. Errors: LimitExceeded after `limit` bytes, those of `sink`.
  BitWriter(const JpegSink& sink, std::uint64_t limit);

  /// Bits that are no whole word yet; a loop may keep them in registers and give them back.
  struct Pending {
    std::uint64_t bits = 0;
    int count = 0;  ///< below 32
  };
  [[nodiscard]] Pending pending() const { return pending_; }
  void set_pending(Pending pending) { pending_ = pending; }

  /// Requires count <= 32, and that `bits` has no more.
  void put(Pending& pending, std::uint32_t bits, int count) {
    pending.bits = pending.bits << count | bits;
    pending.count += count;
    if (pending.count >= 32) {
      pending.count -= 32;
      put_word(static_cast<std::uint32_t>(pending.bits >> pending.count));
    }
  }
  void put(std::uint32_t bits, int count) { put(pending_, bits, count); }
  /// How many bits are missing to a whole byte, 0 to 7.
  [[nodiscard]] int missing() const { return -pending_.count & 7; }
  /// Requires missing() == 0.
  void finish_bits();
  /// Only behind finish_bits().
  void raw(ByteView bytes);
  /// Hands out what is left.
  void flush();
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  void put_word(std::uint32_t word) {
    if (used_ + kWord > buffer_.size()) [[unlikely]]
      flush();
    const std::uint32_t inverse = ~word;
    if (((inverse - 0x01010101) & word & 0x80808080) != 0) return put_stuffed(word);
    // No FF among them.
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
    std::memcpy(buffer_.data() + used_, &word, 4);
    used_ += 4;
  }
  void put_stuffed(std::uint32_t word);
  void byte(std::uint8_t value);

  static constexpr std::size_t kWord = 8;  ///< four bytes and what is stuffed between them

  const JpegSink& sink_;
  std::uint64_t left_;
  Status status_;
  Pending pending_;
  Bytes buffer_;
  std::size_t used_ = 0;
};

}  // namespace bitswap::jpeg
