// SPDX-License-Identifier: GPL-3.0-or-later
// Plaintexts and DEFLATE streams for the tests of engine/deflate.
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"

namespace bitswap::test {

/// SplitMix64: the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In [0, bound).
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

enum class Text { Picture, Words, Noise, Flat };

/// Picture: rows of smooth samples with noise, each after a filter byte; Words: repeated phrases; Noise: bytes that do
/// not compress; Flat: few different bytes in long runs.
Bytes make_text(Text kind, std::size_t size, std::uint64_t seed = 1);

struct ZlibOptions {
  int level = 6;
  int strategy = 0;
  int window = 15;
  int memory = 8;
  std::size_t portion = 0;  ///< bytes fed at a time; 0: all
  int flush = 0;            ///< zlib's flush after each portion
};

/// A zlib stream by this machine's zlib.
Bytes zlib_stream(const Bytes& text, const ZlibOptions& options = {});

}  // namespace bitswap::test
