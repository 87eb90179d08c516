// SPDX-License-Identifier: GPL-3.0-or-later
// What a DEFLATE block says (RFC 1951): literals and matches, and the alphabets in which they are written.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bitswap::deflate {

inline constexpr std::uint32_t kShortest = 3;   ///< bytes of a match
inline constexpr std::uint32_t kLongest = 258;  ///< bytes of a match
inline constexpr std::uint32_t kFarthest = 32768;
inline constexpr std::size_t kEndOfBlock = 256;
inline constexpr std::size_t kLiteralSymbols = 286;  ///< literals, end of block, lengths
inline constexpr std::size_t kDistanceSymbols = 30;

/// A literal (distance 0, length 1: its value is in the plaintext) or a match. Four bytes.
struct Token {
  /// The two ways to write 258: by its own symbol, and (odd, but valid) by symbol 284 with 31 in its extra bits.
  static constexpr std::uint16_t kOddLongest = kLongest + 1;

  std::uint16_t length = 1;
  std::uint16_t distance = 0;

  [[nodiscard]] constexpr bool is_match() const { return distance != 0; }
  [[nodiscard]] constexpr std::uint32_t bytes() const { return length == kOddLongest ? kLongest : length; }
  friend constexpr bool operator==(const Token&, const Token&) = default;
};

/// Symbols of an alphabet with the smallest value of each and the number of extra bits.
template <std::size_t kSymbols>
struct Ranges {
  std::array<std::uint16_t, kSymbols> base{};
  std::array<std::uint8_t, kSymbols> extra{};
};

/// Symbol 257 + i stands for lengths from base[i] on.
inline constexpr Ranges<29> kLengths = [] {
  Ranges<29> ranges;
  std::uint32_t value = kShortest;
  for (std::size_t i = 0; i < 28; ++i) {
    ranges.base[i] = static_cast<std::uint16_t>(value);
    ranges.extra[i] = static_cast<std::uint8_t>(i < 8 ? 0 : i / 4 - 1);
    value += 1u << ranges.extra[i];
  }
  ranges.base[28] = kLongest;
  return ranges;
}();

inline constexpr Ranges<kDistanceSymbols> kDistances = [] {
  Ranges<kDistanceSymbols> ranges;
  std::uint32_t value = 1;
  for (std::size_t i = 0; i < kDistanceSymbols; ++i) {
    ranges.base[i] = static_cast<std::uint16_t>(value);
    ranges.extra[i] = static_cast<std::uint8_t>(i < 4 ? 0 : i / 2 - 1);
    value += 1u << ranges.extra[i];
  }
  return ranges;
}();

/// Of a length of 3 to 259 (259: Token::kOddLongest), the index into kLengths.
inline constexpr std::array<std::uint8_t, 260> kLengthIndex = [] {
  std::array<std::uint8_t, 260> index{};
  for (std::size_t i = 0; i < 28; ++i) {
    for (std::size_t k = 0; k < (std::size_t{1} << kLengths.extra[i]); ++k) {
      index[kLengths.base[i] + k] = static_cast<std::uint8_t>(i);
    }
  }
  index[kLongest] = 28;
  index[Token::kOddLongest] = 27;
  return index;
}();

/// Of a distance of 1 to 32768, the index into kDistances.
constexpr std::size_t distance_index(std::uint32_t distance) {
  if (distance <= 4) return distance - 1;
  const std::uint32_t value = distance - 1;
  const int bits = 31 - __builtin_clz(value);
  return 2 * static_cast<std::size_t>(bits) + (value >> (bits - 1) & 1u);
}

/// How often each symbol stands in a block; the end of block counts once.
struct Frequencies {
  std::array<std::uint32_t, kLiteralSymbols> literals{};
  std::array<std::uint32_t, kDistanceSymbols> distances{};
};

enum class BlockType : std::uint8_t { Stored = 0, Fixed = 1, Dynamic = 2 };

/// Lengths of the codes of the fixed alphabets.
inline constexpr std::array<std::uint8_t, 288> kFixedLiterals = [] {
  std::array<std::uint8_t, 288> lengths{};
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    lengths[i] = static_cast<std::uint8_t>(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8);
  }
  return lengths;
}();
inline constexpr std::uint8_t kFixedDistanceBits = 5;

}  // namespace bitswap::deflate
