// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of the schedule over all tiles of a wave at once: what TileCoder of codec/tile_coder.h does for one tile.
// Only queues kernels; nothing here waits.
#pragma once

#include "engine/codec/cuda/batch.h"

namespace bitswap::cuda {

/// Device pointers of a batch's scratch arrays.
struct WaveArrays {
  std::vector<std::uint8_t*> latents;  ///< of each latent: uint8 [tile][channel][position]
  NetworkArrays network;
  std::uint32_t* intervals = nullptr;  ///< or ColourArrays, while decoding a stage
};

class WaveCoder {
 public:
  /// Everything must outlive it. `base` is the batch's memory, laid out as batch.layout says.
  WaveCoder(const DeviceModel& model, const Batch& batch, std::size_t wave_number, std::uint8_t* base, Stream stream);

  void encode(Schedule schedule);
  void decode(Schedule schedule);
  [[nodiscard]] const Wave& wave() const { return wave_; }

 private:
  [[nodiscard]] const GridSums& sums(int grid) const { return sums_[static_cast<std::size_t>(grid)]; }
  [[nodiscard]] unsigned chunks(int grid) const { return static_cast<unsigned>(sums(grid).chunks); }
  void run(int network, int grid);
  StageArgs stage(int s);
  LatentArgs posterior(int i);
  LatentArgs prior(int i);
  void push(const StageArgs& args);
  void push(const LatentArgs& args);
  void pop(const StageArgs& args);

  const DeviceModel& model_;
  const ComponentPlan& plan_;
  const WaveSums& sums_;
  Stream stream_;
  Wave wave_{};
  WaveArrays arrays_;
};

}  // namespace bitswap::cuda
