// SPDX-License-Identifier: GPL-3.0-or-later
// Shows a picture: zoom about the cursor, pan, and exact pixels at 100 %. Preview and split view are made of it.
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "engine/image/pixels/picture.h"

namespace bitswap::ui {

/// An image and its halves, so that shrinking by any factor is smooth and fast. Halves are made when they are drawn.
class ImagePyramid {
 public:
  ImagePyramid() = default;
  explicit ImagePyramid(QImage image);
  /// Levels that somebody made: each half as wide and high as the one before, rounded up.
  explicit ImagePyramid(std::vector<QImage> levels) : levels_(std::move(levels)) {}
  [[nodiscard]] bool empty() const { return levels_.empty(); }
  [[nodiscard]] QSize size() const { return empty() ? QSize() : levels_.front().size(); }
  /// The part of the image inside `clip`, where pixel (0, 0) of the image is at `origin` and a pixel takes zoom × zoom;
  /// all in the coordinates of the painter. Smooth when it shrinks, else the pixels as they are.
  void draw(QPainter& painter, const QRectF& clip, QPointF origin, double zoom);

 private:
  const QImage& level(std::size_t number);
  std::vector<QImage> levels_;
};

/// Without a copy: the image keeps the picture alive. Requires 3 channels.
QImage to_image(std::shared_ptr<const Picture> picture);

/// Keys: + and - zoom, 0 fits, 1 shows 100 %, arrows pan where there is something to pan and are left to the parent
/// widget where there is not. Wheel zooms about the cursor, dragging pans, a double click changes between fit and 100
/// %.
class PictureView : public QWidget {
  Q_OBJECT
 public:
  explicit PictureView(QWidget* parent = nullptr);

  /// Fits it, unless it has the size of the picture before: then the same part stays in sight. Null for none.
  void set_image(const QImage& image);
  /// Shown in the middle when there is no image. Plain text.
  void set_message(const QString& message);
  [[nodiscard]] bool has_image() const { return !pyramid_.empty(); }
  [[nodiscard]] QSize image_size() const { return pyramid_.size(); }

  /// Pixels of the display that a pixel of the picture takes on either side: 1 is exact.
  [[nodiscard]] double zoom() const { return zoom_; }
  [[nodiscard]] bool fitted() const { return fitted_; }
  /// Where the picture is, in pixels of the display from the corner of the widget.
  [[nodiscard]] QRectF picture_rect() const;
  /// The pixel of the picture under a point of the widget; (-1, -1) beside the picture.
  [[nodiscard]] QPoint pixel_at(QPointF point) const;

  /// All of the picture, but not larger than 100 %.
  void fit();
  void actual_size();
  void zoom_in();
  void zoom_out();
  /// `about`: the point of the widget that stays where it is.
  void set_zoom(double zoom, QPointF about);

  [[nodiscard]] QSize sizeHint() const override { return {480, 360}; }

 Q_SIGNALS:
  void zoom_changed(double zoom);
  void pixel_hovered(QPoint pixel);

 protected:
  /// In pixels of the display. `view` is all of the widget.
  virtual void paint_picture(QPainter& painter, const QRectF& view);
  [[nodiscard]] QPointF origin() const { return origin_; }
  /// False where nothing can move that way. In pixels of the display.
  bool pan(QPointF by);
  /// A hand where the picture can be dragged.
  void update_cursor();

  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;

 private:
  [[nodiscard]] QSizeF view_size() const;
  [[nodiscard]] double fit_zoom() const;
  [[nodiscard]] bool can_pan() const;
  [[nodiscard]] QPointF clamped(QPointF origin) const;

  ImagePyramid pyramid_;
  QString message_;
  double zoom_ = 1;
  bool fitted_ = true;
  QPointF origin_;           ///< of the picture's corner, in pixels of the display, whole
  bool show_focus_ = false;  ///< it came with the Tab key
  std::optional<QPointF> dragged_from_;
};

}  // namespace bitswap::ui
