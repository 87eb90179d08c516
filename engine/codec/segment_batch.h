// Segments of one or more pictures as one batch: on the device, if the model's backend codes whole segments there, else
// one after another on the host. The bytes are the same.
//
// What a caller gains from it is only a device's to give: one call with some ten million pixels keeps it busy, a call a
// picture does not. So gather segments until they have batch_pixels(), and spread the work over threads as usual where
// that is 0.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "engine/codec/image_codec.h"

namespace bitswap {

/// One segment of a picture to code. The encoder must outlive the call.
struct EncodeTask {
  EncodeTask(const ImageEncoder* encoder, std::size_t segment);
  const ImageEncoder* encoder;
  std::size_t segment;
  Result<EncodedSegment> result;  ///< Internal at first
};

/// One segment of a picture to decode, into `decoder`. Decoder and payload must outlive the call.
struct DecodeTask {
  ImageDecoder* decoder = nullptr;
  std::size_t segment = 0;
  ByteView payload;
  Status status = Error{Error::Code::Internal, 0, "not decoded yet"};
};

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
  /// Fills in each task's status, and the pixels of its picture.
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
