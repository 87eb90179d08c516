// SPDX-License-Identifier: GPL-3.0-or-later
// The plan of pixels: three colours (or luma and chroma), split by polyphase levels, the coarsest part explained by the
// chain of latents.
#pragma once

#include "engine/model/config.h"
#include "engine/model/plan.h"

namespace bitswap {

/// The configuration has to be valid. Input 0 holds the three channels; stages are A[R], then D and BC of every level
/// down to 0. The order of networks, and the channels that each reads, are part of what a model file means.
Plan make_pixel_plan(const ModelConfig& config);

}  // namespace bitswap
