// SPDX-License-Identifier: GPL-3.0-or-later
// Codes a lane's part of a conditional: from the head of its network to intervals and on the stack, or back. Encoding
// and decoding walk the same positions with the same distributions; only what happens to the stack differs.
#pragma once

#include <span>
#include <vector>

#include "engine/codec/host/network_input.h"
#include "engine/codec/host/sample_kernels.h"
#include "engine/coder/ans_lane.h"
#include "engine/coder/lanes.h"
#include "engine/model/model.h"

namespace bitswap {

/// Symbols on their way to or from the stack, in coding order. Kept from call to call, so that memory is taken once.
struct SymbolBuffers {
  std::vector<std::int16_t> heads;  ///< one array an output of the head, `stride` apart
  std::size_t stride = 0;
  std::vector<std::int16_t> guess;  ///< of a row
  std::vector<std::int16_t> mean;
  std::vector<std::uint8_t> scale[2], weight, values;
  std::vector<std::int16_t> error[2];  ///< colours: value minus mean in 1/16, of the first two
  std::vector<PackedInterval> intervals;

  /// Room for `heads_length` head outputs of each kind and n symbols at once, on rows of `width`.
  void fit(std::size_t heads_length, int head_outputs, std::size_t n, int width);
  [[nodiscard]] std::int16_t* head(int output) { return heads.data() + stride * output; }
  [[nodiscard]] DistributionRow row(bool mixture) const {
    return {mean.data(), {scale[0].data(), scale[1].data()}, mixture ? weight.data() : nullptr};
  }
};

/// What of a target is coded.
struct TargetPart {
  Planes* planes = nullptr;
  Grid valid;
};

/// Everything a ConditionalCoder is given; it must outlive that.
struct ConditionalJob {
  const Model* model = nullptr;
  const SampleKernels* kernels = nullptr;
  const TilePlanes* tile = nullptr;
  const Conditional* conditional = nullptr;
  std::span<const TargetPart> targets;
  std::span<const std::int16_t> head;  ///< int16 [grid of the network, out]; empty for the model's own prior
  std::span<const GuessPlanes> guesses;
  bool grey = false;  ///< coupled colours: only one is coded and stands for all
};

/// Symbols of a lane. Colours: colour by colour (plane_of_step()), each a block of its own on the stack. Channels: one
/// block, channel by channel. Within these target by target, row by row, with a parity only its positions. Cheap to
/// make: threads that share a conditional have one each.
class ConditionalCoder {
 public:
  ConditionalCoder(const ConditionalJob& job, SymbolBuffers& buffers);

  /// The lane's intervals, to memory for interval_count(rows). `heat`, if not null, gets the bits of each position of
  /// the tile's first input added. Returns ideal bits.
  double measure(RowRange rows, PackedInterval* intervals, Grid tile, std::vector<float>* heat);
  [[nodiscard]] std::size_t interval_count(RowRange rows) const;
  /// Pushes what measure() gave.
  void push(AnsLane& lane, RowRange rows, const PackedInterval* intervals) const;
  /// Both, with memory of the buffers.
  double push(AnsLane& lane, RowRange rows, Grid tile, std::vector<float>* heat);
  /// Pops the lane's symbols into the targets. Look at lane.underflow() afterwards. Returns ideal bits where
  /// `measured`.
  double pop(AnsLane& lane, RowRange rows, bool measured);

 private:
  /// Where a row's symbols lie: columns first, first + step, …; `count` of them.
  struct Row {
    int target, y, first, step;
    std::size_t count;
    std::size_t index;  ///< of the first among the lane's of one channel
  };
  template <typename Body>
  std::size_t for_rows(RowRange rows, Body&& body) const;
  [[nodiscard]] std::size_t positions(RowRange rows) const;
  [[nodiscard]] bool colours() const { return layout_.coupling == HeadLayout::Coupling::Colours; }
  [[nodiscard]] bool mixture() const { return layout_.mixtures > 1; }
  [[nodiscard]] int steps() const { return job_.grey ? 1 : layout_.channels; }

  /// All outputs of a row's head to the buffers, from number `at` on.
  void load_heads(const Row& row, std::size_t at);
  void load_weights(int channel, const Row& row, std::size_t from, std::size_t to);
  /// Guesses of a row in the buffers: means of the bytes that are coded.
  void load_guesses(int channel, const Row& row);
  void scale_heads(int channel, const Row& row, std::size_t at);
  void load_values(int channel, const Row& row, std::uint8_t* to) const;
  void store_values(int channel, const Row& row, const std::uint8_t* from) const;
  void prepare_colour(int step, const Row& row, std::size_t at);
  void observe_colour(int step, std::size_t n);
  void prepare_channels(RowRange rows);
  void add_heat(const Row& row, const PackedInterval* intervals, Grid tile, std::vector<float>& heat) const;

  const ConditionalJob job_;
  const Conditional& conditional_;
  HeadLayout layout_;
  Grid coarse_;
  SymbolBuffers& buffers_;
};

/// The byte that stands for a coefficient v is 128 + clamp(v - base, -128, 127).
constexpr int base_of(int guess) { return (guess + 8) >> 4; }

}  // namespace bitswap
