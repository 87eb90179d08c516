// SPDX-License-Identifier: GPL-3.0-or-later
// Plain data that the host lays out and the kernels read: tiles, their grids, lanes, and the arguments of each kernel.
// C++17 without the standard library's classes, for both compilers.
//
// Tiles of all sizes are coded together, one wave at a time. Arrays over a grid hold the positions of all tiles of the
// wave one after another: a tile's part begins at TileGrid::first positions, row by row, without gaps.
#pragma once

#include <cstdint>

#include "engine/base/host_device.h"
#include "engine/model/distribution.h"

namespace bitswap::cuda {

inline constexpr int kMaxGrids = 6 + 1 + 8;  ///< levels 0 … R, then the latents (limits of model/config.cpp)
inline constexpr int kChunk = 256;           ///< positions of a block where each thread has one
inline constexpr int kPatchWidth = 16;       ///< positions of a block of a 3×3 convolution
inline constexpr int kPatchHeight = 8;
inline constexpr int kPatch = kPatchWidth * kPatchHeight;
inline constexpr int kWarp = 32;
inline constexpr int kCostBits = 24;  ///< fractional bits of the ledger's sums

struct TileGrid {
  std::int32_t width, height;
  std::uint32_t first;        ///< positions of the wave's earlier tiles
  std::uint32_t first_chunk;  ///< blocks of kChunk positions of earlier tiles
  std::uint32_t first_patch;  ///< blocks of kPatch positions of earlier tiles
};

struct Tile {
  std::uint64_t pixels;     ///< index of its first sample; interleaved, without row padding
  std::int32_t channels;    ///< 1 or 3
  std::int32_t first_lane;  ///< of its segment, among the lanes of the batch
  std::int32_t lanes;
  std::uint32_t ledger;  ///< index of its first ledger row
  TileGrid grid[kMaxGrids];
};

/// A stack of words with its states, while it is being coded. What ans_lane.h is on the host.
struct Lane {
  std::uint64_t state[32];
  std::uint64_t words;          ///< index of its lowest word
  std::uint64_t initial_words;  ///< drawn so far (encoding), or stated by the payload (decoding)
  std::uint32_t capacity;
  std::uint32_t size;
  std::int32_t number;   ///< in its segment; also the stream of its initial words
  std::int32_t segment;  ///< in the batch
  std::int32_t states;
  std::int32_t drawing;  ///< encoding: an empty stack gives initial words
  std::int32_t underflow;
  std::int32_t overflow;  ///< never, if the capacity is right
  std::int32_t at_start;  ///< decoding: set by check_lanes
};

/// What all kernels of a wave share. Device pointers.
struct Wave {
  const Tile* tiles;
  std::int32_t tile_count;
  std::int32_t lane_count;           ///< of the batch
  const std::int32_t* segment_tile;  ///< for each segment of the batch its tile in this wave, or -1
  std::uint8_t* pixels;              ///< of the batch
  std::uint32_t* words;              ///< of the batch
  Lane* lanes;                       ///< of the batch
  unsigned long long* ledger;        ///< of the batch: sums of costs in 2^-kCostBits bits, rows of each tile
  const std::uint32_t* cost;         ///< cost of each frequency, 65537 values
  const DistributionTables* tables;
};

/// How the symbols of a block lie on a lane: component by component (latents: channel by channel), row by row.
struct SymbolOrder {
  std::int32_t kind;      ///< 0 A, 1 D, 2 B and C, 3 a latent
  std::int32_t level;     ///< of a likelihood stage
  std::int32_t grid;      ///< index of Tile::grid
  std::int32_t channels;  ///< of a latent
};
inline constexpr std::int32_t kKindA = 0, kKindD = 1, kKindBC = 2, kKindLatent = 3;

/// A likelihood stage. Its samples are read from and written to Wave::pixels.
struct StageArgs {
  SymbolOrder order;
  std::int32_t coarse;  ///< grid of the head
  std::int32_t pool;    ///< the head serves pool × pool positions
  std::int32_t mixtures, coupling;
  std::int32_t head_size;  ///< values of one component of one position
  std::int32_t levels;     ///< R
  const std::int16_t* head;
  const std::uint8_t* z1;  ///< [tile][channel][position]
  std::int32_t z1_grid, z1_channels, z1_pool;
  std::int32_t sees_latent;
  std::uint32_t ledger_row;
};

/// What the decoding of a stage keeps between the colours, one value for each position of each component.
struct ColourArrays {
  std::int16_t* error_g;
  std::int16_t* error_r;
  std::uint8_t* weight;
};

/// A latent layer under one of its distributions. Arrays of samples: uint8 [tile][channel][position].
struct LatentArgs {
  SymbolOrder order;
  std::int32_t coarse, pool;
  const std::int16_t* head;  ///< null: the model's prior
  const std::int16_t* prior_mean;
  const std::uint8_t* prior_scale;
  /// Where the guess comes from: 0 the tile's A component pooled, 1 the finer latent pooled, 2 the coarser repeated.
  std::int32_t guess;
  std::int32_t levels;
  const std::uint8_t* other;  ///< the finer or coarser latent
  std::int32_t other_grid, other_pool;
  std::uint8_t* samples;
  std::uint32_t ledger_row;
};
inline constexpr std::int32_t kGuessPixels = 0, kGuessFiner = 1, kGuessCoarser = 2;

/// Input of a network: int8 [position][4 * words], channels beyond the network's are zero.
struct InputArgs {
  std::int8_t* input;
  std::int32_t words;
};

/// The stages that the posterior of z1 sees.
struct SeenArgs {
  std::int32_t stages;
  std::int32_t levels;
  std::int32_t grid;  ///< z1's
  std::int32_t pool;
};

struct ConvolutionArgs {
  const Tile* tiles;
  std::int32_t tile_count;
  std::int32_t grid;
  std::uint32_t positions;      ///< of all tiles
  std::uint32_t blocks;         ///< patches (3×3) or groups of kPatch positions (1×1)
  const std::int32_t* input;    ///< [position][in_words]
  const std::int32_t* weights;  ///< [group of outputs][tap][in_words][8 * per_thread]
  const std::int32_t* bias;     ///< [out]
  const std::uint8_t* shift;    ///< [out]
  const std::int8_t* skip;      ///< [position][out] or null; may be `output`
  std::int8_t* output;          ///< [position][out]; `out` is a multiple of 4
  std::int16_t* head;           ///< [position][out] instead, for a head; `out` is any
  std::int32_t kernel;
  std::int32_t in_words;
  std::int32_t out;
  std::int32_t per_thread;  ///< outputs of a thread, 1 to 8
  std::int32_t tensor;      ///< through tensor cores
};

/// The loop of nothing but multiplications (ceilings.cuh): threads of a block, and chains of sums of each.
inline constexpr int kMultiplyThreads = 256;
inline constexpr int kMultiplyChains = 8;
/// Word k of a thread of a warp: four bytes without a pattern, as those of pictures and weights have none.
BITSWAP_HD constexpr std::int32_t multiply_operand(int thread, int k) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(8 * thread + k + 1) * 0x9E3779B1U);
}

}  // namespace bitswap::cuda
