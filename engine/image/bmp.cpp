// BMP: uncompressed 24-bit, 32-bit and 8-bit grey files are kept exactly, with all header, padding and trailing bytes.
// Recipe: u8 version, u8 whether any padding is not zero, blob header, [padding of all rows], blob trailing bytes.
#include <algorithm>

#include "engine/image/bmp_file.h"
#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kRecipeVersion = 1;
constexpr std::size_t kFileHeader = 14;

/// Palette entry i is the grey i, so that indices are samples.
bool has_grey_palette(const BmpHeader& header, ByteView file) {
  const std::size_t entry_bytes = header.core ? 3 : 4;
  if (header.palette_entries != 256) return false;
  for (std::size_t entry = 0; entry < 256; ++entry) {
    const ByteView colour = file.subspan(header.palette + entry * entry_bytes, 3);
    if (!std::ranges::all_of(colour, [entry](std::uint8_t sample) { return sample == entry; })) return false;
  }
  return true;
}

/// Channels of the picture of an exactly codable file, else 0. `head` ends where the raster begins.
std::uint8_t exact_channels(const BmpHeader& header, ByteView head) {
  if (header.compression != BmpCompression::Rgb) return 0;
  if (header.bits == 24) return 3;
  if (header.bits == 32) return 4;
  return header.bits == 8 && has_grey_palette(header, head) ? 1 : 0;
}

/// Copies a row, swapping BGR and RGB, which is its own inverse.
void copy_row(const std::uint8_t* from, std::uint8_t* to, std::size_t pixels, std::size_t channels) {
  std::copy_n(from, pixels * channels, to);
  if (channels == 1) return;
  for (std::size_t at = 0; at < pixels * channels; at += channels) std::swap(to[at], to[at + 2]);
}

class BmpFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "bmp"; }

  bool recognises(ByteView file) const override {
    if (file.size() < kFileHeader + 4 || file[0] != 'B' || file[1] != 'M') return false;
    constexpr std::array<std::uint8_t, 8> kHeaderSizes = {12, 16, 40, 52, 56, 64, 108, 124};
    return std::ranges::find(kHeaderSizes, file[kFileHeader]) != kHeaderSizes.end() && file[kFileHeader + 1] == 0 &&
           file[kFileHeader + 2] == 0 && file[kFileHeader + 3] == 0;
  }

  Result<TakenApart> take_apart(ByteView file) const override {
    BITSWAP_TRY_ASSIGN(const BmpHeader header, parse_bmp_header(file));
    const std::uint8_t channels = exact_channels(header, file.first(header.raster));
    if (channels == 0) return unsupported(0, "only uncompressed BMP of 24 or 32 bits or 8-bit grey can be coded");
    const std::uint64_t raster_bytes = header.raster_bytes();
    if (file.size() - header.raster < raster_bytes) return truncated(file.size(), "the samples end early");

    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, channels));
    const std::size_t pixel_bytes = std::size_t{header.width} * channels;
    const std::size_t pad_bytes = header.row_bytes() - pixel_bytes;
    BITSWAP_TRY_ASSIGN(Bytes padding, allocate(std::uint64_t{header.height} * pad_bytes));
    for (std::size_t row = 0; row < header.height; ++row) {
      const std::uint8_t* line = file.data() + header.raster + row * header.row_bytes();
      const std::size_t y = header.top_down ? row : header.height - 1 - row;
      copy_row(line, picture.samples.data() + y * pixel_bytes, header.width, channels);
      std::copy_n(line + pixel_bytes, pad_bytes, padding.data() + row * pad_bytes);
    }

    const bool padded = std::ranges::any_of(padding, [](std::uint8_t byte) { return byte != 0; });
    ByteWriter recipe;
    recipe.u8(kRecipeVersion);
    recipe.u8(padded ? 1 : 0);
    recipe.blob(file.first(header.raster));
    if (padded) recipe.raw(padding);
    recipe.blob(file.subspan(header.raster + raster_bytes));
    TakenApart taken{std::move(picture), recipe.take(), Exactness::Bytes};
    BITSWAP_TRY_ASSIGN(const Bytes again, rebuild(taken.picture, taken.recipe));
    if (!std::ranges::equal(again, file)) return unsupported(0, "the file did not come back exactly");
    return taken;
  }

  Result<Bytes> rebuild(const Picture& picture, ByteView recipe) const override {
    BITSWAP_TRY(check_picture(picture));
    ByteReader reader(recipe);
    BITSWAP_TRY_ASSIGN(const std::uint8_t version, reader.u8());
    if (version != kRecipeVersion) return unsupported(0, "the recipe is of another version");
    BITSWAP_TRY_ASSIGN(const std::uint8_t padded, reader.u8());
    if (padded > 1) return corrupt(1, "the recipe has an unknown flag");
    BITSWAP_TRY_ASSIGN(const ByteView head, reader.blob(recipe.size()));
    auto header = parse_bmp_header(head);
    if (!header || header->raster != head.size() || header->width != picture.width ||
        header->height != picture.height || exact_channels(*header, head) != picture.channels) {
      return corrupt(2, "the recipe's header does not fit the picture");
    }
    const std::size_t pixel_bytes = std::size_t{picture.width} * picture.channels;
    const std::size_t pad_bytes = header->row_bytes() - pixel_bytes;
    BITSWAP_TRY_ASSIGN(const ByteView padding, reader.raw(padded == 1 ? std::uint64_t{picture.height} * pad_bytes : 0));
    BITSWAP_TRY_ASSIGN(const ByteView tail, reader.blob(recipe.size()));
    if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");

    BITSWAP_TRY_ASSIGN(Bytes file, allocate(head.size() + header->raster_bytes() + tail.size()));
    std::ranges::copy(head, file.begin());
    for (std::size_t row = 0; row < picture.height; ++row) {
      std::uint8_t* line = file.data() + head.size() + row * header->row_bytes();
      const std::size_t y = header->top_down ? row : picture.height - 1 - row;
      copy_row(picture.samples.data() + y * pixel_bytes, line, picture.width, picture.channels);
      if (padded == 1) std::copy_n(padding.data() + row * pad_bytes, pad_bytes, line + pixel_bytes);
    }
    std::ranges::copy(tail, file.end() - static_cast<std::ptrdiff_t>(tail.size()));
    return file;
  }

  Result<Picture> view(ByteView file) const override { return view_bmp(file); }
};

}  // namespace

const ImageFormat& bmp_format() {
  static const BmpFormat format;
  return format;
}

}  // namespace bitswap
