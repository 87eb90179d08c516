// The one reader of the payload of a segment.
#include "engine/backend/segment_payload.h"

namespace bitswap {

Result<ParsedPayload> parse_payload(ByteView payload, std::span<const TileShape> tiles) {
  const LaneLayout layout = lane_layout(tiles);
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
  if (!in.at_end()) return Error{Error::Code::Corrupt, in.position(), "a segment is longer than its lanes"};
  return parsed;
}

Ledger empty_ledger(const Plan& plan) {
  Ledger ledger;
  for (int i = plan.config.latents(); i > 0; --i) {
    ledger.stages.push_back({.name = "z" + std::to_string(i), .latent = true});
  }
  for (const StageSpec& stage : plan.stages) ledger.stages.push_back({.name = stage.name});
  return ledger;
}

}  // namespace bitswap
