// SPDX-License-Identifier: GPL-3.0-or-later
// The zstd codec for contents that are no pictures. https://github.com/facebook/zstd (BSD-3), RFC 8878.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// One zstd frame with its content size, without checksum (the section has one). Level 1 to 22.
/// Errors: OutOfMemory, InvalidArgument.
Result<Bytes> zstd_compress(ByteView content, int level);

/// Exactly one frame. Memory grows with what really comes out, never with what the frame promises.
/// Errors: Corrupt, Truncated, LimitExceeded (more than `size_limit` bytes come out), OutOfMemory.
Result<Bytes> zstd_decompress(ByteView frame, std::uint64_t size_limit);

}  // namespace bitswap
