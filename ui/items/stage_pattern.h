// SPDX-License-Identifier: GPL-3.0-or-later
// What the names of stages mean: which pixels of the grid a stage codes, in words and as a small pattern.
#pragma once

#include <QString>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/coder/ledger.h"

namespace bitswap::ui {

/// A piece of the grid, 16 × 16 pixels.
struct StagePattern {
  static constexpr int kSide = 16;
  enum class Cell : std::uint8_t { Later, Earlier, Coded };
  std::array<std::array<Cell, kSide>, kSide> cells{};  ///< [y][x]
};

/// For "A4", "D2", "BC0", …: level, and the place in the 2 × 2 square that the level splits. Empty for latents, and for
/// names of other models.
std::optional<StagePattern> stage_pattern(const std::string& name);

/// A sentence for people.
QString stage_explanation(const LedgerStage& stage);

}  // namespace bitswap::ui
