// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces of own bytes, each with the number of what follows it.
#include "engine/image/jpeg/common_segments.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/image/jpeg/huffman.h"
#include "engine/image/jpeg/markers.h"

namespace bitswap::jpeg {
namespace {

constexpr std::uint8_t kEnd = 0;
constexpr std::uint8_t kFirstHuffman = 1;  ///< to 4
constexpr std::uint8_t kJfif = 5;
constexpr std::uint8_t kFirstQuantisation = 10;  ///< qualities 1 to 100 for luma, then for chroma
constexpr int kQualities = 100;
constexpr std::uint8_t kApp0 = 0xE0;

/// ITU-T T.81, tables K.1 and K.2, in zigzag order.
constexpr std::array<std::array<std::uint8_t, 64>, 2> kQuantisation = {
    {{16, 11,  12, 14, 12, 10, 16,  14,  13,  14, 18, 17,  16,  19,  24,  40,  26, 24,  22,  22, 24, 49,
      35, 37,  29, 40, 58, 51, 61,  60,  57,  51, 56, 55,  64,  72,  92,  78,  64, 68,  87,  69, 55, 56,
      80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99},
     {17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99,
      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
      99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99}}};

/// As libjpeg scales them for a quality and baseline files.
std::uint8_t scaled(int which, std::size_t k, int quality) {
  const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const int step = (kQuantisation[static_cast<std::size_t>(which)][k] * percent + 50) / 100;
  return static_cast<std::uint8_t>(std::clamp(step, 1, 255));
}

const HuffmanSpec& standard_table(int number) {
  return (number & 1) == 0 ? standard_dc_table(number >> 1) : standard_ac_table(number >> 1);
}

struct Found {
  std::size_t at = 0;
  std::size_t length = 0;
  std::uint8_t number = kEnd;
};

void find_huffman(ByteView headers, std::size_t at, std::size_t end, std::vector<Found>& found) {
  while (at < end) {
    const std::uint8_t name = headers[at];
    const std::optional<HuffmanSpec> spec = parse_huffman(headers.subspan(at + 1, end - at - 1));
    if (!spec) return;
    const std::size_t length = 1 + spec->counts.size() + spec->size();
    for (int number = 0; number < 4; ++number) {
      const int standard_name = (number & 1) << 4 | number >> 1;
      if (name != standard_name || !(*spec == standard_table(number))) continue;
      found.push_back({at, length, static_cast<std::uint8_t>(kFirstHuffman + number)});
    }
    at += length;
  }
}

void find_quantisation(ByteView headers, std::size_t at, std::size_t end, std::vector<Found>& found) {
  for (; at + 65 <= end && headers[at] < 16; at += 65) {
    for (int number = 0; number < 2 * kQualities; ++number) {
      const int which = number / kQualities;
      const int quality = number % kQualities + 1;
      std::size_t k = 0;
      while (k < 64 && headers[at + 1 + k] == scaled(which, k, quality)) ++k;
      if (k < 64) continue;
      found.push_back({at + 1, 64, static_cast<std::uint8_t>(kFirstQuantisation + number)});
      break;
    }
  }
}

std::vector<Found> find_common(ByteView headers) {
  std::vector<Found> found;
  const Bytes jfif = common_bytes(kJfif);
  for (std::size_t at = find_marker(headers, 0); at + 4 <= headers.size(); at = find_marker(headers, at)) {
    const std::uint8_t marker = headers[at + 1];
    if (marker == kEoi) break;
    if (marker == 0x01 || marker == kSoi || is_restart(marker)) {
      at += 2;
      continue;
    }
    const std::size_t end = at + 2 + number(headers, at + 2);
    if (end < at + 4 || end > headers.size()) break;
    if (marker == kApp0 && std::equal(jfif.begin(), jfif.end(), headers.begin() + static_cast<std::ptrdiff_t>(at),
                                      headers.begin() + static_cast<std::ptrdiff_t>(end))) {
      found.push_back({at, jfif.size(), kJfif});
    }
    if (marker == kDht) find_huffman(headers, at + 4, end, found);
    if (marker == kDqt) find_quantisation(headers, at + 4, end, found);
    at = end;
  }
  return found;
}

}  // namespace

Bytes common_bytes(std::uint8_t number) {
  if (number == kJfif) return {0xFF, kApp0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  if (number >= kFirstHuffman && number < kFirstHuffman + 4) {
    const int which = number - kFirstHuffman;
    const HuffmanSpec& spec = standard_table(which);
    Bytes bytes = {static_cast<std::uint8_t>((which & 1) << 4 | which >> 1)};
    bytes.insert(bytes.end(), spec.counts.begin(), spec.counts.end());
    bytes.insert(bytes.end(), spec.symbols.begin(), spec.symbols.begin() + static_cast<std::ptrdiff_t>(spec.size()));
    return bytes;
  }
  if (number >= kFirstQuantisation && number < kFirstQuantisation + 2 * kQualities) {
    const int which = number - kFirstQuantisation;
    Bytes bytes(64);
    for (std::size_t k = 0; k < 64; ++k) bytes[k] = scaled(which / kQualities, k, which % kQualities + 1);
    return bytes;
  }
  return {};
}

void write_headers(ByteWriter& writer, ByteView headers) {
  std::size_t done = 0;
  for (const Found& common : find_common(headers)) {
    writer.blob(headers.subspan(done, common.at - done));
    writer.u8(common.number);
    done = common.at + common.length;
  }
  writer.blob(headers.subspan(done));
  writer.u8(kEnd);
}

Result<Bytes> read_headers(ByteReader& reader, std::uint64_t limit) {
  Bytes headers;
  for (;;) {
    BITSWAP_TRY_ASSIGN(const ByteView own, reader.blob(limit - headers.size()));
    headers.insert(headers.end(), own.begin(), own.end());
    BITSWAP_TRY_ASSIGN(const std::uint8_t number, reader.u8());
    if (number == kEnd) return headers;
    const Bytes common = common_bytes(number);
    if (common.empty()) return Error{Error::Code::Corrupt, reader.position(), "a JPEG recipe with an unknown piece"};
    if (common.size() > limit - headers.size()) {
      return Error{Error::Code::LimitExceeded, reader.position(), "a JPEG recipe of too many bytes"};
    }
    headers.insert(headers.end(), common.begin(), common.end());
  }
}

}  // namespace bitswap::jpeg
