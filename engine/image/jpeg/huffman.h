// SPDX-License-Identifier: GPL-3.0-or-later
// Huffman tables of JPEG files, for reading and for writing. ITU-T T.81, annexes C, F.2.2.3 and K.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/image/jpeg/bit_reader.h"

namespace bitswap::jpeg {

/// As a DHT segment has it.
struct HuffmanSpec {
  std::array<std::uint8_t, 16> counts{};    ///< codes of 1 to 16 bits
  std::array<std::uint8_t, 256> symbols{};  ///< by rising code; zeros behind the last one
  [[nodiscard]] std::size_t size() const;
  friend bool operator==(const HuffmanSpec&, const HuffmanSpec&) = default;
};

/// Reads 16 counts and the symbols at the beginning of `bytes`. Nothing if they end early, or if there are more codes
/// than their lengths allow.
std::optional<HuffmanSpec> parse_huffman(ByteView bytes);

/// Annex K.3: 0 for luma, 1 for chroma.
const HuffmanSpec& standard_dc_table(int which);
const HuffmanSpec& standard_ac_table(int which);

/// A value of `size` bits, at least one, as it follows its symbol. Annex F.2.2.1.
constexpr int extend(std::uint32_t bits, int size) {
  const auto value = static_cast<int>(bits);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/// Where a table gives one symbol several codes only the first counts, so that a symbol has one code and what is read
/// can be written.
class HuffmanDecoder {
 public:
  explicit HuffmanDecoder(const HuffmanSpec& spec);

  /// The next symbol, -1 if there is no such code. Leaves at least 16 bits in the reader.
  int read(BitReader& bits) const {
    bits.refill();
    std::uint32_t entry = lookup_[bits.peek(kLookupBits)];
    if (entry == 0) [[unlikely]] {
      entry = find_long(static_cast<std::uint32_t>(bits.peek(16)));
      if (entry == 0) return -1;
    }
    bits.skip(static_cast<int>(entry >> 8));
    return static_cast<int>(entry & 0xFF);
  }

  /// Length << 8 | symbol of the code that these 16 bits begin with, 0 if there is none.
  [[nodiscard]] std::uint32_t find_long(std::uint32_t ahead) const;

 private:
  static constexpr int kLookupBits = 9;

  std::array<std::uint16_t, 1 << kLookupBits> lookup_{};  ///< length << 8 | symbol, 0 for none
  std::array<std::uint32_t, 17> end_{};    ///< by length: one above the last code, left-aligned in 16 bits
  std::array<std::int32_t, 17> offset_{};  ///< by length: from the code to its place in symbols_
  std::array<std::uint8_t, 256> symbols_{};
  std::array<bool, 256> usable_{};
};

/// Symbols of sequential and first scans together with the value behind them, where both fit into the bits that are
/// looked at.
class ValueDecoder {
 public:
  explicit ValueDecoder(const HuffmanSpec& spec);

  struct Entry {
    std::int16_t value = 0;
    std::uint8_t run = 0;     ///< zeros in front of it
    std::uint8_t length = 0;  ///< of both in bits; 0: ask symbols()
  };
  /// Requires refill() shortly before; the caller skips its length.
  [[nodiscard]] Entry look(const BitReader& bits) const { return entries_[bits.peek(kLookupBits)]; }
  [[nodiscard]] const HuffmanDecoder& symbols() const { return symbols_; }

 private:
  static constexpr int kLookupBits = 10;
  HuffmanDecoder symbols_;
  std::array<Entry, 1 << kLookupBits> entries_{};
};

class HuffmanEncoder {
 public:
  struct Code {
    std::uint16_t bits = 0;
    std::uint8_t length = 0;  ///< 0: the table has no such symbol
  };
  explicit HuffmanEncoder(const HuffmanSpec& spec);
  [[nodiscard]] Code code(int symbol) const { return codes_[static_cast<std::size_t>(symbol)]; }

 private:
  std::array<Code, 256> codes_{};
};

}  // namespace bitswap::jpeg
