// SPDX-License-Identifier: GPL-3.0-or-later
// Device code: rANS on the lanes, one warp a lane and one thread a state, in the order of words that ans_lane.h defines
// for groups of symbols.
#pragma once

#include "engine/codec/cuda/symbols.cuh"

namespace bitswap::cuda {

inline constexpr std::uint32_t kAllThreads = 0xFFFFFFFFU;

/// A lane in the registers of a warp. `size`, `initial_words` and the flags are the same in all threads.
struct WarpLane {
  std::uint64_t x;
  std::uint32_t* words;
  std::uint64_t initial_words;
  std::uint32_t size, capacity;
  int number, states;
  bool drawing, underflow, overflow;

  __device__ explicit WarpLane(const Wave& wave, const Lane& lane)
      : x(lane.state[threadIdx.x % kWarp]),
        words(wave.words + lane.words),
        initial_words(lane.initial_words),
        size(lane.size),
        capacity(lane.capacity),
        number(lane.number),
        states(lane.states),
        drawing(lane.drawing != 0),
        underflow(lane.underflow != 0),
        overflow(lane.overflow != 0) {}

  __device__ void store(Lane& lane) const {
    lane.state[threadIdx.x % kWarp] = x;
    if (threadIdx.x % kWarp == 0) {
      lane.initial_words = initial_words;
      lane.size = size;
      lane.underflow = underflow ? 1 : 0;
      lane.overflow = overflow ? 1 : 0;
    }
  }

  /// One group of symbols; `active` threads have one. All threads of the warp call it.
  __device__ void push(bool active, Interval symbol) {
    const unsigned thread = threadIdx.x % kWarp;
    const bool emits = active && push_emits(x, symbol);
    const std::uint32_t mask = __ballot_sync(kAllThreads, emits);
    if (emits) {
      const std::uint32_t at = size + static_cast<std::uint32_t>(__popc(mask >> thread >> 1));
      if (at < capacity) words[at] = low_word(x);
      x = drop_word(x);
    }
    size += static_cast<std::uint32_t>(__popc(mask));
    if (size > capacity) {
      size = capacity;
      overflow = true;
    }
    if (active) x = push_state(x, symbol);
  }

