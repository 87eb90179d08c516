// SPDX-License-Identifier: GPL-3.0-or-later
// Sums, offsets and descriptors of a batch.
#include "engine/codec/cuda/batch.h"

#include <algorithm>
#include <limits>

namespace bitswap::cuda {
namespace {

constexpr std::uint64_t kAlignment = 256;
constexpr std::uint64_t kMaxPositions = std::uint64_t{1} << 30;  // of a wave: positions are counted in 32 bits
constexpr std::size_t kMaxTiles = 1 << 14;                       // of a segment: each is a wave of its own

struct SymbolCount {
  std::uint64_t samples = 0, latents = 0;
};

/// Symbols of a lane on one tile: all stages and colours, and all latents.
SymbolCount count_symbols(const ComponentPlan& plan, const TileShape& shape, int lane, int lanes) {
  const ComponentGrids geometry(plan, {static_cast<int>(shape.width), static_cast<int>(shape.height)});
  SymbolCount count;
  for (const ComponentStage& stage : plan.stages) {
    const RowRange rows = lane_rows(static_cast<std::uint32_t>(geometry.stage_grid(stage).height), lane, lanes);
    for (const Component component : stage.components) {
      const Grid valid = geometry.valid(stage, component);
      const auto end = std::min(rows.end, static_cast<std::uint32_t>(valid.height));
      if (end > rows.begin) {
        count.samples += std::uint64_t{end - rows.begin} * static_cast<std::uint64_t>(valid.width) * shape.channels;
      }
    }
  }
  for (const Grid& grid : geometry.latent) {
    const RowRange rows = lane_rows(static_cast<std::uint32_t>(grid.height), lane, lanes);
    count.latents +=
        std::uint64_t{rows.end - rows.begin} * static_cast<std::uint64_t>(grid.width) * plan.latent_channels;
  }
  return count;
}

/// Words that `symbols` pushes can bring: 16 bits each, the coder's loss, and what the states and a last word hold.
std::uint64_t words_for(std::uint64_t symbols) { return symbols / 2 + symbols / 1024 + 2 * kMaxStates + 8; }

SymbolCount count_symbols(const ComponentPlan& plan, std::span<const TileShape> tiles, int lane, int lanes) {
  SymbolCount sum;
  for (const TileShape& tile : tiles) {
    const SymbolCount count = count_symbols(plan, tile, lane, lanes);
    sum.samples += count.samples;
    sum.latents += count.latents;
  }
  return sum;
}

/// What one wave needs besides pixels and words, as numbers of bytes.
struct Scratch {
  std::uint64_t latents = 0, input = 0, features = 0, head = 0, symbols = 0;
  void add_network(const NetworkSpec& network, std::uint64_t positions) {
    input = std::max(input, positions * 4 * static_cast<std::uint64_t>(words_of(network.in())));
    features = std::max(features, positions * static_cast<std::uint64_t>(network.layers.front().out));
    head = std::max(head, positions * 2 * static_cast<std::uint64_t>(network.out()));
  }
  void add_wave(const ComponentPlan& plan, Direction direction, const WaveSums& sums) {
    std::uint64_t all_latents = 0;
    for (int i = 0; i < static_cast<int>(plan.latents.size()); ++i) {
      const ComponentLatent& spec = plan.latents[static_cast<std::size_t>(i)];
      const std::uint64_t positions = sums[static_cast<std::size_t>(latent_grid(plan, i))].positions;
      add_network(plan.networks[static_cast<std::size_t>(spec.posterior)], positions);
      add_network(plan.networks[static_cast<std::size_t>(spec.generative)], positions);
      all_latents += aligned(positions * plan.latent_channels);
      symbols = std::max(symbols, positions * plan.latent_channels * sizeof(std::uint32_t));
    }
    latents = std::max(latents, all_latents);
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
      const ComponentStage& stage = plan.stages[s];
      const int grid = s == 0 ? stage.level : stage.level + 1;
      const std::uint64_t positions = sums[static_cast<std::size_t>(grid)].positions;
      if (s > 0) add_network(plan.networks[static_cast<std::size_t>(stage.network)], positions);
      const std::uint64_t slots = positions * stage.components.size();
      symbols = std::max(symbols, direction == Direction::Encode ? slots * 3 * sizeof(std::uint32_t)
                                                                 : 2 * aligned(slots * sizeof(std::int16_t)) + slots);
    }
  }
  static std::uint64_t aligned(std::uint64_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }
};

}  // namespace

