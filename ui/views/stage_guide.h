// SPDX-License-Identifier: GPL-3.0-or-later
// The legend of the stages: each with its colour, its name, and a small picture of the pixels that it codes.
#pragma once

#include <QColor>
#include <QWidget>
#include <vector>

#include "engine/coder/ledger.h"

class QGridLayout;

namespace bitswap::ui {

struct ChartColours;

/// One for each stage; no two are alike for up to as many stages as ChartColours::series has.
QColor stage_colour(const ChartColours& colours, std::size_t stage);

class StageGuide : public QWidget {
  Q_OBJECT
 public:
  explicit StageGuide(QWidget* parent = nullptr);
  void set_stages(const std::vector<LedgerStage>& stages);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void build();
  std::vector<LedgerStage> stages_;
  QGridLayout* grid_;
};

}  // namespace bitswap::ui
