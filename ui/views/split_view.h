// SPDX-License-Identifier: GPL-3.0-or-later
// The photo and its bit heat map in one place, with a divider between them: where the bits go.
#pragma once

#include "engine/jobs/inspect.h"
#include "engine/jobs/picture_source.h"
#include "ui/controllers/worker.h"
#include "ui/views/picture_view.h"

class QComboBox;
class QLabel;
class QToolButton;

namespace bitswap::ui {

/// Left of the divider the photo, right of it the heat map. Left and Right move the divider (Home and End all the way),
/// with Shift they pan; all else as PictureView.
class SplitCanvas : public PictureView {
  Q_OBJECT
 public:
  explicit SplitCanvas(QWidget* parent = nullptr);

  void set_heat(ImagePyramid heat);
  /// Share of the width that shows the photo, 0 to 1.
  [[nodiscard]] double divider() const { return divider_; }
  void set_divider(double share);

 Q_SIGNALS:
  void divider_moved(double share);

 protected:
  void paint_picture(QPainter& painter, const QRectF& view) override;
  void paintEvent(QPaintEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

 private:
  [[nodiscard]] bool on_divider(QPointF point) const;
  ImagePyramid heat_;
  double divider_ = 0.5;
  bool dragging_ = false;
};

/// The colours of the heat map from 0 to the highest value.
class HeatScale : public QWidget {
  Q_OBJECT
 public:
  explicit HeatScale(QWidget* parent = nullptr);
  /// Bits of a pixel at the right end; 0: no scale.
  void set_maximum(double bits);
  [[nodiscard]] double maximum() const { return maximum_; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  double maximum_ = 0;
};

/// The upper end of the scale for these bits: what all but one per cent of the pixels stay below, rounded up to one of
/// a few steps, so that photos of a kind share a scale and can be compared.
double heat_scale(std::vector<float> bits);

class SplitView : public QWidget {
  Q_OBJECT
 public:
  explicit SplitView(QWidget* parent = nullptr);

  /// Draws the heat map in the background, then shows both.
  void set_report(std::shared_ptr<const InspectReport> report, std::shared_ptr<const LoadedPicture> picture);
  /// No picture, a sentence instead.
  void clear(const QString& message);

 Q_SIGNALS:
  /// Photo and heat map are there.
  void drawn();

 private:
  struct Heat {
    std::vector<float> bits;
    std::uint32_t width = 0, height = 0;
    double maximum = 0;
    /// In colours; smaller ones are coloured means, for the mean of colours would be a pattern of its own.
    std::vector<QImage> levels;
  };
  static void spread(Heat& heat);
  static Result<Heat> make_heat(const InspectReport& report, const std::string& stage, const Picture& photo);
  void draw();
  void show_heat(Result<Heat> heat);
  void show_pixel(QPoint pixel);

  std::shared_ptr<const InspectReport> report_;
  std::shared_ptr<const LoadedPicture> picture_;
  Heat heat_;
  bool stale_ = false;  ///< something else is to be drawn when the worker is done
  QComboBox* stage_;
  QLabel* zoom_;
  QLabel* pixel_;
  SplitCanvas* canvas_;
  HeatScale* scale_;
  Worker worker_;
};

}  // namespace bitswap::ui
