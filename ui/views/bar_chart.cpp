// SPDX-License-Identifier: GPL-3.0-or-later
// Qt Charts draws the bars; the texts are ours, because its labels know only plain numbers and are cut off where they
// stand close.
#include "ui/views/bar_chart.h"

#include <QAbstractBarSeries>
#include <QBarCategoryAxis>
#include <QBarSet>
#include <QChart>
#include <QCursor>
#include <QEvent>
#include <QGraphicsLayout>
#include <QHorizontalStackedBarSeries>
#include <QLegend>
#include <QToolTip>
#include <QValueAxis>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr double kTextGap = 6;
constexpr double kMargin = 8;

/// How far a row reaches to the right and to the left.
std::pair<double, double> extent(const BarChart::Row& row) {
  double right = 0;
  double left = 0;
  for (const double value : row.values) (value > 0 ? right : left) += value;
  return {right, left};
}

}  // namespace

BarChart::BarChart(const QString& title, QWidget* parent) : QChartView(parent), title_(title) {
  setFrameShape(QFrame::NoFrame);
  setRenderHint(QPainter::Antialiasing);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setFocusPolicy(Qt::NoFocus);
  setAccessibleName(title);
  QChart* const c = chart();
  c->setBackgroundRoundness(0);
  c->layout()->setContentsMargins(0, 0, 0, 0);
  c->setAnimationOptions(QChart::NoAnimation);
  c->legend()->hide();
  heading_ = new QGraphicsSimpleTextItem(title, c);
  zero_ = new QGraphicsLineItem(c);
  zero_->setZValue(20);
  recolour();
}

QSize BarChart::sizeHint() const {
  const int line = fontMetrics().height();
  const int rows = std::max(1, static_cast<int>(rows_.size()));
  const double legend = const_cast<BarChart*>(this)->arrange_legend({});
  return {420, line * 3 / 2 + rows * line * 9 / 5 + static_cast<int>(std::ceil(legend)) + 12};
}

QSize BarChart::minimumSizeHint() const { return {260, sizeHint().height()}; }

void BarChart::set_rows(std::vector<Part> parts, std::vector<Row> rows, std::function<QString(double)> value_text,
                        bool legend) {
  parts_ = std::move(parts);
  rows_ = std::move(rows);
  QChart* const c = chart();
  c->removeAllSeries();
  for (QAbstractAxis* axis : c->axes()) {
    c->removeAxis(axis);
    delete axis;
  }
  qDeleteAll(labels_);
  qDeleteAll(texts_);
  labels_.clear();
  texts_.clear();
  for (const LegendEntry& entry : legend_) {
    delete entry.box;
    delete entry.name;
  }
  legend_.clear();

  auto* const series = new QHorizontalStackedBarSeries;
  series->setBarWidth(0.72);
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    auto* const set = new QBarSet(parts_[p].name);
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row)
      set->append(p < row->values.size() ? row->values[p] : 0);
    connect(set, &QBarSet::hovered, this, [this, set, value_text](bool inside, int index) {
      if (!inside) return QToolTip::hideText();
      QToolTip::showText(QCursor::pos(), tr("%1: %2").arg(set->label(), value_text(set->at(index))), this);
    });
    series->append(set);
  }
  c->addSeries(series);
  auto* const names = new QBarCategoryAxis;
  QString description;
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) names->append(row->label);
  for (const Row& row : rows_) {
    labels_.push_back(new QGraphicsSimpleTextItem(row.label, c));
    texts_.push_back(new QGraphicsSimpleTextItem(row.text, c));
    description += tr("%1: %2").arg(row.label, row.text) + u'\n';
  }
  setAccessibleDescription(description);
  for (const Part& part : parts_) {
    if (legend) legend_.push_back({new QGraphicsRectItem(c), new QGraphicsSimpleTextItem(part.name, c)});
  }
  auto* const values = new QValueAxis;
  values->setVisible(false);
  names->setVisible(false);
  c->addAxis(names, Qt::AlignLeft);
  c->addAxis(values, Qt::AlignBottom);
  series->attachAxis(names);
  series->attachAxis(values);
  recolour();
  updateGeometry();
  arrange();
}

