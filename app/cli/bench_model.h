// SPDX-License-Identifier: GPL-3.0-or-later
// The stopwatch for the model: segments of all pictures spread over the threads, as jobs do it.
#pragma once

#include <functional>
#include <span>

#include "app/cli/bench_speed.h"
#include "app/cli/loaded_model.h"

namespace bitswap::cli {

/// Seconds, added up over the threads; zero where a device does it all.
struct StageTimes {
  double networks = 0;
  double planes = 0;   ///< splitting tiles, inputs of networks, joining
  double entropy = 0;  ///< distributions and the rANS coder
};

/// What one pass over the pictures took.
struct ModelTimes {
  double encode_seconds = 0;  ///< wall time
  double decode_seconds = 0;
  StageTimes encode_stages, decode_stages;
  std::uint64_t raw_bytes = 0;
  std::uint64_t pixels = 0;
  std::uint64_t coded_bytes = 0;
};

/// Encodes, decodes and compares every picture. Pictures may repeat. `next` is called before each segment, by any
/// thread but one at a time. Errors: those of the codec, Cancelled, Internal (another picture came back).
Result<ModelTimes> time_model(const LoadedModel& loaded, std::span<const Picture* const> pictures, int threads,
                              const CancelToken* cancel, const std::function<void()>& next);

}  // namespace bitswap::cli
