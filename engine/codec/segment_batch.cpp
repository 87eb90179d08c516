// SPDX-License-Identifier: GPL-3.0-or-later
// Tasks to the device and back, and the way out when it fails.
#include "engine/codec/segment_batch.h"

#include <algorithm>
#include <new>

#include "engine/codec/image_codec.h"

namespace bitswap {
namespace {

constexpr Schedule kSchedules[] = {Schedule::BitSwap, Schedule::BbAns};

/// The tasks of pictures, which a device can do, under one schedule.
template <typename Task, typename PictureOf>
std::vector<Task*> pictures_of(std::span<Task> tasks, Schedule schedule, const PictureOf& picture_of) {
  std::vector<Task*> chosen;
  for (Task& task : tasks) {
    const auto* const picture = picture_of(task);
    if (picture != nullptr && picture->header().schedule == schedule) chosen.push_back(&task);
  }
  return chosen;
}
std::vector<EncodeTask*> pictures_of(std::span<EncodeTask> tasks, Schedule schedule) {
  return pictures_of(tasks, schedule, [](const EncodeTask& task) { return task.encoder->picture(); });
}
std::vector<DecodeTask*> pictures_of(std::span<DecodeTask> tasks, Schedule schedule) {
  return pictures_of(tasks, schedule, [](const DecodeTask& task) { return task.decoder->picture(); });
}

}  // namespace

EncodeTask::EncodeTask(const SegmentEncoder* encoder, std::size_t segment)
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
  std::vector<const EncodeTask*> done;
  for (const Schedule schedule : kSchedules) {
    const SegmentCoder* const coder = device();
    if (coder == nullptr) break;
    const std::vector<EncodeTask*> chosen = pictures_of(tasks, schedule);
    if (chosen.empty()) continue;
    const auto coded = [&]() -> Result<std::vector<EncodedSegment>> {
      try {
        std::vector<std::vector<Picture>> tiles;
        std::vector<SegmentSource> sources;
        tiles.reserve(chosen.size());
        for (const EncodeTask* task : chosen) {
          tiles.push_back(task->encoder->picture()->tiles(task->segment));
          sources.push_back({tiles.back()});
        }
        return coder->encode(sources, schedule, cancel);
      } catch (const std::bad_alloc&) {
        return Error{Error::Code::OutOfMemory, 0, "not enough memory to code these pictures at once"};
      }
    }();
    if (!coded.ok() && fall_back(coded.error())) break;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      if (coded.ok()) {
        chosen[i]->result = (*coded)[i];
      } else {
        chosen[i]->result = coded.error();
      }
    }
    done.insert(done.end(), chosen.begin(), chosen.end());
  }
  for (EncodeTask& task : tasks) {
    if (std::ranges::find(done, &task) == done.end()) task.result = task.encoder->encode(task.segment, false, cancel);
  }
}

void SegmentBatch::decode(std::span<DecodeTask> tasks, const CancelToken* cancel) {
  std::vector<const DecodeTask*> done;
  for (const Schedule schedule : kSchedules) {
    const SegmentCoder* const coder = device();
    if (coder == nullptr) break;
    const std::vector<DecodeTask*> chosen = pictures_of(tasks, schedule);
    if (chosen.empty()) continue;
    std::vector<std::vector<TileShape>> shapes;
    std::vector<SegmentPayload> payloads;
    shapes.reserve(chosen.size());
    for (const DecodeTask* task : chosen) {
      shapes.push_back(task->decoder->picture()->shapes(task->segment));
      payloads.push_back({task->payload, shapes.back()});
    }
    const auto decoded = coder->decode(payloads, schedule, cancel);
    if (!decoded.ok() && fall_back(decoded.error())) break;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      if (!decoded.ok()) {
        chosen[i]->status = decoded.error();
      } else if (!(*decoded)[i].ok()) {
        chosen[i]->status = (*decoded)[i].error();
      } else {
        chosen[i]->decoder->picture()->insert(chosen[i]->segment, *(*decoded)[i]);
        chosen[i]->status = {};
      }
    }
    done.insert(done.end(), chosen.begin(), chosen.end());
  }
  for (DecodeTask& task : tasks) {
    if (std::ranges::find(done, &task) == done.end()) {
      task.status = task.decoder->decode(task.segment, task.payload, cancel);
    }
  }
}

}  // namespace bitswap
