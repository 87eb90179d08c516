// Codes the samples of one likelihood stage, or of one latent layer, on a lane. Encoding and decoding walk the same
// positions with the same distributions; only what happens to the stack differs.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "engine/codec/sample_kernels.h"
#include "engine/coder/ans_lane.h"
#include "engine/coder/lanes.h"
#include "engine/model/model.h"
#include "engine/model/planes.h"

namespace bitswap {

/// Order in which the colours of a pixel are coded: G, R, B, as indices of the planes R, G, B.
inline constexpr int kColourOrder[3] = {1, 0, 2};

/// Samples on their way to or from the stack, in coding order: a row of them, or all that a lane has of a stage. Kept
/// from stage to stage and from tile to tile, so that memory is taken once.
struct SampleBuffers {
  std::vector<std::int16_t> heads;  ///< one array an output of the head, `stride` apart
  std::size_t stride = 0;
  std::vector<std::int16_t> guess;  ///< of a row
  std::vector<std::int16_t> mean;
  std::vector<std::uint8_t> scale[2], weight, values;
  std::vector<std::int16_t> error[2];  ///< value minus mean in 1/16, of G and of R
  std::vector<PackedInterval> intervals;

  /// Room for n samples of one colour, with as many head outputs, on rows of `width`; intervals are sized apart.
  void fit(std::size_t n, int head_outputs, int width);
  void fit_intervals(std::size_t n);
  [[nodiscard]] std::int16_t* head(int output) { return heads.data() + stride * output; }
  [[nodiscard]] DistributionRow row(bool mixture) const {
    return {mean.data(), {scale[0].data(), scale[1].data()}, mixture ? weight.data() : nullptr};
  }
};

/// The pixels of a stage. Symbols of a lane: colour by colour (kColourOrder), component by component, row by row.
/// All that it is given must outlive it. Cheap to make: threads that share a stage have one each.
class PixelStageCoder {
 public:
  /// `head` and `guesses` as the stage's network and stage_input() gave them; colours is 3, or 1 for a grey tile.
  PixelStageCoder(const Model& model, const SampleKernels& kernels, const TileGeometry& geometry, int stage,
                  int colours, std::span<const std::int16_t> head, const std::vector<Guess>& guesses,
                  SampleBuffers& buffers);

  /// Pushes the lane's rows. `heat`, if not null, gets the bits of each pixel of the tile added. Returns ideal bits.
  double push(AnsLane& lane, RowRange rows, const std::vector<Planes>& components, std::vector<float>* heat);
  /// Pops them into `components`; a grey tile's value goes to all three planes. Look at lane.underflow() afterwards.
  void pop(AnsLane& lane, RowRange rows, std::vector<Planes>& components);

 private:
  /// body(component, y, i): row y of a component, whose first sample is number i of the lane. Returns their number.
  template <typename Body>
  std::size_t for_rows(RowRange rows, Body&& body) const;
  /// Head outputs of a row to the buffers, from number i on.
  void load_heads(int component, int y, std::size_t i);
  /// Distributions of a row in a colour, whose predecessors are observed.
  void prepare(int step, int component, int y, std::size_t i);
  /// What the next colours of the first n pixels in the buffers need to know.
  void observe(int step, std::size_t n);
  void add_heat(int component, int y, const PackedInterval* intervals, std::vector<float>& heat) const;
  [[nodiscard]] bool mixture() const { return layout_.mixtures > 1; }

  const Model& model_;
  const SampleKernels& kernels_;
  const StageSpec& stage_;
  PixelHead layout_;
  Grid grid_, coarse_;
  int pool_;
  int colours_;
  std::array<Grid, 2> valid_;  ///< of each component
  int components_;
  int tile_width_;
  std::span<const std::int16_t> head_;
  const std::vector<Guess>& guesses_;
  SampleBuffers& buffers_;
};

/// The samples of a latent layer under its posterior, its conditional prior or, for the topmost, the model's prior.
/// Symbols of a lane: channel by channel, row by row. All that it is given must outlive it.
class LatentCoder {
 public:
  /// `head` on `coarse`, one value set for each of pool × pool positions of `grid`; empty for the topmost prior.
  LatentCoder(const Model& model, const SampleKernels& kernels, Grid grid, Grid coarse, int pool,
              std::span<const std::int16_t> head, const Guess& guess, SampleBuffers& buffers);

  double push(AnsLane& lane, RowRange rows, const Planes& latent);
  double pop(AnsLane& lane, RowRange rows, Planes& latent);

 private:
  void prepare(RowRange rows);
  [[nodiscard]] std::size_t in_channel(RowRange rows) const {
    return static_cast<std::size_t>(rows.end - rows.begin) * grid_.width;
  }
  /// Intervals and ideal bits of the values.
  double measure(std::size_t n);

  const Model& model_;
  const SampleKernels& kernels_;
  LatentHead layout_;
  Grid grid_, coarse_;
  int pool_;
  std::span<const std::int16_t> head_;
  const Guess& guess_;
  SampleBuffers& buffers_;
};

}  // namespace bitswap
