// Tasks to the device and back, and the way out when it fails.
#include "engine/codec/segment_batch.h"

#include <new>

namespace bitswap {
namespace {

constexpr Schedule kSchedules[] = {Schedule::BitSwap, Schedule::BbAns};

}  // namespace

EncodeTask::EncodeTask(const ImageEncoder* encoder, std::size_t segment)
    : encoder(encoder), segment(segment), result(Error{Error::Code::Internal, 0, "not coded yet"}) {}

const SegmentCoder* SegmentBatch::device() const { return on_host_ ? nullptr : coding_.networks->segment_coder(); }

std::uint64_t SegmentBatch::batch_pixels() const {
  const SegmentCoder* const coder = device();
  return coder == nullptr ? 0 : coder->batch_pixels();
}

bool SegmentBatch::fall_back(const Error& error) {
  if (error.code == Error::Code::Cancelled) return false;
  const std::scoped_lock lock(mutex_);
  if (!on_host_.exchange(true)) warning_ = "the rest is coded without the graphics card: " + error.detail;
  return true;
}

std::string SegmentBatch::take_warning() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(warning_, {});
}

void SegmentBatch::encode(std::span<EncodeTask> tasks, const CancelToken* cancel) {
  for (const Schedule schedule : kSchedules) {
    std::vector<EncodeTask*> chosen;
    for (EncodeTask& task : tasks) {
      if (task.encoder->header().schedule == schedule) chosen.push_back(&task);
    }
    if (chosen.empty()) continue;
    if (const SegmentCoder* const coder = device(); coder != nullptr) {
      const auto coded = [&]() -> Result<std::vector<EncodedSegment>> {
        try {
          std::vector<std::vector<Picture>> tiles;
          std::vector<SegmentSource> sources;
          tiles.reserve(chosen.size());
          for (const EncodeTask* task : chosen) {
            tiles.push_back(task->encoder->tiles(task->segment));
            sources.push_back({tiles.back()});
          }
          return coder->encode(sources, schedule, cancel);
        } catch (const std::bad_alloc&) {
          return Error{Error::Code::OutOfMemory, 0, "not enough memory to code these pictures at once"};
        }
      }();
      if (coded.ok() || !fall_back(coded.error())) {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
          if (coded.ok()) {
            chosen[i]->result = (*coded)[i];
          } else {
            chosen[i]->result = coded.error();
          }
        }
        continue;
      }
    }
    for (EncodeTask* task : chosen) task->result = task->encoder->encode(task->segment, false, cancel);
  }
}

void SegmentBatch::decode(std::span<DecodeTask> tasks, const CancelToken* cancel) {
  for (const Schedule schedule : kSchedules) {
    std::vector<DecodeTask*> chosen;
    for (DecodeTask& task : tasks) {
      if (task.decoder->header().schedule == schedule) chosen.push_back(&task);
    }
    if (chosen.empty()) continue;
    if (const SegmentCoder* const coder = device(); coder != nullptr) {
      std::vector<std::vector<TileShape>> shapes;
      std::vector<SegmentPayload> payloads;
      shapes.reserve(chosen.size());
      for (const DecodeTask* task : chosen) {
        shapes.push_back(task->decoder->shapes(task->segment));
        payloads.push_back({task->payload, shapes.back()});
      }
      const auto decoded = coder->decode(payloads, schedule, cancel);
      if (decoded.ok() || !fall_back(decoded.error())) {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
          if (!decoded.ok()) {
            chosen[i]->status = decoded.error();
          } else if (!(*decoded)[i].ok()) {
            chosen[i]->status = (*decoded)[i].error();
          } else {
            chosen[i]->decoder->insert(chosen[i]->segment, *(*decoded)[i]);
            chosen[i]->status = {};
          }
        }
        continue;
      }
    }
    for (DecodeTask* task : chosen) task->status = task->decoder->decode(task->segment, task->payload, cancel);
  }
}

}  // namespace bitswap
