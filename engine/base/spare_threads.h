// SPDX-License-Identifier: GPL-3.0-or-later
// Threads that a job has no other work for lend a hand: the only tile of a photo, or the last one of many, would keep a
// single core busy else. How many join a loop is decided anew for each, so what a loop computes must not depend on it.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace bitswap {

/// Of one job, whose threads all may use it at once.
class SpareThreads {
 public:
  /// `threads`: how many the job uses, all together. Those that lend a hand are started when one is first needed.
  explicit SpareThreads(int threads) : threads_(threads) {}
  ~SpareThreads();
  SpareThreads(const SpareThreads&) = delete;
  SpareThreads& operator=(const SpareThreads&) = delete;

  /// As long as it lives, the thread that made it counts as busy, and current() gives `spare` there. Null: does
  /// nothing. Lives and dies on one thread.
  class Busy {
   public:
    explicit Busy(SpareThreads* spare) : spare_(spare), outer_(current_) {
      if (spare_ == nullptr) return;
      ++spare_->busy_;
      current_ = spare_;
    }
    ~Busy() {
      if (spare_ == nullptr) return;
      --spare_->busy_;
      current_ = outer_;
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    SpareThreads* spare_;
    SpareThreads* outer_;
  };

  /// Those for which this thread is Busy, so that what it calls can ask for hands; null if there are none.
  [[nodiscard]] static SpareThreads* current() { return current_; }

  /// How many threads a loop would have now, the calling one, which has to be Busy, among them. 1 or more.
  [[nodiscard]] int hands() const { return 1 + std::max(0, threads_ - std::max(1, busy_.load())); }

  /// Runs body(i) for every i in [0, count), on the calling thread and on idle ones, and returns when all are done.
  /// What `body` throws is thrown again here (one of it, if it is several).
  void for_each(std::size_t count, const std::function<void(std::size_t)>& body);

 private:
  struct Loop {
    const std::function<void(std::size_t)>& body;
    const std::size_t count;
    std::size_t next = 0, done = 0;
    std::exception_ptr thrown;
  };
  /// Runs the next index of an open loop.
  void do_one(std::unique_lock<std::mutex>& lock, Loop& loop);
  void start(std::size_t threads);
  void work();

  static thread_local SpareThreads* current_;
  const int threads_;
  std::atomic<int> busy_{0};
  std::mutex mutex_;  // guards the rest
  std::condition_variable wake_, done_;
  std::vector<Loop*> open_;  ///< loops with an index that nobody has begun
  std::vector<std::thread> workers_;
  bool stop_ = false;
};

/// How many rows of a picture's plane are worth waking a thread for, which takes some ten microseconds.
constexpr int least_rows(int width) { return 1 + 4096 / std::max(width, 1); }

/// body(begin, end) for parts of [0, rows): one for each idle thread, but none of fewer than `least` rows; all rows at
/// once where `spare` is null.
template <typename Body>
void share_rows(SpareThreads* spare, int rows, int least, Body&& body) {
  const int parts = spare == nullptr ? 1 : std::min(spare->hands(), rows / std::max(least, 1));
  if (parts <= 1) return body(0, rows);
  spare->for_each(static_cast<std::size_t>(parts), [&](std::size_t part) {
    const auto edge = [&](std::size_t i) { return static_cast<int>(static_cast<std::size_t>(rows) * i / parts); };
    body(edge(part), edge(part + 1));
  });
}

}  // namespace bitswap
