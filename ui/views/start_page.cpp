// SPDX-License-Identifier: GPL-3.0-or-later
// The dashed frame is painted around the drop area, in the colours of the palette.
#include "ui/views/start_page.h"

#include <QAction>
#include <QFileInfo>
#include <QFontMetrics>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr int kContentWidth = 620;
constexpr int kShownRecent = 5;

QPushButton* action_button(QAction* action, QWidget* parent) {
  auto* button = new QPushButton(action->icon(), action->text(), parent);
  button->setIconSize({20, 20});
  button->setMinimumHeight(36);
  QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
  return button;
}

}  // namespace

StartPage::StartPage(QAction* add_files, QAction* add_folder, QAction* open, QWidget* parent) : QWidget(parent) {
  auto* outer = new QVBoxLayout(this);
  outer->addStretch(2);
  auto* column = new QWidget(this);
  column->setMaximumWidth(kContentWidth);
  column->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  auto* row = new QHBoxLayout;
  row->addStretch(1);
  row->addWidget(column, 8);
  row->addStretch(1);
  outer->addLayout(row);
  outer->addStretch(3);

  auto* layout = new QVBoxLayout(column);
  layout->setSpacing(14);
  drop_area_ = new QWidget(column);
  drop_area_->setMinimumHeight(220);
  auto* drop = new QVBoxLayout(drop_area_);
  auto* picture = new QLabel(drop_area_);
  picture->setPixmap(program_icon().pixmap(72, 72));
  picture->setAlignment(Qt::AlignCenter);
  auto* title = new QLabel(tr("Drop photos or an archive here"), drop_area_);
  QFont large = title->font();
  large.setPointSizeF(large.pointSizeF() * 1.5);
  title->setFont(large);
  title->setAlignment(Qt::AlignCenter);
  auto* note = new QLabel(tr("Files come back byte for byte, a few pictures with the same pixels in a new file. Your "
                             "originals are only read."),
                          drop_area_);
  note->setAlignment(Qt::AlignCenter);
  note->setWordWrap(true);
  drop->addStretch();
  drop->addWidget(picture);
  drop->addSpacing(8);
  drop->addWidget(title);
  drop->addWidget(note);
  drop->addStretch();
  layout->addWidget(drop_area_);

  auto* buttons = new QHBoxLayout;
  for (QAction* action : {add_files, add_folder, open}) buttons->addWidget(action_button(action, column));
  layout->addLayout(buttons);

  auto* samples = new QPushButton(line_icon(QStringLiteral("picture")), tr("&Try the sample photos"), column);
  samples->setFlat(true);
  connect(samples, &QPushButton::clicked, this, &StartPage::samples_chosen);
  samples_ = samples;
  layout->addWidget(samples, 0, Qt::AlignHCenter);

  recent_box_ = new QWidget(column);
  recent_list_ = new QVBoxLayout(recent_box_);
  recent_list_->setContentsMargins(0, 8, 0, 0);
  recent_list_->setSpacing(2);
  layout->addWidget(recent_box_);
  set_recent({});
  set_samples(false);
}

void StartPage::set_recent(const QStringList& archives) {
  while (QLayoutItem* item = recent_list_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  recent_box_->setVisible(!archives.isEmpty());
  if (archives.isEmpty()) return;
  auto* heading = new QLabel(tr("Recent archives"), recent_box_);
  QFont bold = heading->font();
  bold.setBold(true);
  heading->setFont(bold);
  recent_list_->addWidget(heading);
  for (const QString& archive : archives.mid(0, kShownRecent)) {
    const QFileInfo info(archive);
    auto* button = new QPushButton(line_icon(QStringLiteral("archive")), {}, recent_box_);
    const QString text = QStringLiteral("%1   –   %2").arg(info.fileName(), info.absolutePath());
    QString shown = button->fontMetrics().elidedText(text, Qt::ElideMiddle, kContentWidth - 70);
    button->setText(shown.replace(QLatin1Char('&'), QStringLiteral("&&")));
    button->setToolTip(archive);
    button->setAccessibleName(tr("Open %1").arg(archive));
    button->setFlat(true);
    button->setStyleSheet(QStringLiteral("text-align: left; padding: 5px;"));
    connect(button, &QPushButton::clicked, this, [this, archive] { Q_EMIT recent_chosen(archive); });
    recent_list_->addWidget(button);
  }
}

void StartPage::set_samples(bool there) { samples_->setVisible(there); }

void StartPage::set_drop_active(bool active) {
  if (drop_active_ == active) return;
  drop_active_ = active;
  update();
}

void StartPage::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF frame = QRectF(drop_area_->mapTo(this, QPoint(0, 0)), QSizeF(drop_area_->size())).adjusted(1, 1, -1, -1);
  const QColor colour = drop_active_ ? palette().color(QPalette::Highlight) : chart_colours(palette()).muted;
  QColor fill = drop_active_ ? colour : palette().color(QPalette::Base);
  if (drop_active_) fill.setAlpha(40);
  painter.setBrush(fill);
  painter.setPen(QPen(colour, drop_active_ ? 2.5 : 1.5, Qt::DashLine));
  painter.drawRoundedRect(frame, 12, 12);
}

}  // namespace bitswap::ui
