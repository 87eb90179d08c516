// SPDX-License-Identifier: GPL-3.0-or-later
// Speed and time left of a job, from what it reported lately; pauses do not count.
#pragma once

#include <QElapsedTimer>
#include <cstdint>
#include <deque>
#include <utility>

namespace bitswap::ui {

class SpeedMeter {
 public:
  void start() {
    samples_.clear();
    paused_ms_ = 0;
    clock_.start();
  }
  void pause(bool paused) {
    if (paused == pause_.isValid()) return;
    if (paused) {
      pause_.start();
    } else {
      paused_ms_ += pause_.elapsed();
      pause_.invalidate();
    }
  }
  void add(std::uint64_t bytes_done) {
    samples_.emplace_back(seconds(), bytes_done);
    while (samples_.size() > 2 && samples_.front().first < samples_.back().first - kWindow) samples_.pop_front();
  }
  /// Bytes a second; negative while it is unknown.
  [[nodiscard]] double speed() const {
    if (samples_.size() < 2) return -1;
    const double time = samples_.back().first - samples_.front().first;
    const auto bytes = static_cast<double>(samples_.back().second - samples_.front().second);
    return time < 0.3 || bytes <= 0 ? -1 : bytes / time;
  }
  /// Seconds; negative while it is unknown.
  [[nodiscard]] double left(std::uint64_t bytes_total) const {
    const double now = speed();
    if (now <= 0 || bytes_total < samples_.back().second) return -1;
    return static_cast<double>(bytes_total - samples_.back().second) / now;
  }
  /// Since start(), pauses left out.
  [[nodiscard]] double seconds() const {
    const qint64 pause = pause_.isValid() ? pause_.elapsed() : 0;
    return static_cast<double>(clock_.elapsed() - paused_ms_ - pause) / 1000;
  }

 private:
  static constexpr double kWindow = 15;  // seconds
  QElapsedTimer clock_, pause_;
  qint64 paused_ms_ = 0;
  std::deque<std::pair<double, std::uint64_t>> samples_;
};

}  // namespace bitswap::ui
