// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts streams into segments, codes these in parallel, and joins them again.
#include "engine/deflate/recipe.h"

#include <algorithm>
#include <atomic>
#include <new>

#include "engine/deflate/block_coding.h"
#include "engine/deflate/block_writer.h"
#include "engine/deflate/settings_search.h"

namespace bitswap::deflate {
namespace {

constexpr std::uint8_t kVersion = 1;
/// A segment ends with the block that makes it this long.
constexpr std::uint64_t kSegmentBytes = std::uint64_t{2} << 20;

Error corrupt(const char* what) { return {Error::Code::Corrupt, 0, what}; }
Error no_memory() { return {Error::Code::OutOfMemory, 0, "no memory for a DEFLATE recipe"}; }

std::uint64_t most_blocks(std::uint64_t streams, std::uint64_t bytes) { return 64 * streams + bytes / 4; }
std::uint64_t most_output(std::uint64_t streams, std::uint64_t bytes) { return 65536 * streams + 2 * bytes; }

/// A run of blocks, which may go on from one stream to the next.
struct Segment {
  std::size_t stream = 0;   ///< of its first block
  std::size_t block = 0;    ///< of that stream
  std::uint64_t begin = 0;  ///< of that stream's plaintext
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;  ///< of plaintext
  int first_bit = 0;        ///< in the byte with which it begins
  Bytes corrections;
  std::uint64_t tokens = 0;
  std::uint64_t missed = 0;
};

std::vector<Segment> cut(std::span<const Source> sources) {
  std::vector<Segment> segments;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const std::vector<BlockPlace>& blocks = sources[s].inflated->blocks;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      if (segments.empty() || segments.back().bytes >= kSegmentBytes) {
        Segment segment;
        segment.stream = s;
        segment.block = b;
        segment.begin = blocks[b].begin;
        segment.first_bit = static_cast<int>(blocks[b].first_bit % 8);
        segments.push_back(std::move(segment));
      }
      ++segments.back().blocks;
      segments.back().bytes += blocks[b].bytes;
    }
  }
  return segments;
}

Status describe_segment(std::span<const Source> sources, const Settings& settings, Segment& segment) {
  CorrectionWriter coder;
  Habits habits;
  Block block;
  std::size_t s = segment.stream;
  std::size_t b = segment.block;
  std::optional<BlockCoding<CorrectionWriter>> coding;
  coding.emplace(coder, habits, settings, sources[s].inflated->plaintext, segment.begin);
  for (std::uint64_t i = 0; i < segment.blocks; ++i, ++b) {
    if (b == sources[s].inflated->blocks.size()) {
      b = 0;
      ++s;
      coding.emplace(coder, habits, settings, sources[s].inflated->plaintext, 0);
    }
    BITSWAP_TRY(read_block(sources[s].stream, sources[s].inflated->blocks[b], block));
    BITSWAP_TRY(coding->code(block));
  }
  segment.corrections = coder.finish();
  segment.tokens = habits.tokens;
  segment.missed = habits.missed;
  return {};
}

