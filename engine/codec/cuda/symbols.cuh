// SPDX-License-Identifier: GPL-3.0-or-later
// Device code: from heads to probabilities, and where each symbol of a block stands. The same integers and the same
// order as codec/conditional_coder.cpp.
#pragma once

#include "engine/codec/cuda/samples.cuh"
#include "engine/coder/ans_core.h"
#include "engine/coder/colour_order.h"
#include "engine/coder/lane_rows.h"

namespace bitswap::cuda {

using Rows = RowRange;

/// The coded parts of a block's components on one tile. Only the first two sizes are kept: the channels of a latent are
/// all alike.
struct BlockShape {
  int components;
  std::uint32_t width[2], height[2];
  std::uint32_t grid_height;
  std::uint64_t base;  ///< index of the tile's first symbol among those of the wave

  /// Symbols of `component` in the rows above `row`.
  __device__ std::uint32_t above(int component, std::uint32_t row) const {
    const int kind = component > 0 ? 1 : 0;
    return (row < height[kind] ? row : height[kind]) * width[kind];
  }
  /// Symbols of all components in the rows above `row`.
  __device__ std::uint32_t above(std::uint32_t row) const {
    return above(0, row) + static_cast<std::uint32_t>(components - 1) * above(1, row);
  }
  /// Symbols of one colour on the tile.
  __device__ std::uint32_t total() const { return above(grid_height); }
};

__device__ inline BlockShape block_shape(const Wave& wave, const Tile& tile, const SymbolOrder& order) {
  BlockShape shape;
  const TileGrid& grid = tile.grid[order.grid];
  shape.grid_height = static_cast<std::uint32_t>(grid.height);
  if (order.kind == kKindLatent) {
    shape.components = order.channels;
    shape.width[0] = shape.width[1] = static_cast<std::uint32_t>(grid.width);
    shape.height[0] = shape.height[1] = static_cast<std::uint32_t>(grid.height);
    shape.base = static_cast<std::uint64_t>(grid.first) * order.channels;
    return shape;
  }
  shape.components = order.kind == kKindBC ? 2 : 1;
  for (int k = 0; k < 2; ++k) {
    const View view = view_component(wave, tile, order, k < shape.components ? k : 0);
    shape.width[k] = static_cast<std::uint32_t>(view.width);
    shape.height[k] = static_cast<std::uint32_t>(view.height);
  }
  shape.base = static_cast<std::uint64_t>(grid.first) * (3 * shape.components);
  return shape;
}

/// What a lane codes of a block: `count` symbols from `first`, among the wave's symbols, for each of `steps` colours;
/// the next colour's begin `stride` further on.
struct LaneBlock {
  Rows rows;
  std::uint64_t first;
  std::uint32_t count, stride;
  int steps;
};

__device__ inline LaneBlock lane_block(const BlockShape& shape, const Tile& tile, const SymbolOrder& order, int lane) {
  LaneBlock block;
  block.rows = lane_rows(shape.grid_height, lane, tile.lanes);
  block.first = shape.base + shape.above(block.rows.begin);
  block.count = shape.above(block.rows.end) - shape.above(block.rows.begin);
  block.stride = shape.total();
  block.steps = order.kind == kKindLatent || tile.channels == 1 ? 1 : 3;
  return block;
}

/// Index of the symbol of (component, y, x) in the lane's block.
__device__ inline std::uint32_t symbol_index(const BlockShape& shape, Rows rows, int component, int y, int x) {
  std::uint32_t index = 0;
  if (component > 0) {
    index = shape.above(0, rows.end) - shape.above(0, rows.begin) +
            static_cast<std::uint32_t>(component - 1) * (shape.above(1, rows.end) - shape.above(1, rows.begin));
  }
  return index + (static_cast<std::uint32_t>(y) - rows.begin) * shape.width[component > 0 ? 1 : 0] +
         static_cast<std::uint32_t>(x);
}

struct SymbolPlace {
  int component, y, x;
};

/// The inverse of symbol_index().
__device__ inline SymbolPlace symbol_place(const BlockShape& shape, Rows rows, std::uint32_t index) {
  SymbolPlace place{0, 0, 0};
  const std::uint32_t first = shape.above(0, rows.end) - shape.above(0, rows.begin);
  std::uint32_t width = shape.width[0];
  if (index >= first) {
    index -= first;
    width = shape.width[1];
    const std::uint32_t each = shape.above(1, rows.end) - shape.above(1, rows.begin);
    place.component = 1 + static_cast<int>(index / each);
    index %= each;
  }
  place.y = static_cast<int>(rows.begin + index / width);
  place.x = static_cast<int>(index % width);
  return place;
}

/// Start in the low 16 bits, freq - 1 in the high ones.
__device__ inline std::uint32_t pack_interval(Interval interval) { return interval.start | (interval.freq - 1) << 16; }
__device__ inline Interval unpack_interval(std::uint32_t packed) { return {packed & 0xFFFF, (packed >> 16) + 1}; }

__device__ inline Interval interval_of(const DistributionTables& tables, const SampleDistribution& d, int value) {
  const std::uint32_t start = cumulative(tables, d, value);
  return {start, cumulative(tables, d, value + 1) - start};
}

/// find_value() and interval_of() in one: the bounds are by-products of the search.
__device__ inline int find_interval(const DistributionTables& tables, const SampleDistribution& d, std::uint32_t slot,
                                    Interval& interval) {
  int low = 0;
  std::uint32_t start = 0, end = kSlots;
  for (int step = 128; step > 0; step >>= 1) {
    const std::uint32_t c = cumulative(tables, d, low + step);
    if (c <= slot) {
      low += step;
      start = c;
    } else {
      end = c;
    }
  }
  interval = {start, end - start};
  return low;
}

/// What the earlier colours of a pixel leave for the next ones.
struct ColourState {
  std::int32_t error_g, error_r;
  std::uint8_t weight;
};

__device__ inline std::size_t head_offset(const Tile& tile, int coarse_index, int pool, int head_size, int y, int x) {
  const TileGrid& coarse = tile.grid[coarse_index];
  const std::size_t position =
      static_cast<std::size_t>(coarse.first) + static_cast<std::size_t>(y / pool) * coarse.width + x / pool;
  return (position * pool * pool + static_cast<std::size_t>(y % pool) * pool + x % pool) * head_size;
}

/// The distribution of a pixel's next colour. Layout of a head: HeadLayout of model/plan.h.
__device__ inline SampleDistribution pixel_distribution(const StageArgs& args, const DistributionTables& tables,
                                                        const std::int16_t* h, int guess, int step,
                                                        const ColourState& state) {
  const int colour = plane_of_step(step);
  const int coefficients = 3 + 3 * args.mixtures;
  std::int32_t mean = guess + mean_correction(h[colour]);
  if (args.coupling != 0 && step > 0) {
    mean += coupled(h[coefficients + step - 1], state.error_g);
    if (step == 2) mean += coupled(h[coefficients + 2], state.error_r);
  }
  SampleDistribution d{};
  d.mean = clamp_mean(mean);
  d.scale[0] = static_cast<std::uint8_t>(scale_index(h[3 + colour]));
  d.weight = kWeightOne;
  if (args.mixtures > 1) {
    d.scale[1] = static_cast<std::uint8_t>(scale_index(h[6 + colour]));
    d.weight = step == 0 ? tables.weight[weight_index(h[coefficients + (args.coupling != 0 ? 3 : 0)])] : state.weight;
  }
  return d;
}

__device__ inline void observe(const StageArgs& args, const DistributionTables& tables, const SampleDistribution& d,
                               int step, int value, ColourState& state) {
  (step == 0 ? state.error_g : state.error_r) = 16 * value - d.mean;
  if (args.mixtures > 1) state.weight = updated_weight(tables, d, value);
}

__device__ inline SampleDistribution latent_distribution(const Wave& wave, const LatentArgs& args, const Tile& tile,
                                                         int c, int y, int x) {
  SampleDistribution d{};
  d.weight = kWeightOne;
  if (args.head == nullptr) {
    d.mean = args.prior_mean[c];
    d.scale[0] = args.prior_scale[c];
    return d;
  }
  const int channels = args.order.channels;
  const std::int16_t* h = args.head + head_offset(tile, args.coarse, args.pool, 2 * channels, y, x);
  d.mean = clamp_mean(latent_guess(wave, args, tile, c, y, x) + mean_correction(h[c]));
  d.scale[0] = static_cast<std::uint8_t>(scale_index(h[channels + c]));
  return d;
}

/// Adds the block's costs to the tile's ledger. All threads of a block of kChunk positions call it.
__device__ inline void add_costs(const Wave& wave, const Tile& tile, std::uint32_t row, unsigned long long cost) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) cost += __shfl_down_sync(0xFFFFFFFFU, cost, offset);
  if (threadIdx.x % kWarp == 0 && cost != 0) atomicAdd(wave.ledger + tile.ledger + row, cost);
}

