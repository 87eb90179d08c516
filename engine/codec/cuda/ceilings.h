// SPDX-License-Identifier: GPL-3.0-or-later
// Measures what the device can do at best, and what the networks make of it.
#pragma once

#include "engine/codec/cuda/device_ceilings.h"

namespace bitswap::cuda {

/// Takes at most `memory` bytes of the opened device. Errors: OutOfMemory, Internal.
Result<DeviceCeilings> measure_ceilings(const Model& model, std::uint64_t memory);

}  // namespace bitswap::cuda
