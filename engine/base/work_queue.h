// SPDX-License-Identifier: GPL-3.0-or-later
// Work that leads to more work: what is nearest to its end goes first, and new items come in only when nothing else is
// ready, so that little is held at any time and no thread waits for a whole step to end.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "engine/base/parallel.h"

namespace bitswap {

/// One thing to do: a part of a step of an item. Its owner knows what the numbers mean.
struct Work {
  int step = 0;            ///< higher ones go first
  std::size_t item = 0;    ///< then lower ones
  std::size_t part = 0;    ///< then lower ones
  std::uint64_t size = 1;  ///< counts where work is gathered
};

class WorkQueue {
 public:
  /// Does works of one step: one, or several if that step is gathered. An error ends everything.
  using Body = std::function<Status(std::span<const Work>)>;
  /// Brings new items in by add(). True: ask me again; false: not before some work was done. One call at a time, so
  /// that it may keep what it needs without a lock. An error ends everything.
  using Feed = std::function<Result<bool>()>;

  WorkQueue(int threads, const CancelToken* cancel) : threads_(threads), cancel_(cancel) {}

  /// Thread-safe, as is gather().
  void add(const Work& work);
  /// From now on works of this step go several at once, together of this size or less, but at least one. While less
  /// than that is ready, everything else goes first.
  void gather(int step, std::uint64_t size);
  /// Until nothing is left, on as many threads, the calling one among them. After an error, or when the job is
  /// cancelled, no work begins any more, and the rest is forgotten; returns the first error, or Cancelled. Neither
  /// function may throw. To be called again only after it has returned.
  Status run(const Body& body, const Feed& feed);

 private:
  struct Before {
    bool operator()(const Work& a, const Work& b) const;
  };
  using Ready = std::multiset<Work, Before>;

  void work(const Body& body, const Feed& feed);
  /// The next works, taken from `ready_`; `partial` allows fewer of a gathered step than asked for.
  std::vector<Work> take(bool partial);
  void end(std::optional<Error> error);

  const int threads_;
  const CancelToken* cancel_;
  std::mutex mutex_;  // guards the rest
  std::condition_variable changed_;
  Ready ready_;
  std::map<int, std::uint64_t> gathered_;
  std::size_t running_ = 0;
  std::uint64_t done_ = 0;               // works that have come to their end
  std::optional<std::uint64_t> fed_up_;  // done_ when feed() had nothing
  bool feeding_ = false;
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace bitswap
