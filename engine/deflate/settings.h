// SPDX-License-Identifier: GPL-3.0-or-later
// What a compressor's choices depend on besides its input. zlib's levels and strategies are such settings; those of
// other compressors come close to some.
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/deflate/token.h"

namespace bitswap::deflate {

enum class Method : std::uint8_t {
  Stored = 0,    ///< no tokens are expected
  Literals = 1,  ///< no matches
  Runs = 2,      ///< matches at distance 1 only
  Greedy = 3,    ///< the longest match is taken
  Lazy = 4,      ///< unless there is a longer one a place further
};

struct Settings {
  Method method = Method::Lazy;
  bool fixed = false;           ///< dynamic blocks are not expected
  std::uint8_t window = 15;     ///< log2 of bytes, 8 to 15
  std::uint8_t hash_bits = 15;  ///< 8 to 16
  std::uint8_t shortest = 3;    ///< shorter matches are dropped by Lazy: 3 to 6
  std::uint16_t near = 4096;    ///< Lazy drops matches of 3 bytes that are farther; 1 to 32768
  std::uint16_t margin = 262;   ///< of the window, which matches do not reach; 0 to 262
  std::uint16_t good = 8;       ///< with a match this long at hand, a fourth of the chain is enough for the next
  std::uint16_t lazy = 16;      ///< Lazy: matches this long are taken; Greedy: longer ones leave no trace in the chains
  std::uint16_t nice = 128;     ///< matches this long end the search
  std::uint16_t chain = 128;    ///< candidates looked at, 1 to 4096
  std::uint32_t block_tokens = 16383;  ///< after so many a block ends; 0: nobody knows

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// zlib's own. Requires level 0 to 9, strategy 0 to 4 (default, filtered, Huffman only, runs, fixed), window 8 to 15,
/// memory 1 to 9.
Settings zlib_settings(int level, int strategy = 0, int window = 15, int memory = 8);

/// u8 method with bit 7 for `fixed`, u8 window, u8 hash_bits, u8 shortest, varints near, margin, good, lazy, nice,
/// chain, block_tokens. Errors of reading: Corrupt for values out of range, Truncated.
void write_settings(ByteWriter& out, const Settings& settings);
Result<Settings> read_settings(ByteReader& in);

}  // namespace bitswap::deflate