SegmentShape encode_shape(const ComponentPlan& plan, std::span<const TileShape> tiles) {
  SegmentShape shape{{tiles.begin(), tiles.end()}, lane_layout(tiles), {}};
  for (int l = 0; l < shape.layout.lanes; ++l) {
    const SymbolCount count = count_symbols(plan, tiles, l, shape.layout.lanes);
    shape.capacity.push_back(words_for(count.samples + count.latents));
  }
  return shape;
}

SegmentShape decode_shape(const ComponentPlan& plan, std::span<const TileShape> tiles,
                          std::span<const std::uint64_t> words) {
  SegmentShape shape{{tiles.begin(), tiles.end()}, lane_layout(tiles), {}};
  for (int l = 0; l < shape.layout.lanes; ++l) {
    const SymbolCount count = count_symbols(plan, tiles, l, shape.layout.lanes);
    shape.capacity.push_back(words[static_cast<std::size_t>(l)] + words_for(count.latents));
  }
  return shape;
}

void add_tile(const ComponentPlan& plan, const TileShape& shape, WaveSums& sums, Tile* tile) {
  const ComponentGrids geometry(plan, {static_cast<int>(shape.width), static_cast<int>(shape.height)});
  std::vector<Grid> grids = geometry.level;
  grids.insert(grids.end(), geometry.latent.begin(), geometry.latent.end());
  for (std::size_t g = 0; g < grids.size(); ++g) {
    if (tile != nullptr) {
      tile->grid[g] = {grids[g].width, grids[g].height, static_cast<std::uint32_t>(sums[g].positions),
                       static_cast<std::uint32_t>(sums[g].chunks), static_cast<std::uint32_t>(sums[g].patches)};
    }
    sums[g].add(grids[g].width, grids[g].height);
  }
}

void Footprint::add(const SegmentShape& segment) {
  const std::size_t count = segment.tiles.size();
  if (waves_.size() < count) waves_.resize(count);
  for (std::size_t wave = 0; wave < count; ++wave) {
    const TileShape& tile = segment.tiles[direction_ == Direction::Encode ? wave : count - 1 - wave];
    add_tile(*plan_, tile, waves_[wave], nullptr);
    const std::uint64_t size = std::uint64_t{tile.width} * tile.height;
    pixels_ += size;
    samples_ += size * tile.channels;
  }
  ++segments_;
  tiles_ += count;
  lanes_ += static_cast<std::uint64_t>(segment.layout.lanes);
  for (const std::uint64_t capacity : segment.capacity) words_ += capacity;
}

BatchLayout Footprint::layout() const {
  Scratch scratch;
  for (const WaveSums& sums : waves_) scratch.add_wave(*plan_, direction_, sums);
  BatchLayout layout;
  const auto place = [&layout](std::uint64_t& offset, std::uint64_t size) {
    offset = layout.size;
    layout.size += Scratch::aligned(size);
  };
  place(layout.tiles, tiles_ * sizeof(Tile));
  place(layout.segment_tile, waves_.size() * segments_ * sizeof(std::int32_t));
  place(layout.lanes, lanes_ * sizeof(Lane));
  layout.ledger_bytes = tiles_ * ledger_rows(*plan_) * sizeof(std::uint64_t);
  place(layout.ledger, layout.ledger_bytes);
  if (direction_ == Direction::Encode) {
    place(layout.pixels, samples_);
    layout.uploaded = layout.size;
    place(layout.words, words_ * sizeof(std::uint32_t));
    place(layout.packed, words_ * sizeof(std::uint32_t));
  } else {
    place(layout.words, words_ * sizeof(std::uint32_t));
    layout.uploaded = layout.size;
    place(layout.pixels, samples_);
  }
  place(layout.latents, scratch.latents);
  place(layout.input, scratch.input);
  place(layout.features[0], scratch.features);
  place(layout.features[1], scratch.features);
  place(layout.head, scratch.head);
  place(layout.symbols, scratch.symbols);
  return layout;
}

