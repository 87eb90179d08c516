// SPDX-License-Identifier: GPL-3.0-or-later
// Device code: a tile's polyphase components as views of its pixels, linear guesses, and the networks' inputs. The same
// integers as codec/network_input.cpp, which says why.
#pragma once

#include "engine/codec/cuda/layout.h"

namespace bitswap::cuda {

/// The tile of a block: the last whose first block is not behind it. `first` is a member of TileGrid.
__device__ inline int find_tile(const Tile* tiles, int count, int grid, std::uint32_t block,
                                std::uint32_t TileGrid::*first) {
  int low = 0;
  for (int high = count; high - low > 1;) {
    const int middle = (low + high) / 2;
    (tiles[middle].grid[grid].*first <= block ? low : high) = middle;
  }
  return low;
}

/// One thread's position where a block has kChunk positions of one tile.
struct Place {
  const Tile* tile;
  int tile_index;
  bool inside;
  int x, y;
  std::size_t position;  ///< in arrays over the grid
};

__device__ inline Place find_place(const Wave& wave, int grid) {
  Place place;
  place.tile_index = find_tile(wave.tiles, wave.tile_count, grid, blockIdx.x, &TileGrid::first_chunk);
  place.tile = wave.tiles + place.tile_index;
  const TileGrid& g = place.tile->grid[grid];
  const std::uint32_t index = (blockIdx.x - g.first_chunk) * kChunk + threadIdx.x;
  place.inside = index < static_cast<std::uint32_t>(g.width) * static_cast<std::uint32_t>(g.height);
  place.y = static_cast<int>(index / static_cast<std::uint32_t>(g.width));
  place.x = static_cast<int>(index - static_cast<std::uint32_t>(place.y) * static_cast<std::uint32_t>(g.width));
  place.position = static_cast<std::size_t>(g.first) + index;
  return place;
}

/// A component of a tile as a plane whose edge is repeated; 128 everywhere if it is empty.
struct View {
  std::uint8_t* origin;  ///< the sample (0, 0)
  int channels;
  std::size_t row;  ///< distance of rows in samples
  int column;       ///< distance of columns
  int width, height;

