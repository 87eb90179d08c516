// SPDX-License-Identifier: GPL-3.0-or-later
// Wall time around the parallel loop over segments, for encoding and for decoding.
#include "app/cli/bench_model.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "engine/base/spare_threads.h"
#include "engine/codec/segment_batch.h"

namespace bitswap::cli {
namespace {

struct Work {
  std::unique_ptr<ImageEncoder> encoder;
  std::unique_ptr<ImageDecoder> decoder;
  std::vector<Bytes> segments;
};

struct Segment {
  std::size_t picture = 0, index = 0;
  std::uint64_t pixels = 0;
};

/// As many segments as a device takes at once; one each for the host's threads.
std::vector<std::span<const Segment>> in_batches(std::span<const Segment> segments, std::uint64_t batch_pixels) {
  std::vector<std::span<const Segment>> batches;
  for (std::size_t begin = 0; begin < segments.size();) {
    std::size_t end = begin;
    std::uint64_t pixels = 0;
    do {
      pixels += segments[end++].pixels;
    } while (end < segments.size() && pixels + segments[end].pixels <= batch_pixels);
    batches.push_back(segments.subspan(begin, end - begin));
    begin = end;
  }
  return batches;
}

StageTimes stage_times(const CodecTimes& times) { return {times.networks, times.planes, times.entropy}; }

Status device_failed(SegmentBatch& batch) {
  const std::string warning = batch.take_warning();
  return warning.empty() ? Status() : Error{Error::Code::Internal, 0, warning};
}

/// Splits off the segments at the front that are coded with the same model.
std::span<const Segment> same_model(std::span<const Segment>& segments, const std::vector<Work>& work) {
  const auto model_of = [&](const Segment& segment) { return work[segment.picture].encoder->coding().model; };
  std::size_t count = 1;
  while (count < segments.size() && model_of(segments[count]) == model_of(segments[0])) ++count;
  const auto front = segments.first(count);
  segments = segments.subspan(count);
  return front;
}

}  // namespace

Result<ModelTimes> time_model(const LoadedModel& loaded, std::span<const Picture* const> pictures, int threads,
                              const CancelToken* cancel, const std::function<void()>& next) {
  ModelTimes times;
  CodecTimes encode_stages, decode_stages;
  std::vector<Work> work(pictures.size());
  SpareThreads spare(threads);  // as jobs do it
  const auto timed = [&](CodingModel coding, CodecTimes& stages) {
    coding.times = &stages;
    coding.spare = &spare;
    return coding;
  };

  const Stopwatch encoding;
  BITSWAP_TRY(parallel_for(pictures.size(), threads, cancel, [&](std::size_t i) -> Status {
    const Picture& picture = *pictures[i];
    work[i].encoder = std::make_unique<ImageEncoder>(timed(loaded.coding_for(picture), encode_stages), picture);
    work[i].segments.resize(work[i].encoder->segments().size());
    return {};
  }));
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    times.raw_bytes += pictures[i]->samples.size();
    times.pixels += pictures[i]->pixel_count();
    const std::vector<SegmentPlan>& plans = work[i].encoder->segments();
    for (std::size_t s = 0; s < plans.size(); ++s) {
      std::uint64_t pixels = 0;
      for (const Tile& tile : plans[s].tiles) pixels += std::uint64_t{tile.width} * tile.height;
      segments.push_back({i, s, pixels});
    }
  }
  std::ranges::stable_sort(segments, {}, [&](const Segment& segment) {
    return work[segment.picture].encoder->coding().model->config().ycc;
  });
  std::mutex mutex;
  const auto each = [&](CodecTimes& stages, const auto& body) -> Status {
    for (std::span<const Segment> left = segments; !left.empty();) {
      const auto part = same_model(left, work);
      SegmentBatch batch(timed(work[part[0].picture].encoder->coding(), stages));
      const auto batches = in_batches(part, batch.batch_pixels());
      BITSWAP_TRY(parallel_for(batches.size(), threads, cancel, [&](std::size_t k) -> Status {
        {
          const std::scoped_lock lock(mutex);
          for (std::size_t n = 0; n < batches[k].size(); ++n) next();
        }
        return body(batches[k], batch);
      }));
      BITSWAP_TRY(device_failed(batch));  // what the host did instead would be taken for the device's speed
    }
    return {};
  };

  BITSWAP_TRY(each(encode_stages, [&](std::span<const Segment> part, SegmentBatch& encoder) -> Status {
    std::vector<EncodeTask> tasks;
    for (const Segment& segment : part) tasks.emplace_back(work[segment.picture].encoder.get(), segment.index);
    encoder.encode(tasks, cancel);
    for (std::size_t k = 0; k < part.size(); ++k) {
      BITSWAP_TRY_ASSIGN(EncodedSegment coded, std::move(tasks[k].result));
      work[part[k].picture].segments[part[k].index] = std::move(coded.payload);
    }
    return {};
  }));
  times.encode_seconds = encoding.seconds();
  times.encode_stages = stage_times(encode_stages);

  for (const Work& picture : work) {
    times.coded_bytes += picture.encoder->header().write().size();
    for (const Bytes& segment : picture.segments) times.coded_bytes += segment.size();
  }
  const Stopwatch decoding;
  for (Work& picture : work) {
    const CodingModel coding = timed(picture.encoder->coding(), decode_stages);
    picture.decoder = std::make_unique<ImageDecoder>(coding, picture.encoder->header());
  }
  BITSWAP_TRY(each(decode_stages, [&](std::span<const Segment> part, SegmentBatch& decoder) -> Status {
    std::vector<DecodeTask> tasks;
    for (const Segment& segment : part) {
      Work& picture = work[segment.picture];
      tasks.push_back({picture.decoder.get(), segment.index, picture.segments[segment.index]});
    }
    decoder.decode(tasks, cancel);
    for (DecodeTask& task : tasks) BITSWAP_TRY(std::move(task.status));
    return {};
  }));
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (work[i].decoder->take() == *pictures[i]) continue;
    return Error{Error::Code::Internal, 0, "bit-swap is not lossless: another picture came back"};
  }
  times.decode_seconds = decoding.seconds();
  times.decode_stages = stage_times(decode_stages);
  return times;
}

}  // namespace bitswap::cli
