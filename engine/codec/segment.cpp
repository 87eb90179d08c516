// SPDX-License-Identifier: GPL-3.0-or-later
// Lanes and payload around the tiles of a segment.
#include "engine/codec/segment.h"

#include <new>

#include "engine/base/spare_threads.h"
#include "engine/codec/host/tile_coder.h"
#include "engine/codec/segment_payload.h"

namespace bitswap {
namespace {

template <typename View>
TileCoder make_coder(const CodingModel& coding, const Plan& plan, const std::vector<View>& tile,
                     std::vector<AnsLane>& lanes, const CancelToken* cancel) {
  std::vector<Grid> grids;
  std::vector<std::span<const std::uint16_t>> steps;
  for (const View& input : tile) {
    grids.push_back(input.grid);
    steps.push_back(input.steps);
  }
  return {coding, plan, std::move(grids), std::move(steps), tile.front().channels == 1, lanes, cancel};
}

template <typename View>
std::uint64_t count_numbers(std::span<const std::vector<View>> tiles) {
  std::uint64_t numbers = 0;
  for (const std::vector<View>& tile : tiles) numbers += number_count(std::span<const View>(tile));
  return numbers;
}

HeatMap empty_heat(const Plan& plan, Grid grid) {
  HeatMap heat{static_cast<std::uint32_t>(grid.width), static_cast<std::uint32_t>(grid.height), {}, {}};
  for (const Stage& stage : plan.stages) {
    heat.stages.push_back(stage.name);
    heat.bits.emplace_back(grid.size(), 0.0F);
  }
  return heat;
}

/// The escapes of each tile; empty ones for a plan without coefficients.
Result<std::vector<ByteView>> split_escapes(const Plan& plan, ByteView rest, std::size_t tiles) {
  std::vector<ByteView> escapes(tiles);
  ByteReader in(rest);
  for (std::size_t i = 0; i < tiles && has_coefficients(plan); ++i) {
    BITSWAP_TRY_ASSIGN(const std::uint64_t size, in.varint());
    BITSWAP_TRY_ASSIGN(escapes[i], in.raw(size));
  }
  if (!in.at_end()) return Error{Error::Code::Corrupt, in.position(), "a segment is longer than its lanes"};
  return escapes;
}

}  // namespace

Result<EncodedSegment> encode_segment(const CodingModel& coding, const Plan& plan, std::span<const TileInputs> tiles,
                                      Schedule schedule, bool heat_map, const CancelToken* cancel) try {
  const SpareThreads::Busy busy(coding.spare);
  const LaneLayout layout = lane_layout(count_numbers(tiles));
  std::vector<AnsLane> lanes;
  for (int l = 0; l < layout.lanes; ++l) {
    lanes.emplace_back(layout.states);
    lanes.back().draw_initial_words(l);
  }

  EncodedSegment result;
  result.ledger = empty_ledger(plan);
  double balance = 0;  // of the stack, tails apart: what the latents draw and what they explain
  ByteWriter all_escapes;
  for (const TileInputs& tile : tiles) {
    if (heat_map) result.heat.push_back(empty_heat(plan, tile.front().grid));
    ByteWriter escapes;
    BITSWAP_TRY(make_coder(coding, plan, tile, lanes, cancel)
                    .encode(tile, schedule, result.ledger, balance, heat_map ? &result.heat.back() : nullptr, escapes));
    if (!has_coefficients(plan)) continue;
    all_escapes.varint(escapes.size());
    all_escapes.raw(escapes.bytes());
  }

  ByteWriter out;
  for (const AnsLane& lane : lanes) {
    out.varint(lane.initial_words());
    out.varint(lane.serialised_size());
  }
  result.ledger.header_bits = 8.0 * static_cast<double>(out.size() + all_escapes.size());
  double content = 0;
  for (const AnsLane& lane : lanes) {
    lane.serialise(out);
    content += lane.content_bits();
    result.ledger.flush_bits += lane.flush_bits();
    result.ledger.initial_bits_paid += 32.0 * static_cast<double>(lane.initial_words());
  }
  out.raw(all_escapes.bytes());
  result.ledger.coder_bits = content - result.ledger.initial_bits_paid - result.ledger.elbo_bits();
  result.payload = out.take();
  return result;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to code this picture"};
}

Status decode_segment(const CodingModel& coding, const Plan& plan, ByteView payload, std::span<const TileOutputs> tiles,
                      Schedule schedule, const CancelToken* cancel) try {
  const SpareThreads::Busy busy(coding.spare);
  BITSWAP_TRY_ASSIGN(ParsedPayload parsed, parse_payload(payload, count_numbers(tiles)));
  BITSWAP_TRY_ASSIGN(const std::vector<ByteView> escapes, split_escapes(plan, parsed.rest, tiles.size()));
  std::vector<AnsLane>& lanes = parsed.lanes;
  for (std::size_t i = tiles.size(); i-- > 0;) {
    ByteReader beyond(escapes[i]);
    BITSWAP_TRY(make_coder(coding, plan, tiles[i], lanes, cancel).decode(tiles[i], schedule, beyond));
    if (!beyond.at_end()) return Error{Error::Code::Corrupt, 0, "a tile has more escapes than it needs"};
  }
  for (std::size_t l = 0; l < lanes.size(); ++l) {
    if (!lanes[l].at_start(parsed.initial_words[l], l)) {
      return Error{Error::Code::Corrupt, 0,
                   "a segment does not end where it began: its data or model is not the right one"};
    }
  }
  return {};
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to decode this picture"};
}

namespace {

/// Interleaved samples without gaps.
template <typename View, typename Samples>
View view_samples(Samples* samples, std::uint32_t width, std::uint32_t height, int channels) {
  View view;
  view.grid = {static_cast<int>(width), static_cast<int>(height)};
  view.channels = channels;
  view.samples = samples;
  view.row = static_cast<std::ptrdiff_t>(width) * channels;
  view.column = channels;
  view.channel = 1;
  return view;
}

}  // namespace

InputView view_of(const Picture& picture) {
  return view_samples<InputView>(picture.samples.data(), picture.width, picture.height, picture.channels);
}

Result<EncodedSegment> encode_segment(const CodingModel& coding, std::span<const Picture> tiles, Schedule schedule,
                                      bool heat_map, const CancelToken* cancel) {
  std::vector<TileInputs> inputs;
  for (const Picture& tile : tiles) inputs.push_back({view_of(tile)});
  return encode_segment(coding, coding.model->plan, inputs, schedule, heat_map, cancel);
}

Result<std::vector<Picture>> decode_segment(const CodingModel& coding, ByteView payload,
                                            std::span<const TileShape> tiles, Schedule schedule,
                                            const CancelToken* cancel) try {
  std::vector<Picture> pictures;
  std::vector<TileOutputs> outputs;
  for (const TileShape& tile : tiles) {
    Picture& picture = pictures.emplace_back(Picture{tile.width, tile.height, tile.channels, {}});
    picture.samples.resize(picture.pixel_count() * tile.channels);
    outputs.push_back(
        {view_samples<OutputView>(picture.samples.data(), picture.width, picture.height, picture.channels)});
  }
  BITSWAP_TRY(decode_segment(coding, coding.model->plan, payload, outputs, schedule, cancel));
  return pictures;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to decode this picture"};
}

}  // namespace bitswap
