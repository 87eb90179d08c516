// A tile as the networks see it: polyphase components padded to a common grid, linear guesses, and network inputs.
// Integers only. The trainer does the same on tensors (trainable_model.cpp); a test compares the two.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/image/picture.h"
#include "engine/model/plan.h"

namespace bitswap {

class SpareThreads;

struct Grid {
  int width = 0;
  int height = 0;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(width) * height; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

inline constexpr Grid halved(Grid g, int by = 2) { return {(g.width + by - 1) / by, (g.height + by - 1) / by}; }

/// Sizes of everything in a tile of the given size.
struct TileGeometry {
  TileGeometry(const Plan& plan, Grid tile);
  std::vector<Grid> level;   ///< image sizes, 0..R; level[r + 1] is also the grid of level r's components
  std::vector<Grid> latent;  ///< z1 first
  [[nodiscard]] Grid stage_grid(const StageSpec& stage) const;
  /// The part of the grid that holds real samples; the rest is padding.
  [[nodiscard]] Grid valid(const StageSpec& stage, Component component) const;
};

/// Planes of 8-bit samples on one grid: uint8 [channels, height, width].
struct Planes {
  Planes() = default;
  Planes(int channel_count, Grid g) : channels(channel_count), grid(g), samples(g.size() * channel_count, 128) {}
  /// Keeps the memory; what is in it stays undefined.
  void reshape(int channel_count, Grid g) {
    channels = channel_count;
    grid = g;
    samples.resize(g.size() * channel_count);
  }
  int channels = 0;
  Grid grid;
  std::vector<std::uint8_t> samples;
  [[nodiscard]] std::uint8_t* plane(int c) { return samples.data() + grid.size() * c; }
  [[nodiscard]] const std::uint8_t* plane(int c) const { return samples.data() + grid.size() * c; }
  [[nodiscard]] const std::uint8_t* row(int c, int y) const {
    return plane(c) + static_cast<std::size_t>(y) * grid.width;
  }
  [[nodiscard]] std::uint8_t* row(int c, int y) { return plane(c) + static_cast<std::size_t>(y) * grid.width; }
};

/// Where a component's samples lie in the tile: pixel (x0 + x·step, y0 + y·step).
struct ComponentPlace {
  int x0 = 0, y0 = 0, step = 1;
};
ComponentPlace component_place(const StageSpec& stage, Component component);

/// Fills what lies outside `valid` from the nearest valid sample; all 128 where there is none.
void pad_edges(Planes& planes, Grid valid);

/// All samples of a tile: [stage][component of the stage], R, G, B planes each.
using TileSamples = std::vector<std::vector<Planes>>;

// `memory` is that of another tile's samples, which are lost; `spare` (null: nobody) may do a part of the rows.

/// Splits an RGB or grey tile (grey: three equal planes), padded.
TileSamples split(const Plan& plan, const TileGeometry& geometry, const Picture& tile, TileSamples memory = {},
                  SpareThreads* spare = nullptr);
/// Planes of the right sizes, for a decoder to fill in order. What is in `memory` stays there until then.
TileSamples empty_samples(const Plan& plan, const TileGeometry& geometry, TileSamples memory = {});
/// The inverse of split(); channels is 1 or 3.
Picture join(const Plan& plan, const TileGeometry& geometry, const TileSamples& samples, int channels,
             SpareThreads* spare = nullptr);

/// int8 [height, width, channels], channels fastest: samples minus 128 and details.
struct NetworkInput {
  Grid grid;
  int channels = 0;
  std::vector<std::int8_t> values;
};

/// Means before the network's correction, in 1/16: int16 [planes, height, width].
using Guess = std::vector<std::int16_t>;

// What follows is written to objects that keep their memory from one call to the next.

/// Inputs and guesses (one a component, 3 planes each) of a likelihood stage. Needs all earlier stages of `samples`,
/// padded, and z1 where the stage sees it. For the first stage the input lies on z1's grid.
struct StageInput {
  NetworkInput input;
  std::vector<Guess> guesses;
  Planes coarser[2];  ///< for stage_input() itself: the A of coarser levels on the way down
};
void stage_input(const Plan& plan, const TileGeometry& geometry, int stage, const TileSamples& samples,
                 const Planes& z1, StageInput& result, SpareThreads* spare = nullptr);

/// Input and guess of q(z[i] | ·), on z[i]'s grid; i counts from 0, `below` is z[i-1] (unused for i = 0).
struct LatentInput {
  NetworkInput input;
  Guess guess;
  Planes seen, pooled;  ///< for posterior_input() itself
};
void posterior_input(const Plan& plan, const TileGeometry& geometry, int i, const TileSamples& samples,
                     const Planes& below, LatentInput& result);
/// Input (on z[i+1]'s grid) and guess (on z[i]'s grid) of p(z[i] | z[i+1]).
void generative_input(const Plan& plan, const TileGeometry& geometry, int i, const Planes& above, LatentInput& result);

/// A head computed on a coarse grid serves pool × pool fine positions: index of the head's first value for (x, y).
inline std::size_t head_index(Grid coarse, int pool, int head_size, int x, int y) {
  const std::size_t position = static_cast<std::size_t>(y / pool) * coarse.width + x / pool;
  return (position * pool * pool + static_cast<std::size_t>(y % pool) * pool + x % pool) * head_size;
}

}  // namespace bitswap
