// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of JPEG coefficients. One plane per component on its own grid of blocks with 64 channels in zigzag order.
// Luma first, then Cb given luma, then Cr given both. In each component the block means (DC) by polyphase levels as
// pixels are, luma's with latents above them; then groups of rising frequency, of each group the two parities of a
// checkerboard one after the other. A network's features are carried from group to group as a state.
#pragma once

#include "engine/model/jpeg_config.h"
#include "engine/model/plan.h"

namespace bitswap {

/// Which components a picture has and how they are sampled.
struct JpegShape {
  int components = 3;  ///< 1 or 3
  /// Columns and rows of luma blocks for one of chroma: 2 and 2 for 4:2:0, 2 and 1 for 4:2:2, 1 and 1 for 4:4:4.
  int across = 2;
  int down = 2;
  friend bool operator==(const JpegShape&, const JpegShape&) = default;
};

/// The networks of a configuration, which has to be valid; the same for pictures of any shape.
std::vector<NetworkSpec> make_networks(const JpegConfig& config);

/// The plan for pictures of a shape, with all of make_networks(). Average takes any ratio of the grids, so that only
/// the number of components decides.
Plan make_jpeg_plan(const JpegConfig& config, const JpegShape& shape);

/// Of a large picture of this shape, for each of its pixels: all networks that decoding runs.
double macs_per_pixel(const JpegConfig& config, const JpegShape& shape);

}  // namespace bitswap
