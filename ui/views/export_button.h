// SPDX-License-Identifier: GPL-3.0-or-later
// A button whose menu saves what a tab shows: charts as PNG or SVG, numbers as CSV.
#pragma once

#include <QList>
#include <QToolButton>
#include <functional>

namespace bitswap::ui {

class BarChart;

/// Charts below each other in one picture; `scale` pixels for each of the window.
QByteArray draw_png(const QList<BarChart*>& charts, double scale = 2);
QByteArray draw_svg(const QList<BarChart*>& charts, const QString& title);

class ExportButton : public QToolButton {
  Q_OBJECT
 public:
  using Charts = std::function<QList<BarChart*>()>;
  using Csv = std::function<QByteArray()>;

  ExportButton(Charts charts, Csv csv, QWidget* parent = nullptr);
  /// Without a suffix; what the file dialog proposes.
  void set_base_name(const QString& name) { base_name_ = name; }

 private:
  void save(const QString& suffix, const QString& filter, const std::function<QByteArray()>& make);
  QString base_name_;
};

}  // namespace bitswap::ui