Result<std::optional<Described>> describe_all(std::span<const Source> sources, std::array<std::uint8_t, 2> zlib_header,
                                              std::uint32_t most_percent, const Work& work) {
  std::uint64_t bytes = 0;
  const Source* longest = nullptr;
  for (const Source& source : sources) {
    const std::uint64_t text = source.inflated->plaintext.size();
    if (text >= kMostText || source.stream.size() > most_output(1, text)) {
      return Error{Error::Code::Unsupported, 0, "a DEFLATE stream is too long"};
    }
    bytes += source.stream.size();
    if (longest == nullptr || source.stream.size() > longest->stream.size()) longest = &source;
  }
  if (longest == nullptr) return Error{Error::Code::InvalidArgument, 0, "there is no DEFLATE stream"};
  BITSWAP_TRY_ASSIGN(const SettingsGuess guess, find_settings(longest->stream, *longest->inflated, zlib_header));

  // A short stream may always have some bytes: they are less than what another form would cost.
  const std::uint64_t most = 64 + bytes * most_percent / 100;
  std::vector<Segment> segments = cut(sources);
  std::atomic<std::uint64_t> sum{0};
  const auto body = [&](std::size_t i) -> Status {
    if (sum.load() > most) return {};
    BITSWAP_TRY(describe_segment(sources, guess.settings, segments[i]));
    sum += segments[i].corrections.size();
    return {};
  };
  BITSWAP_TRY(run_all(segments.size(), work, body));
  if (sum.load() > most) return std::optional<Described>{};

  Described described;
  ByteWriter out;
  out.u8(kVersion);
  write_settings(out, guess.settings);
  out.varint(segments.size());
  for (const Segment& segment : segments) {
    out.varint(segment.stream);
    out.varint(segment.blocks);
    out.varint(segment.bytes);
    out.u8(static_cast<std::uint8_t>(segment.first_bit));
    out.blob(segment.corrections);
    described.tokens += segment.tokens;
    described.missed += segment.missed;
  }
  described.recipe = out.take();
  return std::optional<Described>(std::move(described));
}

struct Parsed {
  Settings settings;
  std::vector<Segment> segments;
  std::vector<ByteView> corrections;
};

Result<Parsed> parse(std::span<const ByteView> texts, ByteView recipe) {
  std::uint64_t all = 0;
  for (const ByteView text : texts) {
    if (text.size() >= kMostText) return Error{Error::Code::LimitExceeded, 0, "a plaintext is too long for DEFLATE"};
    all += text.size();
  }
  ByteReader reader(recipe);
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
  if (version != kVersion) return Error{Error::Code::Unsupported, 0, "a DEFLATE recipe is of another version"};
  Parsed parsed;
  BITSWAP_TRY_ASSIGN(parsed.settings, read_settings(reader));
  BITSWAP_TRY_ASSIGN(const std::uint64_t count, reader.varint());
  if (count > reader.remaining() / 5) return corrupt("a DEFLATE recipe counts too many segments");
  std::uint64_t at = 0;     // of all plaintexts
  std::uint64_t start = 0;  // of the stream's plaintext among all
  std::uint64_t blocks = 0;
  std::size_t stream = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Segment segment;
    BITSWAP_TRY_ASSIGN(const std::uint64_t next, reader.varint());
    BITSWAP_TRY_ASSIGN(segment.blocks, reader.varint());
    BITSWAP_TRY_ASSIGN(segment.bytes, reader.varint());
    BITSWAP_TRY_ASSIGN(const std::uint8_t bit, reader.u8());
    BITSWAP_TRY_ASSIGN(const ByteView corrections, reader.blob(recipe.size()));
    if (next < stream || next >= texts.size() || bit > 7 || segment.blocks == 0 ||
        segment.blocks > most_blocks(texts.size(), all) - blocks || segment.bytes > all - at) {
      return corrupt("a DEFLATE recipe has an impossible segment");
    }
    for (; stream < next; ++stream) start += texts[stream].size();
    if (at < start || at - start > texts[stream].size()) return corrupt("a DEFLATE recipe has a segment out of place");
    segment.stream = stream;
    segment.begin = at - start;
    segment.first_bit = bit;
    at += segment.bytes;
    blocks += segment.blocks;
    parsed.segments.push_back(std::move(segment));
    parsed.corrections.push_back(corrections);
  }
  if (!reader.at_end()) return corrupt("a DEFLATE recipe is too long");
  if (at != all || count == 0) return corrupt("a DEFLATE recipe is for other plaintexts");
  return parsed;
}

/// What a segment gives of one stream.
struct Piece {
  std::size_t stream = 0;
  int first_bit = 0;
  int end_bit = 0;
  bool last = false;  ///< of the stream
  Bytes bytes;
};

