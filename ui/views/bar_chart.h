// SPDX-License-Identifier: GPL-3.0-or-later
// Horizontal bars with their values written beside them: one row a thing, stacked where it has parts.
#pragma once

#include <QChartView>
#include <QGraphicsSimpleTextItem>
#include <functional>
#include <optional>
#include <vector>

namespace bitswap::ui {

struct ChartColours;

/// Colours follow the palette. Numbers are read back from chart()'s series; rows are there from the bottom up.
class BarChart : public QChartView {
  Q_OBJECT
 public:
  struct Part {
    QString name;  ///< in the legend and in tool tips
    std::function<QColor(const ChartColours&)> colour;
  };
  struct Row {
    QString label;
    std::vector<double> values;  ///< one for each part; negative ones go to the left
    QString text;                ///< beside the bar
  };

  explicit BarChart(const QString& title, QWidget* parent = nullptr);

  /// `value_text` words a value in tool tips. With `legend`, the names of the parts are below.
  void set_rows(std::vector<Part> parts, std::vector<Row> rows, std::function<QString(double)> value_text, bool legend);
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;
  /// All of the chart at the painter's origin, on its background.
  void paint(QPainter& painter, QSize size);

 protected:
  void changeEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  struct LegendEntry {
    QGraphicsRectItem* box;
    QGraphicsSimpleTextItem* name;
  };
  void recolour();
  void arrange();
  /// Names from left to right, on as many lines as they need; returns where they end. Only places them if `top` is set.
  double arrange_legend(std::optional<double> top);

  QString title_;
  std::vector<Part> parts_;
  std::vector<Row> rows_;
  QGraphicsSimpleTextItem* heading_;
  QGraphicsLineItem* zero_;
  std::vector<QGraphicsSimpleTextItem*> labels_, texts_;  ///< one for each row
  std::vector<LegendEntry> legend_;
};

}  // namespace bitswap::ui
