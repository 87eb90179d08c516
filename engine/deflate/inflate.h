// SPDX-License-Identifier: GPL-3.0-or-later
// Takes a DEFLATE stream apart: its plaintext, where its blocks are, and the tokens of each block. RFC 1951.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/deflate/prefix_code.h"
#include "engine/deflate/token.h"

namespace bitswap::deflate {

/// Where a block stands, and what it holds.
struct BlockPlace {
  std::uint64_t first_bit = 0;  ///< in the stream
  std::uint64_t begin = 0;      ///< of its part of the plaintext
  std::uint64_t bytes = 0;      ///< of the plaintext
  std::uint32_t tokens = 0;     ///< none for a stored block
  std::uint32_t matches = 0;
  BlockType type = BlockType::Stored;
  bool last = false;
};

struct Inflated {
  Bytes plaintext;
  std::vector<BlockPlace> blocks;
  std::uint64_t bytes = 0;     ///< of the stream; what follows is something else
  std::uint32_t farthest = 0;  ///< the longest distance
};

/// All of a stream, which may be followed by other bytes. Memory: the plaintext, and 48 bytes a block, of which a
/// stream has at most 64 and one for each 4 bytes of plaintext. Errors: Truncated; Corrupt (codes that are
/// over-subscribed or incomplete, a distance too far, symbols that do not exist); LimitExceeded for more than `most`
/// bytes of plaintext; Unsupported for too many blocks; OutOfMemory. Offsets are bytes of the stream.
Result<Inflated> inflate(ByteView stream, std::uint64_t most);

/// A block with everything that its bits say.
struct Block {
  bool last = false;
  BlockType type = BlockType::Stored;
  std::uint16_t stored = 0;   ///< bytes of a stored block
  std::uint8_t padding = 0;   ///< bits between the header of a stored block and its length, as a number
  std::uint8_t tail = 0;      ///< bits behind the last block up to the end of its byte, as a number
  std::uint64_t end_bit = 0;  ///< behind it
  DynamicHeader header;       ///< of a dynamic block
  std::vector<Token> tokens;  ///< not of a stored block
};

/// The block at `place`, into `block`, whose memory is used again. Requires a place that inflate() gave for `stream`.
/// Errors: Corrupt, OutOfMemory.
Status read_block(ByteView stream, const BlockPlace& place, Block& block);

}  // namespace bitswap::deflate
