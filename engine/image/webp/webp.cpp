// SPDX-License-Identifier: GPL-3.0-or-later
// WebP: lossless pictures go to the codecs, all other chunks and the settings of libwebp into a recipe. Where libwebp
// gives the same stream again the file comes back byte for byte, else with the same pixels and chunks.
#include <webp/decode.h>

#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/webp/webp_file.h"
#include "engine/image/webp/webp_stream.h"

namespace bitswap {
namespace {

/// RGB where nothing is transparent, which codes better.
Result<Picture> decode_exactly(ByteView file) {
  int width = 0;
  int height = 0;
  if (WebPGetInfo(file.data(), file.size(), &width, &height) != 0 &&
      static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > kMostWebpEncodedPixels) {
    return unsupported(0, "so large a WebP is kept as its own bytes");
  }
  BITSWAP_TRY_ASSIGN(Picture picture, decode_webp(file, 4));
  for (std::size_t at = 3; at < picture.samples.size(); at += 4) {
    if (picture.samples[at] != 255) return picture;
  }
  BITSWAP_TRY_ASSIGN(Picture opaque, make_picture(picture.width, picture.height, 3));
  for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
    std::copy_n(picture.samples.data() + pixel * 4, 3, opaque.samples.data() + pixel * 3);
  }
  return opaque;
}

Result<Bytes> assemble(const WebpRecipe& recipe, ByteView stream) {
  WebpFile file = recipe.file;
  file.stream = stream;
  return write_webp(file);
}

bool same_but_stream(const WebpFile& a, const WebpFile& b) {
  return std::ranges::equal(a.before, b.before) && std::ranges::equal(a.after, b.after) &&
         std::ranges::equal(a.trailing, b.trailing) && stream_uses_alpha(a.stream) == stream_uses_alpha(b.stream);
}

class WebpFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "webp"; }

  bool recognises(ByteView file) const override { return is_webp(file); }

  Result<TakenApart> take_apart(ByteView bytes) const override {
    BITSWAP_TRY_ASSIGN(const WebpFile file, parse_webp(bytes));
    BITSWAP_TRY_ASSIGN(Picture picture, decode_exactly(bytes));
    WebpRecipe recipe{{}, stream_uses_alpha(file.stream), file};
    BITSWAP_TRY_ASSIGN(const auto settings, find_webp_settings(picture, file.stream));
    if (settings) {
      recipe.settings = *settings;
      // The search has encoded the very stream of the file; what is left to prove is what surrounds it.
      BITSWAP_TRY_ASSIGN(const Bytes again, assemble(recipe, file.stream));
      if (std::ranges::equal(again, bytes)) {
        return TakenApart{
            .picture = std::move(picture), .recipe = write_webp_recipe(recipe), .exactness = Exactness::Bytes};
      }
    }
    recipe.settings = WebpSettings{};
    TakenApart taken{
        .picture = std::move(picture), .recipe = write_webp_recipe(recipe), .exactness = Exactness::Pixels};
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    // A failure here is ours, not the file's: its bytes are kept, and nobody is told that it is broken.
    if (!prove_pixels(taken, file, again).ok()) return unsupported(0, "the picture did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView data) const override {
    BITSWAP_TRY_ASSIGN(WebpRecipe recipe, read_webp_recipe(data));
    BITSWAP_TRY_ASSIGN(const Bytes stream, encode_webp(picture, recipe.settings, recipe.uses_alpha));
    BITSWAP_TRY_ASSIGN(Bytes file, assemble(recipe, stream));
    if (recipe.settings.exact) return file;
    // An encoder that chooses the colours under transparent pixels chooses the same ones in the version that the
    // recipe was made with. Another version must not change them.
    BITSWAP_TRY_ASSIGN(const Bytes bare, assemble({recipe.settings, recipe.uses_alpha, {}}, stream));
    BITSWAP_TRY_ASSIGN(const Picture again, decode_webp(bare, picture.channels));
    if (again == picture) return file;
    recipe.settings.exact = true;
    BITSWAP_TRY_ASSIGN(const Bytes exact, encode_webp(picture, recipe.settings, recipe.uses_alpha));
    return assemble(recipe, exact);
  }

  Result<Picture> view(ByteView file) const override {
    WebPBitstreamFeatures features;
    const bool readable = WebPGetFeatures(file.data(), file.size(), &features) == VP8_STATUS_OK;
    return readable && features.has_animation != 0 ? decode_webp_animation(file) : decode_webp(file, 3);
  }

 private:
  /// The rebuilt file has the same samples and the same other chunks at the same places.
  static Status prove_pixels(const TakenApart& taken, const WebpFile& original, ByteView again) {
    BITSWAP_TRY_ASSIGN(const WebpFile file, parse_webp(again));
    BITSWAP_TRY_ASSIGN(const Picture picture, decode_exactly(again));
    if (picture == taken.picture && same_but_stream(file, original)) return {};
    return Error{Error::Code::Internal, 0, "the rebuilt file differs"};
  }
};

}  // namespace

const ImageFormat& webp_format() {
  static const WebpFormat format;
  return format;
}

}  // namespace bitswap
