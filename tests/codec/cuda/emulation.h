// SPDX-License-Identifier: GPL-3.0-or-later
// Enough of CUDA to run the engine's kernels on the CPU: every thread of a block is a fiber, so that barriers and votes
// work as on a device, and all that is queued on a stream runs only when somebody waits for it, as late as a device
// may. Slow, exact, and one block at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(threads)
#define BITSWAP_LAUNCH(kernel, blocks, threads, stream, ...) \
  ::bitswap::emulation::queue_kernel(stream, blocks, threads, [=] { kernel(__VA_ARGS__); })
#define threadIdx (::bitswap::emulation::current_thread())
#define blockIdx (::bitswap::emulation::current_block())

struct dim3 {
  dim3(unsigned x, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}  // NOLINT: implicit as in CUDA
  unsigned x, y, z;
};

namespace bitswap::emulation {

dim3 current_thread();
dim3 current_block();
void queue(void* stream, std::function<void()> work);
void queue_kernel(void* stream, dim3 blocks, unsigned threads, std::function<void()> body);
/// Exchanges one value with all threads of the warp; gives the array of the warp's values.
const std::uint64_t* exchange(std::uint64_t value);
void block_barrier();

}  // namespace bitswap::emulation

inline int __popc(std::uint32_t value) { return __builtin_popcount(value); }

inline int __dp4a(std::int32_t a, std::int32_t b, std::int32_t sum) {
  for (int shift = 0; shift < 32; shift += 8) {
    sum += static_cast<std::int8_t>(static_cast<std::uint32_t>(a) >> shift) *
           static_cast<std::int8_t>(static_cast<std::uint32_t>(b) >> shift);
  }
  return sum;
}

/// As the PTX ISA describes mma.m16n8k32 for signed bytes, from its own words: element by element.
void emulated_mma_m16n8k32(std::int32_t (&sums)[4], const std::int32_t (&a)[4], const std::int32_t (&b)[2]);

inline void __syncthreads() { bitswap::emulation::block_barrier(); }
inline void __syncwarp() { bitswap::emulation::exchange(0); }

inline std::uint32_t __ballot_sync(std::uint32_t, bool vote) {
  const std::uint64_t* const votes = bitswap::emulation::exchange(vote ? 1 : 0);
  std::uint32_t mask = 0;
  for (int i = 0; i < 32; ++i) mask |= static_cast<std::uint32_t>(votes[i]) << i;
  return mask;
}

inline unsigned long long __shfl_down_sync(std::uint32_t, unsigned long long value, int by) {
  const std::uint64_t* const values = bitswap::emulation::exchange(value);
  const int from = static_cast<int>(threadIdx.x % 32) + by;
  return from < 32 ? values[from] : value;
}

inline unsigned long long atomicAdd(unsigned long long* to, unsigned long long value) {
  const unsigned long long before = *to;
  *to += value;
  return before;
}
