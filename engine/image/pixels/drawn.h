// SPDX-License-Identifier: GPL-3.0-or-later
// Tells drawings, screenshots and the like from photos, cheaply: only to decide which codecs are worth their time.
#pragma once

#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Many pixels repeat their left neighbour, or there are few colours. One channel is always taken for a drawing: it may
/// be the indices of a palette.
bool looks_drawn(const Picture& picture);

}  // namespace bitswap
