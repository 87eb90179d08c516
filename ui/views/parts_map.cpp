// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of alpha lie on those of the colours; the map shows the colours first and reaches alpha with the keys.
#include "ui/views/parts_map.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

#include "engine/compare/heat_map_image.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

double bits_per_pixel(const InspectReport::Part& part) {
  const double pixels = static_cast<double>(part.area.width) * part.area.height;
  return pixels > 0 ? part.ledger.actual_bits() / pixels : 0;
}

}  // namespace

PartsMap::PartsMap(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  setAccessibleName(tr("Tiles of the picture"));
}

void PartsMap::set_report(std::shared_ptr<const InspectReport> report) {
  report_ = std::move(report);
  part_ = -1;
  highest_ = 1e-9;
  if (report_) {
    for (const InspectReport::Part& part : report_->parts) {
      if (!part.alpha) highest_ = std::max(highest_, bits_per_pixel(part));
    }
  }
  update();
}

void PartsMap::set_part(int part) {
  if (!report_ || part >= static_cast<int>(report_->parts.size())) part = -1;
  if (part == part_) return;
  part_ = part;
  if (part_ >= 0) {
    const InspectReport::Part& shown = report_->parts[static_cast<std::size_t>(part_)];
    setAccessibleDescription(
        tr("Tile %1: %2 bits per pixel").arg(part_ + 1).arg(format_number(bits_per_pixel(shown), 2)));
  }
  update();
  Q_EMIT part_changed(part_);
}

QRectF PartsMap::area(int part) const {
  if (!report_ || report_->width == 0 || report_->height == 0) return {};
  const Tile& tile = report_->parts[static_cast<std::size_t>(part)].area;
  const double scale =
      std::min((width() - 2.0) / report_->width, (height() - 2.0) / report_->height);  // room for the frame
  const QPointF corner(1, (height() - report_->height * scale) / 2);
  return {corner.x() + tile.x * scale, corner.y() + tile.y * scale, tile.width * scale, tile.height * scale};
}

void PartsMap::paintEvent(QPaintEvent*) {
  if (!report_) return;
  QPainter painter(this);
  for (std::size_t i = 0; i < report_->parts.size(); ++i) {
    if (report_->parts[i].alpha) continue;
    const auto [r, g, b] = heat_colour(bits_per_pixel(report_->parts[i]) / highest_);
    const QRectF place = area(static_cast<int>(i));
    painter.fillRect(place, QColor(r, g, b));
    painter.setPen(palette().color(QPalette::Window));
    painter.drawRect(place);
  }
  if (part_ < 0) return;
  painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
  painter.drawRect(area(part_).adjusted(1, 1, -1, -1));
}

void PartsMap::mouseMoveEvent(QMouseEvent* event) {
  int found = -1;
  for (int i = 0; report_ && found < 0 && i < static_cast<int>(report_->parts.size()); ++i) {
    if (area(i).contains(event->position())) found = i;
  }
  set_part(found);
}

void PartsMap::leaveEvent(QEvent* event) {
  set_part(-1);
  QWidget::leaveEvent(event);
}

void PartsMap::keyPressEvent(QKeyEvent* event) {
  const int count = report_ ? static_cast<int>(report_->parts.size()) : 0;
  switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Down: return set_part(std::min(part_ + 1, count - 1));
    case Qt::Key_Left:
    case Qt::Key_Up: return set_part(std::max(part_ - 1, -1));
    default: QWidget::keyPressEvent(event);
  }
}

void PartsMap::focusOutEvent(QFocusEvent* event) {
  set_part(-1);
  QWidget::focusOutEvent(event);
}

}  // namespace bitswap::ui
