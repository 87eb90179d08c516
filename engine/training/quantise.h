// SPDX-License-Identifier: GPL-3.0-or-later
// From trained numbers to the integers of a layer, and back.
#pragma once

#include <cstdint>
#include <span>

#include "engine/model/network.h"

namespace bitswap {

/// `numbers`: weights [out, in, k, k], then biases. `shifts`: one an output channel, or empty to take the largest that
/// weights and accumulators allow.
IntegerLayer quantise(const LayerSpec& spec, const float* numbers, std::span<const std::uint8_t> shifts);

/// What the integers stand for, in the same order; exact.
void dequantise(const IntegerLayer& layer, float* numbers);

/// A whole network; `numbers` as NetworkNumbers are (network_pass.h). `units`: a network whose shifts are kept, or
/// null.
IntegerNetwork quantise(const NetworkSpec& spec, const float* numbers, const IntegerNetwork* units);
void dequantise(const NetworkSpec& spec, const IntegerNetwork& network, float* numbers);

}  // namespace bitswap
