// SPDX-License-Identifier: GPL-3.0-or-later
// A plain fork-join loop: the work items are tiles or files, so a few thread starts cost nothing beside them.
#include "engine/base/parallel.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace bitswap {

void CancelToken::cancel() {
  cancelled_ = true;
  paused_ = false;
  paused_.notify_all();
}

void CancelToken::pause(bool paused) {
  paused_ = paused && !cancelled();
  paused_.notify_all();
}

void CancelToken::wait_while_paused() const { paused_.wait(true); }

Status parallel_for(std::size_t count, int threads, const CancelToken* cancel,
                    const std::function<Status(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::optional<Error> first_error;
  std::size_t first_index = count;

  const auto work = [&] {
    while (!failed.load(std::memory_order_relaxed)) {
      if (cancel != nullptr) {
        cancel->wait_while_paused();
        if (cancel->cancelled()) return;
      }
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      if (Status status = body(index); !status.ok()) {
        const std::scoped_lock lock(mutex);
        failed = true;
        if (index < first_index) {
          first_index = index;
          first_error = std::move(status).error();
        }
      }
    }
  };

  {
    std::vector<std::jthread> workers;
    const std::size_t wanted = std::min<std::size_t>(std::max(threads, 1), count);
    try {
      for (std::size_t i = 1; i < wanted; ++i) workers.emplace_back(work);
    } catch (const std::system_error&) {  // the system has no more threads: those that run have to do
    }
    work();
  }
  if (first_error) return std::move(*first_error);
  if (cancel != nullptr && cancel->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
  return {};
}

int resolve_threads(int requested) {
  if (requested > 0) return requested;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace bitswap
