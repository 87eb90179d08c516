// SPDX-License-Identifier: GPL-3.0-or-later
// PNG: the samples or palette indices go to the codecs, all other chunks and what is odd about the compressed stream
// into a recipe, so that the file comes back byte for byte. Where the latter would not pay it comes back with the same
// pixels and chunks. Of an animation the first picture is coded so, and the chunks of the others are kept as they are.
#include <algorithm>

#include "engine/deflate/compress.h"
#include "engine/deflate/zlib_frame.h"
#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/png/png_file.h"
#include "engine/image/png/png_filter.h"
#include "engine/image/png/png_recipe.h"
#include "engine/image/png/png_samples.h"
#include "engine/image/png/png_view.h"

namespace bitswap {
namespace {

/// Of a stream that is written anew. The header says 32 KiB window, default compression.
constexpr std::array<std::uint8_t, 2> kRepackedHeader = {0x78, 0x9C};
constexpr int kRepackedLevel = 6;
/// More than this share of the stream for what was not predicted about it does not pay: pixels take some two thirds.
constexpr std::uint32_t kMostPercent = 25;
/// One chunk holds all of any sensible picture; the format's own limit is 2^31 - 1.
constexpr std::uint32_t kRepackedIdat = 1u << 30;

/// A whole file, unpacked.
struct Decoded {
  PngFile file;
  deflate::ZlibStream stream;  ///< of filtered rows
  Bytes filters;
  Picture picture;
};

/// Exactly `size` bytes of rows, and nothing behind the stream. Errors: Corrupt; Unsupported for more of either.
Result<deflate::ZlibStream> open_stream(ByteView stream, std::uint64_t size) {
  auto opened = deflate::open_zlib(stream, size);
  if (!opened.ok()) {
    const Error& error = opened.error();
    if (error.code == Error::Code::LimitExceeded) return unsupported(0, "the data holds more than the picture");
    if (error.code == Error::Code::Truncated) return corrupt(error.offset, error.detail);  // the file is longer
    return error;
  }
  if (opened->inflated.plaintext.size() < size) return corrupt(0, "the compressed data holds less than the picture");
  if (opened->bytes < stream.size()) return unsupported(0, "there is something behind the compressed data");
  return opened;
}

Result<Decoded> decode(ByteView bytes) {
  Decoded decoded;
  BITSWAP_TRY_ASSIGN(decoded.file, parse_png(bytes));
  const PngHeader& header = decoded.file.header;
  BITSWAP_TRY_ASSIGN(decoded.stream, open_stream(decoded.file.stream, png_raw_bytes(header)));
  BITSWAP_TRY_ASSIGN(Bytes rows, unfilter(header, decoded.stream.inflated.plaintext, decoded.filters));
  BITSWAP_TRY_ASSIGN(decoded.picture, picture_of_rows(header, std::move(rows)));
  return decoded;
}

bool same_chunks(const std::vector<PngChunk>& a, const std::vector<PngChunk>& b) {
  return std::ranges::equal(a, b, [](const PngChunk& x, const PngChunk& y) {
    return x.type == y.type && std::ranges::equal(x.data, y.data);
  });
}

void put_idats(Bytes& out, ByteView stream, const PngRecipe& recipe) {
  const auto put = [&](std::uint64_t size) {
    const std::size_t count = std::min<std::uint64_t>({size, stream.size(), kRepackedIdat});
    put_chunk(out, chunk_type("IDAT"), stream.first(count));
    stream = stream.subspan(count);
  };
  for (const auto& [size, repeat] : recipe.idats) {
    if (size == 0) put(0);
    for (std::uint64_t i = 0; i < repeat && size > 0 && !stream.empty(); ++i) put(size);
  }
  // Without sizes; those of a damaged recipe may be too few.
  while (!stream.empty()) put(kRepackedIdat);
}

Bytes header_data(const PngHeader& header) {
  Bytes data;
  for (const std::uint32_t side : {header.width, header.height}) {
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(side >> shift));
  }
  data.insert(data.end(), {header.depth, header.colour, 0, 0, static_cast<std::uint8_t>(header.interlaced ? 1 : 0)});
  return data;
}

class PngFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "png"; }

  bool recognises(ByteView file) const override {
    // The signature exists to show what a careless transfer did to it: take a damaged one as a damaged PNG.
    if (file.size() >= 4 && std::equal(file.begin(), file.begin() + 4, kPngSignature.begin())) return true;
    if (file.size() < kPngSignature.size()) return false;
    std::size_t equal = 0;
    for (std::size_t i = 0; i < kPngSignature.size(); ++i) equal += file[i] == kPngSignature[i] ? 1 : 0;
    return equal + 1 >= kPngSignature.size();
  }

  Result<TakenApart> take_apart(ByteView bytes) const override {
    BITSWAP_TRY_ASSIGN(Decoded decoded, decode(bytes));
    PngFile& file = decoded.file;
    const auto described = describe_stream(decoded.stream);
    if (!described.ok() && described.error().code != Error::Code::Unsupported) return described.error();
    const bool pays = described.ok() && described->has_value();
    PngRecipe recipe{file.header, file.before, file.after, std::move(decoded.filters), {}, {}, file.trailing};
    if (pays) {
      recipe.stream = PngStream{decoded.stream.header, (*described)->recipe};
      recipe.idats = idat_runs(file.idat_sizes);
    }
    decoded.stream = {};  // of a large picture these two are most of the memory, and the proof wants as much
    file.stream = {};
    TakenApart taken{std::move(decoded.picture), write_recipe(recipe), Exactness::Bytes, file.header.wide()};
    if (recipe.stream) {
      BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
      if (std::ranges::equal(again, bytes)) return taken;
      recipe.stream.reset();
      recipe.idats.clear();
      taken.recipe = write_recipe(recipe);
    }
    taken.exactness = Exactness::Pixels;
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    // A failure here is ours, not the file's: its bytes are kept, and nobody is told that it is broken.
    if (!prove_pixels(taken, file, again).ok()) return unsupported(0, "the picture did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView data) const override {
    BITSWAP_TRY(check_picture(picture));
    BITSWAP_TRY_ASSIGN(const PngRecipe recipe, read_recipe(data, picture));
    BITSWAP_TRY_ASSIGN(const Bytes stream, stream_of(recipe, picture));
    Bytes out(kPngSignature.begin(), kPngSignature.end());
    out.reserve(stream.size() + data.size() + 1024);
    put_chunk(out, chunk_type("IHDR"), header_data(recipe.header));
    for (const PngChunk& chunk : recipe.before) put_chunk(out, chunk.type, chunk.data);
    put_idats(out, stream, recipe);
    for (const PngChunk& chunk : recipe.after) put_chunk(out, chunk.type, chunk.data);
    put_chunk(out, chunk_type("IEND"), {});
    out.insert(out.end(), recipe.trailing.begin(), recipe.trailing.end());
    return out;
  }

  Result<Picture> view(ByteView file) const override { return view_png(file); }

 private:
  static Result<Bytes> filtered_rows(const PngRecipe& recipe, const Picture& picture) {
    if (rows_are_samples(recipe.header)) return filter(recipe.header, picture.samples, recipe.filters);
    BITSWAP_TRY_ASSIGN(const Bytes rows, rows_of_picture(recipe.header, picture));
    return filter(recipe.header, rows, recipe.filters);
  }

  static Result<std::optional<deflate::Described>> describe_stream(const deflate::ZlibStream& stream) {
    const deflate::Source source{stream.deflate, &stream.inflated};
    return deflate::describe({&source, 1}, stream.header, kMostPercent, work());
  }

  static Result<Bytes> stream_of(const PngRecipe& recipe, const Picture& picture) {
    BITSWAP_TRY_ASSIGN(const Bytes raw, filtered_rows(recipe, picture));
    if (!recipe.stream) {
      BITSWAP_TRY_ASSIGN(const Bytes packed, deflate::compress(raw, deflate::zlib_settings(kRepackedLevel), work()));
      return deflate::zlib_frame(kRepackedHeader, packed, raw);
    }
    const ByteView view = raw;
    BITSWAP_TRY_ASSIGN(const std::vector<Bytes> streams, deflate::rebuild({&view, 1}, recipe.stream->deflate, work()));
    return deflate::zlib_frame(recipe.stream->zlib_header, streams.front(), raw);
  }

  static deflate::Work work() { return {SpareThreads::current(), nullptr}; }

  /// The rebuilt file has the same header and samples, and the same other chunks at the same places.
  static Status prove_pixels(const TakenApart& taken, const PngFile& original, ByteView again) {
    BITSWAP_TRY_ASSIGN(const Decoded rebuilt, decode(again));
    if (rebuilt.file.header != original.header || rebuilt.picture != taken.picture ||
        !same_chunks(rebuilt.file.before, original.before) || !same_chunks(rebuilt.file.after, original.after) ||
        !std::ranges::equal(rebuilt.file.trailing, original.trailing)) {
      return Error{Error::Code::Internal, 0, "the rebuilt file differs"};
    }
    return {};
  }
};

}  // namespace

const ImageFormat& png_format() {
  static const PngFormat format;
  return format;
}

}  // namespace bitswap
