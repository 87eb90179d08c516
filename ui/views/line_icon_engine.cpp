// SPDX-License-Identifier: GPL-3.0-or-later
// Pixmaps are kept by name, size and colour.
#include "ui/views/line_icon_engine.h"

#include <QGuiApplication>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>
#include <utility>

namespace bitswap::ui {

LineIconEngine::LineIconEngine(QString name, QByteArray drawing)
    : name_(std::move(name)), drawing_(std::move(drawing)) {}

QColor LineIconEngine::colour(QIcon::Mode mode) const {
  const QPalette palette = QGuiApplication::palette();
  switch (mode) {
    case QIcon::Disabled: return palette.color(QPalette::Disabled, QPalette::ButtonText);
    case QIcon::Selected: return palette.color(QPalette::HighlightedText);
    case QIcon::Normal:
    case QIcon::Active: break;
  }
  return palette.color(QPalette::ButtonText);
}

void LineIconEngine::render(QPainter& painter, const QRectF& rect, const QColor& colour) const {
  QByteArray drawing = drawing_;
  QSvgRenderer renderer(drawing.replace("currentColor", colour.name().toUtf8()));
  renderer.setAspectRatioMode(Qt::KeepAspectRatio);
  painter.setRenderHint(QPainter::Antialiasing);
  renderer.render(&painter, rect);
}

void LineIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) {
  render(*painter, rect, colour(mode));
}

QPixmap LineIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) {
  return scaledPixmap(size, mode, state, 1);
}

QPixmap LineIconEngine::scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) {
  const QColor ink = colour(mode);
  const QString key = QStringLiteral("line-icon/%1/%2x%3/%4")
                          .arg(name_, QString::number(size.width()), QString::number(size.height()), ink.name());
  QPixmap pixmap;
  if (QPixmapCache::find(key, &pixmap)) return pixmap;
  pixmap = QPixmap(size);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  render(painter, QRectF(QPointF(0, 0), QSizeF(size)), ink);
  painter.end();
  QPixmapCache::insert(key, pixmap);
  return pixmap;
}

QIconEngine* LineIconEngine::clone() const { return new LineIconEngine(*this); }

}  // namespace bitswap::ui
