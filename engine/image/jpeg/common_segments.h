// SPDX-License-Identifier: GPL-3.0-or-later
// The headers of a JPEG with a byte in place of what most files have in common: the standard's Huffman tables,
// libjpeg's quantisation tables, the plainest JFIF segment.
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap::jpeg {

/// The bytes that a number stands for; none for numbers that are not used. See FORMAT.md.
Bytes common_bytes(std::uint8_t number);

void write_headers(ByteWriter& writer, ByteView headers);

/// Errors: Corrupt, Truncated, LimitExceeded (more than `limit` bytes).
Result<Bytes> read_headers(ByteReader& reader, std::uint64_t limit);

}  // namespace bitswap::jpeg
