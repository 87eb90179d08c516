// SPDX-License-Identifier: GPL-3.0-or-later
// Level l splits what lies on every 2^l-th row and column: A stays for the next level, D lies diagonally between, B and
// C beside.
#include "ui/items/stage_pattern.h"

#include <QCoreApplication>

namespace bitswap::ui {
namespace {

/// For lupdate and the translation of this file.
struct StageText {
  Q_DECLARE_TR_FUNCTIONS(StageText)
};

struct Place {
  std::string kind;  ///< "A", "D", "BC"
  int level = 0;
};

std::optional<Place> place_of(const std::string& name) {
  const std::size_t digit = name.find_first_of("0123456789");
  if (digit == std::string::npos || digit + 1 != name.size()) return std::nullopt;
  Place place{name.substr(0, digit), name[digit] - '0'};
  if (place.kind != "A" && place.kind != "D" && place.kind != "BC") return std::nullopt;
  return place;
}

}  // namespace

std::optional<StagePattern> stage_pattern(const std::string& name) {
  const std::optional<Place> place = place_of(name);
  if (!place || (1 << place->level) > StagePattern::kSide) return std::nullopt;
  using Cell = StagePattern::Cell;
  StagePattern pattern;
  const int step = 1 << place->level;  // of the grid that the stage is on
  for (int y = 0; y < StagePattern::kSide; ++y) {
    for (int x = 0; x < StagePattern::kSide; ++x) {
      if (x % step != 0 || y % step != 0) continue;
      const bool odd_column = x / step % 2 == 1, odd_row = y / step % 2 == 1;
      Cell& cell = pattern.cells[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
      if (place->kind == "A") {
        cell = Cell::Coded;
      } else if (place->kind == "D") {
        if (odd_column == odd_row) cell = odd_column ? Cell::Coded : Cell::Earlier;
      } else {
        cell = odd_column != odd_row ? Cell::Coded : Cell::Earlier;
      }
    }
  }
  return pattern;
}

QString stage_explanation(const LedgerStage& stage) {
  if (stage.latent) {
    return StageText::tr(
        "Latent variables: no pixels, but what the model draws to explain them. They cost prior less "
        "posterior.");
  }
  const std::optional<Place> place = place_of(stage.name);
  if (!place) return {};
  const int step = 1 << place->level;
  if (place->kind == "A") {
    return step == 1 ? StageText::tr("All pixels.")
                     : StageText::tr("The coarse picture: every %1th pixel of every %1th row.").arg(step);
  }
  if (place->kind == "D") {
    return StageText::tr("The pixels diagonally between those known, on a grid of %1 pixels.").arg(step);
  }
  return StageText::tr("The pixels beside and below those known, on a grid of %1 pixels.").arg(step);
}

}  // namespace bitswap::ui
