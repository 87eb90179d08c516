// SPDX-License-Identifier: GPL-3.0-or-later
// A small map of the parts that a picture is coded in, coloured by their bits a pixel: point at one to see its ledger.
#pragma once

#include <QWidget>
#include <vector>

#include "engine/jobs/inspect.h"

namespace bitswap::ui {

/// The mouse or the arrow keys choose a part.
class PartsMap : public QWidget {
  Q_OBJECT
 public:
  explicit PartsMap(QWidget* parent = nullptr);

  void set_report(std::shared_ptr<const InspectReport> report);
  /// Index into InspectReport::parts; -1: the whole picture.
  [[nodiscard]] int part() const { return part_; }
  void set_part(int part);
  /// Where a part is drawn.
  [[nodiscard]] QRectF area(int part) const;

  [[nodiscard]] QSize sizeHint() const override { return {180, 130}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {120, 90}; }

 Q_SIGNALS:
  void part_changed(int part);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  std::shared_ptr<const InspectReport> report_;
  int part_ = -1;
  double highest_ = 1;
};

}  // namespace bitswap::ui
