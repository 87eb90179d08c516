// SPDX-License-Identifier: GPL-3.0-or-later
// Positions are kept in pixels of the display, whatever the scale of the desktop, so that 100 % is exact.
#include "ui/views/picture_view.h"

#include <QKeyEvent>
#include <QPainter>
#include <QtMath>
#include <array>
#include <cmath>

namespace bitswap::ui {
namespace {

constexpr double kLargestZoom = 32;
constexpr std::array kSteps = {1.0 / 64, 1.0 / 32, 1.0 / 16, 1.0 / 8, 1.0 / 6, 1.0 / 4, 1.0 / 3,
                               1.0 / 2,  2.0 / 3,  1.0,      1.5,     2.0,     3.0,     4.0,
                               6.0,      8.0,      12.0,     16.0,    24.0,    32.0};

QPointF rounded(QPointF point) { return {std::round(point.x()), std::round(point.y())}; }

}  // namespace

ImagePyramid::ImagePyramid(QImage image) {
  if (!image.isNull()) levels_.push_back(std::move(image));
}

const QImage& ImagePyramid::level(std::size_t number) {
  while (levels_.size() <= number) {
    const QSize half(std::max(1, (levels_.back().width() + 1) / 2), std::max(1, (levels_.back().height() + 1) / 2));
    levels_.push_back(levels_.back()
                          .convertToFormat(QImage::Format_RGB32)
                          .scaled(half, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
  }
  return levels_[number];
}

void ImagePyramid::draw(QPainter& painter, const QRectF& clip, QPointF origin, double zoom) {
  if (empty()) return;
  std::size_t number = 0;
  for (double rest = zoom; rest <= 0.5 && std::min(size().width(), size().height()) >> number > 1; rest *= 2) ++number;
  const QImage& image = level(number);
  // Halves of odd sides are a little wider than half.
  const double across = zoom * size().width() / image.width();
  const double down = zoom * size().height() / image.height();
  const QRectF sight = clip.translated(-origin);
  // A pixel more on each side, so that smoothing has its neighbours.
  const QRect part = QRect(QPoint(qFloor(sight.left() / across) - 1, qFloor(sight.top() / down) - 1),
                           QPoint(qCeil(sight.right() / across) + 1, qCeil(sight.bottom() / down) + 1))
                         .intersected(image.rect());
  if (part.isEmpty()) return;
  const QRectF target(origin.x() + part.x() * across, origin.y() + part.y() * down, part.width() * across,
                      part.height() * down);
  painter.save();
  painter.setClipRect(clip);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, zoom < 1);
  painter.drawImage(target, image, QRectF(part));
  painter.restore();
}

QImage to_image(std::shared_ptr<const Picture> picture) {
  if (!picture || picture->channels != 3 || picture->samples.empty()) return {};
  const Picture& p = *picture;
  auto* const owner = new std::shared_ptr<const Picture>(std::move(picture));
  return QImage(
      p.samples.data(), static_cast<int>(p.width), static_cast<int>(p.height), static_cast<qsizetype>(p.width) * 3,
      QImage::Format_RGB888, [](void* kept) { delete static_cast<std::shared_ptr<const Picture>*>(kept); }, owner);
}

PictureView::PictureView(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumSize(120, 90);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  setAccessibleName(tr("Picture"));
}

void PictureView::set_image(const QImage& image) {
  const bool same_size = has_image() && image.size() == image_size();
  pyramid_ = ImagePyramid(image);
  message_.clear();
  if (!same_size || fitted_) fit();
  update_cursor();
  update();
}

void PictureView::set_message(const QString& message) {
  message_ = message;
  setAccessibleDescription(message);
  update();
}

QSizeF PictureView::view_size() const { return QSizeF(size()) * devicePixelRatioF(); }

QRectF PictureView::picture_rect() const { return {origin_, QSizeF(image_size()) * zoom_}; }

QPoint PictureView::pixel_at(QPointF point) const {
  const QPointF at = (point * devicePixelRatioF() - origin_) / zoom_;
  const QPoint pixel(qFloor(at.x()), qFloor(at.y()));
  return QRect({}, image_size()).contains(pixel) ? pixel : QPoint(-1, -1);
}

double PictureView::fit_zoom() const {
  if (!has_image()) return 1;
  const QSizeF view = view_size();
  return std::max(1e-4, std::min({1.0, view.width() / image_size().width(), view.height() / image_size().height()}));
}

bool PictureView::can_pan() const {
  const QSizeF shown = picture_rect().size();
  return has_image() && (shown.width() > view_size().width() + 0.5 || shown.height() > view_size().height() + 0.5);
}

/// No gap at an edge where the picture is larger than the view; in the middle where it is smaller.
QPointF PictureView::clamped(QPointF origin) const {
  const auto side = [](double at, double shown, double view) {
    return shown <= view ? (view - shown) / 2 : std::clamp(at, view - shown, 0.0);
  };
  const QSizeF shown = QSizeF(image_size()) * zoom_;
  return rounded(
      {side(origin.x(), shown.width(), view_size().width()), side(origin.y(), shown.height(), view_size().height())});
}

void PictureView::fit() {
  fitted_ = true;
  zoom_ = fit_zoom();
  origin_ = clamped({});
  update_cursor();
  update();
  Q_EMIT zoom_changed(zoom_);
}

void PictureView::set_zoom(double zoom, QPointF about) {
  if (!has_image()) return;
  zoom = std::clamp(zoom, std::min(fit_zoom(), 1.0), kLargestZoom);
  const QPointF fixed = about * devicePixelRatioF();
  const QPointF pixel = (fixed - origin_) / zoom_;
  fitted_ = false;
  zoom_ = zoom;
  origin_ = clamped(fixed - pixel * zoom_);
  update_cursor();
  update();
  Q_EMIT zoom_changed(zoom_);
}

void PictureView::actual_size() { set_zoom(1, QRectF(rect()).center()); }

void PictureView::zoom_in() {
  const auto next = std::find_if(kSteps.begin(), kSteps.end(), [&](double step) { return step > zoom_ * 1.001; });
  set_zoom(next == kSteps.end() ? kLargestZoom : *next, QRectF(rect()).center());
}

void PictureView::zoom_out() {
  const auto next = std::find_if(kSteps.rbegin(), kSteps.rend(), [&](double step) { return step < zoom_ * 0.999; });
  set_zoom(next == kSteps.rend() ? kSteps.front() : *next, QRectF(rect()).center());
}

bool PictureView::pan(QPointF by) {
  const QPointF to = clamped(origin_ + by);
  if (!has_image() || to == origin_) return false;
  origin_ = to;
  fitted_ = false;
  update();
  return true;
}

void PictureView::update_cursor() { setCursor(can_pan() ? Qt::OpenHandCursor : Qt::ArrowCursor); }

void PictureView::paint_picture(QPainter& painter, const QRectF& view) { pyramid_.draw(painter, view, origin_, zoom_); }

void PictureView::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), palette().color(QPalette::Base));
  if (!has_image()) {
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, message_);
    return;
  }
  const double ratio = devicePixelRatioF();
  painter.save();
  painter.scale(1 / ratio, 1 / ratio);
  // With a fractional scale of the desktop the widget may begin between two pixels of the display.
  const QTransform device = painter.deviceTransform();
  painter.translate(std::round(device.dx()) - device.dx(), std::round(device.dy()) - device.dy());
  paint_picture(painter, QRectF({}, view_size()));
  painter.restore();
  if (hasFocus() && show_focus_) {
    painter.setPen(palette().color(QPalette::Highlight));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void PictureView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  if (fitted_) {
    fit();
  } else {
    const QSizeF grown = QSizeF(event->size() - event->oldSize()) * devicePixelRatioF();
    origin_ = clamped(origin_ + QPointF(grown.width(), grown.height()) / 2);
  }
  update_cursor();
}

