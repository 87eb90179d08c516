// SPDX-License-Identifier: GPL-3.0-or-later
// Samples of 16 bits in and out of the 8-bit pictures that the codecs see.
#include "engine/image/pixels/picture.h"

namespace bitswap {

Picture split_wide(std::uint32_t width, std::uint32_t height, std::uint8_t channels,
                   std::span<const std::uint16_t> samples) {
  Picture picture{width, height * 2, channels, Bytes(samples.size() * 2)};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    picture.samples[i] = static_cast<std::uint8_t>(samples[i] >> 8);
    picture.samples[samples.size() + i] = static_cast<std::uint8_t>(samples[i] & 0xFF);
  }
  return picture;
}

std::vector<std::uint16_t> join_wide(const Picture& picture) {
  std::vector<std::uint16_t> samples(picture.samples.size() / 2);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<std::uint16_t>(picture.samples[i] << 8 | picture.samples[samples.size() + i]);
  }
  return samples;
}

}  // namespace bitswap
