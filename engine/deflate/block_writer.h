// SPDX-License-Identifier: GPL-3.0-or-later
// Writes blocks as bits. RFC 1951.
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/deflate/inflate.h"

namespace bitswap::deflate {

/// Bits into bytes, the lowest first.
class BitWriter {
 public:
  /// Leaves the first `first_bit` (0 to 7) bits of the first byte zero, for another writer's last ones.
  explicit BitWriter(int first_bit) : count_(first_bit) {}

  /// The lowest `count` bits of `value`, whose others must be zero; at most 32.
  void put(std::uint32_t value, int count) {
    bits_ |= std::uint64_t{value} << count_;
    count_ += count;
    for (; count_ >= 8; count_ -= 8, bits_ >>= 8) bytes_.push_back(static_cast<std::uint8_t>(bits_));
  }
  /// Whole bytes. Requires position() to be at one.
  void raw(ByteView data) { bytes_.insert(bytes_.end(), data.begin(), data.end()); }
  /// Of the next bit in its byte, 0 to 7.
  [[nodiscard]] int bit() const { return count_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  /// All of it; a byte that was begun is filled with zeros.
  Bytes take() {
    if (count_ > 0) bytes_.push_back(static_cast<std::uint8_t>(bits_));
    bits_ = 0;
    count_ = 0;
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  std::uint64_t bits_ = 0;
  int count_;
};

/// Appends a block whose plaintext is text[begin, begin + its bytes). Requires tokens, header and text that fit each
/// other: every symbol that is used has a code.
void write_block(BitWriter& out, const Block& block, ByteView text, std::uint64_t begin);

}  // namespace bitswap::deflate