Result<std::vector<Piece>> rebuild_segment(std::span<const ByteView> texts, const Settings& settings,
                                           const Segment& segment, ByteView corrections) {
  BITSWAP_TRY_ASSIGN(CorrectionReader coder, CorrectionReader::open(corrections));
  std::vector<Piece> pieces;
  Habits habits;
  Block block;
  std::size_t stream = segment.stream;
  std::uint64_t begin = segment.begin;
  std::uint64_t left = segment.bytes;
  std::uint64_t made = 0;
  int first_bit = segment.first_bit;
  std::optional<BlockCoding<CorrectionReader>> coding;
  std::optional<BitWriter> out;
  const auto close = [&](bool last) {
    const int end_bit = out->bit();
    pieces.push_back({stream, first_bit, end_bit, last, out->take()});
    made += pieces.back().bytes.size();
    out.reset();
    coding.reset();
    begin = 0;
    first_bit = 0;
    ++stream;
  };
  for (std::uint64_t i = 0; i < segment.blocks; ++i) {
    if (!out) {
      if (stream == texts.size()) return corrupt("a DEFLATE recipe has a block too many");
      out.emplace(first_bit);
      coding.emplace(coder, habits, settings, texts[stream], begin);
    }
    const std::uint64_t place = coding->place();
    BITSWAP_TRY(coding->code(block));
    const std::uint64_t bytes = coding->place() - place;
    if (bytes > left) return corrupt("a DEFLATE recipe has a segment that is too long");
    left -= bytes;
    write_block(*out, block, texts[stream], place);
    const std::uint64_t streams = 1 + stream - segment.stream;
    if (made + out->bytes() > most_output(streams, segment.bytes)) {
      return Error{Error::Code::LimitExceeded, 0, "a DEFLATE recipe makes too much"};
    }
    if (block.last) close(true);
  }
  if (out) close(false);
  if (left != 0 || !coder.at_end()) return corrupt("a DEFLATE recipe has corrections that do not end in time");
  return pieces;
}

Result<std::vector<Bytes>> join(std::size_t streams, std::vector<std::vector<Piece>>& segments) {
  std::vector<Bytes> joined(streams);
  std::size_t stream = 0;
  int bit = 0;
  for (std::vector<Piece>& pieces : segments) {
    for (Piece& piece : pieces) {
      if (piece.stream != stream || piece.first_bit != bit)
        return corrupt("the segments of a DEFLATE recipe do not meet");
      Bytes& out = joined[stream];
      if (out.empty()) {
        out = std::move(piece.bytes);
      } else {
        ByteView bytes = piece.bytes;
        if (bit > 0 && !bytes.empty()) {
          out.back() = static_cast<std::uint8_t>(out.back() | bytes[0]);
          bytes = bytes.subspan(1);
        }
        out.insert(out.end(), bytes.begin(), bytes.end());
        piece.bytes = {};
      }
      bit = piece.last ? 0 : piece.end_bit;
      if (piece.last) ++stream;
    }
  }
  if (stream != streams) return corrupt("a DEFLATE recipe lacks a stream");
  return joined;
}

}  // namespace

Result<std::optional<Described>> describe(std::span<const Source> sources, std::array<std::uint8_t, 2> zlib_header,
                                          std::uint32_t most_percent, const Work& work) {
  try {
    return describe_all(sources, zlib_header, most_percent, work);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

Result<std::vector<Bytes>> rebuild(std::span<const ByteView> plaintexts, ByteView recipe, const Work& work) {
  try {
    BITSWAP_TRY_ASSIGN(const Parsed parsed, parse(plaintexts, recipe));
    std::vector<std::vector<Piece>> pieces(parsed.segments.size());
    const auto body = [&](std::size_t i) -> Status {
      BITSWAP_TRY_ASSIGN(pieces[i],
                         rebuild_segment(plaintexts, parsed.settings, parsed.segments[i], parsed.corrections[i]));
      return {};
    };
    BITSWAP_TRY(run_all(parsed.segments.size(), work, body));
    return join(plaintexts.size(), pieces);
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

}  // namespace bitswap::deflate
