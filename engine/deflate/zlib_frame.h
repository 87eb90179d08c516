// SPDX-License-Identifier: GPL-3.0-or-later
// What stands around a DEFLATE stream in PNG and TIFF: two bytes before it and a checksum behind it. RFC 1950.
#pragma once

#include <array>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/deflate/inflate.h"

namespace bitswap::deflate {

inline constexpr std::size_t kZlibHeader = 2;
inline constexpr std::size_t kZlibTrailer = 4;

/// Adler-32, as zlib streams end with it, the highest byte first.
std::uint32_t adler32(ByteView data);

/// A zlib stream without a preset dictionary.
struct ZlibStream {
  std::array<std::uint8_t, kZlibHeader> header{};
  Inflated inflated;
  ByteView deflate;         ///< in the stream that was given
  std::uint64_t bytes = 0;  ///< of it all; what follows is something else
};

/// Header and checksum are tested. Errors: those of inflate(); Corrupt for header and checksum, Truncated.
Result<ZlibStream> open_zlib(ByteView stream, std::uint64_t most);
/// What is returned looks into the stream: a temporary would be gone.
Result<ZlibStream> open_zlib(Bytes&& stream, std::uint64_t most) = delete;

/// Puts header and checksum around a DEFLATE stream of `plaintext`.
Bytes zlib_frame(std::array<std::uint8_t, kZlibHeader> header, ByteView deflate, ByteView plaintext);

}  // namespace bitswap::deflate
