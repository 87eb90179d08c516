// SPDX-License-Identifier: GPL-3.0-or-later
// Batches in and out of the device.
#include "engine/codec/cuda/device_coder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "engine/codec/cuda/payload.h"

namespace bitswap::cuda {
namespace {

static_assert(std::endian::native == std::endian::little, "words are copied as they lie in memory");

/// Pixels of one batch: enough lanes to fill a large device, few enough that two are in flight soon.
constexpr std::uint64_t kBatchPixels = std::uint64_t{32} << 20;

Error cancelled() { return {Error::Code::Cancelled, 0, "stopped by the user"}; }

template <typename T>
void put(const PinnedMemory& memory, std::uint64_t offset, const std::vector<T>& values) {
  if (!values.empty()) std::memcpy(memory.data() + offset, values.data(), values.size() * sizeof(T));
}

/// Fills in the descriptors of the upload; the caller adds pixels or words.
void begin_upload(const PinnedMemory& memory, const Batch& batch) {
  put(memory, batch.layout.tiles, batch.tiles);
  put(memory, batch.layout.segment_tile, batch.segment_tile);
  put(memory, batch.layout.lanes, batch.lanes);
  std::memset(memory.data() + batch.layout.ledger, 0, batch.layout.ledger_bytes);
}

std::vector<TileShape> shapes_of(std::span<const Picture> tiles) {
  std::vector<TileShape> shapes;
  for (const Picture& tile : tiles) shapes.push_back({tile.width, tile.height, tile.channels});
  return shapes;
}

}  // namespace

// A job knows its segments as shapes, how to start a batch on a slot, and how to fetch its results.

struct DeviceCoder::EncodeJob {
  static constexpr Direction kDirection = Direction::Encode;
  const DeviceCoder& coder;
  std::span<const SegmentSource> segments;
  Schedule schedule;
  std::vector<SegmentShape> shapes;
  std::vector<EncodedSegment> results;

  Status upload(const Slot& slot, const Batch& batch, std::size_t first) const {
    std::uint8_t* to = slot.upload.data() + batch.layout.pixels;
    for (std::size_t s = 0; s < batch.tile_of.size(); ++s) {
      for (const Picture& tile : segments[first + s].tiles) {
        std::memcpy(to, tile.samples.data(), tile.samples.size());
        to += tile.samples.size();
      }
    }
    return copy_to_device(slot.memory.data(), slot.upload.data(), batch.layout.uploaded, slot.stream);
  }

  void code(WaveCoder& wave) const { wave.encode(schedule); }

  /// Queues what follows the last wave.
  Status finish(Slot& slot, const Batch& batch, const Wave& wave) const {
    start_pack_words(slot.stream, wave, reinterpret_cast<std::uint32_t*>(slot.memory.data() + batch.layout.packed));
    BITSWAP_TRY(last_error());
    const std::uint64_t size = batch.layout.ledger + batch.layout.ledger_bytes - batch.layout.lanes;
    BITSWAP_TRY(slot.download.reserve(size));
    return copy_to_host(slot.download.data(), slot.memory.data() + batch.layout.lanes, size, slot.stream);
  }

  /// Waits for the batch.
  Status collect(Slot& slot, const Batch& batch, std::size_t first) {
    BITSWAP_TRY(synchronise(slot.stream));
    std::vector<Lane> lanes(batch.lanes.size());
    std::memcpy(lanes.data(), slot.download.data(), lanes.size() * sizeof(Lane));
    std::vector<std::uint64_t> costs(batch.tiles.size() * ledger_rows(coder.plan()));
    std::memcpy(costs.data(), slot.download.data() + (batch.layout.ledger - batch.layout.lanes),
                costs.size() * sizeof(std::uint64_t));
    std::uint64_t words = 0;
    for (const Lane& lane : lanes) {
      if (lane.overflow != 0) return Error{Error::Code::Internal, 0, "a lane holds more words than it can"};
      words += lane.size;
    }
    BITSWAP_TRY(slot.download.reserve(words * sizeof(std::uint32_t)));
    BITSWAP_TRY(copy_to_host(slot.download.data(), slot.memory.data() + batch.layout.packed,
                             words * sizeof(std::uint32_t), slot.stream));
    BITSWAP_TRY(synchronise(slot.stream));

    const std::uint8_t* from = slot.download.data();
    std::size_t next_lane = 0;
    for (std::size_t s = 0; s < batch.tile_of.size(); ++s) {
      const auto count = static_cast<std::size_t>(shapes[first + s].layout.lanes);
      from = make_segment(std::span(lanes).subspan(next_lane, count), from, results[first + s]);
      next_lane += count;
      complete_ledger(batch, s, costs, results[first + s].ledger);
    }
    return {};
  }

