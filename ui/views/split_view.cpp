// SPDX-License-Identifier: GPL-3.0-or-later
// Both pictures share one zoom and one place; only the clip differs.
#include "ui/views/split_view.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/compare/heat_map_image.h"
#include "ui/items/format_text.h"
#include "ui/items/layers_model.h"

namespace bitswap::ui {
namespace {

constexpr double kGrip = 8;  // how near the divider the mouse takes hold of it

QString zoom_text(double zoom) { return format_percent(zoom, zoom < 0.1 ? 1 : 0); }

/// Each new value is the mean of the up to four that it stands for.
std::vector<float> halved(const std::vector<float>& bits, std::uint32_t width, std::uint32_t height) {
  const std::size_t columns = (std::size_t{width} + 1) / 2, rows = (std::size_t{height} + 1) / 2;
  std::vector<float> means(columns * rows);
  for (std::size_t y = 0; y < rows; ++y) {
    const std::size_t below = std::min<std::size_t>(2 * y + 1, height - 1);
    for (std::size_t x = 0; x < columns; ++x) {
      const std::size_t right = std::min<std::size_t>(2 * x + 1, width - 1);
      means[y * columns + x] = (bits[2 * y * width + 2 * x] + bits[2 * y * width + right] +
                                bits[below * width + 2 * x] + bits[below * width + right]) /
                               4;
    }
  }
  return means;
}

/// A small label on top of the picture, readable on any colour.
void draw_tag(QPainter& painter, const QString& text, QPointF corner, bool right) {
  const QFontMetricsF metrics(painter.font());
  QRectF box(0, 0, metrics.horizontalAdvance(text) + 12, metrics.height() + 6);
  box.moveTopLeft(right ? QPointF(corner.x() - box.width(), corner.y()) : corner);
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(0, 0, 0, 170));
  painter.drawRoundedRect(box, 4, 4);
  painter.setPen(Qt::white);
  painter.drawText(box, Qt::AlignCenter, text);
}

}  // namespace

SplitCanvas::SplitCanvas(QWidget* parent) : PictureView(parent) {
  setAccessibleName(tr("Photo and bit heat map"));
  setAccessibleDescription(tr("Left and Right move the divider"));
}

void SplitCanvas::set_heat(ImagePyramid heat) {
  heat_ = std::move(heat);
  update();
}

void SplitCanvas::set_divider(double share) {
  share = std::clamp(share, 0.0, 1.0);
  if (share == divider_) return;
  divider_ = share;
  update();
  Q_EMIT divider_moved(divider_);
}

bool SplitCanvas::on_divider(QPointF point) const {
  return has_image() && !heat_.empty() && std::abs(point.x() - divider_ * width()) <= kGrip;
}

void SplitCanvas::paint_picture(QPainter& painter, const QRectF& view) {
  QRectF left = view;
  if (!heat_.empty()) {
    left.setWidth(std::round(view.width() * divider_));
    QRectF right = view;
    right.setLeft(left.right());
    heat_.draw(painter, right, origin(), zoom());
  }
  painter.save();
  painter.setClipRect(left);
  PictureView::paint_picture(painter, left);
  painter.restore();
}

void SplitCanvas::paintEvent(QPaintEvent* event) {
  PictureView::paintEvent(event);
  if (!has_image() || heat_.empty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const double x = divider_ * width();
  const double y = height() / 2.0;
  painter.setPen(QPen(QColor(0, 0, 0, 150), 4));
  painter.drawLine(QPointF(x, 0), QPointF(x, height()));
  painter.setPen(QPen(Qt::white, 2));
  painter.drawLine(QPointF(x, 0), QPointF(x, height()));
  painter.setPen(QPen(QColor(0, 0, 0, 150), 1));
  painter.setBrush(Qt::white);
  painter.drawEllipse(QPointF(x, y), 13, 13);
  painter.setPen(QPen(QColor(40, 40, 40), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.setBrush(Qt::NoBrush);
  for (const int side : {-1, 1}) {
    QPainterPath arrow(QPointF(x + side * 3, y - 4));
    arrow.lineTo(x + side * 7, y);
    arrow.lineTo(x + side * 3, y + 4);
    painter.drawPath(arrow);
  }
  if (divider_ > 0.15) draw_tag(painter, tr("Photo"), {8, 8}, false);
  if (divider_ < 0.85) draw_tag(painter, tr("Bits"), {width() - 8.0, 8}, true);
}

void SplitCanvas::keyPressEvent(QKeyEvent* event) {
  if (!heat_.empty() && (event->modifiers() & Qt::ShiftModifier) == 0) {
    switch (event->key()) {
      case Qt::Key_Left: return set_divider(divider_ - 0.02);
      case Qt::Key_Right: return set_divider(divider_ + 0.02);
      case Qt::Key_Home: return set_divider(0);
      case Qt::Key_End: return set_divider(1);
      default: break;
    }
  }
  PictureView::keyPressEvent(event);
}

void SplitCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && on_divider(event->position())) {
    dragging_ = true;
    return;
  }
  PictureView::mousePressEvent(event);
}

void SplitCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_) return set_divider(event->position().x() / std::max(1, width()));
  if (event->buttons() == Qt::NoButton) {
    if (on_divider(event->position())) {
      setCursor(Qt::SplitHCursor);
    } else if (cursor().shape() == Qt::SplitHCursor) {
      update_cursor();
    }
  }
  PictureView::mouseMoveEvent(event);
}

