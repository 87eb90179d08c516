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
  void set_paused(bool paused);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void show_file();

  QLabel *title_, *file_, *numbers_;
  QProgressBar* bar_;
  QString name_;
};

}  // namespace bitswap::ui
