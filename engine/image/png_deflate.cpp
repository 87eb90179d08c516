// zlib in both directions, and the search for the settings of a given stream.
#include "engine/image/png_deflate.h"

#include <zlib.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "engine/image/limits.h"
#include "engine/image/png_block.h"

namespace bitswap {
namespace {

/// zlib counts in 32 bits.
constexpr std::size_t kPortion = std::size_t{1} << 30;
/// libpng's default buffer; the blocks of level 0 depend on it.
constexpr std::size_t kOutput = 8192;
/// A block of zlib has fewer.
constexpr std::uint32_t kMostSymbols = 1u << 15;

struct Inflater {
  z_stream stream{};
  ~Inflater() { inflateEnd(&stream); }
};

struct Deflater {
  z_stream stream{};
  ~Deflater() { deflateEnd(&stream); }
};

Error zlib_error(int code) {
  if (code == Z_MEM_ERROR) return {Error::Code::OutOfMemory, 0, "no memory for zlib"};
  return {Error::Code::Internal, 0, "zlib refused its settings"};
}

/// The portions in which a writer of rows feeds zlib: each row of each pass, with its filter.
class RowFeed {
 public:
  explicit RowFeed(std::span<const PngPass> passes) : passes_(passes) {}

  std::size_t next() {
    while (!passes_.empty() && row_ == passes_.front().rows) {
      passes_ = passes_.subspan(1);
      row_ = 0;
    }
    if (passes_.empty()) return kPortion;
    ++row_;
    return std::min<std::uint64_t>(passes_.front().row_bytes + 1, kPortion);
  }

