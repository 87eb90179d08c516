// SPDX-License-Identifier: GPL-3.0-or-later
// Weights in the order in which the kernels read them.
#pragma once

#include "engine/model/network.h"
#include "engine/nn/cpu/row_kernel.h"

namespace bitswap {

/// The unit of all memory that kernels read.
struct alignas(64) CacheLine {
  std::uint8_t bytes[64];
};

/// Up to four vectors of output channels: what one call of a kernel computes.
struct PackedChannels {
  int first = 0;    ///< output channel
  int count = 0;    ///< output channels
  int vectors = 0;  ///< of `lanes` channels, the last one perhaps not full
  std::vector<CacheLine> weights;
  std::vector<std::uint8_t> together;  ///< as RowJob::together
  std::vector<CacheLine> bias;
  std::vector<CacheLine> shift;
};

struct PackedLayer {
  LayerSpec spec;
  int steps = 0;  ///< of `depth` groups, in a row of the kernel
  std::vector<PackedChannels> channels;
};

/// lanes: channels in a vector; depth: groups in a step. Samples are stored with 128 added: the bias makes up for it.
/// Throws std::bad_alloc.
std::vector<PackedLayer> pack_network(const IntegerNetwork& network, int lanes, int depth);

}  // namespace bitswap