void PictureView::wheelEvent(QWheelEvent* event) {
  if (!has_image() || event->angleDelta().y() == 0) return event->ignore();
  double zoom = zoom_ * std::exp2(event->angleDelta().y() / 480.0);
  // 100 % is not passed over.
  if ((zoom_ < 0.999 && zoom > 1) || (zoom_ > 1.001 && zoom < 1)) zoom = 1;
  set_zoom(zoom, event->position());
  event->accept();
}

void PictureView::keyPressEvent(QKeyEvent* event) {
  const QSizeF step = view_size() / 8;
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: return zoom_in();
    case Qt::Key_Minus: return zoom_out();
    case Qt::Key_0: return fit();
    case Qt::Key_1: return actual_size();
    case Qt::Key_Left:
      if (pan({step.width(), 0})) return;
      break;
    case Qt::Key_Right:
      if (pan({-step.width(), 0})) return;
      break;
    case Qt::Key_Up:
      if (pan({0, step.height()})) return;
      break;
    case Qt::Key_Down:
      if (pan({0, -step.height()})) return;
      break;
    default: break;
  }
  QWidget::keyPressEvent(event);
}

void PictureView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !can_pan()) return QWidget::mousePressEvent(event);
  dragged_from_ = event->position();
  setCursor(Qt::ClosedHandCursor);
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_from_) {
    pan((event->position() - *dragged_from_) * devicePixelRatioF());
    dragged_from_ = event->position();
  } else {
    Q_EMIT pixel_hovered(pixel_at(event->position()));
  }
}

void PictureView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !dragged_from_) return QWidget::mouseReleaseEvent(event);
  dragged_from_.reset();
  update_cursor();
}

void PictureView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mouseDoubleClickEvent(event);
  if (fitted_) {
    set_zoom(1, event->position());
  } else {
    fit();
  }
}

void PictureView::focusInEvent(QFocusEvent* event) {
  show_focus_ = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
  QWidget::focusInEvent(event);
}

void PictureView::leaveEvent(QEvent* event) {
  Q_EMIT pixel_hovered({-1, -1});
  QWidget::leaveEvent(event);
}

}  // namespace bitswap::ui
