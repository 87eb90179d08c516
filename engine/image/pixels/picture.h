// SPDX-License-Identifier: GPL-3.0-or-later
// A decoded picture as the codecs see it: 8-bit samples, nothing else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/bytes.h"

namespace bitswap {

/// Row-major, top row first, channels interleaved without row padding; samples.size() == width * height * channels.
/// channels: 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha.
struct Picture {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t channels = 0;
  Bytes samples;

  [[nodiscard]] std::size_t pixel_count() const { return static_cast<std::size_t>(width) * height; }
  friend bool operator==(const Picture&, const Picture&) = default;
};

/// Samples of more than 8 bits as 8-bit ones: all rows of the high bytes, then all rows of the low bytes, in a picture
/// of twice the height. `samples` are row-major and interleaved; their number must fit the size.
Picture split_wide(std::uint32_t width, std::uint32_t height, std::uint8_t channels,
                   std::span<const std::uint16_t> samples);

/// The inverse. Requires an even height.
std::vector<std::uint16_t> join_wide(const Picture& picture);

/// How a restored file compares with the one that was given. Numbers are part of the archive format.
enum class Exactness : std::uint8_t {
  Bytes = 1,   ///< the same file, byte for byte
  Pixels = 2,  ///< the same pixels and metadata in a rebuilt file
};

}  // namespace bitswap
