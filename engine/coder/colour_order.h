// SPDX-License-Identifier: GPL-3.0-or-later
// In which order coupled colours are coded: a part of the format that CPU and CUDA compile.
#pragma once

#include "engine/base/host_device.h"

namespace bitswap {

inline constexpr int kColours = 3;

/// Plane (0 R, 1 G, 2 B; or Cr, Y, Cb) that is coded in step 0, 1, 2: G, R given G, B given both.
BITSWAP_HD constexpr int plane_of_step(int step) { return step == 0 ? 1 : (step == 1 ? 0 : 2); }
/// Head coefficient that ties the colour of a step to that of an earlier step: R←G, B←G, B←R.
BITSWAP_HD constexpr int coefficient_of_step(int step, int earlier) { return step - 1 + earlier; }
/// The plane that stands for all three where a tile is grey.
inline constexpr int kGreyPlane = 1;

}  // namespace bitswap