  __device__ std::uint8_t* at(int colour, int y, int x) const {
    return origin + static_cast<std::size_t>(y) * row + static_cast<std::size_t>(x) * column +
           (channels == 3 ? colour : 0);
  }
  __device__ int operator()(int colour, int y, int x) const {
    if (width == 0 || height == 0) return 128;
    return *at(colour, clamp_int(y, 0, height - 1), clamp_int(x, 0, width - 1));
  }
};

__device__ inline View make_view(const Wave& wave, const Tile& tile, int shift, int row_phase, int column_phase,
                                 int width, int height) {
  View view;
  view.channels = tile.channels;
  const std::size_t line = static_cast<std::size_t>(tile.grid[0].width) * tile.channels;
  view.row = line << shift;
  view.column = tile.channels << shift;
  view.origin = wave.pixels + tile.pixels + row_phase * (view.row >> 1) + column_phase * (view.column >> 1);
  view.width = width;
  view.height = height;
  return view;
}

/// The A component that has level `level`'s size: every 2^level-th pixel.
__device__ inline View view_a(const Wave& wave, const Tile& tile, int level) {
  return make_view(wave, tile, level, 0, 0, tile.grid[level].width, tile.grid[level].height);
}

/// D (1, 1), B (0, 1) or C (1, 0) of a level, by the phase of row and column.
__device__ inline View view_phase(const Wave& wave, const Tile& tile, int level, int row_phase, int column_phase) {
  const TileGrid& whole = tile.grid[level];
  return make_view(wave, tile, level + 1, row_phase, column_phase, (whole.width + 1 - column_phase) / 2,
                   (whole.height + 1 - row_phase) / 2);
}

/// A component of a stage.
__device__ inline View view_component(const Wave& wave, const Tile& tile, const SymbolOrder& order, int component) {
  if (order.kind == kKindA) return view_a(wave, tile, order.level);
  if (order.kind == kKindD) return view_phase(wave, tile, order.level, 1, 1);
  return view_phase(wave, tile, order.level, component, 1 - component);
}

/// What is known when a stage is coded, for its guesses.
struct Known {
  View a, d;  ///< of the level; unused by the first stage
};

__device__ inline Known known_views(const Wave& wave, const Tile& tile, const SymbolOrder& order) {
  if (order.kind == kKindA) return {};
  return {view_a(wave, tile, order.level + 1), view_phase(wave, tile, order.level, 1, 1)};
}

/// 16 × the mean of four neighbours.
__device__ inline int guess_d(const View& a, int c, int y, int x) {
  return 4 * (a(c, y, x) + a(c, y, x + 1) + a(c, y + 1, x) + a(c, y + 1, x + 1));
}
__device__ inline int guess_b(const View& a, const View& d, int c, int y, int x) {
  return 4 * (a(c, y, x) + a(c, y, x + 1) + d(c, y - 1, x) + d(c, y, x));
}
__device__ inline int guess_c(const View& a, const View& d, int c, int y, int x) {
  return 4 * (a(c, y, x) + a(c, y + 1, x) + d(c, y, x - 1) + d(c, y, x));
}

/// The plane of a latent's channel.
__device__ inline const std::uint8_t* latent_plane(const std::uint8_t* samples, const TileGrid& grid, int channels,
                                                   int channel) {
  const std::size_t size = static_cast<std::size_t>(grid.width) * grid.height;
  return samples + static_cast<std::size_t>(grid.first) * channels + size * channel;
}

/// A latent's sample with its edge repeated.
__device__ inline int latent_at(const std::uint8_t* plane, const TileGrid& grid, int y, int x) {
  return plane[static_cast<std::size_t>(clamp_int(y, 0, grid.height - 1)) * grid.width +
               clamp_int(x, 0, grid.width - 1)];
}

__device__ inline int stage_guess(const StageArgs& args, const Tile& tile, const Known& known, int component, int c,
                                  int y, int x) {
  if (args.order.kind == kKindA) {
    const TileGrid& grid = tile.grid[args.z1_grid];
    const std::uint8_t* plane = latent_plane(args.z1, grid, args.z1_channels, args.z1_channels >= 3 ? c : 0);
    return 16 * plane[static_cast<std::size_t>(y / args.z1_pool) * grid.width + x / args.z1_pool];
  }
  if (args.order.kind == kKindD) return guess_d(known.a, c, y, x);
  return component == 0 ? guess_b(known.a, known.d, c, y, x) : guess_c(known.a, known.d, c, y, x);
}

__device__ inline int latent_guess(const Wave& wave, const LatentArgs& args, const Tile& tile, int c, int y, int x) {
  const int channels = args.order.channels;
  const TileGrid& grid = tile.grid[args.other_grid];
  const int pool = args.other_pool;
  if (args.guess == kGuessCoarser) {
    return 16 * latent_plane(args.other, grid, channels, c)[static_cast<std::size_t>(y / pool) * grid.width + x / pool];
  }
  if (args.guess == kGuessPixels && c >= 3) return 128 * 16;
  int sum = 0;
  if (args.guess == kGuessPixels) {
    const View a = view_a(wave, tile, args.levels);
    for (int dy = 0; dy < pool; ++dy) {
      for (int dx = 0; dx < pool; ++dx) sum += a(c, y * pool + dy, x * pool + dx);
    }
  } else {
    const std::uint8_t* plane = latent_plane(args.other, grid, channels, c);
    for (int dy = 0; dy < pool; ++dy) {
      for (int dx = 0; dx < pool; ++dx) sum += latent_at(plane, grid, y * pool + dy, x * pool + dx);
    }
  }
  return 16 * sum / (pool * pool);
}

/// Writes the channels of one position, four a word.
class InputRow {
 public:
  __device__ InputRow(const InputArgs& args, std::size_t position)
      : out_(reinterpret_cast<std::uint32_t*>(args.input) + position * args.words), left_(args.words) {}
  __device__ void put(int value) {
    word_ |= static_cast<std::uint32_t>(value & 0xFF) << (8 * count_);
    if (++count_ == 4) flush();
  }
  __device__ void sample(int value) { put(value - 128); }
  /// Four times the difference from a guess in 1/16, cut to 8 bits.
  __device__ void detail(int value, int guess) { put(clamp_int((16 * value - guess + 2) >> 2, -127, 127)); }
  __device__ void finish() {
    while (left_ > 0) flush();
  }

