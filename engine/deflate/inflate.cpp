// SPDX-License-Identifier: GPL-3.0-or-later
// One reader of blocks for two purposes: plaintext, and tokens.
#include "engine/deflate/inflate.h"

#include <algorithm>
#include <new>
#include <string>

#include "engine/deflate/bit_reader.h"

namespace bitswap::deflate {
namespace {

Error error_at(Error::Code code, const BitReader& reader, const char* what) {
  return {code, reader.position() / 8, what};
}
Error damaged(const BitReader& reader, const char* what) {
  if (reader.overrun()) return error_at(Error::Code::Truncated, reader, "the compressed data ends early");
  return error_at(Error::Code::Corrupt, reader, what);
}

struct Codes {
  CodeReader literals;
  CodeReader distances;
};

/// Collects the plaintext.
class TextSink {
 public:
  TextSink(Bytes& text, std::uint64_t most) : text_(text), most_(most) {}

  /// Room for `count` more bytes. Errors: LimitExceeded.
  Status need(std::uint64_t count, const BitReader& reader) {
    if (count <= text_.size() - size_) return {};
    if (count > most_ - size_) {
      return error_at(Error::Code::LimitExceeded, reader, "the compressed data holds more than it may");
    }
    const std::uint64_t grown = std::max<std::uint64_t>(2 * text_.size(), std::uint64_t{1} << 16);
    text_.resize(std::min(std::max(grown, size_ + count), most_));
    return {};
  }
  Status literal(std::uint8_t value, const BitReader& reader) {
    if (size_ == text_.size()) [[unlikely]]
      BITSWAP_TRY(need(1, reader));
    text_[size_++] = value;
    ++tokens;
    return {};
  }
  Status match(Token token, const BitReader& reader) {
    const std::uint32_t count = token.bytes();
    if (token.distance > size_) return damaged(reader, "a distance reaches back before the data");
    BITSWAP_TRY(need(count, reader));
    std::uint8_t* to = text_.data() + size_;
    const std::uint8_t* from = to - token.distance;
    if (token.distance >= count) {
      std::memcpy(to, from, count);
    } else {
      for (std::uint32_t i = 0; i < count; ++i) to[i] = from[i];
    }
    size_ += count;
    ++tokens;
    ++matches;
    farthest = std::max<std::uint32_t>(farthest, token.distance);
    return {};
  }
  Status stored(ByteView data, const BitReader& reader) {
    BITSWAP_TRY(need(data.size(), reader));
    std::ranges::copy(data, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += data.size();
    return {};
  }

  [[nodiscard]] std::uint64_t size() const { return size_; }

  std::uint32_t tokens = 0;
  std::uint32_t matches = 0;
  std::uint32_t farthest = 0;

 private:
  Bytes& text_;
  std::uint64_t size_ = 0;
  std::uint64_t most_;
};

/// Collects the tokens.
struct TokenSink {
  std::vector<Token>& tokens;
  Status literal(std::uint8_t, const BitReader&) {
    tokens.emplace_back();
    return {};
  }
  Status match(Token token, const BitReader&) {
    tokens.push_back(token);
    return {};
  }
  Status stored(ByteView, const BitReader&) { return {}; }
};

Status read_header(BitReader& reader, DynamicHeader& header) {
  reader.refill();
  header = {};
  header.literals = static_cast<std::uint16_t>(257 + reader.take(5));
  header.distances = static_cast<std::uint16_t>(1 + reader.take(5));
  header.listed = static_cast<std::uint8_t>(4 + reader.take(4));
  if (header.literals > kLiteralSymbols || header.distances > kDistanceSymbols) {
    return damaged(reader, "a block lists too many codes");
  }
  for (std::size_t i = 0; i < header.listed; ++i) {
    reader.refill();
    header.meta[kMetaOrder[i]] = static_cast<std::uint8_t>(reader.take(3));
  }
  if (!decodable(header.meta, false)) return damaged(reader, "the code for code lengths is impossible");
  CodeReader meta;
  meta.set(header.meta);
  std::array<std::uint8_t, kLiteralSymbols + kDistanceSymbols> lengths{};
  const std::size_t all = std::size_t{header.literals} + header.distances;
  for (std::size_t at = 0; at < all;) {
    reader.refill();
    const std::uint32_t symbol = meta.read(reader);
    if (symbol == CodeReader::kNoSymbol) return damaged(reader, "the code lengths are damaged");
    MetaSymbol run{static_cast<std::uint8_t>(symbol), 0};
    run.extra = static_cast<std::uint8_t>(reader.take(run.extra_bits()));
    if (reader.overrun() || run.count() > all - at || (symbol == 16 && at == 0)) {
      return damaged(reader, "the code lengths are damaged");
    }
    const std::uint8_t length = symbol < 16 ? run.symbol : symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
    std::fill_n(lengths.begin() + static_cast<std::ptrdiff_t>(at), run.count(), length);
    at += run.count();
    header.runs.push_back(run);
  }
  std::copy_n(lengths.begin(), header.literals, header.literal_lengths.begin());
  std::copy_n(lengths.begin() + header.literals, header.distances, header.distance_lengths.begin());
  if (header.literal_lengths[kEndOfBlock] == 0 || !decodable(header.literal_lengths, false) ||
      !decodable(header.distance_lengths, true)) {
    return damaged(reader, "the codes of a block are impossible");
  }
  return {};
}

template <typename Sink>
Status read_tokens(BitReader& reader, const Codes& codes, Sink& sink) {
  for (;;) {
    reader.refill();
    std::uint32_t symbol = codes.literals.read(reader);
    if (reader.overrun()) [[unlikely]]
      return damaged(reader, "");
    if (symbol < kEndOfBlock) {
      BITSWAP_TRY(sink.literal(static_cast<std::uint8_t>(symbol), reader));
      continue;
    }
    if (symbol == kEndOfBlock) return {};
    symbol -= std::uint32_t{kEndOfBlock} + 1;
    if (symbol >= kLengths.base.size()) return damaged(reader, "a length does not exist");
    Token token;
    const std::uint32_t length = kLengths.base[symbol] + reader.take(kLengths.extra[symbol]);
    token.length =
        static_cast<std::uint16_t>(symbol == 27 && length == kLongest ? std::uint32_t{Token::kOddLongest} : length);
    const std::uint32_t far = codes.distances.read(reader);
    if (far >= kDistanceSymbols) return damaged(reader, "a distance does not exist");
    token.distance = static_cast<std::uint16_t>(kDistances.base[far] + reader.take(kDistances.extra[far]));
    if (reader.overrun()) [[unlikely]]
      return damaged(reader, "");
    BITSWAP_TRY(sink.match(token, reader));
  }
}

const Codes& fixed_codes() {
  static const Codes codes = [] {
    Codes made;
    made.literals.set(kFixedLiterals);
    std::array<std::uint8_t, 32> distances{};
    distances.fill(kFixedDistanceBits);
    made.distances.set(distances);
    return made;
  }();
  return codes;
}

Status read_stored(BitReader& reader, Block& block, ByteView& data) {
  const auto odd = static_cast<int>((8 - reader.position() % 8) % 8);
  block.padding = static_cast<std::uint8_t>(reader.take(odd));
  reader.refill();
  block.stored = static_cast<std::uint16_t>(reader.take(16));
  const std::uint32_t check = reader.take(16);
  if (reader.overrun() || (block.stored ^ check) != 0xFFFF) return damaged(reader, "a stored block is damaged");
  const std::uint64_t at = reader.position() / 8;
  if (block.stored > reader.data().size() - at) {
    return Error{Error::Code::Truncated, reader.data().size(), "the compressed data ends early"};
  }
  data = reader.data().subspan(at, block.stored);
  reader = BitReader(reader.data(), 8 * (at + block.stored));
  return {};
}

/// The whole block but for its tokens, which go to the sink.
template <typename Sink>
Status read_one(BitReader& reader, Codes& codes, Block& block, Sink& sink) {
  reader.refill();
  block.last = reader.take(1) == 1;
  const std::uint32_t type = reader.take(2);
  if (type == 3 || reader.overrun()) return damaged(reader, "a block is of no known type");
  block.type = static_cast<BlockType>(type);
  if (block.type == BlockType::Stored) {
    ByteView data;
    BITSWAP_TRY(read_stored(reader, block, data));
    BITSWAP_TRY(sink.stored(data, reader));
  } else if (block.type == BlockType::Fixed) {
    BITSWAP_TRY(read_tokens(reader, fixed_codes(), sink));
  } else {
    BITSWAP_TRY(read_header(reader, block.header));
    codes.literals.set(block.header.literal_lengths);
    codes.distances.set(block.header.distance_lengths);
    BITSWAP_TRY(read_tokens(reader, codes, sink));
  }
  block.end_bit = reader.position();
  if (block.last) {
    reader.refill();
    block.tail = static_cast<std::uint8_t>(reader.take(static_cast<int>((8 - block.end_bit % 8) % 8)));
  }
  return {};
}

Result<Inflated> inflate_all(ByteView stream, std::uint64_t most) {
  Inflated out;
  TextSink sink(out.plaintext, most);
  Codes codes;
  Block block;
  BitReader reader(stream, 0);
  do {
    BlockPlace place;
    place.first_bit = reader.position();
    place.begin = sink.size();
    sink.tokens = sink.matches = 0;
    BITSWAP_TRY(read_one(reader, codes, block, sink));
    place.bytes = sink.size() - place.begin;
    place.tokens = sink.tokens;
    place.matches = sink.matches;
    place.type = block.type;
    place.last = block.last;
    out.blocks.push_back(place);
    if (out.blocks.size() > 64 + sink.size() / 4) {
      return error_at(Error::Code::Unsupported, reader, "the compressed data has too many blocks");
    }
  } while (!block.last);
  out.plaintext.resize(sink.size());
  out.bytes = reader.position() / 8;
  out.farthest = sink.farthest;
  return out;
}

}  // namespace

Result<Inflated> inflate(ByteView stream, std::uint64_t most) {
  try {
    return inflate_all(stream, most);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the plaintext of compressed data"};
  }
}

Status read_block(ByteView stream, const BlockPlace& place, Block& block) {
  try {
    block.tokens.clear();
    block.tokens.reserve(place.tokens);
    TokenSink sink{block.tokens};
    Codes codes;
    BitReader reader(stream, place.first_bit);
    return read_one(reader, codes, block, sink);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for a block of compressed data"};
  }
}

}  // namespace bitswap::deflate
