// SPDX-License-Identifier: GPL-3.0-or-later
// HEIC and AVIF: kept as their own bytes; the view decodes the primary picture through libheif, where the program was
// built with it.
#include <algorithm>
#include <array>
#include <string_view>

#ifdef BITSWAP_HEIF
#include <libheif/heif.h>

#include <memory>
#include <string>
#endif

#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

#ifdef BITSWAP_HEIF

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

void release(const heif_image_handle* handle) { heif_image_handle_release(handle); }
void release(const heif_image* image) { heif_image_release(image); }

Status check(const heif_error& error) {
  const std::string text = std::string("libheif: ") + (error.message != nullptr ? error.message : "damaged data");
  switch (error.code) {
    case heif_error_Ok: return {};
    case heif_error_Unsupported_filetype:
    case heif_error_Unsupported_feature:
    case heif_error_Decoder_plugin_error: return unsupported(0, text);
    case heif_error_Memory_allocation_error: return Error{Error::Code::OutOfMemory, 0, text};
    default: break;
  }
  switch (error.subcode) {
    case heif_suberror_End_of_data: return truncated(0, text);
    case heif_suberror_Security_limit_exceeded: return Error{Error::Code::LimitExceeded, 0, text};
    default: return corrupt(0, text);
  }
}

/// As stored: neither rotated nor cropped.
Result<Picture> decode(ByteView file) {
  const Owned<heif_context> context(heif_context_alloc(), heif_context_free);
  if (!context) return Error{Error::Code::OutOfMemory, 0, "libheif found no memory"};
  BITSWAP_TRY(check(heif_context_read_from_memory_without_copy(context.get(), file.data(), file.size(), nullptr)));
  heif_image_handle* found = nullptr;
  BITSWAP_TRY(check(heif_context_get_primary_image_handle(context.get(), &found)));
  const Owned<heif_image_handle> handle(found, [](heif_image_handle* h) { release(h); });
  const auto side = [](int value) { return static_cast<std::uint64_t>(std::max(value, 0)); };
  BITSWAP_TRY(check_plausible_size(side(heif_image_handle_get_ispe_width(found)),
                                   side(heif_image_handle_get_ispe_height(found)), file.size()));

  const Owned<heif_decoding_options> options(heif_decoding_options_alloc(), heif_decoding_options_free);
  if (!options) return Error{Error::Code::OutOfMemory, 0, "libheif found no memory"};
  options->ignore_transformations = 1;
  options->convert_hdr_to_8bit = 1;
#if LIBHEIF_HAVE_VERSION(1, 15, 0)
  // libheif's first choice for AVIF writes to standard error about damaged files; where this one is missing, libheif
  // makes its own choice again.
  options->decoder_id = "aom";
#endif
  heif_image* decoded = nullptr;
  BITSWAP_TRY(
      check(heif_decode_image(found, &decoded, heif_colorspace_RGB, heif_chroma_interleaved_RGB, options.get())));
  const Owned<heif_image> image(decoded, [](heif_image* i) { release(i); });
  int stride = 0;
  const std::uint8_t* rows = heif_image_get_plane_readonly(decoded, heif_channel_interleaved, &stride);
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(side(heif_image_get_width(decoded, heif_channel_interleaved)),
                                                   side(heif_image_get_height(decoded, heif_channel_interleaved)), 3));
  const std::size_t row_bytes = std::size_t{picture.width} * 3;
  if (rows == nullptr || side(stride) < row_bytes) return corrupt(0, "libheif gave no pixels");
  for (std::size_t y = 0; y < picture.height; ++y) {
    std::copy_n(rows + y * side(stride), row_bytes, picture.samples.data() + y * row_bytes);
  }
  return picture;
}

#else

Result<Picture> decode(ByteView) {
  return unsupported(0, "this build has no decoder for HEIC and AVIF: it was made without libheif");
}

#endif

class HeifFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "heif"; }

  /// The first box names the major brand.
  bool recognises(ByteView file) const override {
    constexpr std::array<std::string_view, 10> kBrands = {"heic", "heix", "heim", "heis", "hevc",
                                                          "hevx", "mif1", "msf1", "avif", "avis"};
    if (file.size() < 12) return false;
    const auto has_tag = [file](std::size_t at, std::string_view tag) {
      return std::equal(tag.begin(), tag.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
    };
    return has_tag(4, "ftyp") &&
           std::ranges::any_of(kBrands, [&](std::string_view brand) { return has_tag(8, brand); });
  }

  Result<TakenApart> take_apart(ByteView) const override {
    return unsupported(0, "a HEIC or AVIF is kept as its own bytes, which are smaller than its pixels");
  }

  Result<Bytes> rebuild(const Picture&, ByteView) const override {
    return unsupported(0, "a HEIC or AVIF is never rebuilt from pixels");
  }

  Result<Picture> view(ByteView file) const override { return decode(file); }
};

}  // namespace

const ImageFormat& heif_format() {
  static const HeifFormat format;
  return format;
}

}  // namespace bitswap
