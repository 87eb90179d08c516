// SPDX-License-Identifier: GPL-3.0-or-later
// The host's view of what a device coded: payloads of segments, and the ledger.
#pragma once

#include <span>
#include <vector>

#include "engine/codec/cuda/layout.h"
#include "engine/codec/segment_payload.h"
#include "engine/model/component_plan.h"

namespace bitswap::cuda {

/// Writes a payload from the lanes of a segment, and what the ledger says of it. `words`: those of all its lanes, one
/// after another. Gives the place behind them.
const std::uint8_t* make_segment(std::span<const Lane> lanes, const std::uint8_t* words, EncodedSegment& result);

/// Adds a tile's sums in the order in which they were coded; `balance` runs on from tile to tile of a segment.
void add_to_ledger(const ComponentPlan& plan, Schedule schedule, const std::uint64_t* rows, Ledger& ledger,
                   double& balance);

}  // namespace bitswap::cuda