void SplitCanvas::mouseReleaseEvent(QMouseEvent* event) {
  if (dragging_ && event->button() == Qt::LeftButton) {
    dragging_ = false;
    return;
  }
  PictureView::mouseReleaseEvent(event);
}

void SplitCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
  if (on_divider(event->position())) return set_divider(0.5);
  PictureView::mouseDoubleClickEvent(event);
}

HeatScale::HeatScale(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Scale of the heat map"));
}

void HeatScale::set_maximum(double bits) {
  maximum_ = bits;
  setAccessibleDescription(bits > 0 ? tr("From 0 to %1 bits per pixel").arg(format_number(bits, 0)) : QString());
  update();
}

QSize HeatScale::sizeHint() const { return {160, fontMetrics().height() + 18}; }

void HeatScale::paintEvent(QPaintEvent*) {
  if (maximum_ <= 0) return;
  QPainter painter(this);
  const QRect bar(0, 2, width(), 10);
  for (int x = 0; x < bar.width(); ++x) {
    const auto [r, g, b] = heat_colour(static_cast<double>(x) / std::max(1, bar.width() - 1));
    painter.fillRect(bar.x() + x, bar.y(), 1, bar.height(), QColor(r, g, b));
  }
  painter.setPen(palette().color(QPalette::Mid));
  painter.drawRect(bar.adjusted(0, 0, -1, -1));
  painter.setPen(palette().color(QPalette::WindowText));
  const QRect labels(0, bar.bottom() + 3, width(), height() - bar.bottom() - 3);
  painter.drawText(labels, Qt::AlignLeft | Qt::AlignTop, format_number(0, 0));
  painter.drawText(labels, Qt::AlignHCenter | Qt::AlignTop, format_number(maximum_ / 2, maximum_ < 10 ? 1 : 0));
  painter.drawText(labels, Qt::AlignRight | Qt::AlignTop, tr("%1 bits per pixel").arg(format_number(maximum_, 0)));
}

double heat_scale(std::vector<float> bits) {
  constexpr std::array kSteps = {1.0, 2.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0};
  if (bits.empty()) return kSteps.front();
  const auto at = bits.begin() + static_cast<std::ptrdiff_t>((bits.size() - 1) - bits.size() / 100);
  std::nth_element(bits.begin(), at, bits.end());
  const auto step = std::ranges::lower_bound(kSteps, static_cast<double>(*at));
  return step == kSteps.end() ? std::ceil(static_cast<double>(*at)) : *step;
}

SplitView::SplitView(QWidget* parent) : QWidget(parent) {
  auto* const layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* const bar = new QHBoxLayout;
  auto* const label = new QLabel(tr("&Bits of"), this);
  stage_ = new QComboBox(this);
  stage_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  stage_->setAccessibleName(tr("Stage that the heat map shows"));
  label->setBuddy(stage_);
  pixel_ = new QLabel(this);
  zoom_ = new QLabel(this);
  bar->addWidget(label);
  bar->addWidget(stage_);
  bar->addSpacing(8);
  bar->addWidget(pixel_, 1);
  bar->addWidget(zoom_);
  canvas_ = new SplitCanvas(this);
  const auto add_button = [&](const QString& text, const QString& tip, void (PictureView::*slot)()) {
    auto* const button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(tip);
    button->setAutoRaise(true);
    connect(button, &QToolButton::clicked, canvas_, slot);
    bar->addWidget(button);
  };
  add_button(tr("Fit"), tr("Show the whole picture (0)"), &PictureView::fit);
  add_button(format_percent(1, 0), tr("One pixel of the picture is one of the display (1)"), &PictureView::actual_size);
  scale_ = new HeatScale(this);
  layout->addLayout(bar);
  layout->addWidget(canvas_, 1);
  layout->addWidget(scale_);
  connect(canvas_, &PictureView::zoom_changed, this,
          [this](double zoom) { zoom_->setText(canvas_->has_image() ? zoom_text(zoom) : QString()); });
  connect(canvas_, &PictureView::pixel_hovered, this, &SplitView::show_pixel);
  connect(stage_, &QComboBox::activated, this, &SplitView::draw);
  clear({});
}

void SplitView::clear(const QString& message) {
  report_.reset();
  picture_.reset();
  heat_ = {};
  stage_->clear();
  stage_->setEnabled(false);
  canvas_->set_heat(ImagePyramid());
  canvas_->set_image({});
  canvas_->set_message(message);
  scale_->set_maximum(0);
  show_pixel({-1, -1});
  zoom_->clear();
}

