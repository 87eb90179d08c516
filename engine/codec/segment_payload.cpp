// SPDX-License-Identifier: GPL-3.0-or-later
// The one reader of the payload of a segment.
#include "engine/codec/segment_payload.h"

namespace bitswap {

Result<ParsedPayload> parse_payload(ByteView payload, std::uint64_t numbers) {
  const LaneLayout layout = lane_layout(numbers);
  ByteReader in(payload);
  ParsedPayload parsed;
  std::vector<std::uint64_t> sizes;
  for (int l = 0; l < layout.lanes; ++l) {
    BITSWAP_TRY_ASSIGN(const std::uint64_t initial_words, in.varint());
    BITSWAP_TRY_ASSIGN(const std::uint64_t size, in.varint());
    parsed.initial_words.push_back(initial_words);
    sizes.push_back(size);
  }
  for (const std::uint64_t size : sizes) {
    BITSWAP_TRY_ASSIGN(const ByteView bytes, in.raw(size));
    BITSWAP_TRY_ASSIGN(AnsLane lane, AnsLane::parse(bytes, layout.states));
    parsed.lanes.push_back(std::move(lane));
  }
  parsed.rest = payload.subspan(in.position());
  return parsed;
}

Result<ParsedPayload> parse_payload(ByteView payload, std::span<const TileShape> tiles) {
  std::uint64_t numbers = 0;
  for (const TileShape& tile : tiles) numbers += std::uint64_t{tile.width} * tile.height * tile.channels;
  BITSWAP_TRY_ASSIGN(ParsedPayload parsed, parse_payload(payload, numbers));
  if (!parsed.rest.empty()) {
    return Error{Error::Code::Corrupt, payload.size() - parsed.rest.size(), "a segment is longer than its lanes"};
  }
  return parsed;
}

Ledger empty_ledger(const Plan& plan) {
  Ledger ledger;
  for (int i = static_cast<int>(plan.latents.size()); i > 0; --i) {
    ledger.stages.push_back({.name = "z" + std::to_string(i), .latent = true});
  }
  for (const Stage& stage : plan.stages) ledger.stages.push_back({.name = stage.name});
  return ledger;
}

}  // namespace bitswap
