// SPDX-License-Identifier: GPL-3.0-or-later
// Contents that are kept as bytes, with zstd or as they are: what whoever writes them piece by piece needs of it.
#pragma once

#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// Payload of a section of a content that is written piece by piece.
inline constexpr std::size_t kPieceBytes = std::size_t{16} << 20;
/// A sample that keeps more than this share of its size under the fastest level is not worth a slow one.
inline constexpr double kIncompressible = 0.97;

/// zstd at a level that suits the size; nothing where that does not shrink. What clearly cannot get below `to_beat`
/// bytes is not compressed as hard as that. Errors: OutOfMemory.
Result<std::optional<Bytes>> shrink_with_zstd(ByteView content, std::uint64_t to_beat = UINT64_MAX);

}  // namespace bitswap
