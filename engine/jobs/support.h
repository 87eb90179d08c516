// SPDX-License-Identifier: GPL-3.0-or-later
// What the jobs' sources share and nobody else needs: the clock with progress, and errors of every day.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/guarded.h"
#include "engine/jobs/job.h"

namespace bitswap {

inline Error cancelled_error() { return {Error::Code::Cancelled, 0, "stopped by the user"}; }
inline bool is_cancelled(const CancelToken* cancel) { return cancel != nullptr && cancel->cancelled(); }

/// Errors after which a job cannot go on to the next file.
inline bool ends_job(const Error& error) {
  return error.code == Error::Code::Cancelled || error.code == Error::Code::NoSpace || error.code == Error::Code::Io;
}

inline void set_failed(FileReport& report, Error error) {
  report.status = FileReport::Status::Failed;
  report.error = std::move(error);
}
inline void set_warning(FileReport& report, Error error) {
  report.status = FileReport::Status::Warning;
  report.error = std::move(error);
}

/// Counts what is done and calls back, one call at a time and not too often. Thread-safe.
class ProgressMeter {
 public:
  explicit ProgressMeter(const JobOptions& options) : callback_(options.progress), settled_(options.file_done) {}
  /// Before the first file; not thread-safe.
  void expect(std::uint64_t files, std::uint64_t bytes);
  void begin(const std::string& path);
  void add_bytes(std::uint64_t bytes);
  void file_done();
  /// The same for a file whose report is final; nothing may change the report until this returns.
  void file_done(const FileReport& file);
  /// The last call, with all that was reached.
  void finish();
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  void report(bool always);

  const std::function<void(const JobProgress&)>& callback_;
  const std::function<void(const FileReport&)>& settled_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<std::uint64_t> files_{0}, bytes_{0};
  std::mutex settled_mutex_;
  std::mutex mutex_;  // guards the rest, and is held during the callback
  Clock::time_point next_{};
  JobProgress progress_;
};

}  // namespace bitswap
