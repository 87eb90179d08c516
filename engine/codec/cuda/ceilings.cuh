// SPDX-License-Identifier: GPL-3.0-or-later
// Device code: the multiplications of the convolutions and nothing else, to see how many of them a device can do.
#pragma once

#include "engine/codec/cuda/convolution.cuh"

namespace bitswap::cuda {

/// Each round multiplies the same operands once into every sum: kTensor with one instruction a chain of four sums, else
/// with one for each sum. No sum waits for another, so that the latency of one is hidden behind the others. The result
/// depends on all of them, and they begin with different values, so that none can be left out.
template <bool kTensor>
__global__ void __launch_bounds__(kMultiplyThreads) multiply_loop_kernel(std::int32_t rounds, std::uint32_t* result) {
  const int thread = static_cast<int>(threadIdx.x) % kWarp;
  std::int32_t a[4], b[2], sums[kMultiplyChains][4];
#pragma unroll
  for (int k = 0; k < 4; ++k) a[k] = multiply_operand(thread, k);
#pragma unroll
  for (int k = 0; k < 2; ++k) b[k] = multiply_operand(thread, 4 + k);
#pragma unroll
  for (int j = 0; j < kMultiplyChains; ++j) {
#pragma unroll
    for (int i = 0; i < 4; ++i) sums[j][i] = 4 * j + i;
  }
  for (std::int32_t round = 0; round < rounds; ++round) {
#pragma unroll
    for (int j = 0; j < kMultiplyChains; ++j) {
      if constexpr (kTensor) {
        multiply_add(sums[j], a, b);
      } else {
#pragma unroll
        for (int i = 0; i < 4; ++i) sums[j][i] = __dp4a(a[i], b[i % 2], sums[j][i]);
      }
    }
  }
  std::uint32_t all = 0;
#pragma unroll
  for (int j = 0; j < kMultiplyChains; ++j) {
#pragma unroll
    for (int i = 0; i < 4; ++i) all += static_cast<std::uint32_t>(sums[j][i]);
  }
  result[blockIdx.x * kMultiplyThreads + threadIdx.x] = all;
}

}  // namespace bitswap::cuda
