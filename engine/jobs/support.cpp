// SPDX-License-Identifier: GPL-3.0-or-later
// Progress: counters are free for the workers, the callback is rare.
#include "engine/jobs/support.h"

namespace bitswap {

void ProgressMeter::expect(std::uint64_t files, std::uint64_t bytes) {
  progress_.files_total = files;
  progress_.bytes_total = bytes;
}

void ProgressMeter::begin(const std::string& path) {
  if (!callback_) return;
  {
    const std::scoped_lock lock(mutex_);
    progress_.current = path;
  }
  report(false);
}

void ProgressMeter::add_bytes(std::uint64_t bytes) {
  bytes_ += bytes;
  report(false);
}

void ProgressMeter::file_done() {
  ++files_;
  report(false);
}

void ProgressMeter::file_done(const FileReport& file) {
  if (settled_) {
    const std::scoped_lock lock(settled_mutex_);
    settled_(file);
  }
  file_done();
}

void ProgressMeter::finish() { report(true); }

double ProgressMeter::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void ProgressMeter::report(bool always) {
  if (!callback_) return;
  std::unique_lock lock(mutex_, std::defer_lock);
  // A worker never waits for another one's callback.
  if (always) {
    lock.lock();
  } else if (!lock.try_lock()) {
    return;
  }
  const Clock::time_point now = Clock::now();
  if (!always && now < next_) return;
  next_ = now + std::chrono::milliseconds(50);
  progress_.files_done = files_;
  progress_.bytes_done = bytes_;
  progress_.seconds = std::chrono::duration<double>(now - start_).count();
  callback_(progress_);
}

}  // namespace bitswap
