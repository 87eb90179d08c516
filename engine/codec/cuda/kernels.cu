// SPDX-License-Identifier: GPL-3.0-or-later
// Compiles the kernels and starts them. The tests compile this same file for the CPU, with an emulation in the place of
// the launch and of the few built-in functions.
#include "engine/codec/cuda/kernels.h"

#include "engine/codec/cuda/ceilings.cuh"
#include "engine/codec/cuda/convolution.cuh"
#include "engine/codec/cuda/lanes.cuh"

#if defined(__CUDACC__)
#define BITSWAP_LAUNCH(kernel, blocks, threads, stream, ...) \
  kernel<<<blocks, threads, 0, static_cast<cudaStream_t>(stream)>>>(__VA_ARGS__)
#endif

namespace bitswap::cuda {
namespace {

template <int kKernel, int kPerThread>
void launch_convolution(Stream stream, const ConvolutionArgs& args) {
  constexpr int kOutputs = kOutputGroups * kPerThread;
  const dim3 blocks(args.blocks, static_cast<unsigned>((args.out + kOutputs - 1) / kOutputs), 1);
  auto* const kernel =
      args.tensor != 0 ? convolution_kernel<kKernel, kPerThread, true> : convolution_kernel<kKernel, kPerThread, false>;
  BITSWAP_LAUNCH(kernel, blocks, kConvolutionThreads, stream, args);
}

template <int kKernel>
void launch_convolution(Stream stream, const ConvolutionArgs& args) {
  switch (args.per_thread) {
    case 1: return launch_convolution<kKernel, 1>(stream, args);
    case 2: return launch_convolution<kKernel, 2>(stream, args);
    case 3: return launch_convolution<kKernel, 3>(stream, args);
    case 4: return launch_convolution<kKernel, 4>(stream, args);
    case 5: return launch_convolution<kKernel, 5>(stream, args);
    case 6: return launch_convolution<kKernel, 6>(stream, args);
    case 7: return launch_convolution<kKernel, 7>(stream, args);
    default: return launch_convolution<kKernel, 8>(stream, args);
  }
}

}  // namespace

#if defined(__CUDACC__)
bool kernels_usable() {
  cudaFuncAttributes attributes;
  const bool usable = cudaFuncGetAttributes(&attributes, push_kernel) == cudaSuccess;
  if (!usable) static_cast<void>(cudaGetLastError());
  return usable;
}
#else
bool kernels_usable() { return true; }
#endif

void start_stage_input(Stream stream, unsigned blocks, const Wave& wave, const StageArgs& stage,
                       const InputArgs& input) {
  BITSWAP_LAUNCH(stage_input_kernel, blocks, kChunk, stream, wave, stage, input);
}

void start_seen_input(Stream stream, unsigned blocks, const Wave& wave, const SeenArgs& seen, const InputArgs& input) {
  BITSWAP_LAUNCH(seen_input_kernel, blocks, kChunk, stream, wave, seen, input);
}

void start_latent_input(Stream stream, unsigned blocks, const Wave& wave, const std::uint8_t* samples, int from,
                        int channels, int grid, int pool, const InputArgs& input) {
  BITSWAP_LAUNCH(latent_input_kernel, blocks, kChunk, stream, wave, samples, from, channels, grid, pool, input);
}

void start_convolution(Stream stream, const ConvolutionArgs& args) {
  if (args.kernel == 3) {
    launch_convolution<3>(stream, args);
  } else {
    launch_convolution<1>(stream, args);
  }
}

void start_stage_intervals(Stream stream, unsigned blocks, const Wave& wave, const StageArgs& stage,
                           std::uint32_t* intervals) {
  BITSWAP_LAUNCH(stage_intervals_kernel, blocks, kChunk, stream, wave, stage, intervals);
}

void start_latent_intervals(Stream stream, unsigned blocks, const Wave& wave, const LatentArgs& latent,
                            std::uint32_t* intervals) {
  BITSWAP_LAUNCH(latent_intervals_kernel, blocks, kChunk, stream, wave, latent, intervals);
}

void start_push(Stream stream, const Wave& wave, const SymbolOrder& order, const std::uint32_t* intervals) {
  BITSWAP_LAUNCH(push_kernel, static_cast<unsigned>(wave.lane_count), kWarp, stream, wave, order, intervals);
}

void start_pop_stage(Stream stream, const Wave& wave, const StageArgs& stage, const ColourArrays& kept) {
  BITSWAP_LAUNCH(pop_stage_kernel, static_cast<unsigned>(wave.lane_count), kWarp, stream, wave, stage, kept);
}

void start_pop_latent(Stream stream, const Wave& wave, const LatentArgs& latent) {
  BITSWAP_LAUNCH(pop_latent_kernel, static_cast<unsigned>(wave.lane_count), kWarp, stream, wave, latent);
}

void start_check_lanes(Stream stream, const Wave& wave) {
  BITSWAP_LAUNCH(check_lanes_kernel, static_cast<unsigned>(wave.lane_count), kWarp, stream, wave);
}

void start_pack_words(Stream stream, const Wave& wave, std::uint32_t* packed) {
  BITSWAP_LAUNCH(pack_words_kernel, static_cast<unsigned>(wave.lane_count), kChunk, stream, wave, packed);
}

void start_multiply_loop(Stream stream, unsigned blocks, bool tensor, std::int32_t rounds, std::uint32_t* result) {
  auto* const kernel = tensor ? multiply_loop_kernel<true> : multiply_loop_kernel<false>;
  BITSWAP_LAUNCH(kernel, blocks, kMultiplyThreads, stream, rounds, result);
}

}  // namespace bitswap::cuda
