// SPDX-License-Identifier: GPL-3.0-or-later
// One tile's way through a plan on the host, on lanes that belong to its segment: the schedule's steps, the planes that
// each conditional needs, its network, and the coder of its symbols.
#pragma once

#include <chrono>
#include <vector>

#include "engine/base/scratch_pool.h"
#include "engine/codec/host/conditional_coder.h"
#include "engine/codec/segment.h"

namespace bitswap {

/// Tells where the time between two calls went.
class Stopwatch {
 public:
  explicit Stopwatch(CodecTimes* times) : times_(times) { restart(); }
  void restart() {
    if (times_ != nullptr) last_ = std::chrono::steady_clock::now();
  }
  void add_to(std::atomic<double> CodecTimes::*part) {
    if (times_ == nullptr) return;
    const auto now = std::chrono::steady_clock::now();
    (times_->*part).fetch_add(std::chrono::duration<double>(now - last_).count(), std::memory_order_relaxed);
    last_ = now;
  }

 private:
  CodecTimes* times_;
  std::chrono::steady_clock::time_point last_;
};

/// What a tile needs memory for; goes from tile to tile.
struct TileMemory {
  std::vector<Planes> planes;
  std::vector<std::vector<std::uint8_t>>
      features;  ///< of each plane of features: uint7 [H, W, C] as the network gave it
  ConditionalInput input;
  std::vector<std::int16_t> head;
};

class TileCoder {
 public:
  /// Steps may be empty for inputs without coefficients. All that is given must outlive it.
  TileCoder(const CodingModel& coding, const Plan& plan, std::vector<Grid> inputs,
            std::vector<std::span<const std::uint16_t>> steps, bool grey, std::vector<AnsLane>& lanes,
            const CancelToken* cancel);

  /// `balance` runs on from tile to tile of a segment. Escapes go to `escapes`. Errors as encode_segment().
  Status encode(std::span<const InputView> inputs, Schedule schedule, Ledger& ledger, double& balance, HeatMap* heat,
                ByteWriter& escapes);
  /// Errors as decode_segment().
  Status decode(std::span<const OutputView> outputs, Schedule schedule, ByteReader& escapes);

 private:
  /// The sum of body(lane number, rows), a lane's bits. Threads share the lanes; they are added up in their order, as
  /// doubles must be for the sum to be the same.
  template <typename Body>
  double for_lanes(const Conditional& conditional, const Body& body);

  // Planes that are made of others, when they are first needed.
  Status need(int plane);
  Status need_features(int plane);
  Status make(int plane);

  /// Makes input and guesses of a conditional and runs its network: to memory_.input and memory_.head.
  Status run(int conditional);
  Status run_network(const Conditional& conditional, int features_plane);
  [[nodiscard]] ConditionalJob job(const Conditional& conditional, std::vector<TargetPart>& targets);

  Result<double> push(int conditional, std::vector<float>* heat);
  Result<double> pop(int conditional, bool measured);
  /// Stages [begin, end) last first, chains at once. add(stage, bits).
  template <typename Add>
  Status push_stages(int begin, int end, HeatMap* heat, const Add& add);
  template <typename Add>
  Status push_chain(int begin, int end, HeatMap* heat, const Add& add);
  Status pop_stages(int begin, int end, ByteReader& escapes);
  [[nodiscard]] Status check_lanes() const;

  void collect_escapes(int stage);
  Status apply_escapes(const Conditional& conditional, ByteReader& escapes);
  /// body(coefficient, base) of a conditional's coefficients: target by target, channel by channel, row by row.
  template <typename Body>
  Status for_coefficients(const Conditional& conditional, Body&& body);

  [[nodiscard]] TilePlanes tile() const { return {&plan_, grids_, memory_->planes, steps_}; }
  [[nodiscard]] int lane_count() const { return static_cast<int>(lanes_.size()); }

  const Model& model_;
  const Plan& plan_;
  const BackendModel& networks_;
  const SampleKernels& kernels_;
  Stopwatch watch_;
  SpareThreads* spare_;
  ScratchPool* scratch_;
  ScratchPool::Lease<TileMemory> memory_;
  std::vector<Grid> inputs_, grids_;
  std::vector<Grid> valid_;                            ///< of each plane
  std::vector<std::span<const std::uint16_t>> steps_;  ///< of each input
  std::vector<bool> known_;                            ///< of each plane that is made of others
  std::vector<bool> featured_;                         ///< whether memory_->features holds them
  std::vector<int> features_of_;                       ///< plane that keeps a conditional's features, or -1
  std::vector<bool> chained_;                          ///< of each stage: needs or makes features
  std::vector<ByteWriter> escapes_;                    ///< of each stage
  bool grey_;
  std::vector<AnsLane>& lanes_;
  const CancelToken* cancel_;
};

}  // namespace bitswap
