// SPDX-License-Identifier: GPL-3.0-or-later
// Parts that know what is before them, but write as if nothing came after.
#include "engine/deflate/compress.h"

#include <algorithm>
#include <new>

#include "engine/deflate/block_coding.h"
#include "engine/deflate/block_writer.h"
#include "engine/deflate/matcher.h"

namespace bitswap::deflate {
namespace {

constexpr std::uint64_t kPartBytes = std::uint64_t{4} << 20;
constexpr std::uint64_t kMostStored = 0xFFFF;

Error no_memory() { return {Error::Code::OutOfMemory, 0, "no memory to compress"}; }

/// The blocks of text[begin, end), which no match crosses the end of.
std::vector<Block> part_blocks(ByteView text, std::uint64_t begin, std::uint64_t end, const Settings& settings) {
  std::vector<Block> blocks;
  const ByteView seen = text.first(end);
  Matcher matcher(seen, begin, settings);
  std::uint64_t at = begin;
  do {
    Block block;
    const std::uint64_t from = at;
    while (at < end && block.tokens.size() < settings.block_tokens) {
      const Prediction expected = matcher.predict(at);
      block.tokens.push_back(expected.token);
      matcher.accept(at, expected, expected.token);
      at += expected.token.bytes();
    }
    const Frequencies frequencies = count_symbols(block.tokens, text, from);
    block.header = zlib_header(frequencies);
    const BlockCosts costs = block_costs(frequencies, block.header);
    block.type = prefers_fixed(costs, settings) ? BlockType::Fixed : BlockType::Dynamic;
    const std::uint64_t bits = block.type == BlockType::Fixed ? costs.fixed : costs.dynamic;
    if (at - from <= kMostStored && at > from && 8 * (at - from) + 40 < bits) {
      block.type = BlockType::Stored;
      block.stored = static_cast<std::uint16_t>(at - from);
      block.tokens.clear();
    }
    block.last = at == text.size();
    block.end_bit = at;  // of the plaintext, for the one who writes
    blocks.push_back(std::move(block));
  } while (at < end);
  return blocks;
}

Result<Bytes> compress_all(ByteView text, const Settings& settings, const Work& work) {
  if (text.size() >= kMostText) return Error{Error::Code::LimitExceeded, 0, "a plaintext is too long for DEFLATE"};
  const std::uint64_t parts = std::max<std::uint64_t>(1, (text.size() + kPartBytes - 1) / kPartBytes);
  BitWriter out(0);
  std::uint64_t at = 0;
  // As many parts at a time as there are threads: their tokens are held in memory until they are written.
  const std::uint64_t together = static_cast<std::uint64_t>(work.spare == nullptr ? 1 : work.spare->hands());
  for (std::uint64_t first = 0; first < parts; first += together) {
    std::vector<std::vector<Block>> made(std::min(together, parts - first));
    const auto body = [&](std::size_t i) -> Status {
      const std::uint64_t begin = (first + i) * kPartBytes;
      made[i] = part_blocks(text, begin, std::min<std::uint64_t>(text.size(), begin + kPartBytes), settings);
      return {};
    };
    BITSWAP_TRY(run_all(made.size(), work, body));
    for (const std::vector<Block>& blocks : made) {
      for (const Block& block : blocks) {
        write_block(out, block, text, at);
        at = block.end_bit;
      }
    }
  }
  return out.take();
}

}  // namespace

Result<Bytes> compress(ByteView plaintext, const Settings& settings, const Work& work) {
  try {
    return compress_all(plaintext, settings, work);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

}  // namespace bitswap::deflate
