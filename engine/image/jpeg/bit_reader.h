// SPDX-License-Identifier: GPL-3.0-or-later
// Bits of a scan, highest first, without the zero bytes behind FF; stops at the first marker. ITU-T T.81, F.2.2.5.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "engine/base/bytes.h"

namespace bitswap::jpeg {

/// The last bits of a byte, which no symbol uses.
struct Padding {
  std::uint8_t length = 0;  ///< 0 to 7
  std::uint8_t bits = 0;
};

/// A copy of the reader is a mark that one can go back to.
class BitReader {
 public:
  /// `bytes` must outlive it.
  BitReader(ByteView bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  /// At least 33 bits to peek() at. Behind the end they are zero; exhausted() tells when some of them were taken.
  void refill() {
    if (count_ > 32) return;
    if (bytes_.size() - at_ >= 8) [[likely]] {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes_.data() + at_, 8);
      if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
      const std::uint64_t inverse = ~word;
      if (((inverse - 0x0101010101010101) & word & 0x8080808080808080) == 0) [[likely]] {  // no FF among them
        bits_ |= word >> count_;
        const int taken = (63 - count_) >> 3;
        at_ += static_cast<std::size_t>(taken);
        count_ += taken * 8;
        return;
      }
    }
    *this = refilled_slowly(*this);
  }

  /// Requires 1 <= count <= 32.
  [[nodiscard]] std::uint64_t peek(int count) const { return bits_ >> (64 - count); }
  void skip(int count) {
    bits_ <<= count;
    count_ -= count;
  }
  /// Requires refill() shortly before, and 1 <= count <= 16.
  std::uint32_t take(int count) {
    const auto value = static_cast<std::uint32_t>(peek(count));
    skip(count);
    return value;
  }

  [[nodiscard]] bool exhausted() const { return count_ < beyond_; }

  /// Drops the rest of the byte that is being read; position() is then where the next one is. Requires !exhausted().
  Padding align();
  [[nodiscard]] std::size_t position() const { return at_; }
  void move_to(std::size_t at) { *this = BitReader(bytes_, at); }

 private:
  /// By value, so that a reader in a loop can stay in registers.
  static BitReader refilled_slowly(BitReader reader);

  ByteView bytes_;
  std::size_t at_;
  std::uint64_t bits_ = 0;  ///< the next ones at the top
  int count_ = 0;
  int beyond_ = 0;  ///< of count_, those that are not in the file
};

}  // namespace bitswap::jpeg
