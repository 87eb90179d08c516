// SPDX-License-Identifier: GPL-3.0-or-later
// Codes whole segments on a device: batches that fit its memory, two at a time, so that the copies and the host's share
// of one run beside the kernels of the other.
#pragma once

#include <array>
#include <memory>
#include <mutex>

#include "engine/codec/cuda/wave_coder.h"

namespace bitswap::cuda {

/// A device with its memory. One call at a time does its work; others wait.
class DeviceCoder final : public SegmentCoder {
 public:
  /// `memory`: bytes that batches may take. The model must outlive it. Errors: OutOfMemory, Internal
  /// (also when the networks do not give the very integers that the plain backend gives).
  static Result<std::unique_ptr<DeviceCoder>> create(const Model& model, std::uint64_t memory);
  ~DeviceCoder() override;

  [[nodiscard]] std::uint64_t batch_pixels() const override;
  Result<std::vector<EncodedSegment>> encode(std::span<const SegmentSource> segments, Schedule schedule,
                                             const CancelToken* cancel) const override;
  Result<std::vector<Result<std::vector<Picture>>>> decode(std::span<const SegmentPayload> segments, Schedule schedule,
                                                           const CancelToken* cancel) const override;
  /// BackendModel::run() on the device. Errors: OutOfMemory, Internal.
  Status run(int network, std::span<const std::int8_t> input, int count, int height, int width,
             std::vector<std::int16_t>& output) const;
  /// True after an error that is not one of memory: nothing is tried on the device any more.
  [[nodiscard]] bool lost() const;

 private:
  /// What a batch in flight owns.
  struct Slot {
    Slot() = default;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { destroy_stream(stream); }
    Stream stream = nullptr;
    DeviceMemory memory;
    PinnedMemory upload, download;
  };
  /// However a call ends, nothing is in flight afterwards: the next one uses the same memory.
  struct Drain {
    const std::array<Slot, 2>& slots;
    ~Drain() {
      for (const Slot& slot : slots) static_cast<void>(synchronise(slot.stream).ok());
    }
  };
  struct EncodeJob;
  struct DecodeJob;

  DeviceCoder(const Model& model, std::uint64_t memory) : model_(model), memory_(memory) {}
  [[nodiscard]] const ComponentPlan& plan() const { return device_model_->plan(); }
  /// Runs the batches of a job through the two slots.
  template <typename Job>
  Status run_batches(Job& job, const CancelToken* cancel) const;
  /// Whether the networks give the plain backend's integers on this very device; without tensor cores if need be.
  Status check_networks() const;
  Status run_images(int network, std::span<const std::int8_t> input, int count, int height, int width,
                    std::int16_t* output) const;
  /// Remembers the loss of the device.
  Status noted(Status status) const;

  const Model& model_;
  std::uint64_t memory_;
  mutable std::mutex mutex_;
  mutable bool lost_ = false;
  std::unique_ptr<DeviceModel> device_model_;
  mutable std::array<Slot, 2> slots_;
};

}  // namespace bitswap::cuda
