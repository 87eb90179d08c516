// SPDX-License-Identifier: GPL-3.0-or-later
// Networks want all channels of a position together; what they are made of comes as rows, one a channel.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bitswap {

/// How far rows must be readable behind their end.
inline constexpr std::size_t kInterleavePadding = 16;

/// to[x · channels + c] = rows[c · stride + x] for x < width.
void interleave(const std::int8_t* rows, std::size_t stride, std::size_t channels, std::size_t width, std::int8_t* to);

}  // namespace bitswap
