// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of all three types.
#include "engine/deflate/block_writer.h"

namespace bitswap::deflate {
namespace {

struct Code {
  std::uint16_t bits = 0;
  std::uint8_t length = 0;
};

template <std::size_t kSymbols>
std::array<Code, kSymbols> make_codes(std::span<const std::uint8_t> lengths) {
  std::array<std::uint16_t, kSymbols> bits{};
  canonical_codes(lengths, bits);
  std::array<Code, kSymbols> codes{};
  for (std::size_t i = 0; i < lengths.size(); ++i) codes[i] = {bits[i], lengths[i]};
  return codes;
}

void write_header(BitWriter& out, const DynamicHeader& header) {
  out.put(header.literals - 257u, 5);
  out.put(header.distances - 1u, 5);
  out.put(header.listed - 4u, 4);
  for (std::size_t i = 0; i < header.listed; ++i) out.put(header.meta[kMetaOrder[i]], 3);
  const auto codes = make_codes<kMetaSymbols>(header.meta);
  for (const MetaSymbol& run : header.runs) {
    out.put(codes[run.symbol].bits, codes[run.symbol].length);
    out.put(run.extra, run.extra_bits());
  }
}

void write_stored(BitWriter& out, const Block& block, ByteView text, std::uint64_t begin) {
  const int odd = (8 - out.bit()) % 8;
  out.put(block.padding & ((1u << odd) - 1), odd);
  out.put(block.stored, 16);
  out.put(block.stored ^ 0xFFFFu, 16);
  out.raw(text.subspan(begin, block.stored));
}

}  // namespace

void write_block(BitWriter& out, const Block& block, ByteView text, std::uint64_t begin) {
  out.put(block.last ? 1 : 0, 1);
  out.put(static_cast<std::uint32_t>(block.type), 2);
  if (block.type == BlockType::Stored) {
    write_stored(out, block, text, begin);
  } else {
    const bool dynamic = block.type == BlockType::Dynamic;
    if (dynamic) write_header(out, block.header);
    std::array<std::uint8_t, kDistanceSymbols> fixed_distances{};
    fixed_distances.fill(kFixedDistanceBits);
    const std::span<const std::uint8_t> literal_lengths =
        dynamic ? std::span<const std::uint8_t>(block.header.literal_lengths) : kFixedLiterals;
    const auto literals = make_codes<288>(literal_lengths);
    const auto distances = make_codes<kDistanceSymbols>(dynamic ? block.header.distance_lengths : fixed_distances);
    std::uint64_t at = begin;
    for (const Token& token : block.tokens) {
      if (!token.is_match()) {
        const Code& code = literals[text[at]];
        out.put(code.bits, code.length);
      } else {
        const std::size_t length = kLengthIndex[token.length];
        const Code& code = literals[kEndOfBlock + 1 + length];
        const std::uint32_t length_extra = token.bytes() - kLengths.base[length];
        out.put(code.bits | length_extra << code.length, code.length + kLengths.extra[length]);
        const std::size_t distance = distance_index(token.distance);
        const Code& far = distances[distance];
        const std::uint32_t distance_extra = std::uint32_t{token.distance} - kDistances.base[distance];
        out.put(far.bits | distance_extra << far.length, far.length + kDistances.extra[distance]);
      }
      at += token.bytes();
    }
    out.put(literals[kEndOfBlock].bits, literals[kEndOfBlock].length);
  }
  if (block.last) {
    const int odd = (8 - out.bit()) % 8;
    out.put(block.tail & ((1u << odd) - 1), odd);
  }
}

}  // namespace bitswap::deflate
