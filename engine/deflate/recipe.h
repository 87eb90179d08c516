// SPDX-License-Identifier: GPL-3.0-or-later
// DEFLATE streams as what differs from a prediction, and back, bit for bit and without any library. The exact meaning
// of a recipe's bytes is in engine/archive/FORMAT.md, "DEFLATE recipes".
//
// A recipe describes one stream or several of one writer (the strips of a TIFF page). It is cut into segments of whole
// blocks, some 2 MiB of plaintext each, which are coded independently of each other and so by several threads.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/deflate/inflate.h"
#include "engine/deflate/settings.h"
#include "engine/deflate/work.h"

namespace bitswap::deflate {

struct Source {
  ByteView stream;           ///< without anything behind it
  const Inflated* inflated;  ///< of it
};

struct Described {
  Bytes recipe;
  std::uint64_t tokens = 0;
  std::uint64_t missed = 0;  ///< tokens that were not as expected
};

/// Nothing where the recipe would take more than `most_percent` of the streams: that does not pay.
/// `zlib_header` is what stood before the first stream; { 0x78, 0x9C } if there was none. What comes out is the same
/// for any number of threads. Memory: 16 bytes for each byte of a segment, for each thread, in the worst case. Errors:
/// Unsupported (4 GiB or more, or far longer than the plaintext), Cancelled, OutOfMemory.
Result<std::optional<Described>> describe(std::span<const Source> sources, std::array<std::uint8_t, 2> zlib_header,
                                          std::uint32_t most_percent, const Work& work = {});

/// The streams again. `recipe` may come from anywhere: what it makes is less than twice the plaintexts and 64 KiB for
/// each stream. Errors: Corrupt, Truncated, Unsupported (another version), LimitExceeded, Cancelled, OutOfMemory.
Result<std::vector<Bytes>> rebuild(std::span<const ByteView> plaintexts, ByteView recipe, const Work& work = {});

}  // namespace bitswap::deflate
