// Two lines: what and how far, then the bar.
#include "ui/views/progress_panel.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

#include "ui/models/format_text.h"

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
  file_->setAccessibleName(tr("File at hand"));
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
  show_file();
  numbers_->clear();
  bar_->setRange(0, 0);
}

void ProgressPanel::set_progress(const JobProgress& progress, double bytes_per_second, double seconds_left) {
  name_ = path_text(progress.current);
  show_file();
  const bool known = progress.bytes_total > 0;
  bar_->setRange(0, known ? kSteps : 0);
  if (known) {
    const double share = static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total);
    bar_->setValue(static_cast<int>(share * kSteps));
  }
  QStringList parts{tr("%1 of %2 items").arg(format_count(progress.files_done), format_count(progress.files_total))};
  if (bytes_per_second > 0) parts << format_speed(bytes_per_second);
  if (seconds_left >= 0) parts << tr("%1 left").arg(format_duration(seconds_left));
  numbers_->setText(parts.join(QStringLiteral(" · ")));
}

void ProgressPanel::set_paused(bool paused) { bar_->setEnabled(!paused); }

void ProgressPanel::show_file() {
  file_->setText(file_->fontMetrics().elidedText(name_, Qt::ElideMiddle, file_->width()));
  file_->setToolTip(name_);
}

void ProgressPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  show_file();
}

}  // namespace bitswap::ui
