// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a one-colour SVG in the colour of the palette's text, whichever that is at the moment.
#pragma once

#include <QByteArray>
#include <QIconEngine>
#include <QString>

namespace bitswap::ui {

class LineIconEngine final : public QIconEngine {
 public:
  /// `drawing` says "currentColor" where the colour belongs.
  LineIconEngine(QString name, QByteArray drawing);

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
  QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
  [[nodiscard]] QIconEngine* clone() const override;

 private:
  [[nodiscard]] QColor colour(QIcon::Mode mode) const;
  void render(QPainter& painter, const QRectF& rect, const QColor& colour) const;

  QString name_;
  QByteArray drawing_;
};

}  // namespace bitswap::ui