/// Intervals of a stage's samples, all colours. One thread a position of the stage's grid, components in turn.
__global__ void __launch_bounds__(kChunk) stage_intervals_kernel(Wave wave, StageArgs args, std::uint32_t* intervals) {
  const Place place = find_place(wave, args.order.grid);
  const Tile& tile = *place.tile;
  unsigned long long cost = 0;
  if (place.inside) {
    const Known known = known_views(wave, tile, args.order);
    const BlockShape shape = block_shape(wave, tile, args.order);
    const int lane = lane_of_row(shape.grid_height, static_cast<std::uint32_t>(place.y), tile.lanes);
    const LaneBlock block = lane_block(shape, tile, args.order, lane);
    const std::int16_t* head =
        args.head + head_offset(tile, args.coarse, args.pool, args.head_size * shape.components, place.y, place.x);
    for (int component = 0; component < shape.components; ++component, head += args.head_size) {
      const View view = view_component(wave, tile, args.order, component);
      if (place.y >= view.height || place.x >= view.width) continue;
      std::uint32_t* to = intervals + block.first + symbol_index(shape, block.rows, component, place.y, place.x);
      ColourState state{0, 0, 0};
      for (int step = 0; step < block.steps; ++step, to += block.stride) {
        const int colour = plane_of_step(step);
        const int guess = stage_guess(args, tile, known, component, colour, place.y, place.x);
        const SampleDistribution d = pixel_distribution(args, *wave.tables, head, guess, step, state);
        const int value = *view.at(colour, place.y, place.x);
        const Interval interval = interval_of(*wave.tables, d, value);
        *to = pack_interval(interval);
        cost += wave.cost[interval.freq];
        if (step + 1 < block.steps) observe(args, *wave.tables, d, step, value, state);
      }
    }
  }
  add_costs(wave, tile, args.ledger_row, cost);
}