Batch::Batch(const ComponentPlan& plan, Direction direction, std::span<const SegmentShape> segments) {
  Footprint footprint(plan, direction);
  for (const SegmentShape& segment : segments) footprint.add(segment);
  layout = footprint.layout();

  // Pixels and lanes lie in the order of the segments, tiles in the order of the waves.
  std::vector<std::size_t> first_lane;
  std::vector<std::vector<std::uint64_t>> first_sample;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const SegmentShape& segment = segments[s];
    first_lane.push_back(lanes.size());
    for (int l = 0; l < segment.layout.lanes; ++l) {
      Lane lane{};
      std::fill_n(lane.state, kMaxStates, kLowerBound);
      lane.words = words;
      lane.capacity = static_cast<std::uint32_t>(segment.capacity[static_cast<std::size_t>(l)]);
      lane.number = l;
      lane.segment = static_cast<std::int32_t>(s);
      lane.states = segment.layout.states;
      lane.drawing = direction == Direction::Encode ? 1 : 0;
      words += lane.capacity;
      lanes.push_back(lane);
    }
    std::vector<std::uint64_t>& first = first_sample.emplace_back();
    for (const TileShape& tile : segment.tiles) {
      first.push_back(samples);
      samples += std::uint64_t{tile.width} * tile.height * tile.channels;
    }
    tile_of.emplace_back(segment.tiles.size());
  }

  sums.resize(footprint.waves().size());
  for (std::size_t wave = 0; wave < sums.size(); ++wave) {
    wave_begin.push_back(tiles.size());
    for (std::size_t s = 0; s < segments.size(); ++s) {
      const std::size_t count = segments[s].tiles.size();
      segment_tile.push_back(wave < count ? static_cast<std::int32_t>(tiles.size() - wave_begin.back()) : -1);
      if (wave >= count) continue;
      const std::size_t index = direction == Direction::Encode ? wave : count - 1 - wave;
      const TileShape& shape = segments[s].tiles[index];
      Tile tile{};
      add_tile(plan, shape, sums[wave], &tile);
      tile.pixels = first_sample[s][index];
      tile.channels = shape.channels;
      tile.first_lane = static_cast<std::int32_t>(first_lane[s]);
      tile.lanes = segments[s].layout.lanes;
      tile.ledger = static_cast<std::uint32_t>(tiles.size()) * ledger_rows(plan);
      tile_of[s][index] = tiles.size();
      tiles.push_back(tile);
    }
  }
  wave_begin.push_back(tiles.size());
}

Result<std::vector<std::size_t>> split_batches(const ComponentPlan& plan, Direction direction,
                                               std::span<const SegmentShape> segments, std::uint64_t memory,
                                               std::uint64_t pixels) {
  const Error too_large{Error::Code::OutOfMemory, 0, "a picture is too large for the memory of the graphics card"};
  std::vector<std::size_t> ends;
  Footprint batch(plan, direction);
  for (std::size_t s = 0; s < segments.size(); ++s) {
    for (const std::uint64_t capacity : segments[s].capacity) {
      if (capacity > std::numeric_limits<std::uint32_t>::max()) return too_large;
    }
    if (segments[s].tiles.size() > kMaxTiles) return too_large;
    Footprint larger = batch;
    larger.add(segments[s]);
    const bool begun = batch.pixels() > 0;
    if (begun && (larger.pixels() > pixels || larger.layout().size > memory)) {
      ends.push_back(s);
      larger = Footprint(plan, direction);
      larger.add(segments[s]);
    }
    if (larger.pixels() > kMaxPositions || larger.layout().size > memory) return too_large;
    batch = std::move(larger);
  }
  if (!segments.empty()) ends.push_back(segments.size());
  return ends;
}

}  // namespace bitswap::cuda
