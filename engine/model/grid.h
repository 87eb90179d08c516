// SPDX-License-Identifier: GPL-3.0-or-later
// A rectangle of positions: what planes, latents and networks lie on.
#pragma once

#include <cstddef>

namespace bitswap {

struct Grid {
  int width = 0;
  int height = 0;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(width) * height; }
  friend bool operator==(const Grid&, const Grid&) = default;
};

/// Each side over `by`, rounded up.
inline constexpr Grid halved(Grid g, int by = 2) { return {(g.width + by - 1) / by, (g.height + by - 1) / by}; }

}  // namespace bitswap
