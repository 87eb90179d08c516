// Looks into the first block of a deflate stream (RFC 1951), which tells a good deal about who wrote it.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"

namespace bitswap {

struct DeflateBlock {
  bool last = false;
  int type = 0;               ///< 0 stored, 1 fixed codes, 2 dynamic codes
  std::uint32_t symbols = 0;  ///< literals and matches, without the end of block; 0 for stored blocks
};

/// Of a zlib stream, header included; counting stops beyond `most` symbols. Nothing if the block is damaged.
std::optional<DeflateBlock> first_block(ByteView stream, std::uint32_t most);

}  // namespace bitswap
