// SPDX-License-Identifier: GPL-3.0-or-later
// Prefix codes as zlib makes them: code lengths from frequencies, the runs in which lengths are listed, and the
// canonical codes of RFC 1951 for them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/deflate/token.h"

namespace bitswap::deflate {

inline constexpr std::size_t kMetaSymbols = 19;
/// The order in which a header lists the lengths of the codes for lengths.
inline constexpr std::array<std::uint8_t, kMetaSymbols> kMetaOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
inline constexpr std::array<std::uint8_t, 3> kMetaExtra = {2, 3, 7};  ///< bits behind symbols 16, 17 and 18

/// One symbol of the list of lengths: a length, or 16 (the last one again), 17 and 18 (zeros) with a count.
struct MetaSymbol {
  std::uint8_t symbol = 0;
  std::uint8_t extra = 0;  ///< as written: 0 to 3, 0 to 7, 0 to 127

  /// How many lengths it stands for.
  [[nodiscard]] std::size_t count() const {
    return symbol < 16 ? 1 : symbol == 16 ? 3u + extra : symbol == 17 ? 3u + extra : 11u + extra;
  }
  [[nodiscard]] std::uint8_t extra_bits() const { return symbol < 16 ? 0 : kMetaExtra[symbol - 16u]; }
  friend bool operator==(const MetaSymbol&, const MetaSymbol&) = default;
};

/// The header of a dynamic block.
struct DynamicHeader {
  std::uint16_t literals = 257;  ///< lengths listed for the literals' alphabet, 257 to 286
  std::uint16_t distances = 1;   ///< 1 to 30
  std::uint8_t listed = 4;       ///< lengths of `meta` written, 4 to 19
  std::array<std::uint8_t, kMetaSymbols> meta{};
  std::array<std::uint8_t, kLiteralSymbols> literal_lengths{};
  std::array<std::uint8_t, kDistanceSymbols> distance_lengths{};
  std::vector<MetaSymbol> runs;  ///< how the lengths are listed

  friend bool operator==(const DynamicHeader&, const DynamicHeader&) = default;
};

/// Code lengths by Huffman's algorithm with a heap, as zlib runs it: of two nodes the one with the smaller frequency
/// comes first, of equal ones that with the lower subtree, and the heap decides the rest. Codes beyond `longest` are
/// shortened by zlib's repair. With fewer than two symbols in use, the smallest unused ones join. At most 286 symbols.
/// Returns the index of the last symbol with a code.
std::size_t huffman_lengths(std::span<const std::uint32_t> frequencies, std::uint8_t longest,
                            std::span<std::uint8_t> lengths);

/// The next symbol of a list of lengths: greedy runs as zlib and most others write them. `last` is the length before,
/// -1 at the start of an alphabet. Requires a non-empty `rest`, which ends where runs have to end.
MetaSymbol next_run(std::span<const std::uint8_t> rest, int last);

/// Fills `meta` and `listed` from `runs`.
void meta_code(DynamicHeader& header);

/// The header that zlib writes for a block.
DynamicHeader zlib_header(const Frequencies& frequencies);

/// What the three types of a block cost, in bits, without the three of its type.
struct BlockCosts {
  std::uint64_t fixed = 0;
  std::uint64_t dynamic = 0;
};
BlockCosts block_costs(const Frequencies& frequencies, const DynamicHeader& header);

/// Canonical codes with their bits reversed, ready to be written lowest bit first. Requires a code that is not
/// over-subscribed.
void canonical_codes(std::span<const std::uint8_t> lengths, std::span<std::uint16_t> codes);

/// Complete, or at most one code of one bit (`may_be_empty`: or none): what decoders accept.
bool decodable(std::span<const std::uint8_t> lengths, bool may_be_empty);

}  // namespace bitswap::deflate
