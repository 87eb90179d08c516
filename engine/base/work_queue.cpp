// SPDX-License-Identifier: GPL-3.0-or-later
// One lock around a small sorted set: works are files and tiles, of which a thread does some hundred a second at most.
#include "engine/base/work_queue.h"

#include <thread>
#include <tuple>

namespace bitswap {

bool WorkQueue::Before::operator()(const Work& a, const Work& b) const {
  return std::tuple(-a.step, a.item, a.part) < std::tuple(-b.step, b.item, b.part);
}

void WorkQueue::add(const Work& work) {
  const std::scoped_lock lock(mutex_);
  ready_.insert(work);
  changed_.notify_one();
}

void WorkQueue::gather(int step, std::uint64_t size) {
  const std::scoped_lock lock(mutex_);
  gathered_[step] = size;
}

std::vector<Work> WorkQueue::take(bool partial) {
  std::vector<Work> works;
  for (auto first = ready_.begin(); first != ready_.end();) {
    const auto gathered = gathered_.find(first->step);
    const std::uint64_t wanted = gathered == gathered_.end() ? 0 : gathered->second;
    std::uint64_t size = 0;
    auto last = first;
    bool full = false;
    do {
      size += (last++)->size;
      full = size >= wanted || (last != ready_.end() && last->step == first->step && size + last->size > wanted);
    } while (!full && last != ready_.end() && last->step == first->step);
    if (full || partial) {
      works.assign(first, last);
      ready_.erase(first, last);
      break;
    }
    first = last;
  }
  return works;
}

void WorkQueue::end(std::optional<Error> error) {
  if (!ended_) error_ = std::move(error);
  ended_ = true;
  changed_.notify_all();
}

void WorkQueue::work(const Body& body, const Feed& feed) {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (cancel_ != nullptr) {
      lock.unlock();
      cancel_->wait_while_paused();
      lock.lock();
      if (cancel_->cancelled()) return end(Error{Error::Code::Cancelled, 0, "stopped by the user"});
      if (ended_) return;
    }
    std::vector<Work> works = take(false);
    if (works.empty() && !feeding_ && fed_up_ != done_) {
      feeding_ = true;
      const std::uint64_t done = done_;
      lock.unlock();
      const Result<bool> more = feed();
      lock.lock();
      feeding_ = false;
      if (!more.ok()) return end(more.error());
      if (!*more) {
        fed_up_ = done;
        changed_.notify_all();  // what is gathered goes as it is now
      }
      continue;
    }
    if (works.empty() && !feeding_) works = take(true);
    if (works.empty()) {
      if (running_ == 0 && !feeding_) return end({});
      changed_.wait(lock);
      continue;
    }
    ++running_;
    lock.unlock();
    Status status = body(works);
    lock.lock();
    --running_;
    ++done_;
    if (!status.ok()) return end(std::move(status).error());
    changed_.notify_one();
  }
}

Status WorkQueue::run(const Body& body, const Feed& feed) {
  ended_ = false;
  error_.reset();
  fed_up_.reset();
  {
    std::vector<std::jthread> workers;
    try {
      for (int i = 1; i < threads_; ++i) workers.emplace_back([&] { work(body, feed); });
    } catch (const std::system_error&) {  // the system has no more threads: those that run have to do
    }
    work(body, feed);
  }
  ready_.clear();
  if (error_) return *error_;
  if (cancel_ != nullptr && cancel_->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
  return {};
}

}  // namespace bitswap
