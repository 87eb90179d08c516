// SPDX-License-Identifier: GPL-3.0-or-later
// Cancellation, progress and a parallel loop: what every long job shares.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "engine/base/result.h"

namespace bitswap {

/// Set by one thread, looked at often by the workers. Must outlive the job that it was given to.
class CancelToken {
 public:
  /// Ends a pause, too.
  void cancel();
  [[nodiscard]] bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  /// Workers finish the item they are at (a tile, a small file) and then wait.
  void pause(bool paused);
  [[nodiscard]] bool paused() const { return paused_.load(std::memory_order_relaxed); }
  /// Returns at once unless paused.
  void wait_while_paused() const;

 private:
  std::atomic<bool> cancelled_{false};
  std::atomic<bool> paused_{false};
};

/// Runs body(i) for every i in [0, count) on up to `threads` threads, the calling one among them, in rising order of
/// start. After the first error no new index begins; that error (the one of the lowest index among those that failed)
/// is returned, or Cancelled. `body` must not throw.
Status parallel_for(std::size_t count, int threads, const CancelToken* cancel,
                    const std::function<Status(std::size_t)>& body);

/// Number of threads to use when the user gave none (0): those of the machine.
int resolve_threads(int requested);

}  // namespace bitswap
