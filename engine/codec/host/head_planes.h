// SPDX-License-Identifier: GPL-3.0-or-later
// Heads come from the networks with all outputs of a position together; the kernels want one array an output.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitswap {

/// to[h · to_stride + x · to_step] = from[x · from_stride + h] for all x < count and h < heads.
void split_heads(const std::int16_t* from, std::size_t from_stride, std::size_t count, std::size_t heads,
                 std::int16_t* to, std::size_t to_stride, std::size_t to_step);

}  // namespace bitswap