  void complete_ledger(const Batch& batch, std::size_t s, const std::vector<std::uint64_t>& costs,
                       Ledger& ledger) const {
    const ComponentPlan& plan = coder.plan();
    ledger.stages = empty_ledger(coder.model_.plan).stages;
    double balance = 0;
    for (const std::size_t tile : batch.tile_of[s]) {
      add_to_ledger(plan, schedule, costs.data() + batch.tiles[tile].ledger, ledger, balance);
    }
    ledger.coder_bits -= ledger.elbo_bits();
  }
};

struct DeviceCoder::DecodeJob {
  static constexpr Direction kDirection = Direction::Decode;
  const DeviceCoder& coder;
  Schedule schedule;
  std::vector<ParsedPayload> payloads;
  std::vector<SegmentShape> shapes;
  std::vector<Result<std::vector<Picture>>> results;

  Status upload(const Slot& slot, Batch& batch, std::size_t first) const {
    std::size_t next = 0;
    for (std::size_t s = 0; s < batch.tile_of.size(); ++s) {
      const ParsedPayload& payload = payloads[first + s];
      for (std::size_t l = 0; l < payload.lanes.size(); ++l, ++next) {
        Lane& lane = batch.lanes[next];
        const std::span<const std::uint64_t> states = payload.lanes[l].state_values();
        const std::span<const std::uint32_t> words = payload.lanes[l].words();
        std::copy(states.begin(), states.end(), lane.state);
        lane.size = static_cast<std::uint32_t>(words.size());
        lane.initial_words = payload.initial_words[l];
        std::memcpy(slot.upload.data() + batch.layout.words + lane.words * sizeof(std::uint32_t), words.data(),
                    words.size_bytes());
      }
    }
    put(slot.upload, batch.layout.lanes, batch.lanes);
    return copy_to_device(slot.memory.data(), slot.upload.data(), batch.layout.uploaded, slot.stream);
  }

  void code(WaveCoder& wave) const { wave.decode(schedule); }

  Status finish(Slot& slot, const Batch& batch, const Wave& wave) const {
    start_check_lanes(slot.stream, wave);
    BITSWAP_TRY(last_error());
    const std::size_t lane_bytes = batch.lanes.size() * sizeof(Lane);
    BITSWAP_TRY(slot.download.reserve(lane_bytes + batch.samples));
    BITSWAP_TRY(copy_to_host(slot.download.data(), slot.memory.data() + batch.layout.lanes, lane_bytes, slot.stream));
    return copy_to_host(slot.download.data() + lane_bytes, slot.memory.data() + batch.layout.pixels, batch.samples,
                        slot.stream);
  }