 private:
  std::span<const PngPass> passes_;
  std::uint64_t row_ = 0;
};

/// Feeds a deflater and hands its output to `sink(position, bytes)` until that says false.
/// Returns the number of bytes handed over; `stopped` tells whether the sink said so.
using Sink = std::function<bool(std::uint64_t position, ByteView bytes)>;
struct Packed {
  std::uint64_t bytes = 0;
  bool stopped = false;
};

Result<Packed> run_deflate(ByteView raw, std::span<const PngPass> passes, const DeflateSettings& settings,
                           const Sink& sink) {
  Deflater deflater;
  z_stream& zlib = deflater.stream;
  int code = deflateInit2(&zlib, settings.level, Z_DEFLATED, settings.window, settings.memory, settings.strategy);
  if (code != Z_OK) return zlib_error(code);

  // Stored blocks are cut where the output is full, so that all output at once is part of "whole" for level 0; for the
  // other levels a short buffer gives the same bytes and lets a comparison stop early.
  const bool one_output = settings.whole && settings.level == 0;
  BITSWAP_TRY_ASSIGN(Bytes output,
                     allocate(one_output ? std::min<std::uint64_t>(raw.size() * 2 + 1024, kPortion) : kOutput));
  RowFeed feed(passes);
  Packed packed;
  for (std::size_t at = 0; code != Z_STREAM_END;) {
    const std::size_t portion = std::min(settings.whole ? kPortion : feed.next(), raw.size() - at);
    // zlib does not write to its input; the member is not const in old headers only.
    zlib.next_in = const_cast<Bytef*>(raw.data() + at);
    zlib.avail_in = static_cast<uInt>(portion);
    at += portion;
    const int flush = at == raw.size() ? Z_FINISH : Z_NO_FLUSH;
    do {
      zlib.next_out = output.data();
      zlib.avail_out = static_cast<uInt>(output.size());
      code = deflate(&zlib, flush);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return zlib_error(code);
      const std::size_t made = output.size() - zlib.avail_out;
      if (made > 0 && !sink(packed.bytes, ByteView(output).first(made))) {
        packed.stopped = true;
        return packed;
      }
      packed.bytes += made;
    } while (zlib.avail_out == 0 && code != Z_STREAM_END);
  }
  return packed;
}

struct Try {
  std::uint8_t level;
  std::uint8_t strategy;
};

/// All pairs that make a difference, those first that today's zlib describes by `hint`, the two bits FLEVEL.
std::vector<Try> tries(int hint) {
  const auto level_hint = [](const Try& guess) {
    if (guess.strategy >= Z_HUFFMAN_ONLY || guess.level < 2) return 0;
    if (guess.level < 6) return 1;
    return guess.level == 6 ? 2 : 3;
  };
  std::vector<Try> all;
  constexpr std::array<std::uint8_t, 9> kByUse = {6, 9, 1, 5, 7, 8, 3, 4, 2};
  for (const std::uint8_t level : kByUse) {
    all.push_back({level, Z_DEFAULT_STRATEGY});
    all.push_back({level, Z_FILTERED});
  }
  all.push_back({6, Z_RLE});  // these two do not look at the level, if it is not 0
  all.push_back({6, Z_HUFFMAN_ONLY});
  all.push_back({0, Z_DEFAULT_STRATEGY});
  for (const std::uint8_t level : kByUse) all.push_back({level, Z_FIXED});
  std::ranges::stable_partition(all, [&](const Try& guess) { return level_hint(guess) == hint; });
  return all;
}

/// zlib ends a block when its buffer of 2^(memory level + 6) symbols is full but for one, so that the length of the
/// first block tells the level, and tells most streams of other compressors from those of zlib. Empty for the latter.
std::vector<std::uint8_t> memory_levels(const DeflateBlock& first) {
  const auto room = [](int level) { return 1u << (level + 6); };
  std::vector<std::uint8_t> levels;
  if (first.last || first.type == 0) {
    for (const std::uint8_t level : {8, 9}) {  // the defaults of zlib and of optimisers
      if (first.symbols < room(level)) levels.push_back(level);
    }
    return levels;
  }
  for (std::uint8_t level = 1; level <= 9; ++level) {
    if (first.symbols + 1 == room(level)) levels.push_back(level);
  }
  return levels;
}

enum class Match { Yes, Early, Late };

/// Early: differs within the first output, so that feeding differently would not help.
Result<Match> compare(ByteView raw, std::span<const PngPass> passes, ByteView stream, const DeflateSettings& settings) {
  std::uint64_t same = 0;
  const auto sink = [&](std::uint64_t position, ByteView bytes) {
    if (bytes.size() > stream.size() - position) return false;
    const std::size_t skip = position == 0 ? std::min<std::size_t>(2, bytes.size()) : 0;  // the header is kept verbatim
    const ByteView wanted = stream.subspan(position, bytes.size());
    if (!std::ranges::equal(bytes.subspan(skip), wanted.subspan(skip))) return false;
    same = position + bytes.size();
    return true;
  };
  BITSWAP_TRY_ASSIGN(const Packed packed, run_deflate(raw, passes, settings, sink));
  if (!packed.stopped && packed.bytes == stream.size()) return Match::Yes;
  return same == 0 ? Match::Early : Match::Late;
}

}  // namespace

Result<Bytes> inflate_exactly(ByteView stream, std::uint64_t size) {
  BITSWAP_TRY_ASSIGN(Bytes raw, allocate(size));
  Inflater inflater;
  z_stream& zlib = inflater.stream;
  int code = inflateInit(&zlib);
  if (code != Z_OK) return zlib_error(code);
  std::size_t taken = 0;
  std::uint64_t made = 0;
  std::uint8_t beyond = 0;
  while (code != Z_STREAM_END) {
    const std::size_t input = std::min(kPortion, stream.size() - taken);
    const std::size_t room = std::min<std::uint64_t>(kPortion, size - made);
    zlib.next_in = const_cast<Bytef*>(stream.data() + taken);
    zlib.avail_in = static_cast<uInt>(input);
    // When all is there, one more byte shows whether the stream goes on.
    zlib.next_out = room > 0 ? raw.data() + made : &beyond;
    zlib.avail_out = room > 0 ? static_cast<uInt>(room) : 1;
    code = inflate(&zlib, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR) return zlib_error(code);
    if (code == Z_BUF_ERROR) return corrupt(taken, "the compressed data ends early");
    if (code != Z_OK && code != Z_STREAM_END) return corrupt(taken, "the compressed data is damaged");
    taken += input - zlib.avail_in;
    if (room == 0 && zlib.avail_out == 0) return unsupported(taken, "the data holds more than the picture");
    if (room > 0) made += room - zlib.avail_out;
  }
  if (made < size) return corrupt(taken, "the compressed data holds less than the picture");
  if (taken < stream.size()) return unsupported(taken, "there is something behind the compressed data");
  return raw;
}

Result<Bytes> deflate_rows(ByteView raw, std::span<const PngPass> passes, const DeflateSettings& settings) {
  Bytes stream;
  const auto sink = [&](std::uint64_t, ByteView bytes) {
    stream.insert(stream.end(), bytes.begin(), bytes.end());
    return true;
  };
  BITSWAP_TRY_ASSIGN(const Packed packed, run_deflate(raw, passes, settings, sink));
  if (packed.bytes < 2) return Error{Error::Code::Internal, 0, "zlib gave no header"};
  std::ranges::copy(settings.header, stream.begin());
  return stream;
}

Result<std::optional<DeflateSettings>> find_settings(ByteView raw, std::span<const PngPass> passes, ByteView stream) {
  if (stream.size() < 2) return std::optional<DeflateSettings>{};
  const int hint = stream[1] >> 6;
  const auto window = static_cast<std::uint8_t>(std::min((stream[0] >> 4) + 8, 15));
  // libpng packs small pictures with one window and may then write a smaller one into the header.
  std::vector<std::uint8_t> windows = {window};
  for (const int other : {window + 1, 15}) {
    if (other <= 15 && other > windows.back()) windows.push_back(static_cast<std::uint8_t>(other));
  }
  const auto first = first_block(stream, kMostSymbols);
  if (!first) return std::optional<DeflateSettings>{};
  for (const std::uint8_t memory : memory_levels(*first)) {
    for (const std::uint8_t bits : windows) {
      for (const Try& guess : tries(hint)) {
        if (guess.strategy == Z_FIXED && first->type == 2) continue;
        DeflateSettings settings{{stream[0], stream[1]}, guess.level, bits, memory, guess.strategy, false};
        BITSWAP_TRY_ASSIGN(const Match rows, compare(raw, passes, stream, settings));
        if (rows == Match::Yes) return std::optional(settings);
        if (rows == Match::Early && guess.level != 0) continue;
        settings.whole = true;
        BITSWAP_TRY_ASSIGN(const Match whole, compare(raw, passes, stream, settings));
        if (whole == Match::Yes) return std::optional(settings);
      }
    }
  }
  return std::optional<DeflateSettings>{};
}

}  // namespace bitswap
