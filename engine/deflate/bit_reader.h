// SPDX-License-Identifier: GPL-3.0-or-later
// Bits of a DEFLATE stream, the lowest of each byte first, and the tables that read its prefix codes.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "engine/base/bytes.h"
#include "engine/deflate/token.h"

namespace bitswap::deflate {

/// Reads zeros behind the end; overrun() tells.
class BitReader {
 public:
  BitReader(ByteView data, std::uint64_t first_bit) : data_(data), next_(first_bit / 8) {
    refill();
    drop(static_cast<int>(first_bit % 8));
  }

  /// Makes at least 56 bits available.
  void refill() {
    if constexpr (std::endian::native == std::endian::little) {
      if (data_.size() >= 8 && next_ <= data_.size() - 8) [[likely]] {
        std::uint64_t word = 0;
        std::memcpy(&word, data_.data() + next_, 8);
        bits_ |= word << count_;
        const int taken = (63 - count_) >> 3;
        next_ += static_cast<std::size_t>(taken);
        count_ += 8 * taken;
        return;
      }
    }
    for (; count_ <= 55; count_ += 8, ++next_) {
      if (next_ < data_.size()) bits_ |= std::uint64_t{data_[next_]} << count_;
    }
  }

  /// The next bits; as many as refill() gave may be looked at and dropped.
  [[nodiscard]] std::uint64_t peek() const { return bits_; }
  void drop(int count) {
    bits_ >>= count;
    count_ -= count;
  }
  std::uint32_t take(int count) {
    const auto value = static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << count) - 1));
    drop(count);
    return value;
  }

  /// Of the next bit, in the data.
  [[nodiscard]] std::uint64_t position() const { return 8 * std::uint64_t{next_} - static_cast<unsigned>(count_); }
  [[nodiscard]] bool overrun() const { return position() > 8 * std::uint64_t{data_.size()}; }
  [[nodiscard]] ByteView data() const { return data_; }

 private:
  ByteView data_;
  std::size_t next_;  ///< byte to be loaded
  std::uint64_t bits_ = 0;
  int count_ = 0;
};

/// A prefix code, ready for reading. Short codes are found in one look, others bit by bit.
class CodeReader {
 public:
  /// Returned for bits that are no code.
  static constexpr std::uint32_t kNoSymbol = 0xFFFF;

  /// Requires a code that is not over-subscribed, of at most 288 symbols and 15 bits.
  void set(std::span<const std::uint8_t> lengths);

  /// Needs 15 bits.
  std::uint32_t read(BitReader& reader) const {
    const Entry entry = table_[reader.peek() & (kTable - 1)];
    if (entry.bits == 0) [[unlikely]]
      return read_long(reader);
    reader.drop(entry.bits);
    return entry.symbol;
  }

 private:
  static constexpr int kTableBits = 11;
  static constexpr std::size_t kTable = std::size_t{1} << kTableBits;
  struct Entry {
    std::uint16_t symbol = 0;
    std::uint8_t bits = 0;  ///< 0: a longer code, or none
  };
  std::uint32_t read_long(BitReader& reader) const;

  std::array<Entry, kTable> table_{};
  std::array<std::uint16_t, 16> counts_{};    ///< codes of each length
  std::array<std::uint16_t, 288> symbols_{};  ///< in order of their codes
};

}  // namespace bitswap::deflate
