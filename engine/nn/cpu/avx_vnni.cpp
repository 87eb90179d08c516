// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels for AVX-VNNI, the dot product of processors without AVX-512.
#include <immintrin.h>

#include <utility>

#include "engine/nn/cpu/row_kernel.h"

namespace bitswap {
namespace {

#include "engine/nn/cpu/isa256.h"

struct Isa : Vectors256 {
  static constexpr int kDepth = 1;
  static constexpr int kPositions[kMaxVectors] = {12, 6, 4, 3};  // 12 sums and what a step needs fit 16 registers
  static Vec dot(Vec sum, Vec bytes, Vec weights) { return _mm256_dpbusd_avx_epi32(sum, bytes, weights); }
  static Vec dot_together(Vec sum, const Vec (&bytes)[1], const Vec (&weights)[1]) {
    return dot(sum, bytes[0], weights[0]);
  }
};

#include "engine/nn/cpu/row_kernel_body.h"

}  // namespace

void run_row_avx_vnni(const RowJob& job) { run_row(job); }

}  // namespace bitswap