void BarChart::recolour() {
  const ChartColours colours = chart_colours(palette());
  QChart* const c = chart();
  setBackgroundBrush(colours.background);
  c->setBackgroundBrush(colours.background);
  c->setBackgroundPen(Qt::NoPen);
  QFont bold = font();
  bold.setBold(true);
  heading_->setFont(bold);
  heading_->setBrush(colours.text);
  zero_->setPen(QPen(colours.muted, 1));
  for (const auto* items : {&labels_, &texts_}) {
    for (QGraphicsSimpleTextItem* text : *items) {
      text->setFont(font());
      text->setBrush(colours.text);
    }
  }
  for (std::size_t i = 0; i < legend_.size(); ++i) {
    legend_[i].box->setBrush(parts_[i].colour(colours));
    legend_[i].box->setPen(Qt::NoPen);
    legend_[i].name->setFont(font());
    legend_[i].name->setBrush(colours.text);
  }
  for (QAbstractSeries* series : c->series()) {
    const QList<QBarSet*> sets = static_cast<QAbstractBarSeries*>(series)->barSets();
    for (qsizetype i = 0; i < sets.size(); ++i) {
      sets[i]->setBrush(parts_[static_cast<std::size_t>(i)].colour(colours));
      sets[i]->setPen(Qt::NoPen);
    }
  }
}

double BarChart::arrange_legend(std::optional<double> top) {
  const double line = fontMetrics().height();
  double x = kMargin;
  double y = 0;
  for (const LegendEntry& entry : legend_) {
    const double width = line * 0.8 + 4 + entry.name->boundingRect().width();
    if (x > kMargin && x + width > this->width() - kMargin) {
      x = kMargin;
      y += line * 1.4;
    }
    if (top) {
      entry.box->setRect(x, *top + y + line * 0.15, line * 0.7, line * 0.7);
      entry.name->setPos(x + line * 0.8 + 4, *top + y);
    }
    x += width + line;
  }
  return legend_.empty() ? 0 : y + line * 1.4;
}

/// Chooses the range so that the longest bar and its text just fit.
void BarChart::arrange() {
  const double line = fontMetrics().height();
  heading_->setPos(kMargin, 4);
  zero_->setVisible(!rows_.empty());
  if (rows_.empty()) return;
  double names = 0;
  for (const QGraphicsSimpleTextItem* label : labels_) names = std::max(names, label->boundingRect().width());
  const double left = kMargin + names + kTextGap;
  const double top = line * 1.5 + 4;
  const double step = line * 1.8;
  const QRectF plot(left, top, std::max(20.0, width() - left - kMargin), step * static_cast<double>(rows_.size()));
  chart()->setPlotArea(plot);
  arrange_legend(plot.bottom() + 4);

  double lowest = 0;
  for (const Row& row : rows_) lowest = std::min(lowest, extent(row).second);
  double highest = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double room = std::max(plot.width() * 0.15, plot.width() - texts_[i]->boundingRect().width() - kTextGap);
    highest = std::max(highest, lowest + (extent(rows_[i]).first - lowest) * plot.width() / room);
  }
  if (highest <= 0) highest = lowest < 0 ? -lowest : 1;
  for (QAbstractAxis* axis : chart()->axes(Qt::Horizontal)) static_cast<QValueAxis*>(axis)->setRange(lowest, highest);
  const double scale = plot.width() / (highest - lowest);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const double y = plot.top() + (static_cast<double>(i) + 0.5) * step - texts_[i]->boundingRect().height() / 2;
    labels_[i]->setPos(plot.left() - kTextGap - labels_[i]->boundingRect().width(), y);
    texts_[i]->setPos(plot.left() + (extent(rows_[i]).first - lowest) * scale + kTextGap, y);
  }
  const double zero = plot.left() - lowest * scale;
  zero_->setLine(zero, plot.top(), zero, plot.bottom());
}

void BarChart::changeEvent(QEvent* event) {
  QChartView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
    recolour();
    arrange();
  }
}

void BarChart::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  arrange();
  if (sizeHint().height() != height()) updateGeometry();  // the legend wraps
}

// The pane around the chart scrolls.
void BarChart::wheelEvent(QWheelEvent* event) { event->ignore(); }

void BarChart::paint(QPainter& painter, QSize size) {
  const QSize before = this->size();
  resize(size);
  painter.fillRect(QRect({}, size), backgroundBrush());
  scene()->render(&painter, QRectF({}, size), QRectF({}, size), Qt::IgnoreAspectRatio);
  resize(before);
}

}  // namespace bitswap::ui
