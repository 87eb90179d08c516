// SPDX-License-Identifier: GPL-3.0-or-later
// Starts the kernels: what the host code of this folder sees of kernels.cu. Every call only queues work on the stream;
// errors show in runtime.h's last_error() or at the next synchronisation.
#pragma once

#include "engine/codec/cuda/layout.h"

namespace bitswap::cuda {

using Stream = void*;

/// Whether the device can run the kernels of this build at all.
bool kernels_usable();

// `blocks`: chunks of the wave's tiles on the kernel's grid.
void start_stage_input(Stream stream, unsigned blocks, const Wave& wave, const StageArgs& stage,
                       const InputArgs& input);
void start_seen_input(Stream stream, unsigned blocks, const Wave& wave, const SeenArgs& seen, const InputArgs& input);
/// Input from a latent's samples ([tile][channel][position] on grid `from`), folded pool × pool onto `grid`.
void start_latent_input(Stream stream, unsigned blocks, const Wave& wave, const std::uint8_t* samples, int from,
                        int channels, int grid, int pool, const InputArgs& input);
void start_convolution(Stream stream, const ConvolutionArgs& args);
void start_stage_intervals(Stream stream, unsigned blocks, const Wave& wave, const StageArgs& stage,
                           std::uint32_t* intervals);
void start_latent_intervals(Stream stream, unsigned blocks, const Wave& wave, const LatentArgs& latent,
                            std::uint32_t* intervals);
void start_push(Stream stream, const Wave& wave, const SymbolOrder& order, const std::uint32_t* intervals);
void start_pop_stage(Stream stream, const Wave& wave, const StageArgs& stage, const ColourArrays& kept);
void start_pop_latent(Stream stream, const Wave& wave, const LatentArgs& latent);
void start_check_lanes(Stream stream, const Wave& wave);
void start_pack_words(Stream stream, const Wave& wave, std::uint32_t* packed);
/// The loop of ceilings.cuh on `blocks` blocks; `tensor` as in ConvolutionArgs. `result`: a word of each thread.
void start_multiply_loop(Stream stream, unsigned blocks, bool tensor, std::int32_t rounds, std::uint32_t* result);

}  // namespace bitswap::cuda
