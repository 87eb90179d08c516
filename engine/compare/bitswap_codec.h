// SPDX-License-Identifier: GPL-3.0-or-later
// Bit-Swap and BB-ANS over one model, measured beside the other codecs by the same rules.
#pragma once

#include "engine/codec/image_codec.h"
#include "engine/compare/codec.h"

namespace bitswap {

/// "bit-swap" or "bb-ans": stable, as in the JSON documents.
std::string_view schedule_name(Schedule schedule);

/// Encodes, decodes and compares every sample, on the calling thread. bytes are those of the segments (headers, lanes,
/// flush, initial bits), the same that the ledger explains; the size, the name and the shared model are not counted,
/// just as a name is not for the other codecs. The ledger adds up to them. Any thread may call it at the same time with
/// the same model. Errors: InvalidArgument (not a picture of 1 to 4 channels), Cancelled, OutOfMemory, Internal
/// (another picture came back, with the name of the schedule).
Result<CompareMeasurement> measure_model(const CodingModel& coding, Schedule schedule, const Picture& picture,
                                         const CancelToken* cancel);

}  // namespace bitswap
