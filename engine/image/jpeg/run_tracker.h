// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of blocks without further coefficients in progressive scans: where a writer may choose to end them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/image/jpeg/recipe.h"

namespace bitswap::jpeg {

inline constexpr std::uint32_t kLongestRun = 0x7FFF;
/// libjpeg has room for 1,000 correction bits and wants to be sure of those of one more block.
inline constexpr std::uint64_t kMostCorrectionBits = 937;

/// True if a writer of this style ends a run of `blocks` with so many correction bits, whatever comes next.
constexpr bool ends_run(RunStyle style, std::uint32_t blocks, std::uint64_t correction_bits) {
  if (style == RunStyle::SingleBlocks || blocks >= kLongestRun) return true;
  return style == RunStyle::Libjpeg && correction_bits > kMostCorrectionBits;
}

/// Watches the runs of a scan that is read and finds the style that explains them best. A run also ends where it must:
/// at a coefficient, a run of 16 zeros, the end of the restart interval or of the scan.
class RunTracker {
 public:
  /// The run must end here.
  void must_end() {
    open_ = 0;
    blocks_ = 0;
    correction_bits_ = 0;
  }
  /// A new run begins: if the one before could have gone on, its end was the writer's choice.
  void begin();
  /// `block` is part of the run, with so many correction bits; `ends` if it is the last one.
  void add(std::uint64_t block, std::uint32_t correction_bits, bool ends);
  /// `count` such blocks without correction bits, none of which is the last.
  void add_inner(std::uint64_t block, std::uint64_t count);

  /// Sets style and toggles.
  void finish(ScanOddities& odd);

 private:
  static constexpr std::size_t kStyles = 3;
  /// A style with more exceptions than this does not explain a file; Unlimited holds for any.
  static constexpr std::size_t kMostToggles = 4096;
  void toggle(std::size_t style, std::uint64_t block);

  std::array<std::vector<std::uint64_t>, kStyles> toggles_;
  std::uint32_t blocks_ = 0;
  std::uint64_t correction_bits_ = 0;
  std::uint64_t open_block_ = 0;  ///< the last one of the run before
  unsigned open_ = 0;             ///< by style: it does not end runs there by itself
};

}  // namespace bitswap::jpeg
