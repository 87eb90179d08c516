// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures of 16 × 16 pixels: strong what the stage codes, pale what is known before it.
#include "ui/views/stage_guide.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <algorithm>

#include "ui/items/layers_model.h"
#include "ui/items/stage_pattern.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

constexpr int kColumns = 4;
constexpr int kCell = 2;
constexpr int kSide = StagePattern::kSide * kCell;

QPixmap draw(const LedgerStage& stage, const QColor& colour, const ChartColours& colours, double ratio) {
  QPixmap pixmap(QSize(kSide, kSide) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(colours.background);
  QPainter painter(&pixmap);
  const std::optional<StagePattern> pattern = stage_pattern(stage.name);
  if (!pattern) painter.fillRect(kSide / 4, kSide / 4, kSide / 2, kSide / 2, colour);
  for (int y = 0; pattern && y < StagePattern::kSide; ++y) {
    for (int x = 0; x < StagePattern::kSide; ++x) {
      switch (pattern->cells[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]) {
        case StagePattern::Cell::Later: break;
        case StagePattern::Cell::Earlier: painter.fillRect(x * kCell, y * kCell, kCell, kCell, colours.grid); break;
        case StagePattern::Cell::Coded: painter.fillRect(x * kCell, y * kCell, kCell, kCell, colour); break;
      }
    }
  }
  painter.setPen(colours.muted);
  painter.drawRect(0, 0, kSide - 1, kSide - 1);
  return pixmap;
}

}  // namespace

QColor stage_colour(const ChartColours& colours, std::size_t stage) {
  return colours.series[static_cast<qsizetype>(stage) % colours.series.size()];
}

StageGuide::StageGuide(QWidget* parent) : QWidget(parent), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(8, 4, 8, 4);
  grid_->setHorizontalSpacing(6);
  grid_->setVerticalSpacing(4);
  setAccessibleName(tr("What the stages code"));
}

void StageGuide::set_stages(const std::vector<LedgerStage>& stages) {
  const bool same = std::ranges::equal(stages, stages_, {}, &LedgerStage::name, &LedgerStage::name);
  stages_ = stages;
  if (!same) build();
}

void StageGuide::build() {
  while (QLayoutItem* item = grid_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  const ChartColours colours = chart_colours(palette());
  QString description;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    const LedgerStage& stage = stages_[i];
    const QString explanation = stage_explanation(stage);
    auto* const picture = new QLabel(this);
    picture->setPixmap(draw(stage, stage_colour(colours, i), colours, devicePixelRatioF()));
    auto* const name = new QLabel(QString::fromStdString(stage.name), this);
    for (QLabel* label : {picture, name}) {
      label->setToolTip(explanation);
      label->setAccessibleName(stage_title(stage));
      label->setAccessibleDescription(explanation);
    }
    const int row = static_cast<int>(i) / kColumns, column = static_cast<int>(i) % kColumns * 2;
    grid_->addWidget(picture, row, column);
    grid_->addWidget(name, row, column + 1);
    description += stage_title(stage) + QStringLiteral(": ") + explanation + u'\n';
  }
  grid_->setColumnStretch(kColumns * 2, 1);
  setAccessibleDescription(description);
}

void StageGuide::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) build();
}

}  // namespace bitswap::ui
