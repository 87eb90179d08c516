// SPDX-License-Identifier: GPL-3.0-or-later
// Transposes blocks of 8 positions and 8 outputs. The vectors are those of every processor that we know, so that no
// choice at run time is needed.
#include "engine/codec/host/head_planes.h"

#include <algorithm>
#include <cstring>

namespace bitswap {
namespace {

constexpr std::size_t kBlock = 8;
using Row = std::int16_t __attribute__((vector_size(2 * kBlock)));

Row lower(Row a, Row b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
Row upper(Row a, Row b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }

void transpose(const std::int16_t* from, std::size_t from_stride, std::int16_t* to, std::size_t to_stride) {
  Row a[kBlock], b[kBlock];
  for (std::size_t i = 0; i < kBlock; ++i) std::memcpy(&a[i], from + i * from_stride, sizeof(Row));
  // Interleaving the first half of the rows with the second, three times, is a transposition.
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < kBlock / 2; ++i) {
      b[2 * i] = lower(a[i], a[i + kBlock / 2]);
      b[2 * i + 1] = upper(a[i], a[i + kBlock / 2]);
    }
    std::copy(b, b + kBlock, a);
  }
  for (std::size_t i = 0; i < kBlock; ++i) std::memcpy(to + i * to_stride, &a[i], sizeof(Row));
}

}  // namespace

void split_heads(const std::int16_t* from, std::size_t from_stride, std::size_t count, std::size_t heads,
                 std::int16_t* to, std::size_t to_stride, std::size_t to_step) {
  if (count < kBlock || heads < kBlock || to_step != 1) {
    for (std::size_t h = 0; h < heads; ++h) {
      for (std::size_t x = 0; x < count; ++x) to[h * to_stride + x * to_step] = from[x * from_stride + h];
    }
    return;
  }
  // The last block of each direction may overlap the one before.
  for (std::size_t block = 0; block < count; block += kBlock) {
    const std::size_t x = std::min(block, count - kBlock);
    for (std::size_t first = 0; first < heads; first += kBlock) {
      const std::size_t h = std::min(first, heads - kBlock);
      transpose(from + x * from_stride + h, from_stride, to + h * to_stride + x, to_stride);
    }
  }
}

}  // namespace bitswap
