// SPDX-License-Identifier: GPL-3.0-or-later
// Transposes blocks of 16 channels and 16 positions. The vectors are those of every processor that we know, so that no
// choice at run time is needed.
#include "engine/codec/host/interleave.h"

#include <algorithm>
#include <cstring>

namespace bitswap {
namespace {

constexpr std::size_t kBlock = 16;
using Row = std::int8_t __attribute__((vector_size(kBlock)));

Row lower(Row a, Row b) {
  return __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
Row upper(Row a, Row b) {
  return __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/// Interleaving the first half of the rows with the second, four times, is a transposition.
void transpose(Row (&a)[kBlock]) {
  for (int round = 0; round < 4; ++round) {
    Row b[kBlock];
    for (std::size_t i = 0; i < kBlock / 2; ++i) {
      b[2 * i] = lower(a[i], a[i + kBlock / 2]);
      b[2 * i + 1] = upper(a[i], a[i + kBlock / 2]);
    }
    std::copy(b, b + kBlock, a);
  }
}

}  // namespace

void interleave(const std::int8_t* rows, std::size_t stride, std::size_t channels, std::size_t width, std::int8_t* to) {
  // A whole vector is stored for each position, and what it has too much is overwritten by the positions behind it:
  // therefore positions go up, and the last group of channels, which may not be full, comes first.
  for (std::size_t group = (channels + kBlock - 1) / kBlock; group-- > 0;) {
    const std::size_t first = group * kBlock;
    const std::size_t count = std::min(kBlock, channels - first);
    for (std::size_t x = 0; x < width; x += kBlock) {
      Row block[kBlock] = {};
      for (std::size_t c = 0; c < count; ++c) std::memcpy(&block[c], rows + (first + c) * stride + x, sizeof(Row));
      transpose(block);
      std::int8_t* out = to + x * channels + first;
      if (width - x > kBlock + kBlock / channels) {
        for (std::size_t i = 0; i < kBlock; ++i, out += channels) std::memcpy(out, &block[i], sizeof(Row));
      } else {  // nothing behind the end may be touched
        for (std::size_t i = 0; i < std::min(kBlock, width - x); ++i, out += channels) {
          std::memcpy(out, &block[i], count);
        }
      }
    }
  }
}

}  // namespace bitswap
