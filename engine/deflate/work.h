// SPDX-License-Identifier: GPL-3.0-or-later
// Who does the work on the parts of a stream, and who may stop it.
#pragma once

#include <cstddef>
#include <functional>

#include "engine/base/parallel.h"
#include "engine/base/result.h"
#include "engine/base/spare_threads.h"

namespace bitswap::deflate {

struct Work {
  SpareThreads* spare = nullptr;  ///< the calling thread must be Busy for them; null: it is alone
  const CancelToken* cancel = nullptr;
};

/// Runs body(i) for every i in [0, count). The error of the lowest index, or Cancelled. What `body` throws for want of
/// memory becomes OutOfMemory.
Status run_all(std::size_t count, const Work& work, const std::function<Status(std::size_t)>& body);

}  // namespace bitswap::deflate