  Status collect(Slot& slot, const Batch& batch, std::size_t first) {
    BITSWAP_TRY(synchronise(slot.stream));
    std::vector<Lane> lanes(batch.lanes.size());
    std::memcpy(lanes.data(), slot.download.data(), lanes.size() * sizeof(Lane));
    const std::uint8_t* from = slot.download.data() + lanes.size() * sizeof(Lane);
    std::size_t next_lane = 0;
    for (std::size_t s = 0; s < batch.tile_of.size(); ++s) {
      bool overflow = false, right = true;
      for (int l = 0; l < shapes[first + s].layout.lanes; ++l, ++next_lane) {
        overflow = overflow || lanes[next_lane].overflow != 0;
        right = right && lanes[next_lane].at_start != 0;
      }
      if (overflow) return Error{Error::Code::Internal, 0, "a lane holds more words than it can"};
      std::vector<Picture> pictures;
      for (const TileShape& shape : shapes[first + s].tiles) {
        Picture picture{shape.width, shape.height, shape.channels, {}};
        const std::size_t size = picture.pixel_count() * shape.channels;
        if (right) picture.samples.assign(from, from + size);
        from += size;
        pictures.push_back(std::move(picture));
      }
      if (right) {
        results[first + s] = std::move(pictures);
      } else {
        results[first + s] = Error{Error::Code::Corrupt, 0,
                                   "a segment does not end where it began: its data or model is not the right one"};
      }
    }
    return {};
  }
};

Result<std::unique_ptr<DeviceCoder>> DeviceCoder::create(const Model& model, std::uint64_t memory) {
  std::unique_ptr<DeviceCoder> coder(new DeviceCoder(model, memory));
  for (Slot& slot : coder->slots_) {
    BITSWAP_TRY_ASSIGN(slot.stream, create_stream());
  }
  BITSWAP_TRY_ASSIGN(DeviceModel device_model, DeviceModel::upload(model, coder->slots_[0].stream));
  coder->device_model_ = std::make_unique<DeviceModel>(std::move(device_model));
  Status right = coder->check_networks();
  if (!right.ok() && coder->device_model_->uses_tensor_cores()) {
    coder->device_model_->use_tensor_cores(false);
    right = coder->check_networks();
  }
  BITSWAP_TRY(right);
  return coder;
}

DeviceCoder::~DeviceCoder() = default;

std::uint64_t DeviceCoder::batch_pixels() const {
  // What a large tile takes a pixel, both ways; small ones take a little more.
  constexpr std::uint32_t kSide = 1024;
  const TileShape tile{kSide, kSide, 3};
  Footprint encode(plan(), Direction::Encode), decode(plan(), Direction::Decode);
  const SegmentShape shape = encode_shape(plan(), {&tile, 1});
  encode.add(shape);
  decode.add(shape);
  const std::uint64_t bytes = std::max(encode.layout().size, decode.layout().size);
  const std::uint64_t fit = memory_ / slots_.size() / bytes * kSide * kSide;
  return slots_.size() * std::clamp<std::uint64_t>(fit, kSide * kSide, kBatchPixels);
}

bool DeviceCoder::lost() const {
  const std::scoped_lock lock(mutex_);
  return lost_;
}

Status DeviceCoder::noted(Status status) const {
  if (!status.ok() && status.error().code == Error::Code::Internal) lost_ = true;
  return status;
}

template <typename Job>
Status DeviceCoder::run_batches(Job& job, const CancelToken* cancel) const {
  if (lost_) return Error{Error::Code::Internal, 0, "the graphics card was lost"};
  const std::uint64_t memory = memory_ / slots_.size();
  BITSWAP_TRY_ASSIGN(const std::vector<std::size_t> ends,
                     split_batches(plan(), Job::kDirection, job.shapes, memory, kBatchPixels));
  struct InFlight {
    Batch batch;
    std::size_t first;
  };
  std::array<std::optional<InFlight>, 2> in_flight;
  const auto collect = [&](std::size_t k) -> Status {
    if (!in_flight[k]) return {};
    BITSWAP_TRY(job.collect(slots_[k], in_flight[k]->batch, in_flight[k]->first));
    in_flight[k].reset();
    return {};
  };
  const auto start = [&](std::size_t k, std::size_t first, std::size_t end) -> Status {
    Slot& slot = slots_[k];
    in_flight[k].emplace(
        InFlight{Batch(plan(), Job::kDirection, std::span(job.shapes).subspan(first, end - first)), first});
    Batch& batch = in_flight[k]->batch;
    BITSWAP_TRY(slot.memory.reserve(batch.layout.size));
    BITSWAP_TRY(slot.upload.reserve(batch.layout.uploaded));
    begin_upload(slot.upload, batch);
    BITSWAP_TRY(job.upload(slot, batch, first));
    for (std::size_t wave = 0; wave < batch.sums.size(); ++wave) {
      if (cancel != nullptr && cancel->cancelled()) return cancelled();
      WaveCoder coder(*device_model_, batch, wave, slot.memory.data(), slot.stream);
      job.code(coder);
      if (wave + 1 == batch.sums.size()) BITSWAP_TRY(job.finish(slot, batch, coder.wave()));
    }
    return last_error();
  };
  const auto run_all = [&]() -> Status {
    for (std::size_t b = 0; b < ends.size(); ++b) {
      if (cancel != nullptr && cancel->cancelled()) return cancelled();
      const std::size_t k = b % slots_.size();
      BITSWAP_TRY(collect(k));
      BITSWAP_TRY(start(k, b == 0 ? 0 : ends[b - 1], ends[b]));
    }
    for (std::size_t b = ends.size(); b < ends.size() + slots_.size(); ++b) BITSWAP_TRY(collect(b % slots_.size()));
    return {};
  };
  const Drain drain{slots_};
  return noted(run_all());
}

Result<std::vector<EncodedSegment>> DeviceCoder::encode(std::span<const SegmentSource> segments, Schedule schedule,
                                                        const CancelToken* cancel) const try {
  EncodeJob job{*this, segments, schedule, {}, std::vector<EncodedSegment>(segments.size())};
  for (const SegmentSource& segment : segments) {
    job.shapes.push_back(encode_shape(plan(), shapes_of(segment.tiles)));
  }
  const std::scoped_lock lock(mutex_);
  BITSWAP_TRY(run_batches(job, cancel));
  return std::move(job.results);
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to code these pictures"};
}

Result<std::vector<Result<std::vector<Picture>>>> DeviceCoder::decode(std::span<const SegmentPayload> segments,
                                                                      Schedule schedule,
                                                                      const CancelToken* cancel) const try {
  // Payloads that are not even well-formed never see the device.
  DecodeJob job{*this, schedule, {}, {}, {}};
  std::vector<Result<std::vector<Picture>>> results;
  std::vector<std::size_t> indices;
  for (const SegmentPayload& segment : segments) {
    results.emplace_back(std::vector<Picture>());
    Result<ParsedPayload> parsed = parse_payload(segment.payload, segment.tiles);
    if (!parsed.ok()) {
      results.back() = std::move(parsed).error();
      continue;
    }
    std::vector<std::uint64_t> words;
    for (const AnsLane& lane : parsed->lanes) words.push_back(lane.words().size());
    job.shapes.push_back(decode_shape(plan(), segment.tiles, words));
    job.payloads.push_back(std::move(parsed).value());
    job.results.emplace_back(std::vector<Picture>());
    indices.push_back(results.size() - 1);
  }
  const std::scoped_lock lock(mutex_);
  BITSWAP_TRY(run_batches(job, cancel));
  for (std::size_t k = 0; k < indices.size(); ++k) results[indices[k]] = std::move(job.results[k]);
  return results;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to decode these pictures"};
}

}  // namespace bitswap::cuda
