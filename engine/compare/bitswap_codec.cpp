// SPDX-License-Identifier: GPL-3.0-or-later
// Codes a picture with the model as an archive would, and trusts the result no more than that of any other codec.
#include "engine/compare/bitswap_codec.h"

#include <chrono>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Result<Picture> decode_all(const CodingModel& coding, const ImageHeader& header, const std::vector<Bytes>& payloads,
                           const CancelToken* cancel) {
  ImageDecoder decoder(coding, header);
  for (std::size_t i = 0; i < payloads.size(); ++i) BITSWAP_TRY(decoder.decode(i, payloads[i], cancel));
  return decoder.take();
}

}  // namespace

std::string_view schedule_name(Schedule schedule) { return schedule == Schedule::BitSwap ? "bit-swap" : "bb-ans"; }

Result<CompareMeasurement> measure_model(const CodingModel& coding, Schedule schedule, const Picture& picture,
                                         const CancelToken* cancel) {
  BITSWAP_TRY(check_picture(picture));
  CompareMeasurement result;
  result.codec = schedule_name(schedule);

  const auto encode_start = std::chrono::steady_clock::now();
  const ImageEncoder encoder(coding, picture, schedule);
  std::vector<Bytes> payloads;
  for (std::size_t i = 0; i < encoder.segments().size(); ++i) {
    BITSWAP_TRY_ASSIGN(EncodedSegment segment, encoder.encode(i, false, cancel));
    result.bytes += segment.payload.size();
    result.ledger.add(segment.ledger);
    payloads.push_back(std::move(segment.payload));
  }
  result.encode_seconds = seconds_since(encode_start);

  const auto decode_start = std::chrono::steady_clock::now();
  const Result<Picture> decoded = decode_all(coding, encoder.header(), payloads, cancel);
  result.decode_seconds = seconds_since(decode_start);

  BITSWAP_TRY(check_lossless(result.codec, decoded, picture));
  return result;
}

}  // namespace bitswap