 private:
  __device__ void flush() {
    *out_++ = word_;
    word_ = 0;
    count_ = 0;
    --left_;
  }
  std::uint32_t* out_;
  int left_;
  int count_ = 0;
  std::uint32_t word_ = 0;
};

/// Input of a stage but the first (whose input is z1 alone). One thread a position of the stage's grid.
__global__ void __launch_bounds__(kChunk) stage_input_kernel(Wave wave, StageArgs args, InputArgs input) {
  const Place place = find_place(wave, args.order.grid);
  if (!place.inside) return;
  const Tile& tile = *place.tile;
  const int y = place.y, x = place.x;
  const Known known = known_views(wave, tile, args.order);
  InputRow row(input, place.position);
  for (int c = 0; c < 3; ++c) row.sample(known.a(c, y, x));
  if (args.order.kind == kKindD) {
    for (int c = 0; c < 3; ++c) row.detail(known.a(c, y, x), guess_d(known.a, c, y, x));
  } else {
    for (int c = 0; c < 3; ++c) row.sample(known.d(c, y, x));
    for (int c = 0; c < 3; ++c) row.detail(known.a(c, y, x), guess_b(known.a, known.d, c, y, x));
    for (int c = 0; c < 3; ++c) row.detail(known.d(c, y, x), guess_c(known.a, known.d, c, y, x));
  }
  if (args.sees_latent != 0) {
    const TileGrid& grid = tile.grid[args.z1_grid];
    const int factor = args.z1_pool << (args.levels - 1 - args.order.level);
    for (int c = 0; c < args.z1_channels; ++c) {
      row.sample(latent_plane(args.z1, grid, args.z1_channels,
                              c)[static_cast<std::size_t>(y / factor) * grid.width + x / factor]);
    }
  }
  row.finish();
}

/// Input of the posterior of z1: the stages that it sees, folded onto A's grid and then onto its own.
__global__ void __launch_bounds__(kChunk) seen_input_kernel(Wave wave, SeenArgs args, InputArgs input) {
  const Place place = find_place(wave, args.grid);
  if (!place.inside) return;
  const Tile& tile = *place.tile;
  const TileGrid& a = tile.grid[args.levels];
  InputRow row(input, place.position);
  for (int fold = 0; fold < args.pool * args.pool; ++fold) {
    const int y = clamp_int(place.y * args.pool + fold / args.pool, 0, a.height - 1);
    const int x = clamp_int(place.x * args.pool + fold % args.pool, 0, a.width - 1);
    for (int stage = 0; stage < args.stages; ++stage) {
      // Stages in decoding order: A, then D and (B, C) of each level from the coarsest.
      SymbolOrder order{kKindA, args.levels, 0, 0};
      int by = 1;
      if (stage > 0) {
        order.kind = stage % 2 == 1 ? kKindD : kKindBC;
        order.level = args.levels - (stage + 1) / 2;
        by = 1 << (args.levels - 1 - order.level);
      }
      for (int component = 0; component < (order.kind == kKindBC ? 2 : 1); ++component) {
        const View view = view_component(wave, tile, order, component);
        for (int inner = 0; inner < by * by; ++inner) {
          for (int c = 0; c < 3; ++c) row.sample(view(c, y * by + inner / by, x * by + inner % by));
        }
      }
    }
  }
  row.finish();
}

/// Input from a latent's samples: folded `pool` × `pool` onto `grid` (pool 1: as they are).
__global__ void __launch_bounds__(kChunk) latent_input_kernel(Wave wave, const std::uint8_t* samples, int from,
                                                              int channels, int grid, int pool, InputArgs input) {
  const Place place = find_place(wave, grid);
  if (!place.inside) return;
  const TileGrid& fine = place.tile->grid[from];
  InputRow row(input, place.position);
  for (int fold = 0; fold < pool * pool; ++fold) {
    for (int c = 0; c < channels; ++c) {
      row.sample(latent_at(latent_plane(samples, fine, channels, c), fine, place.y * pool + fold / pool,
                           place.x * pool + fold % pool));
    }
  }
  row.finish();
}

}  // namespace bitswap::cuda