  /// Takes off a group of symbols; each must hold the slot of its state.
  __device__ void pop(bool active, Interval symbol) {
    const unsigned thread = threadIdx.x % kWarp;
    if (active) x = pop_state(x, symbol);
    const bool reads = active && pop_reads(x);
    const std::uint32_t mask = __ballot_sync(kAllThreads, reads);
    if (reads) {
      const auto rank = static_cast<std::uint32_t>(__popc(mask & ((1U << thread) - 1)));
      std::uint32_t word = 0;
      if (rank < size) {
        word = words[size - 1 - rank];
      } else if (drawing) {
        word = initial_word(static_cast<std::uint64_t>(number), initial_words + (rank - size));
      }
      x = append_word(x, word);
    }
    const auto taken = static_cast<std::uint32_t>(__popc(mask));
    if (taken > size) {
      if (drawing) {
        initial_words += taken - size;
      } else {
        underflow = true;
      }
      size = 0;
    } else {
      size -= taken;
    }
  }
};

/// The tile that a lane works on in this wave; null where its segment has none.
__device__ inline const Tile* tile_of_lane(const Wave& wave, const Lane& lane) {
  const int tile = wave.segment_tile[lane.segment];
  return tile < 0 ? nullptr : wave.tiles + tile;
}

/// Pushes a block's intervals, the last colour first. One warp a lane.
__global__ void __launch_bounds__(kWarp) push_kernel(Wave wave, SymbolOrder order, const std::uint32_t* intervals) {
  Lane& lane = wave.lanes[blockIdx.x];
  const Tile* tile = tile_of_lane(wave, lane);
  if (tile == nullptr) return;
  WarpLane stack(wave, lane);
  const LaneBlock block = lane_block(block_shape(wave, *tile, order), *tile, order, lane.number);
  const auto states = static_cast<std::uint32_t>(stack.states);
  const std::uint32_t groups = (block.count + states - 1) / states;
  for (int step = block.steps - 1; step >= 0; --step) {
    const std::uint32_t* from = intervals + block.first + static_cast<std::uint64_t>(step) * block.stride;
    const auto load = [&](std::uint32_t group) {
      const std::uint32_t i = group * states + threadIdx.x;
      return threadIdx.x < states && i < block.count ? from[i] : 0;
    };
    std::uint32_t next = groups > 0 ? load(groups - 1) : 0;  // read a group ahead: memory is slow
    for (std::uint32_t group = groups; group-- > 0;) {
      const std::uint32_t packed = next;
      if (group > 0) next = load(group - 1);
      stack.push(threadIdx.x < states && group * states + threadIdx.x < block.count, unpack_interval(packed));
    }
  }
  stack.store(lane);
}

__device__ inline void load_tables(const Wave& wave, DistributionTables& tables) {
  static_assert(sizeof(DistributionTables) % sizeof(std::uint32_t) == 0, "copied word by word");
  const auto* from = reinterpret_cast<const std::uint32_t*>(wave.tables);
  auto* to = reinterpret_cast<std::uint32_t*>(&tables);
  for (std::size_t i = threadIdx.x; i < sizeof(DistributionTables) / sizeof(std::uint32_t); i += kWarp) to[i] = from[i];
  __syncwarp();
}

/// Pops the samples of a stage into the pixels. One warp a lane.
__global__ void __launch_bounds__(kWarp) pop_stage_kernel(Wave wave, StageArgs args, ColourArrays kept) {
  __shared__ DistributionTables tables;
  load_tables(wave, tables);
  Lane& lane = wave.lanes[blockIdx.x];
  const Tile* tile = tile_of_lane(wave, lane);
  if (tile == nullptr) return;
  WarpLane stack(wave, lane);
  const BlockShape shape = block_shape(wave, *tile, args.order);
  const LaneBlock block = lane_block(shape, *tile, args.order, lane.number);
  const Known known = known_views(wave, *tile, args.order);
  const auto states = static_cast<std::uint32_t>(stack.states);
  for (int step = 0; step < block.steps; ++step) {
    const int colour = plane_of_step(step);
    for (std::uint32_t begin = 0; begin < block.count; begin += states) {
      const std::uint32_t i = begin + threadIdx.x;
      const bool active = threadIdx.x < states && i < block.count;
      Interval interval{0, 1};
      if (active) {
        const SymbolPlace at = symbol_place(shape, block.rows, i);
        // A symbol's colours are coded by the same thread, for every block begins again at state 0.
        const std::uint64_t keep = block.first - shape.base + shape.base / 3 + i;
        ColourState state{0, 0, 0};
        if (step > 0) {
          state.error_g = kept.error_g[keep];
          if (step == 2) state.error_r = kept.error_r[keep];
          state.weight = kept.weight[keep];
        }
        const std::int16_t* head =
            args.head + head_offset(*tile, args.coarse, args.pool, args.head_size * shape.components, at.y, at.x) +
            args.head_size * at.component;
        const int guess = stage_guess(args, *tile, known, at.component, colour, at.y, at.x);
        const SampleDistribution d = pixel_distribution(args, tables, head, guess, step, state);
        const int value = find_interval(tables, d, slot_of(stack.x), interval);
        *view_component(wave, *tile, args.order, at.component).at(colour, at.y, at.x) =
            static_cast<std::uint8_t>(value);
        if (step + 1 < block.steps) {
          observe(args, tables, d, step, value, state);
          if (step == 0) {
            kept.error_g[keep] = static_cast<std::int16_t>(state.error_g);
          } else {
            kept.error_r[keep] = static_cast<std::int16_t>(state.error_r);
          }
          kept.weight[keep] = state.weight;
        }
      }
      stack.pop(active, interval);
    }
  }
  stack.store(lane);
}

/// Pops the samples of a latent. One warp a lane.
__global__ void __launch_bounds__(kWarp) pop_latent_kernel(Wave wave, LatentArgs args) {
  __shared__ DistributionTables tables;
  load_tables(wave, tables);
  Lane& lane = wave.lanes[blockIdx.x];
  const Tile* tile = tile_of_lane(wave, lane);
  if (tile == nullptr) return;
  WarpLane stack(wave, lane);
  const BlockShape shape = block_shape(wave, *tile, args.order);
  const LaneBlock block = lane_block(shape, *tile, args.order, lane.number);
  const TileGrid& grid = tile->grid[args.order.grid];
  const auto states = static_cast<std::uint32_t>(stack.states);
  unsigned long long cost = 0;
  for (std::uint32_t begin = 0; begin < block.count; begin += states) {
    const std::uint32_t i = begin + threadIdx.x;
    const bool active = threadIdx.x < states && i < block.count;
    Interval interval{0, 1};
    if (active) {
      const SymbolPlace at = symbol_place(shape, block.rows, i);
      const SampleDistribution d = latent_distribution(wave, args, *tile, at.component, at.y, at.x);
      const int value = find_interval(tables, d, slot_of(stack.x), interval);
      const std::size_t plane = static_cast<std::size_t>(grid.width) * grid.height;
      args.samples[shape.base + plane * at.component + static_cast<std::size_t>(at.y) * grid.width + at.x] =
          static_cast<std::uint8_t>(value);
      cost += wave.cost[interval.freq];
    }
    stack.pop(active, interval);
  }
  add_costs(wave, *tile, args.ledger_row, cost);
  stack.store(lane);
}

/// After decoding: whether each lane is as it was before encoding (AnsLane::at_start). One warp a lane. The number of
/// initial words is what the payload states.
__global__ void __launch_bounds__(kWarp) check_lanes_kernel(Wave wave) {
  Lane& lane = wave.lanes[blockIdx.x];
  const auto thread = static_cast<int>(threadIdx.x);
  bool right = lane.underflow == 0 && lane.size == lane.initial_words;
  if (thread < lane.states) right = right && lane.state[thread] == kLowerBound;
  if (right) {
    // The word drawn first lies on top.
    const std::uint32_t* words = wave.words + lane.words;
    for (std::uint32_t k = threadIdx.x; k < lane.size; k += kWarp) {
      right = right && words[lane.size - 1 - k] == initial_word(static_cast<std::uint64_t>(lane.number), k);
    }
  }
  const std::uint32_t votes = __ballot_sync(kAllThreads, right);
  if (thread == 0) lane.at_start = votes == kAllThreads ? 1 : 0;
}

/// Copies the lanes' words to `packed` without gaps. One block of kChunk threads a lane.
__global__ void __launch_bounds__(kChunk) pack_words_kernel(Wave wave, std::uint32_t* packed) {
  __shared__ unsigned long long before;
  if (threadIdx.x == 0) before = 0;
  __syncthreads();
  unsigned long long sum = 0;
  for (unsigned l = threadIdx.x; l < blockIdx.x; l += kChunk) sum += wave.lanes[l].size;
  if (sum != 0) atomicAdd(&before, sum);
  __syncthreads();
  const Lane& lane = wave.lanes[blockIdx.x];
  const std::uint32_t* from = wave.words + lane.words;
  std::uint32_t* to = packed + before;
  for (std::uint32_t i = threadIdx.x; i < lane.size; i += kChunk) to[i] = from[i];
}

}  // namespace bitswap::cuda
