// SPDX-License-Identifier: GPL-3.0-or-later
// What every coder of segments shares, on the host or on a device: a payload taken apart, and a ledger to fill in.
#pragma once

#include <span>
#include <vector>

#include "engine/codec/segment_coder.h"
#include "engine/coder/ans_lane.h"

namespace bitswap {

/// A payload taken apart (codec/segment.h).
struct ParsedPayload {
  std::vector<AnsLane> lanes;
  std::vector<std::uint64_t> initial_words;  ///< of each lane
  ByteView rest;                             ///< what follows the lanes
};

/// `numbers`: of all inputs of the segment's tiles. Errors: Truncated, Corrupt.
Result<ParsedPayload> parse_payload(ByteView payload, std::uint64_t numbers);
/// The same of pictures, and nothing may follow the lanes.
Result<ParsedPayload> parse_payload(ByteView payload, std::span<const TileShape> tiles);

/// A row for each latent, zL first, and for each stage in decoding order.
Ledger empty_ledger(const Plan& plan);

}  // namespace bitswap