/// Intervals of a latent's samples. One thread a position, channels in turn.
__global__ void __launch_bounds__(kChunk)
    latent_intervals_kernel(Wave wave, LatentArgs args, std::uint32_t* intervals) {
  const Place place = find_place(wave, args.order.grid);
  const Tile& tile = *place.tile;
  unsigned long long cost = 0;
  if (place.inside) {
    const BlockShape shape = block_shape(wave, tile, args.order);
    const int lane = lane_of_row(shape.grid_height, static_cast<std::uint32_t>(place.y), tile.lanes);
    const LaneBlock block = lane_block(shape, tile, args.order, lane);
    const TileGrid& grid = tile.grid[args.order.grid];
    for (int c = 0; c < args.order.channels; ++c) {
      const SampleDistribution d = latent_distribution(wave, args, tile, c, place.y, place.x);
      const int value = latent_plane(args.samples, grid, args.order.channels,
                                     c)[static_cast<std::size_t>(place.y) * grid.width + place.x];
      const Interval interval = interval_of(*wave.tables, d, value);
      intervals[block.first + symbol_index(shape, block.rows, c, place.y, place.x)] = pack_interval(interval);
      cost += wave.cost[interval.freq];
    }
  }
  add_costs(wave, tile, args.ledger_row, cost);
}

}  // namespace bitswap::cuda
