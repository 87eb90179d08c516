// SPDX-License-Identifier: GPL-3.0-or-later
// All styles are tried at once.
#include "engine/image/jpeg/run_tracker.h"

#include <utility>

namespace bitswap::jpeg {

void RunTracker::toggle(std::size_t style, std::uint64_t block) {
  std::vector<std::uint64_t>& toggles = toggles_[style];
  if (style == static_cast<std::size_t>(RunStyle::Unlimited) || toggles.size() <= kMostToggles)
    toggles.push_back(block);
}

void RunTracker::begin() {
  for (std::size_t style = 0; style < kStyles; ++style) {
    if ((open_ >> style & 1) != 0) toggle(style, open_block_);
  }
  open_ = 0;
}

void RunTracker::add(std::uint64_t block, std::uint32_t correction_bits, bool ends) {
  ++blocks_;
  correction_bits_ += correction_bits;
  for (std::size_t style = 0; style < kStyles; ++style) {
    const bool expected = ends_run(static_cast<RunStyle>(style), blocks_, correction_bits_);
    if (expected && !ends) toggle(style, block);
    if (!expected && ends) open_ |= 1U << style;
  }
  if (!ends) return;
  open_block_ = block;
  blocks_ = 0;
  correction_bits_ = 0;
}

void RunTracker::add_inner(std::uint64_t block, std::uint64_t count) {
  // Only a style that ends runs at once, or whose correction bits are over the limit already, would end one here.
  for (; count > 0; --count, ++block) {
    const bool settled = toggles_[static_cast<std::size_t>(RunStyle::SingleBlocks)].size() > kMostToggles &&
                         correction_bits_ <= kMostCorrectionBits;
    if (settled) break;
    add(block, 0, false);
  }
  blocks_ += static_cast<std::uint32_t>(count);
}

void RunTracker::finish(ScanOddities& odd) {
  std::size_t best = 0;
  for (std::size_t style = 1; style < kStyles; ++style) {
    const bool possible =
        style == static_cast<std::size_t>(RunStyle::Unlimited) || toggles_[style].size() <= kMostToggles;
    const bool better = toggles_[style].size() < toggles_[best].size() || toggles_[best].size() > kMostToggles;
    if (possible && better) best = style;
  }
  odd.style = static_cast<RunStyle>(best);
  odd.toggles = std::move(toggles_[best]);
}

}  // namespace bitswap::jpeg
