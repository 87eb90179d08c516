// A reader of deflate symbols that does not bother to copy bytes: it only counts.
#include "engine/image/png_block.h"

#include <algorithm>
#include <array>
#include <span>

namespace bitswap {
namespace {

constexpr int kLongestCode = 15;
constexpr int kEndOfBlock = 256;

/// Lowest bit first. Reading beyond the end gives zeros and marks the reader as failed.
class BitReader {
 public:
  explicit BitReader(ByteView data) : data_(data) {}

  std::uint32_t bits(int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value |= bit() << i;
    return value;
  }

  std::uint32_t bit() {
    if (at_ >= data_.size() * 8) {
      failed_ = true;
      return 0;
    }
    const std::uint32_t value = data_[at_ / 8] >> (at_ % 8) & 1u;
    ++at_;
    return value;
  }

  [[nodiscard]] bool failed() const { return failed_; }
  void fail() { failed_ = true; }

 private:
  ByteView data_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

/// A canonical prefix code: how many codes of each length there are, and the symbols in order of their codes.
class Code {
 public:
  explicit Code(std::span<const std::uint8_t> lengths) {
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint16_t, kLongestCode + 2> next{};
    for (std::size_t length = 1; length <= kLongestCode; ++length) {
      next[length + 1] = static_cast<std::uint16_t>(next[length] + counts_[length]);
    }
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != 0) symbols_[next[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
    }
  }

  /// Marks the reader as failed at bits that are no code.
  int read(BitReader& reader) const {
    int code = 0;   // the bits read, as a number
    int first = 0;  // the first code of this length
    int index = 0;  // its place among the symbols
    for (std::size_t length = 1; length <= kLongestCode && !reader.failed(); ++length) {
      code |= static_cast<int>(reader.bit());
      const int count = counts_[length];
      if (code >= first && code - first < count) return symbols_[static_cast<std::size_t>(index + code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    reader.fail();
    return kEndOfBlock;
  }

 private:
  std::array<std::uint16_t, kLongestCode + 1> counts_{};
  std::array<std::uint16_t, 320> symbols_{};
};

struct Codes {
  Code literals;
  Code distances;
};

Codes fixed_codes() {
  std::array<std::uint8_t, 288> lengths{};
  std::fill_n(lengths.begin(), 144, std::uint8_t{8});
  std::fill_n(lengths.begin() + 144, 112, std::uint8_t{9});
  std::fill_n(lengths.begin() + 256, 24, std::uint8_t{7});
  std::fill_n(lengths.begin() + 280, 8, std::uint8_t{8});
  std::array<std::uint8_t, 30> distances{};
  distances.fill(5);
  return {Code(lengths), Code(distances)};
}

Codes dynamic_codes(BitReader& reader) {
  constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  const std::size_t literals = 257 + reader.bits(5);
  const std::size_t distances = 1 + reader.bits(5);
  const std::size_t listed = 4 + reader.bits(4);
  std::array<std::uint8_t, 19> meta{};
  for (std::size_t i = 0; i < listed; ++i) meta[kOrder[i]] = static_cast<std::uint8_t>(reader.bits(3));
  const Code meta_code(meta);
  std::array<std::uint8_t, 320> lengths{};  // 257 + 31 literals and 32 distances at most
  for (std::size_t at = 0; at < literals + distances && !reader.failed();) {
    const int symbol = meta_code.read(reader);
    if (symbol < 16) {
      lengths[at++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    const std::uint8_t repeated = symbol == 16 && at > 0 ? lengths[at - 1] : 0;
    std::size_t count = symbol == 16 ? 3 + reader.bits(2) : symbol == 17 ? 3 + reader.bits(3) : 11 + reader.bits(7);
    count = std::min(count, literals + distances - at);
    std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(at), count, repeated);
    at += count;
  }
  const std::span<const std::uint8_t> all(lengths);
  return {Code(all.first(literals)), Code(all.subspan(literals, distances))};
}

int extra_length_bits(int symbol) {
  if (symbol < 265 || symbol == 285) return 0;
  return (symbol - 261) / 4;
}

int extra_distance_bits(int symbol) { return symbol < 4 ? 0 : symbol / 2 - 1; }

}  // namespace

std::optional<DeflateBlock> first_block(ByteView stream, std::uint32_t most) {
  if (stream.size() < 3) return std::nullopt;
  BitReader reader(stream.subspan(2));
  DeflateBlock block;
  block.last = reader.bit() == 1;
  block.type = static_cast<int>(reader.bits(2));
  if (block.type == 0) return block;
  if (block.type == 3) return std::nullopt;
  const Codes codes = block.type == 1 ? fixed_codes() : dynamic_codes(reader);
  while (block.symbols <= most && !reader.failed()) {
    const int symbol = codes.literals.read(reader);
    if (symbol == kEndOfBlock) break;
    ++block.symbols;
    if (symbol < kEndOfBlock) continue;
    reader.bits(extra_length_bits(symbol));
    const int distance = codes.distances.read(reader);
    if (!reader.failed()) reader.bits(extra_distance_bits(distance));  // else it is no distance
  }
  if (reader.failed()) return std::nullopt;
  return block;
}

}  // namespace bitswap
