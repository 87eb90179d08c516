// SPDX-License-Identifier: GPL-3.0-or-later
// A model's networks and tables in the memory of a device, and the run of one network there.
#pragma once

#include <vector>

#include "engine/codec/cuda/runtime.h"
#include "engine/model/component_plan.h"
#include "engine/model/model.h"

namespace bitswap::cuda {

/// Four channels to a word: the unit of inputs and weights.
constexpr int words_of(int channels) { return (channels + 3) / 4; }

struct DeviceLayer {
  LayerSpec spec;
  int per_thread = 1;  ///< outputs of a thread (convolution.cuh)
  const std::int32_t* weights = nullptr;
  const std::int32_t* bias = nullptr;
  const std::uint8_t* shift = nullptr;
};

/// A grid of all tiles of a wave.
struct GridSums {
  std::uint64_t positions = 0;
  std::uint64_t chunks = 0;   ///< blocks of kChunk positions
  std::uint64_t patches = 0;  ///< blocks of kPatch positions
  void add(int width, int height);
};

/// Where a network works: device arrays over one grid of the wave. `features` have the width of its trunk.
struct NetworkArrays {
  std::int8_t* input = nullptr;
  std::int8_t* features[2] = {};
  std::int16_t* head = nullptr;
};

class DeviceModel {
 public:
  /// The model must outlive it. Errors: OutOfMemory, Internal, Unsupported (a plan that the kernels are not for).
  static Result<DeviceModel> upload(const Model& model, Stream stream);

  /// With or without tensor cores; at first with, where there are any.
  void use_tensor_cores(bool use) { tensor_ = use; }
  [[nodiscard]] bool uses_tensor_cores() const { return tensor_; }

  [[nodiscard]] const Model& model() const { return *model_; }
  [[nodiscard]] const ComponentPlan& plan() const { return plan_; }
  [[nodiscard]] const DistributionTables* tables() const { return tables_; }
  [[nodiscard]] const std::uint32_t* cost() const { return cost_; }
  [[nodiscard]] const std::int16_t* prior_mean() const { return prior_mean_; }
  [[nodiscard]] const std::uint8_t* prior_scale() const { return prior_scale_; }
  /// Queues all layers: arrays.input to arrays.head. Only grid `grid` of the tiles is looked at.
  void run(Stream stream, int network, const Tile* tiles, std::size_t tile_count, int grid, const GridSums& sums,
           const NetworkArrays& arrays) const;

 private:
  const Model* model_ = nullptr;
  ComponentPlan plan_;
  bool tensor_ = has_tensor_cores();
  DeviceMemory memory_;
  const DistributionTables* tables_ = nullptr;
  const std::uint32_t* cost_ = nullptr;
  const std::int16_t* prior_mean_ = nullptr;
  const std::uint8_t* prior_scale_ = nullptr;
  std::vector<std::vector<DeviceLayer>> networks_;
};

}  // namespace bitswap::cuda
