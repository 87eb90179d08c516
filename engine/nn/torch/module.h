// SPDX-License-Identifier: GPL-3.0-or-later
// Entry points of the shared object that holds everything LibTorch: found with dlsym, hence C linkage.
#pragma once

#include "engine/nn/backend.h"

namespace bitswap {

struct TrainArguments;

extern "C" {
/// The caller owns the result; null where there is no such device ("cpu", "cuda").
Backend* make_reference_backend(const char* device);
}

}  // namespace bitswap
