// SPDX-License-Identifier: GPL-3.0-or-later
// What a running job is doing: file, share done, speed, time left, and the buttons to pause and stop it.
#pragma once

#include <QWidget>

#include "engine/jobs/job.h"

class QAction;
class QLabel;
class QProgressBar;
class QToolButton;

namespace bitswap::ui {

class ProgressPanel : public QWidget {
  Q_OBJECT
 public:
  ProgressPanel(QAction* pause, QAction* cancel, QWidget* parent = nullptr);

  void start(const QString& title);
  void set_progress(const JobProgress& progress, double bytes_per_second, double seconds_left);
  /// A paused job shows no speed.
  void set_paused(bool paused);
  /// Done, 0 to 100; negative while it is unknown.
  [[nodiscard]] int percent() const { return percent_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_file();
  void show_numbers();

  QLabel *title_, *file_, *numbers_;
  QProgressBar* bar_;
  QString name_;
  JobProgress last_;
  double bytes_per_second_ = -1, seconds_left_ = -1;
  int percent_ = -1;
  bool begun_ = false, paused_ = false;
};

}  // namespace bitswap::ui
