// SPDX-License-Identifier: GPL-3.0-or-later
// A worker for what is wanted now: a new job does not wait for the end of the old one, which may be in a codec that
// cannot be interrupted for minutes. The old one is cancelled and left to itself; nothing of it is heard any more.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

#include "ui/controllers/worker.h"

namespace bitswap::ui {

/// Lives on the window's thread. At most kMostLeft old jobs run on beside the new one, since each may hold a large
/// picture; with more, the new one waits for one of them. The destructor waits for all.
class LatestWorker : public QObject {
  Q_OBJECT
 public:
  static constexpr std::size_t kMostLeft = 2;
  /// Runs on a thread of its own; Worker::post() of the worker that it is given reaches the window's thread as long as
  /// the job is wanted, and so does the function that it returns.
  using Job = std::function<Worker::Completion(Worker& worker, const CancelToken& cancel)>;

  explicit LatestWorker(QObject* parent = nullptr);
  ~LatestWorker() override;

  void start(Job job);
  /// The job is not wanted any more.
  void cancel();
  void pause(bool paused);
  /// A job that is wanted runs, or waits.
  [[nodiscard]] bool busy() const { return waiting_ != nullptr || (current_ && current_->busy()); }
  /// Old jobs that are not done yet.
  [[nodiscard]] std::size_t left() const { return left_.size(); }

 private:
  void begin(Job job);

  std::unique_ptr<Worker> current_;
  std::vector<std::unique_ptr<Worker>> left_;
  Job waiting_;
  bool paused_ = false;
};

}  // namespace bitswap::ui
