// SPDX-License-Identifier: GPL-3.0-or-later
// Two lines: what and how far, then the bar.
#include "ui/views/progress_panel.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <algorithm>

#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

constexpr int kSteps = 1000;

QToolButton* button_for(QAction* action, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setDefaultAction(action);
  button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  button->setFocusPolicy(Qt::StrongFocus);
  return button;
}

}  // namespace

ProgressPanel::ProgressPanel(QAction* pause, QAction* cancel, QWidget* parent) : QWidget(parent) {
  title_ = new QLabel(this);
  QFont bold = title_->font();
  bold.setBold(true);
  title_->setFont(bold);
  title_->setTextFormat(Qt::PlainText);
  file_ = new QLabel(this);
  file_->setTextFormat(Qt::PlainText);
  file_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  file_->setAccessibleName(tr("Current file"));
  numbers_ = new QLabel(this);
  numbers_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  numbers_->setAccessibleName(tr("Speed and time left"));
  bar_ = new QProgressBar(this);
  bar_->setRange(0, kSteps);
  bar_->setTextVisible(false);
  bar_->setAccessibleName(tr("Progress of the job"));
  auto* layout = new QGridLayout(this);
  layout->setContentsMargins(9, 6, 9, 6);
  layout->addWidget(title_, 0, 0);
  layout->addWidget(file_, 0, 1);
  layout->addWidget(numbers_, 0, 2);
  layout->addWidget(bar_, 1, 0, 1, 3);
  layout->addWidget(button_for(pause, this), 0, 3, 2, 1, Qt::AlignVCenter);
  layout->addWidget(button_for(cancel, this), 0, 4, 2, 1, Qt::AlignVCenter);
  layout->setColumnStretch(1, 1);
  layout->setHorizontalSpacing(12);
}

void ProgressPanel::start(const QString& title) {
  title_->setText(title);
  name_.clear();
  percent_ = -1;
  begun_ = paused_ = false;
  show_file();
  numbers_->clear();
  bar_->setRange(0, 0);
  bar_->setEnabled(true);
}

void ProgressPanel::set_progress(const JobProgress& progress, double bytes_per_second, double seconds_left) {
  name_ = path_text(progress.current);
  last_ = progress;
  bytes_per_second_ = bytes_per_second;
  seconds_left_ = seconds_left;
  begun_ = true;
  show_file();
  const bool known = progress.bytes_total > 0;
  bar_->setRange(0, known ? kSteps : 0);
  if (known) {
    const double share =
        std::min(1.0, static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total));
    bar_->setValue(static_cast<int>(share * kSteps));
    percent_ = static_cast<int>(share * 100);
  }
  show_numbers();
}

void ProgressPanel::show_numbers() {
  if (!begun_ && !paused_) return;
  QStringList parts;
  if (paused_) parts << tr("Paused");
  if (percent_ >= 0) parts << format_percent(percent_ / 100.0, 0);
  if (begun_) {
    parts << tr("%1 of %2 files and folders").arg(format_count(last_.files_done), format_count(last_.files_total));
  }
  if (!paused_ && bytes_per_second_ > 0) parts << format_speed(bytes_per_second_);
  if (!paused_ && seconds_left_ >= 0) parts << tr("%1 left").arg(format_duration(seconds_left_));
  numbers_->setText(parts.join(QStringLiteral(" · ")));
  numbers_->setAccessibleDescription(numbers_->text());
}

void ProgressPanel::set_paused(bool paused) {
  paused_ = paused;
  bar_->setEnabled(!paused);
  show_numbers();
}

void ProgressPanel::show_file() {
  file_->setText(file_->fontMetrics().elidedText(name_, Qt::ElideMiddle, file_->width()));
  file_->setToolTip(name_);
}

void ProgressPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  show_file();
}

}  // namespace bitswap::ui
