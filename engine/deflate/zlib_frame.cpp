// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 1950.
#include "engine/deflate/zlib_frame.h"

#include <algorithm>

namespace bitswap::deflate {

std::uint32_t adler32(ByteView data) {
  constexpr std::uint32_t kModulus = 65521;
  constexpr std::size_t kRun = 5552;  // the most bytes before the sums could overflow
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  while (!data.empty()) {
    const ByteView run = data.first(std::min(data.size(), kRun));
    for (const std::uint8_t byte : run) {
      a += byte;
      b += a;
    }
    a %= kModulus;
    b %= kModulus;
    data = data.subspan(run.size());
  }
  return b << 16 | a;
}

Result<ZlibStream> open_zlib(ByteView stream, std::uint64_t most) {
  if (stream.size() < kZlibHeader) return Error{Error::Code::Truncated, 0, "the compressed data ends early"};
  const std::uint32_t both = std::uint32_t{stream[0]} << 8 | stream[1];
  // Method 8, a window of at most 32 KiB, no dictionary, and the check bits.
  if ((stream[0] & 0x0F) != 8 || (stream[0] >> 4) > 7 || (stream[1] & 0x20) != 0 || both % 31 != 0) {
    return Error{Error::Code::Corrupt, 0, "the header of the compressed data is damaged"};
  }
  ZlibStream out;
  out.header = {stream[0], stream[1]};
  const ByteView rest = stream.subspan(kZlibHeader);
  BITSWAP_TRY_ASSIGN(out.inflated, inflate(rest, most));
  out.deflate = rest.first(out.inflated.bytes);
  const ByteView trailer = rest.subspan(out.inflated.bytes);
  if (trailer.size() < kZlibTrailer) {
    return Error{Error::Code::Truncated, stream.size(), "the compressed data ends early"};
  }
  out.bytes = kZlibHeader + out.inflated.bytes + kZlibTrailer;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kZlibTrailer; ++i) sum = sum << 8 | trailer[i];
  if (sum != adler32(out.inflated.plaintext)) {
    return Error{Error::Code::Corrupt, out.bytes - kZlibTrailer, "the checksum of the compressed data is wrong"};
  }
  return out;
}

Bytes zlib_frame(std::array<std::uint8_t, kZlibHeader> header, ByteView deflate, ByteView plaintext) {
  ByteWriter out;
  out.raw(header);
  out.raw(deflate);
  const std::uint32_t sum = adler32(plaintext);
  for (int shift = 24; shift >= 0; shift -= 8) out.u8(static_cast<std::uint8_t>(sum >> shift));
  return out.take();
}

}  // namespace bitswap::deflate
