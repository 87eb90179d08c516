// SPDX-License-Identifier: GPL-3.0-or-later
// Which tiles and lanes are coded together, how much memory that takes, and where everything lies in it. Pure
// arithmetic: nothing here talks to a device.
//
// A batch is a list of segments. In wave number n each segment codes its n-th tile (in the order of coding, so a
// decoder begins with the last); a batch of segments with one tile each, the usual ones, is a single wave.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/codec/cuda/device_model.h"
#include "engine/codec/segment_coder.h"
#include "engine/coder/lanes.h"

namespace bitswap::cuda {

enum class Direction : std::uint8_t { Encode, Decode };

/// A segment as far as memory is concerned.
struct SegmentShape {
  std::vector<TileShape> tiles;
  LaneLayout layout;
  std::vector<std::uint64_t> capacity;  ///< words that each lane may come to hold
};

/// When encoding: room for what all samples and latents can bring. Bits pushed by a symbol are at most 16, and the
/// states hold the rest.
SegmentShape encode_shape(const ComponentPlan& plan, std::span<const TileShape> tiles);
/// When decoding: what the payload brings, and what posteriors can push back on top. `words`: of each lane.
SegmentShape decode_shape(const ComponentPlan& plan, std::span<const TileShape> tiles,
                          std::span<const std::uint64_t> words);

/// The index of Tile::grid of a level and of a latent.
inline int level_grid(int level) { return level; }
inline int latent_grid(const ComponentPlan& plan, int latent) { return plan.levels + 1 + latent; }

using WaveSums = std::array<GridSums, kMaxGrids>;

/// Adds a tile's grids to the sums; fills in `tile`, if not null.
void add_tile(const ComponentPlan& plan, const TileShape& shape, WaveSums& sums, Tile* tile);

/// Offsets of the arrays of a batch in one piece of device memory. Up to `uploaded` the host prepares it.
struct BatchLayout {
  std::uint64_t tiles = 0, segment_tile = 0, lanes = 0, ledger = 0, ledger_bytes = 0;
  std::uint64_t pixels = 0, words = 0, uploaded = 0;
  std::uint64_t packed = 0, latents = 0, input = 0, features[2] = {}, head = 0, symbols = 0;
  std::uint64_t size = 0;
};

/// The sums over a batch that decide its memory.
class Footprint {
 public:
  Footprint(const ComponentPlan& plan, Direction direction) : plan_(&plan), direction_(direction) {}
  void add(const SegmentShape& segment);
  [[nodiscard]] BatchLayout layout() const;
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }
  [[nodiscard]] const std::vector<WaveSums>& waves() const { return waves_; }

 private:
  const ComponentPlan* plan_;
  Direction direction_;
  std::vector<WaveSums> waves_;
  std::uint64_t segments_ = 0, tiles_ = 0, lanes_ = 0, samples_ = 0, words_ = 0, pixels_ = 0;
};

/// Rows of a tile's part of the ledger: stages, then posteriors, then priors.
inline std::uint32_t ledger_rows(const ComponentPlan& plan) {
  return static_cast<std::uint32_t>(plan.stages.size() + 2 * plan.latents.size());
}

/// Everything that the host lays out for a batch; pointers are those of a device later.
struct Batch {
  Batch(const ComponentPlan& plan, Direction direction, std::span<const SegmentShape> segments);

  BatchLayout layout;
  std::vector<WaveSums> sums;                     ///< of each wave
  std::vector<std::size_t> wave_begin;            ///< index of the first tile of each wave, and the end
  std::vector<Tile> tiles;                        ///< wave by wave
  std::vector<std::int32_t> segment_tile;         ///< [wave][segment]: index among the wave's tiles, or -1
  std::vector<Lane> lanes;                        ///< segment by segment; empty stacks
  std::vector<std::vector<std::size_t>> tile_of;  ///< [segment][tile in the segment's order]: index in `tiles`
  std::uint64_t samples = 0;
  std::uint64_t words = 0;
};

/// Cuts a list of segments into batches of neighbours: as many pixels as `pixels` if the memory allows it. Gives the
/// end of each batch. Errors: OutOfMemory when a single segment does not fit.
Result<std::vector<std::size_t>> split_batches(const ComponentPlan& plan, Direction direction,
                                               std::span<const SegmentShape> segments, std::uint64_t memory,
                                               std::uint64_t pixels);

}  // namespace bitswap::cuda
