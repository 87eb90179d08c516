// SPDX-License-Identifier: GPL-3.0-or-later
// Segments of one or more contents as one batch: on the device, if the model's backend codes whole segments there, else
// one after another on the host. The bytes are the same.
//
// What a caller gains from it is only a device's to give: one call with some ten million pixels keeps it busy, a call a
// picture does not. So gather segments until they have batch_pixels(), and spread the work over threads as usual where
// that is 0.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "engine/codec/segment_tasks.h"

namespace bitswap {

/// Of one job. After the first failure of the device all that follows is done on the host. May be used by several
/// threads at once; a device works on one call after another.
class SegmentBatch {
 public:
  explicit SegmentBatch(const CodingModel& coding) : coding_(coding) {}

  /// A sensible sum of the pixels of one call's tiles; 0 where there is no device (any more), and a call with more than
  /// one task gains nothing.
  [[nodiscard]] std::uint64_t batch_pixels() const;
  /// Fills in each task's result; no heat maps. Encoders are those of the same model.
  void encode(std::span<EncodeTask> tasks, const CancelToken* cancel);
  /// Fills in each task's status, and its part of what its decoder decodes.
  void decode(std::span<DecodeTask> tasks, const CancelToken* cancel);
  /// One sentence, if the device failed since the last call of this; else empty.
  [[nodiscard]] std::string take_warning();

 private:
  [[nodiscard]] const SegmentCoder* device() const;
  /// What to do after an error of the device: true if the host has to do it.
  bool fall_back(const Error& error);

  CodingModel coding_;
  std::atomic<bool> on_host_{false};
  std::mutex mutex_;
  std::string warning_;
};

}  // namespace bitswap
