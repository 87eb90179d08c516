// SPDX-License-Identifier: GPL-3.0-or-later
// Guesses of a conditional's targets and the input of its network, row by row from the tile's planes. Integers only.
// The trainer does the same on tensors; a test compares the two.
#pragma once

#include "engine/codec/host/planes.h"

namespace bitswap {

class ScratchPool;
class SpareThreads;

/// Of one target: means before the network's correction, in 1/16 (int16 [channels, height, width]), and where the
/// conditional uses it the spread of the numbers that they were made of, alike.
struct GuessPlanes {
  Grid grid;
  std::vector<std::int16_t> mean;
  std::vector<std::uint16_t> spread;  ///< empty if unused
  [[nodiscard]] std::size_t at(int c, int y) const {
    return grid.size() * c + static_cast<std::size_t>(y) * grid.width;
  }
};

struct ConditionalInput {
  Grid grid;
  std::vector<std::int8_t> values;   ///< int8 [height, width, in], channels fastest; empty without a network
  std::vector<GuessPlanes> guesses;  ///< one a target; what lies behind is left over
};

/// What the planes of a plan are in this tile.
struct TilePlanes {
  const Plan* plan = nullptr;
  std::span<const Grid> grids;  ///< grids_of()
  std::span<const Planes> planes;
  std::span<const std::span<const std::uint16_t>> steps;  ///< of each input
};

/// All planes that the conditional names have to be known and padded.
void make_input(const TilePlanes& tile, const Conditional& conditional, ScratchPool* scratch, SpareThreads* spare,
                ConditionalInput& result);

/// The quantisation step of a plane's channel; 1 for planes that have none.
int step_of(const TilePlanes& tile, const Conditional& conditional, int plane, int channel);

}  // namespace bitswap
