// SPDX-License-Identifier: GPL-3.0-or-later
// How cost grows: with the size of a picture, the number of pictures and the number of threads.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/cli/bench_model.h"

namespace bitswap::cli {

struct ScalingRow {
  std::string axis;  ///< what grows: "size", "pictures" or "threads"
  int pictures = 1;
  int threads = 1;
  ModelTimes times;               ///< of all pictures together
  std::uint64_t peak_memory = 0;  ///< of the process during this row; 0 where the system does not say
};

/// One picture of 0.1, 1, 10, 100 … megapixels up to `largest`; 1, 2, 4, 8 pictures of 1 megapixel; 1, 2, 4 … threads.
/// The pictures are pieces of `photo`, mirrored at its edges where it is too small.
Result<std::vector<ScalingRow>> time_scaling(const LoadedModel& loaded, const Picture& photo, int threads,
                                             double largest_megapixels, const CancelToken* cancel,
                                             const std::function<void(const std::string& what)>& next);

/// The most that this process held since the last reset; 0 where the system does not say.
std::uint64_t peak_memory_bytes();
/// Where the system can: from now on only what comes counts.
void reset_peak_memory();

}  // namespace bitswap::cli
