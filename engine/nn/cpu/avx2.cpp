// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels for AVX2 alone. Pairs of products meet in 16 bits; the limits of weights and activations keep them there:
// 127 · 127 · 2 and, for samples, 255 · 63 · 2 are below 32768. Nearly all weights of trained models are so small that
// the pairs of two groups fit as well, which saves a fourth of the multiplications.
#include <immintrin.h>

#include <utility>

#include "engine/nn/cpu/row_kernel.h"

namespace bitswap {
namespace {

#include "engine/nn/cpu/isa256.h"

struct Isa : Vectors256 {
  static constexpr int kDepth = kDepthAvx2;
  static constexpr int kPositions[kMaxVectors] = {8, 4, 2, 2};  // 8 sums and what a step needs fit 16 registers

  static Vec widen(Vec sum, Vec pairs) { return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1))); }
  static Vec dot(Vec sum, Vec bytes, Vec weights) { return widen(sum, _mm256_maddubs_epi16(bytes, weights)); }
  static Vec dot_together(Vec sum, const Vec (&bytes)[kDepth], const Vec (&weights)[kDepth]) {
    Vec pairs = _mm256_maddubs_epi16(bytes[0], weights[0]);
    for (int d = 1; d < kDepth; ++d) pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(bytes[d], weights[d]));
    return widen(sum, pairs);
  }
};

#include "engine/nn/cpu/row_kernel_body.h"

}  // namespace

void run_row_avx2(const RowJob& job) { run_row(job); }

}  // namespace bitswap
