// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops of coding samples: from distributions and values to intervals, and from and to the stack. Every
// variant gives what distribution.h and ans_core.h define, to the bit; they differ in speed only. Plain data and
// functions, so that code for other instruction sets can include it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/coder/lane_window.h"
#include "engine/model/distribution.h"

namespace bitswap {

class AnsLane;
enum class Instructions : std::uint8_t;

/// All arrays that kernels see are this much longer than their n samples: whole vectors are read and written.
inline constexpr std::size_t kKernelPadding = 32;

/// The distributions of n samples in coding order, one array a parameter (SampleDistribution is the same for one).
/// Means are clamped and scales below kScaleCount; what lies in the padding may be anything.
struct DistributionRow {
  const std::int16_t* mean = nullptr;
  const std::uint8_t* scale[2] = {nullptr, nullptr};
  const std::uint8_t* weight = nullptr;  ///< null where there is a single component; scale[1] is unused then
};

/// Head outputs of n samples of one colour (plan.h), one array each, and what the samples are guessed from.
struct HeadRow {
  const std::int16_t* guess = nullptr;
  const std::int16_t* mean = nullptr;
  const std::int16_t* scale[2] = {nullptr, nullptr};        ///< the second is null where there is a single component
  const std::int16_t* coefficient[2] = {nullptr, nullptr};  ///< null where no other colour tells about this one
  const std::int16_t* error[2] = {nullptr, nullptr};        ///< that each coefficient belongs to
};

/// Where `next_weight` is not null, it gets updated_weight() of each sample; it may be the row's own weights.
struct SampleKernels {
  const char* name;   ///< "portable", "avx2", "avx512"
  std::size_t group;  ///< symbols handled at once; 0 for the portable ones, which have no push and pop here
  /// Means and scales of n samples.
  void (*distributions)(const HeadRow& head, std::size_t n, std::int16_t* mean, std::uint8_t* scale0,
                        std::uint8_t* scale1);
  /// The intervals of n values.
  void (*intervals)(const DistributionTables& tables, const DistributionRow& row, const std::uint8_t* values,
                    std::size_t n, PackedInterval* out, std::uint8_t* next_weight);
  /// Pushes symbols n-1 … 0. Requires n to be a multiple of the group, as the lane's number of states, and room for
  /// n + group words.
  void (*push)(LaneWindow& lane, const PackedInterval* intervals, std::size_t n);
  /// Pops symbols from `first`, a multiple of the group, for as long as a whole group is left before n and as many
  /// words on the stack. The lane's number of states is a multiple of the group. Returns where it ended.
  std::size_t (*pop)(LaneWindow& lane, const DistributionTables& tables, const DistributionRow& row, std::size_t first,
                     std::size_t n, std::uint8_t* values, std::uint8_t* next_weight);
};

/// The fastest that this processor can run, with none but these instructions: what belongs to a device.
const SampleKernels& kernels_for(Instructions instructions);
/// Null when this processor cannot run them, or they are not for its kind. The portable ones are always there.
const SampleKernels& portable_kernels();
const SampleKernels* avx2_kernels();
const SampleKernels* avx512_kernels();

/// Pushes symbols n-1 … 0 of a block.
void push_samples(const SampleKernels& kernels, AnsLane& lane, const PackedInterval* intervals, std::size_t n);
/// Pops n values that have the distributions of the row; `next_weight` as above. Look at lane.underflow() afterwards.
void pop_samples(const SampleKernels& kernels, AnsLane& lane, const DistributionTables& tables,
                 const DistributionRow& row, std::size_t n, std::uint8_t* values, std::uint8_t* next_weight);

// Defined where the compiler makes code for that kind of processor; only avx2_kernels() and avx512_kernels() look.
extern const SampleKernels kAvx2Kernels, kAvx512Kernels;

}  // namespace bitswap
