// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a prefix code.
#include "engine/deflate/bit_reader.h"

#include "engine/deflate/prefix_code.h"

namespace bitswap::deflate {

void CodeReader::set(std::span<const std::uint8_t> lengths) {
  counts_.fill(0);
  for (const std::uint8_t length : lengths) ++counts_[length];
  counts_[0] = 0;
  std::array<std::uint16_t, 17> next{};
  for (std::size_t length = 1; length < 16; ++length) {
    next[length + 1] = static_cast<std::uint16_t>(next[length] + counts_[length]);
  }
  std::array<std::uint16_t, 288> codes{};
  canonical_codes(lengths, codes);
  table_.fill({});
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    const std::uint8_t length = lengths[symbol];
    if (length == 0) continue;
    symbols_[next[length]++] = static_cast<std::uint16_t>(symbol);
    if (length > kTableBits) continue;
    for (std::size_t at = codes[symbol]; at < kTable; at += std::size_t{1} << length) {
      table_[at] = {static_cast<std::uint16_t>(symbol), length};
    }
  }
}

std::uint32_t CodeReader::read_long(BitReader& reader) const {
  std::uint32_t code = 0;
  std::uint32_t first = 0;  // code of this length
  std::uint32_t index = 0;  // of that one in symbols_
  std::uint64_t bits = reader.peek();
  for (std::size_t length = 1; length <= 15; ++length, bits >>= 1) {
    code |= static_cast<std::uint32_t>(bits & 1u);
    const std::uint32_t count = counts_[length];
    if (code >= first && code - first < count) {
      reader.drop(static_cast<int>(length));
      return symbols_[index + code - first];
    }
    index += count;
    first = (first + count) << 1;
    code <<= 1;
  }
  return kNoSymbol;
}

}  // namespace bitswap::deflate
