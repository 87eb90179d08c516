// SPDX-License-Identifier: GPL-3.0-or-later
// The thread is a plain one: jobs make their own parallel loops and need no event loop.
#include "ui/controllers/worker.h"

#include <QMetaObject>

namespace bitswap::ui {

Worker::Worker(QObject* parent) : QObject(parent) {}

Worker::~Worker() {
  if (cancel_) cancel_->cancel();
  if (thread_.joinable()) thread_.join();
}

void Worker::start(std::function<Completion(const CancelToken&)> job) {
  Q_ASSERT(!busy_);
  if (thread_.joinable()) thread_.join();
  cancel_ = std::make_unique<CancelToken>();
  busy_ = true;
  abandoned_ = false;
  Q_EMIT busy_changed(true);
  thread_ = std::thread([this, job = std::move(job), cancel = cancel_.get()] {
    Completion completion = job(*cancel);
    const auto done = [this, completion = std::move(completion)] {
      busy_ = false;
      Q_EMIT busy_changed(false);
      if (completion && !abandoned_) completion();
    };
    QMetaObject::invokeMethod(this, done, Qt::QueuedConnection);
  });
}

void Worker::post(std::function<void()> call) {
  const auto wanted = [this, call = std::move(call)] {
    if (!abandoned_) call();
  };
  QMetaObject::invokeMethod(this, wanted, Qt::QueuedConnection);
}

void Worker::cancel() {
  if (cancel_) cancel_->cancel();
}

void Worker::abandon() {
  abandoned_ = true;
  cancel();
}

void Worker::pause(bool paused) {
  if (cancel_) cancel_->pause(paused);
}

bool Worker::paused() const { return cancel_ && cancel_->paused(); }

}  // namespace bitswap::ui
