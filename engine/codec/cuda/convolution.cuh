// SPDX-License-Identifier: GPL-3.0-or-later
// Device code: one layer of a network as an implicit matrix product of packed 8-bit values, with requantisation and
// skip in the same kernel. Sums are exact in int32 (model/network.h), so the order of summation does not matter.
#pragma once

#include "engine/codec/cuda/samples.cuh"

namespace bitswap::cuda {

inline constexpr int kConvolutionThreads = 128;
inline constexpr int kOutputGroups = 8;
inline constexpr int kRun = 8;          ///< positions of a thread for each of its outputs (tensor: two of each)
inline constexpr int kWordsAtOnce = 8;  ///< 32 input channels

/// sums += a · b on a warp: 16 positions × 32 channels times 32 channels × 8 outputs. With thread = 4·g + t, in words
/// of 4 channels (PTX ISA, mma.m16n8k32 for .s8):
///   a = words t of positions g and g + 8, then words t + 4 of both;  b = words t and t + 4 of output g
///   sums = outputs 2t, 2t + 1 of position g, then of position g + 8
__device__ inline void multiply_add(std::int32_t (&sums)[4], const std::int32_t (&a)[4], const std::int32_t (&b)[2]) {
#if !defined(__CUDACC__)
  emulated_mma_m16n8k32(sums, a, b);
#elif __CUDA_ARCH__ >= 800
  asm volatile(
      "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
  __trap();  // never chosen for such a device
#endif
}

/// Which sums a thread holds: number i of output j.
template <bool kTensor>
struct SumPlace {
  int row, column;  ///< of the position in the patch
  int output;       ///< in the block
  __device__ SumPlace(int i, int j) {
    const int thread = static_cast<int>(threadIdx.x);
    if constexpr (kTensor) {
      row = thread / kWarp * 2 + i / 4;
      column = thread % kWarp / 4 + (i % 4 >= 2 ? 8 : 0);
      output = j * kOutputGroups + 2 * (thread % 4) + i % 2;
    } else {
      row = thread / kOutputGroups / 2;
      column = thread / kOutputGroups % 2 * kRun + i;
      output = j * kOutputGroups + thread % kOutputGroups;
    }
  }
};

/// One tap of the kernel: `corner` is the patch shifted by the tap, `by` its weights, [word][output].
template <int kPerThread, int kColumns, int kStride, int kWeightStride>
__device__ inline void add_tap(std::int32_t (&sums)[kPerThread][kRun], const std::int32_t* corner,
                               const std::int32_t* by, int words) {
  const SumPlace<false> place(0, 0);
  const std::int32_t* const from = corner + (place.row * kColumns + place.column) * kStride;
  by += place.output;
  for (int word = 0; word < words; word += kWordsAtOnce / 2) {
#pragma unroll
    for (int k = 0; k < kWordsAtOnce / 2; ++k) {
      std::int32_t a[kRun];
#pragma unroll
      for (int i = 0; i < kRun; ++i) a[i] = from[i * kStride + word + k];
#pragma unroll
      for (int j = 0; j < kPerThread; ++j) {
        const std::int32_t w = by[(word + k) * kWeightStride + j * kOutputGroups];
#pragma unroll
        for (int i = 0; i < kRun; ++i) sums[j][i] = __dp4a(a[i], w, sums[j][i]);
      }
    }
  }
}

template <int kPerThread, int kColumns, int kStride, int kWeightStride>
__device__ inline void add_tap_tensor(std::int32_t (&sums)[kPerThread][kRun], const std::int32_t* corner,
                                      const std::int32_t* by) {
  const int thread = static_cast<int>(threadIdx.x) % kWarp, g = thread / 4, t = thread % 4;
  std::int32_t a[2][4];
#pragma unroll
  for (int r = 0; r < 2; ++r) {
    const int row = static_cast<int>(threadIdx.x) / kWarp * 2 + r;
    const std::int32_t* const from = corner + (row * kColumns + g) * kStride + t;
    a[r][0] = from[0];
    a[r][1] = from[8 * kStride];
    a[r][2] = from[4];
    a[r][3] = from[8 * kStride + 4];
  }
#pragma unroll
  for (int j = 0; j < kPerThread; ++j) {
    const std::int32_t b[2] = {by[t * kWeightStride + j * kOutputGroups + g],
                               by[(t + 4) * kWeightStride + j * kOutputGroups + g]};
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      std::int32_t part[4] = {sums[j][4 * r], sums[j][4 * r + 1], sums[j][4 * r + 2], sums[j][4 * r + 3]};
      multiply_add(part, a[r], b);
#pragma unroll
      for (int c = 0; c < 4; ++c) sums[j][4 * r + c] = part[c];
    }
  }
}

/// Shared memory: a patch of the input with its border, and the weights of kWordsAtOnce input words. A block computes
/// kPatch positions × 8·kPerThread outputs. 1×1 layers take their positions in the order of memory, across tiles.
/// kTensor: through tensor cores, a warp two rows of the patch; else with __dp4a, a thread eight positions of a row.
template <int kKernel, int kPerThread, bool kTensor>
__global__ void __launch_bounds__(kConvolutionThreads) convolution_kernel(ConvolutionArgs args) {
  constexpr int kRadius = kKernel / 2;
  constexpr int kColumns = kPatchWidth + 2 * kRadius;
  constexpr int kRows = kPatchHeight + 2 * kRadius;
  constexpr int kOutputs = kOutputGroups * kPerThread;
  constexpr int kTaps = kKernel * kKernel;
  // Distances between positions and between words of weights that keep a warp's reads in different banks.
  constexpr int kStride = kTensor ? kWordsAtOnce + 4 : kWordsAtOnce + 1;
  constexpr int kWeightStride = kTensor && kPerThread % 2 == 0 ? kOutputs + 8 : kOutputs;
  __shared__ std::int32_t patch[kRows * kColumns * kStride];
  __shared__ std::int32_t weights[kTaps * kWordsAtOnce * kWeightStride];
  const int first_output = static_cast<int>(blockIdx.y) * kOutputs;

  // Where the patch lies: in a tile's grid, or anywhere in memory for 1×1.
  int width = 0, height = 0, left = 0, top = 0;
  std::size_t first = 0;
  if constexpr (kKernel == 3) {
    const int index = find_tile(args.tiles, args.tile_count, args.grid, blockIdx.x, &TileGrid::first_patch);
    const TileGrid& grid = args.tiles[index].grid[args.grid];
    const int across = (grid.width + kPatchWidth - 1) / kPatchWidth;
    const int patch_index = static_cast<int>(blockIdx.x - grid.first_patch);
    width = grid.width;
    height = grid.height;
    left = patch_index % across * kPatchWidth;
    top = patch_index / across * kPatchHeight;
    first = grid.first;
  } else {
    first = static_cast<std::size_t>(blockIdx.x) * kPatch;
  }

  std::int32_t sums[kPerThread][kRun];
#pragma unroll
  for (int j = 0; j < kPerThread; ++j) {
#pragma unroll
    for (int i = 0; i < kRun; ++i) {
      const int output = first_output + SumPlace<kTensor>(i, j).output;
      sums[j][i] = output < args.out ? args.bias[output] : 0;
    }
  }

  const std::int32_t* group_weights =
      args.weights + static_cast<std::size_t>(blockIdx.y) * kTaps * args.in_words * kOutputs;
  for (int word0 = 0; word0 < args.in_words; word0 += kWordsAtOnce) {
    const int words = args.in_words - word0 < kWordsAtOnce ? args.in_words - word0 : kWordsAtOnce;
    const int shift = !kTensor && words <= kWordsAtOnce / 2 ? 2 : 3;
    const int padded = 1 << shift;  // beyond `words` there are zeros
    for (int i = static_cast<int>(threadIdx.x); i < kRows * kColumns * padded; i += kConvolutionThreads) {
      const int word = i & (padded - 1), cell = i >> shift;
      bool inside = word < words;
      std::size_t position = 0;
      if constexpr (kKernel == 3) {
        const int y = top + cell / kColumns - kRadius, x = left + cell % kColumns - kRadius;
        inside = inside && y >= 0 && y < height && x >= 0 && x < width;
        position = first + static_cast<std::size_t>(inside ? y : 0) * width + (inside ? x : 0);
      } else {
        position = first + cell;
        inside = inside && position < args.positions;
      }
      patch[cell * kStride + word] = inside ? args.input[position * args.in_words + word0 + word] : 0;
    }
    for (int i = static_cast<int>(threadIdx.x); i < kTaps * padded * kOutputs; i += kConvolutionThreads) {
      const int output = i % kOutputs, word = i / kOutputs & (padded - 1), tap = i / kOutputs >> shift;
      weights[(tap * padded + word) * kWeightStride + output] =
          word < words ? group_weights[(tap * args.in_words + word0 + word) * kOutputs + output] : 0;
    }
    __syncthreads();
    for (int tap = 0; tap < kTaps; ++tap) {
      const std::int32_t* const corner = patch + (tap / kKernel * kColumns + tap % kKernel) * kStride;
      const std::int32_t* const by = weights + tap * padded * kWeightStride;
      if constexpr (kTensor) {
        add_tap_tensor<kPerThread, kColumns, kStride, kWeightStride>(sums, corner, by);
      } else {
        add_tap<kPerThread, kColumns, kStride, kWeightStride>(sums, corner, by, padded);
      }
    }
    __syncthreads();
  }

#pragma unroll
  for (int j = 0; j < kPerThread; ++j) {
#pragma unroll
    for (int i = 0; i < kRun; ++i) {
      const SumPlace<kTensor> place(i, j);
      const int output = first_output + place.output;
      if (output >= args.out) continue;
      std::size_t position = 0;
      if constexpr (kKernel == 3) {
        const int y = top + place.row, x = left + place.column;
        if (y >= height || x >= width) continue;
        position = first + static_cast<std::size_t>(y) * width + x;
      } else {
        position = first + place.row * kPatchWidth + place.column;
        if (position >= args.positions) continue;
      }
      std::int32_t sum = sums[j][i];
      const int shift = args.shift[output];
      const std::size_t at = position * args.out + output;
      if (args.head != nullptr) {
        const int by = shift - 3;  // kHeadShift of model/network.h
        if (by > 0) sum = (sum + (1 << (by - 1))) >> by;
        args.head[at] = static_cast<std::int16_t>(clamp_int(sum, -32768, 32767));
      } else {
        if (args.skip != nullptr) sum += static_cast<std::int32_t>(args.skip[at]) << shift;
        if (shift > 0) sum = (sum + (1 << (shift - 1))) >> shift;
        args.output[at] = static_cast<std::int8_t>(clamp_int(sum, 0, 127));
      }
    }
  }
}

}  // namespace bitswap::cuda
