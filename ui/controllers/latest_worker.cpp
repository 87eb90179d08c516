// SPDX-License-Identifier: GPL-3.0-or-later
// Each job has a Worker of its own, which goes when its thread is done.
#include "ui/controllers/latest_worker.h"

#include <algorithm>
#include <utility>

namespace bitswap::ui {

LatestWorker::LatestWorker(QObject* parent) : QObject(parent) {}

LatestWorker::~LatestWorker() {
  // All of them are told before the first is waited for.
  if (current_) current_->abandon();
}

void LatestWorker::start(Job job) {
  cancel();
  if (left_.size() >= kMostLeft) {
    waiting_ = std::move(job);
    return;
  }
  begin(std::move(job));
}

void LatestWorker::begin(Job job) {
  current_ = std::make_unique<Worker>();
  Worker* const worker = current_.get();
  worker->start([worker, job = std::move(job)](const CancelToken& cancel) { return job(*worker, cancel); });
  if (paused_) worker->pause(true);
}

void LatestWorker::cancel() {
  waiting_ = nullptr;
  if (!current_ || !current_->busy()) return;
  Worker* const old = current_.get();
  old->abandon();
  left_.push_back(std::move(current_));
  connect(old, &Worker::busy_changed, this, [this, old] {
    // Not from within its own signal.
    const auto forget = [this, old] {
      std::erase_if(left_, [old](const std::unique_ptr<Worker>& one) { return one.get() == old; });
      if (waiting_ && left_.size() < kMostLeft) begin(std::exchange(waiting_, nullptr));
    };
    QMetaObject::invokeMethod(this, forget, Qt::QueuedConnection);
  });
}

void LatestWorker::pause(bool paused) {
  paused_ = paused;
  if (current_ && current_->busy()) current_->pause(paused);
}

}  // namespace bitswap::ui
