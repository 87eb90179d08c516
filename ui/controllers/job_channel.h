// SPDX-License-Identifier: GPL-3.0-or-later
// What a job reports from its threads, collected until the window looks.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/jobs/job.h"

namespace bitswap::ui {

/// Thread-safe. Of progress only the latest is kept.
class JobChannel {
 public:
  struct News {
    std::vector<FileReport> settled;
    std::optional<JobProgress> progress;
  };
  void settle(const FileReport& file) {
    const std::lock_guard lock(mutex_);
    news_.settled.push_back(file);
  }
  void set_progress(const JobProgress& progress) {
    const std::lock_guard lock(mutex_);
    news_.progress = progress;
  }
  News take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(news_, {});
  }

 private:
  std::mutex mutex_;
  News news_;
};

}  // namespace bitswap::ui