void SplitView::set_report(std::shared_ptr<const InspectReport> report, std::shared_ptr<const LoadedPicture> picture) {
  if (report == report_ && picture == picture_) return;
  const QVariant before = stage_->currentData();
  report_ = std::move(report);
  picture_ = std::move(picture);
  heat_ = {};
  show_pixel({-1, -1});
  stage_->clear();
  stage_->addItem(tr("All stages"), QString());
  for (const std::string& name : report_->heat.stages) {
    stage_->addItem(stage_title({.name = name}), QString::fromStdString(name));
  }
  stage_->setCurrentIndex(std::max(0, stage_->findData(before)));
  stage_->setEnabled(report_->heat.stages.size() > 1);
  draw();
}

/// A stage codes one or two pixels of each small square: their bits are shown as the mean of the square, or else there
/// would only be dots on black.
void SplitView::spread(Heat& heat) {
  const auto coded = static_cast<std::size_t>(std::ranges::count_if(heat.bits, [](float bits) { return bits > 0; }));
  std::size_t side = 1;
  while (coded > 0 && side < 64 && coded * side * side < heat.bits.size() * 9 / 10) side *= 2;
  for (std::size_t y0 = 0; side > 1 && y0 < heat.height; y0 += side) {
    for (std::size_t x0 = 0; x0 < heat.width; x0 += side) {
      const std::size_t y1 = std::min<std::size_t>(heat.height, y0 + side);
      const std::size_t x1 = std::min<std::size_t>(heat.width, x0 + side);
      float sum = 0;
      for (std::size_t y = y0; y < y1; ++y) {
        for (std::size_t x = x0; x < x1; ++x) sum += heat.bits[y * heat.width + x];
      }
      const float mean = sum / static_cast<float>((y1 - y0) * (x1 - x0));
      for (std::size_t y = y0; y < y1; ++y)
        std::fill_n(heat.bits.begin() + static_cast<std::ptrdiff_t>(y * heat.width + x0), x1 - x0, mean);
    }
  }
}

/// A picture of more than 8 bits a sample is coded as its high bytes above its low ones: their bits belong together.
Result<SplitView::Heat> SplitView::make_heat(const InspectReport& report, const std::string& stage,
                                             const Picture& photo) {
  Heat heat;
  heat.width = report.heat.width;
  heat.height = report.heat.height;
  BITSWAP_TRY_ASSIGN(heat.bits, heat_bits(report.heat, stage));
  if (heat.width == photo.width && heat.height == 2 * photo.height) {
    heat.height = photo.height;
    const std::size_t half = heat.bits.size() / 2;
    for (std::size_t i = 0; i < half; ++i) heat.bits[i] += heat.bits[half + i];
    heat.bits.resize(half);
  }
  if (heat.width != photo.width || heat.height != photo.height) {
    return Error{Error::Code::Internal, 0, "the heat map has another size than the picture"};
  }
  if (!stage.empty()) spread(heat);
  heat.maximum = heat_scale(heat.bits);
  std::uint32_t width = heat.width, height = heat.height;
  std::vector<float> means = heat.bits;
  while (true) {
    BITSWAP_TRY_ASSIGN(Picture drawn, draw_heat(means, width, height, heat.maximum));
    heat.levels.push_back(to_image(std::make_shared<const Picture>(std::move(drawn))));
    if (std::min(width, height) <= 1) return heat;
    means = halved(means, width, height);
    width = (width + 1) / 2;
    height = (height + 1) / 2;
  }
}

void SplitView::draw() {
  stale_ = worker_.busy();
  if (stale_ || !report_) return;
  const std::string stage = stage_->currentData().toString().toStdString();
  worker_.start([report = report_, picture = picture_, stage, this](const CancelToken&) -> Worker::Completion {
    auto heat = std::make_shared<Result<Heat>>(make_heat(*report, stage, picture->rgb));
    return [this, report, picture, heat] {
      if (stale_) return draw();
      if (report == report_ && picture == picture_) show_heat(std::move(*heat));
    };
  });
}

void SplitView::show_heat(Result<Heat> heat) {
  canvas_->set_image(to_image({picture_, &picture_->rgb}));
  if (heat.ok()) {
    heat_ = std::move(*heat);
    canvas_->set_heat(ImagePyramid(std::exchange(heat_.levels, {})));
    scale_->set_maximum(heat_.maximum);
  } else {
    heat_ = {};
    canvas_->set_heat(ImagePyramid());
    scale_->set_maximum(0);
    pixel_->setText(tr("No heat map: the picture is too large."));
  }
  zoom_->setText(zoom_text(canvas_->zoom()));
  Q_EMIT drawn();
}

void SplitView::show_pixel(QPoint pixel) {
  const std::size_t at =
      static_cast<std::size_t>(std::max(0, pixel.y())) * heat_.width + static_cast<std::size_t>(std::max(0, pixel.x()));
  if (pixel.x() < 0 || at >= heat_.bits.size()) {
    pixel_->clear();
    return;
  }
  pixel_->setText(
      tr("%1, %2: %3 bits").arg(pixel.x()).arg(pixel.y()).arg(format_number(static_cast<double>(heat_.bits[at]), 1)));
}

}  // namespace bitswap::ui
