// SPDX-License-Identifier: GPL-3.0-or-later
// Loops have few and long indices, so one lock that hands them out is never in the way.
#include "engine/base/spare_threads.h"

#include <system_error>
#include <utility>

namespace bitswap {

thread_local SpareThreads* SpareThreads::current_ = nullptr;

SpareThreads::~SpareThreads() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void SpareThreads::for_each(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (count == 0) return;
  Loop loop{body, count, 0, 0, nullptr};
  std::unique_lock lock(mutex_);
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(hands())) - 1;
  start(wanted);
  open_.push_back(&loop);
  for (std::size_t i = 0; i < wanted; ++i) wake_.notify_one();
  while (loop.next < count) do_one(lock, loop);
  done_.wait(lock, [&] { return loop.done == count; });
  if (loop.thrown) std::rethrow_exception(loop.thrown);
}

void SpareThreads::do_one(std::unique_lock<std::mutex>& lock, Loop& loop) {
  const std::size_t index = loop.next++;
  if (loop.next == loop.count) std::erase(open_, &loop);
  lock.unlock();
  std::exception_ptr thrown;
  try {
    loop.body(index);
  } catch (...) {
    thrown = std::current_exception();
  }
  lock.lock();
  if (thrown) loop.thrown = std::move(thrown);
  if (++loop.done == loop.count) done_.notify_all();
}

void SpareThreads::start(std::size_t threads) {
  try {
    while (workers_.size() < threads) workers_.emplace_back([this] { work(); });
  } catch (const std::system_error&) {  // the system has no more threads: those that run have to do
  }
}

void SpareThreads::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || (!open_.empty() && busy_ < threads_); });
    if (stop_) return;
    ++busy_;
    do_one(lock, *open_.front());
    --busy_;
  }
}

}  // namespace bitswap
