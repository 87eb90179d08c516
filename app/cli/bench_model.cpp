// Wall time around the parallel loop over segments, for encoding and for decoding.
#include "app/cli/bench_model.h"

#include <memory>
#include <mutex>

namespace bitswap::cli {
namespace {

struct Work {
  std::unique_ptr<ImageEncoder> encoder;
  std::unique_ptr<ImageDecoder> decoder;
  std::vector<Bytes> segments;
};

}  // namespace

Result<ModelTimes> time_model(const CodingModel& coding, std::span<const Picture* const> pictures, int threads,
                              const CancelToken* cancel, const std::function<void()>& next) {
  ModelTimes times;
  std::vector<Work> work(pictures.size());
  std::vector<std::pair<std::size_t, std::size_t>> segments;  // picture, segment
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    times.raw_bytes += pictures[i]->samples.size();
    times.pixels += pictures[i]->pixel_count();
    work[i].encoder = std::make_unique<ImageEncoder>(coding, *pictures[i]);
    work[i].segments.resize(work[i].encoder->segments().size());
    for (std::size_t s = 0; s < work[i].segments.size(); ++s) segments.emplace_back(i, s);
  }
  std::mutex mutex;
  const auto each = [&](const std::function<Status(Work&, std::size_t)>& body) {
    return parallel_for(segments.size(), threads, cancel, [&](std::size_t k) -> Status {
      {
        const std::scoped_lock lock(mutex);
        next();
      }
      return body(work[segments[k].first], segments[k].second);
    });
  };

  const Stopwatch encoding;
  BITSWAP_TRY(each([&](Work& picture, std::size_t s) -> Status {
    BITSWAP_TRY_ASSIGN(EncodedSegment segment, picture.encoder->encode(s, false, cancel));
    picture.segments[s] = std::move(segment.payload);
    return {};
  }));
  times.encode_seconds = encoding.seconds();

  for (Work& picture : work) {
    times.coded_bytes += picture.encoder->header().write().size();
    for (const Bytes& segment : picture.segments) times.coded_bytes += segment.size();
  }
  const Stopwatch decoding;
  for (Work& picture : work) picture.decoder = std::make_unique<ImageDecoder>(coding, picture.encoder->header());
  BITSWAP_TRY(each(
      [&](Work& picture, std::size_t s) -> Status { return picture.decoder->decode(s, picture.segments[s], cancel); }));
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (work[i].decoder->take() == *pictures[i]) continue;
    return Error{Error::Code::Internal, 0, "bit-swap is not lossless: another picture came back"};
  }
  times.decode_seconds = decoding.seconds();
  return times;
}

}  // namespace bitswap::cli
