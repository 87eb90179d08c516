// SPDX-License-Identifier: GPL-3.0-or-later
// One long job on a thread of its own: started from the window, reports back on the window's thread, can be paused and
// is cancelled at once.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <thread>

#include "engine/base/parallel.h"

namespace bitswap::ui {

/// Lives on the window's thread. The destructor cancels the job and waits for it.
class Worker : public QObject {
  Q_OBJECT
 public:
  explicit Worker(QObject* parent = nullptr);
  ~Worker() override;

  /// `job` runs on the worker's thread; the function that it returns runs afterwards on the window's thread, unless the
  /// worker is gone by then. Requires !busy().
  using Completion = std::function<void()>;
  void start(std::function<Completion(const CancelToken& cancel)> job);

  /// From the job's threads: runs `call` on the window's thread, in order, unless the worker is gone by then.
  void post(std::function<void()> call);

  [[nodiscard]] bool busy() const { return busy_; }
  void cancel();
  /// Cancels; what the job posted or returns is not called any more. busy_changed() still comes when it is done.
  void abandon();
  void pause(bool paused);
  [[nodiscard]] bool paused() const;

 Q_SIGNALS:
  void busy_changed(bool busy);

 private:
  std::unique_ptr<CancelToken> cancel_;
  std::thread thread_;
  bool busy_ = false;
  bool abandoned_ = false;
};

}  // namespace bitswap::ui
