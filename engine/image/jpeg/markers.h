// SPDX-License-Identifier: GPL-3.0-or-later
// The markers of a JPEG and how they are found. ITU-T T.81, table B.1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"

namespace bitswap::jpeg {

inline constexpr std::uint8_t kDht = 0xC4;
inline constexpr std::uint8_t kRst0 = 0xD0;
inline constexpr std::uint8_t kSoi = 0xD8;
inline constexpr std::uint8_t kEoi = 0xD9;
inline constexpr std::uint8_t kSos = 0xDA;
inline constexpr std::uint8_t kDqt = 0xDB;
inline constexpr std::uint8_t kDnl = 0xDC;
inline constexpr std::uint8_t kDri = 0xDD;
inline constexpr std::uint8_t kDhp = 0xDE;

/// SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
constexpr bool is_frame(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != kDht && marker != 0xC8 && marker != 0xCC;
}
/// Markers that stand alone and may occur anywhere in coded data.
constexpr bool is_restart(std::uint8_t marker) { return marker >= kRst0 && marker <= 0xD7; }

/// Big-endian. Requires two bytes at `at`.
inline std::uint32_t number(ByteView bytes, std::size_t at) { return std::uint32_t{bytes[at]} << 8 | bytes[at + 1]; }

/// Where the first marker at or behind `at` begins (at the last FF before its number); the end of the bytes if there is
/// none. FF 00 is no marker.
std::size_t find_marker(ByteView bytes, std::size_t at);

/// The first marker at or behind `at` that ends coded data; the end of the bytes if there is none.
std::size_t skip_scan(ByteView bytes, std::size_t at);

}  // namespace bitswap::jpeg
