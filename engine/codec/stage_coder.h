// Codes the samples of one likelihood stage, or of one latent layer, on a lane. Encoding and decoding walk the same
// positions with the same distributions; only what happens to the stack differs.
#pragma once

#include <vector>

#include "engine/coder/ans_lane.h"
#include "engine/coder/lanes.h"
#include "engine/model/model.h"
#include "engine/model/planes.h"

namespace bitswap {

/// Order in which the colours of a pixel are coded: G, R, B, as indices of the planes R, G, B.
inline constexpr int kColourOrder[3] = {1, 0, 2};

/// The pixels of a stage. Symbols of a lane: colour by colour (kColourOrder), component by component, row by row.
class PixelStageCoder {
 public:
  /// `head` and `guesses` as the stage's network and stage_input() gave them; colours is 3, or 1 for a grey tile.
  PixelStageCoder(const Model& model, const TileGeometry& geometry, int stage, std::vector<std::int16_t> head,
                  std::vector<Guess> guesses, int colours);

  /// Pushes the lane's rows. `heat`, if not null, gets the bits of each pixel of the tile added. Returns ideal bits.
  double push(AnsLane& lane, RowRange rows, const std::vector<Planes>& components, std::vector<float>* heat);
  /// Pops them into `components`; a grey tile's value goes to all three planes. Look at lane.underflow() afterwards.
  void pop(AnsLane& lane, RowRange rows, std::vector<Planes>& components);

 private:
  struct Cursor;
  [[nodiscard]] std::size_t count(RowRange rows) const;
  [[nodiscard]] SampleDistribution distribution(int step, const Cursor& at) const;
  /// What the next colours of the pixel need to know.
  void observe(int step, const Cursor& at, const SampleDistribution& d, int value);

  const Model& model_;
  const StageSpec& stage_;
  PixelHead layout_;
  Grid grid_, coarse_;
  int pool_;
  int colours_;
  std::vector<Grid> valid_;
  std::vector<ComponentPlace> places_;
  int tile_width_;
  std::vector<std::int16_t> head_;
  std::vector<Guess> guesses_;
  std::vector<std::int16_t> error_g_, error_r_;  ///< value minus mean in 1/16, per component and position
  std::vector<std::uint8_t> weight_;
  std::vector<Interval> intervals_;
};

/// The samples of a latent layer under its posterior, its conditional prior or, for the topmost, the model's prior.
/// Symbols of a lane: channel by channel, row by row.
class LatentCoder {
 public:
  /// `head` on `coarse`, one value set for each of pool × pool positions of `grid`.
  LatentCoder(const Model& model, Grid grid, Grid coarse, int pool, std::vector<std::int16_t> head, Guess guess);
  /// The prior of the topmost latent.
  LatentCoder(const Model& model, Grid grid);

  double push(AnsLane& lane, RowRange rows, const Planes& latent);
  double pop(AnsLane& lane, RowRange rows, Planes& latent);

 private:
  [[nodiscard]] SampleDistribution distribution(int channel, int y, int x) const;

  const Model& model_;
  LatentHead layout_;
  Grid grid_, coarse_;
  int pool_ = 1;
  std::vector<std::int16_t> head_;
  Guess guess_;
  std::vector<Interval> intervals_;
};

}  // namespace bitswap
