// SPDX-License-Identifier: GPL-3.0-or-later
// BMP: uncompressed 24-bit, 32-bit and palette files are kept exactly, with all header, padding and trailing bytes. The
// picture of a palette file is one plane of its indices.
// Recipe: u8 version, u8 whether any padding is not zero, blob header, [padding of all rows], blob trailing bytes.
// Version 1 is written for 24 and 32 bits and for 8 bits with the grey palette, version 2 for all other palettes; both
// must stay readable for ever. The padding of a row begins in the byte that holds its last pixel, if that has bits
// left.
#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/limits.h"
#include "engine/image/simple/bmp_file.h"
#include "engine/image/simple/packed_bits.h"

namespace bitswap {
namespace {

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

/// Channels of the picture of an exactly codable file, else 0.
std::uint8_t exact_channels(const BmpHeader& header) {
  if (header.compression != BmpCompression::Rgb || header.bits == 16) return 0;
  return static_cast<std::uint8_t>(header.bits <= 8 ? 1 : header.bits / 8);
}

/// Of the recipe. `head` ends where the raster begins.
std::uint8_t recipe_version(const BmpHeader& header, ByteView head) {
  return header.bits > 8 || (header.bits == 8 && has_grey_palette(header, head)) ? 1 : 2;
}

/// Where the padding of a row begins, and which bits of its first byte are padding.
struct RowEnd {
  explicit RowEnd(const BmpHeader& header)
      : pixel_bytes(std::size_t{header.width} * header.bits / 8),
        pad_bytes(header.row_bytes() - pixel_bytes),
        first_mask(static_cast<std::uint8_t>(0xFF >> (std::size_t{header.width} * header.bits % 8))) {}
  std::size_t pixel_bytes;
  std::size_t pad_bytes;
  std::uint8_t first_mask;
};

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
    const std::uint8_t channels = exact_channels(header);
    if (channels == 0) return unsupported(0, "only uncompressed BMP of 24 or 32 bits or with a palette can be coded");
    const std::uint64_t raster_bytes = header.raster_bytes();
    if (file.size() - header.raster < raster_bytes) return truncated(file.size(), "the samples end early");

    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, channels));
    const RowEnd end(header);
    BITSWAP_TRY_ASSIGN(Bytes padding, allocate(std::uint64_t{header.height} * end.pad_bytes));
    for (std::size_t row = 0; row < header.height; ++row) {
      const std::uint8_t* line = file.data() + header.raster + row * header.row_bytes();
      const std::size_t y = header.top_down ? row : header.height - 1 - row;
      std::uint8_t* samples = picture.samples.data() + y * header.width * channels;
      if (header.bits < 8) {
        unpack_bits(line, header.bits, header.width, samples);
      } else {
        copy_row(line, samples, header.width, channels);
      }
      std::uint8_t* pad = padding.data() + row * end.pad_bytes;
      std::copy_n(line + end.pixel_bytes, end.pad_bytes, pad);
      if (end.pad_bytes > 0) *pad &= end.first_mask;
    }

    const bool padded = std::ranges::any_of(padding, [](std::uint8_t byte) { return byte != 0; });
    ByteWriter recipe;
    recipe.u8(recipe_version(header, file.first(header.raster)));
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
    if (version != 1 && version != 2) return unsupported(0, "the recipe is of another version");
    BITSWAP_TRY_ASSIGN(const std::uint8_t padded, reader.u8());
    if (padded > 1) return corrupt(1, "the recipe has an unknown flag");
    BITSWAP_TRY_ASSIGN(const ByteView head, reader.blob(recipe.size()));
    auto header = parse_bmp_header(head);
    if (!header || header->raster != head.size() || header->width != picture.width ||
        header->height != picture.height || exact_channels(*header) != picture.channels ||
        recipe_version(*header, head) != version || !samples_fit(picture, header->bits)) {
      return corrupt(2, "the recipe's header does not fit the picture");
    }
    const RowEnd end(*header);
    const std::uint64_t pad_bytes = padded == 1 ? end.pad_bytes : 0;
    BITSWAP_TRY_ASSIGN(const ByteView padding, reader.raw(picture.height * pad_bytes));
    BITSWAP_TRY_ASSIGN(const ByteView tail, reader.blob(recipe.size()));
    if (!reader.at_end()) return corrupt(reader.position(), "the recipe is too long");

    BITSWAP_TRY_ASSIGN(Bytes file, allocate(head.size() + header->raster_bytes() + tail.size()));
    std::ranges::copy(head, file.begin());
    for (std::size_t row = 0; row < picture.height; ++row) {
      std::uint8_t* line = file.data() + head.size() + row * header->row_bytes();
      const std::size_t y = header->top_down ? row : picture.height - 1 - row;
      const std::uint8_t* samples = picture.samples.data() + y * picture.width * picture.channels;
      if (header->bits < 8) {
        pack_bits(samples, header->bits, picture.width, line);
      } else {
        copy_row(samples, line, picture.width, picture.channels);
      }
      for (std::size_t i = 0; i < pad_bytes; ++i) {
        const unsigned mask = i == 0 ? end.first_mask : 0xFFu;
        line[end.pixel_bytes + i] |= static_cast<std::uint8_t>(padding[row * pad_bytes + i] & mask);
      }
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
