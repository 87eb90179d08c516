// SPDX-License-Identifier: GPL-3.0-or-later
// Bits in and out of bytes.
#include "engine/image/simple/packed_bits.h"

#include <algorithm>

namespace bitswap {

void unpack_bits(const std::uint8_t* packed, unsigned bits, std::size_t count, std::uint8_t* samples) {
  const std::size_t per_byte = 8 / bits;
  const unsigned mask = (1u << bits) - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const auto shift = static_cast<unsigned>(8 - bits * (i % per_byte + 1));
    samples[i] = static_cast<std::uint8_t>(packed[i / per_byte] >> shift & mask);
  }
}

void pack_bits(const std::uint8_t* samples, unsigned bits, std::size_t count, std::uint8_t* packed) {
  const std::size_t per_byte = 8 / bits;
  std::fill_n(packed, (count + per_byte - 1) / per_byte, std::uint8_t{0});
  for (std::size_t i = 0; i < count; ++i) {
    const auto shift = static_cast<unsigned>(8 - bits * (i % per_byte + 1));
    packed[i / per_byte] = static_cast<std::uint8_t>(packed[i / per_byte] | samples[i] << shift);
  }
}

bool samples_fit(const Picture& picture, unsigned bits) {
  return bits >= 8 || std::ranges::all_of(picture.samples, [bits](unsigned sample) { return sample >> bits == 0; });
}

}  // namespace bitswap
