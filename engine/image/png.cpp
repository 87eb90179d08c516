// PNG: 8-bit pictures that are not interlaced go to the codecs, all other chunks and the settings of zlib into a
// recipe. Where zlib gives the same stream again the file comes back byte for byte, else with the same pixels and
// chunks.
#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/png_file.h"
#include "engine/image/png_filter.h"
#include "engine/image/png_recipe.h"
#include "engine/image/png_view.h"

namespace bitswap {
namespace {

/// For a stream that zlib does not reproduce. The header says 32 KiB window, best compression.
constexpr DeflateSettings kRepacked{{0x78, 0xDA}, 9, 15, 9, 0, false};
/// One chunk holds all of any sensible picture; the format's own limit is 2^31 - 1.
constexpr std::uint32_t kRepackedIdat = 1u << 30;

/// What can be said about a file before its picture is known to be exact.
struct Decoded {
  PngFile file;
  Bytes raw;  ///< filtered rows
};

/// Everything is checked, also of files that cannot be coded, so that broken ones are called broken.
Result<Decoded> decode(ByteView bytes) {
  BITSWAP_TRY_ASSIGN(PngFile file, parse_png(bytes));
  BITSWAP_TRY_ASSIGN(Bytes raw, inflate_exactly(file.stream, png_raw_bytes(file.header)));
  BITSWAP_TRY(check_filters(file.header, raw));
  return Decoded{std::move(file), std::move(raw)};
}

Status check_codable(const PngFile& file) {
  const PngHeader& header = file.header;
  if (header.depth != 8 || header.colour == 3) return unsupported(24, "only 8-bit PNG without a palette can be coded");
  if (header.interlaced) return unsupported(28, "an interlaced PNG cannot be coded");
  const auto animated = [](const PngChunk& chunk) { return chunk.type == chunk_type("acTL"); };
  if (std::ranges::any_of(file.before, animated) || std::ranges::any_of(file.after, animated)) {
    return unsupported(0, "an animated PNG cannot be coded");
  }
  return {};
}

Result<Picture> unfilter_picture(const Decoded& decoded, Bytes& filters) {
  const PngHeader& header = decoded.file.header;
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, header.channels()));
  BITSWAP_TRY(unfilter(decoded.raw, picture, filters));
  return picture;
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
  // Without sizes, or should another version of zlib need more bytes than the one that wrote them.
  while (!stream.empty()) put(kRepackedIdat);
}

Bytes header_data(const Picture& picture) {
  constexpr std::array<std::uint8_t, 5> kColour = {0, 0, 4, 2, 6};
  Bytes data;
  for (const std::uint32_t side : {picture.width, picture.height}) {
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(side >> shift));
  }
  data.insert(data.end(), {8, kColour[picture.channels], 0, 0, 0});
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
    BITSWAP_TRY(check_codable(decoded.file));
    PngRecipe recipe;
    BITSWAP_TRY_ASSIGN(Picture picture, unfilter_picture(decoded, recipe.filters));
    recipe.before = decoded.file.before;
    recipe.after = decoded.file.after;
    recipe.trailing = decoded.file.trailing;

    const std::size_t row_bytes = png_passes(decoded.file.header).front().row_bytes + 1;
    BITSWAP_TRY_ASSIGN(recipe.settings, find_settings(decoded.raw, row_bytes, decoded.file.stream));
    if (recipe.settings) {
      recipe.idats = idat_runs(decoded.file.idat_sizes);
      TakenApart taken{std::move(picture), write_recipe(recipe), Exactness::Bytes};
      BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
      if (std::ranges::equal(again, bytes)) return taken;
      picture = std::move(taken.picture);
      recipe.settings.reset();
      recipe.idats.clear();
    }
    TakenApart taken{std::move(picture), write_recipe(recipe), Exactness::Pixels};
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    // A failure here is ours, not the file's: its bytes are kept, and nobody is told that it is broken.
    if (!prove_pixels(taken, decoded.file, again).ok()) return unsupported(0, "the picture did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView data) const override {
    BITSWAP_TRY(check_picture(picture));
    BITSWAP_TRY_ASSIGN(const PngRecipe recipe, read_recipe(data, picture.height));
    BITSWAP_TRY_ASSIGN(const Bytes raw, filter(picture, recipe.filters));
    const std::size_t row_bytes = std::size_t{picture.width} * picture.channels + 1;
    BITSWAP_TRY_ASSIGN(const Bytes stream, deflate_rows(raw, row_bytes, recipe.settings.value_or(kRepacked)));
    Bytes out(kPngSignature.begin(), kPngSignature.end());
    out.reserve(stream.size() + data.size() + 1024);
    put_chunk(out, chunk_type("IHDR"), header_data(picture));
    for (const PngChunk& chunk : recipe.before) put_chunk(out, chunk.type, chunk.data);
    put_idats(out, stream, recipe);
    for (const PngChunk& chunk : recipe.after) put_chunk(out, chunk.type, chunk.data);
    put_chunk(out, chunk_type("IEND"), {});
    out.insert(out.end(), recipe.trailing.begin(), recipe.trailing.end());
    return out;
  }

  Result<Picture> view(ByteView file) const override { return view_png(file); }

 private:
  /// The rebuilt file has the same samples and the same other chunks at the same places.
  static Status prove_pixels(const TakenApart& taken, const PngFile& original, ByteView again) {
    BITSWAP_TRY_ASSIGN(const Decoded rebuilt, decode(again));
    Bytes filters;
    BITSWAP_TRY_ASSIGN(const Picture picture, unfilter_picture(rebuilt, filters));
    if (picture != taken.picture || !same_chunks(rebuilt.file.before, original.before) ||
        !same_chunks(rebuilt.file.after, original.after) ||
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
