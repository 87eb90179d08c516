// SPDX-License-Identifier: GPL-3.0-or-later
// Canonical codes: counted up within a length, doubled from one length to the next.
#include "engine/image/jpeg/huffman.h"

#include <algorithm>
#include <numeric>

namespace bitswap::jpeg {
namespace {

/// Calls use(symbol's place, code, length) for each code in order.
template <typename Use>
void for_each_code(const HuffmanSpec& spec, const Use& use) {
  std::uint32_t code = 0;
  std::size_t place = 0;
  for (int length = 1; length <= 16; ++length) {
    for (int i = 0; i < spec.counts[static_cast<std::size_t>(length - 1)]; ++i) use(place++, code++, length);
    code <<= 1;
  }
}

HuffmanSpec spec_of(const std::array<std::uint8_t, 16>& counts, std::initializer_list<std::uint8_t> symbols) {
  HuffmanSpec spec;
  spec.counts = counts;
  std::copy(symbols.begin(), symbols.end(), spec.symbols.begin());
  return spec;
}

}  // namespace

std::size_t HuffmanSpec::size() const { return std::accumulate(counts.begin(), counts.end(), std::size_t{0}); }

std::optional<HuffmanSpec> parse_huffman(ByteView bytes) {
  HuffmanSpec spec;
  if (bytes.size() < spec.counts.size()) return std::nullopt;
  std::copy_n(bytes.begin(), spec.counts.size(), spec.counts.begin());
  std::uint32_t free = 1;
  for (const std::uint8_t count : spec.counts) {
    free *= 2;
    if (count > free) return std::nullopt;
    free -= count;
  }
  const std::size_t size = spec.size();
  if (size > spec.symbols.size() || bytes.size() < spec.counts.size() + size) return std::nullopt;
  std::copy_n(bytes.begin() + spec.counts.size(), size, spec.symbols.begin());
  return spec;
}

HuffmanDecoder::HuffmanDecoder(const HuffmanSpec& spec) : symbols_(spec.symbols) {
  std::array<bool, 256> seen{};
  for_each_code(spec, [&](std::size_t place, std::uint32_t code, int length) {
    const std::uint8_t symbol = spec.symbols[place];
    const auto at = static_cast<std::size_t>(length);
    end_[at] = (code + 1) << (16 - length);
    offset_[at] = static_cast<std::int32_t>(place) - static_cast<std::int32_t>(code);
    usable_[place] = !seen[symbol];
    if (seen[symbol]) return;
    seen[symbol] = true;
    if (length > kLookupBits) return;
    const auto entry = static_cast<std::uint16_t>(length << 8 | symbol);
    std::fill_n(lookup_.begin() + (code << (kLookupBits - length)), 1 << (kLookupBits - length), entry);
  });
}

std::uint32_t HuffmanDecoder::find_long(std::uint32_t ahead) const {
  for (std::size_t length = 1; length <= 16; ++length) {
    if (ahead >= end_[length]) continue;
    const auto place = static_cast<std::size_t>(static_cast<std::int32_t>(ahead >> (16 - length)) + offset_[length]);
    return usable_[place] ? static_cast<std::uint32_t>(length << 8 | symbols_[place]) : 0;
  }
  return 0;
}

ValueDecoder::ValueDecoder(const HuffmanSpec& spec) : symbols_(spec) {
  for (std::uint32_t ahead = 0; ahead < entries_.size(); ++ahead) {
    const std::uint32_t found = symbols_.find_long(ahead << (16 - kLookupBits));
    const int length = static_cast<int>(found >> 8);
    const int size = static_cast<int>(found & 15);
    if (length == 0 || size == 0 || length + size > kLookupBits) continue;
    const std::uint32_t bits = ahead >> (kLookupBits - length - size) & ((1U << size) - 1);
    entries_[ahead] = {static_cast<std::int16_t>(extend(bits, size)), static_cast<std::uint8_t>(found >> 4 & 15),
                       static_cast<std::uint8_t>(length + size)};
  }
}

HuffmanEncoder::HuffmanEncoder(const HuffmanSpec& spec) {
  for_each_code(spec, [&](std::size_t place, std::uint32_t code, int length) {
    Code& entry = codes_[spec.symbols[place]];
    if (entry.length == 0) entry = {static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(length)};
  });
}

const HuffmanSpec& standard_dc_table(int which) {
  static const std::array<HuffmanSpec, 2> tables = {
      spec_of({0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
      spec_of({0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})};
  return tables[static_cast<std::size_t>(which)];
}

const HuffmanSpec& standard_ac_table(int which) {
  static const std::array<HuffmanSpec, 2> tables = {
      spec_of(
          {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D},
          {0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
           0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72,
           0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37,
           0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
           0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83,
           0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3,
           0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
           0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
           0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA}),
      spec_of({0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77},
              {0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13,
               0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0, 0x15, 0x62,
               0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26, 0x27, 0x28, 0x29,
               0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54,
               0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x73, 0x74, 0x75,
               0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94,
               0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3,
               0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2,
               0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA,
               0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA})};
  return tables[static_cast<std::size_t>(which)];
}

}  // namespace bitswap::jpeg
