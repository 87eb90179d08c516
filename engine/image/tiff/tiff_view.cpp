// SPDX-License-Identifier: GPL-3.0-or-later
// Samples that the engine reads itself are shown as they are stored; all others as libtiff converts them.
#include "engine/image/tiff/tiff_view.h"

#include <algorithm>
#include <array>
#include <exception>
#include <vector>

#include "engine/image/limits.h"
#include "engine/image/tiff/tiff_samples.h"

namespace bitswap {
namespace {

constexpr std::size_t kColours = 256;

std::uint8_t to_8_bits(std::uint64_t value) { return static_cast<std::uint8_t>((value * 255 + 32895) >> 16); }

/// All red values, all green, all blue. Old writers put 8-bit values into the 16-bit numbers.
std::array<std::uint8_t, 3 * kColours> read_palette(const TiffFile& tiff, const TiffPage& page, ByteView file) {
  std::array<std::uint64_t, 3 * kColours> wide{};
  for (std::size_t i = 0; i < wide.size(); ++i) wide[i] = tiff.number(file, page.palette, i);
  const bool narrow = std::ranges::all_of(wide, [](std::uint64_t value) { return value < 256; });
  std::array<std::uint8_t, 3 * kColours> palette{};
  for (std::size_t i = 0; i < wide.size(); ++i) {
    palette[i] = narrow ? static_cast<std::uint8_t>(wide[i]) : to_8_bits(wide[i] & 0xFFFF);
  }
  return palette;
}

/// The kinds that convert() knows. The colours of the palette are there if it has one.
bool can_convert(const TiffPage& page) {
  switch (page.photometric) {
    case 0:
    case 1: return true;
    case 2: return page.samples >= 3;
    case 3: return page.bits == 8 && page.palette.count >= 3 * kColours;
    case 5: return page.samples == 4;
    default: return false;
  }
}

Result<Picture> convert(const TiffFile& tiff, const TiffPage& page, ByteView file) {
  BITSWAP_TRY_ASSIGN(Picture stored, make_picture(page.width, page.height * page.sample_bytes(),
                                                  static_cast<std::uint8_t>(page.samples)));
  BITSWAP_TRY(unpack_page(tiff, file, {page, tiff.big_endian, 0}, stored));
  const std::size_t samples = page.width * page.height * page.samples;
  if (page.bits == 16) {
    for (std::size_t i = 0; i < samples; ++i) {
      stored.samples[i] = to_8_bits(static_cast<std::uint64_t>(stored.samples[i]) << 8 | stored.samples[samples + i]);
    }
  }
  const auto palette =
      page.photometric == 3 ? read_palette(tiff, page, file) : std::array<std::uint8_t, 3 * kColours>{};
  BITSWAP_TRY_ASSIGN(Picture rgb, make_picture(page.width, page.height, 3));
  std::uint8_t* to = rgb.samples.data();
  for (std::size_t at = 0; at < samples; at += page.samples) {
    const std::uint8_t* pixel = stored.samples.data() + at;
    for (std::size_t channel = 0; channel < 3; ++channel, ++to) {
      switch (page.photometric) {
        case 0: *to = static_cast<std::uint8_t>(255 - pixel[0]); break;
        case 1: *to = pixel[0]; break;
        case 2: *to = pixel[channel]; break;
        case 3: *to = palette[channel * kColours + pixel[0]]; break;
        default: *to = static_cast<std::uint8_t>((255 - pixel[channel]) * (255 - pixel[3]) / 255); break;
      }
    }
  }
  return rgb;
}

Result<Picture> view_by_libtiff(const TiffPage& page, ByteView file) {
  BITSWAP_TRY_ASSIGN(Picture rgb, make_picture(page.width, page.height, 3));
  const std::uint64_t pixels = rgb.pixel_count();
  TiffMemory memory;
  memory.source = file;
  const TiffHandle handle = read_tiff(memory, pixels * 16 + (std::uint64_t{64} << 20));
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t orientation = ORIENTATION_TOPLEFT;
  if (handle == nullptr || TIFFGetField(handle.get(), TIFFTAG_IMAGEWIDTH, &width) == 0 ||
      TIFFGetField(handle.get(), TIFFTAG_IMAGELENGTH, &height) == 0 || width != rgb.width || height != rgb.height) {
    return corrupt(0, "libtiff cannot read the file");
  }
  TIFFGetFieldDefaulted(handle.get(), TIFFTAG_ORIENTATION, &orientation);
  std::vector<std::uint32_t> raster;
  try {
    raster.resize(pixels);
  } catch (const std::exception&) {
    return Error{Error::Code::OutOfMemory, 0, "no memory for the picture"};
  }
  // The file's own orientation: rows come as they are stored.
  std::array<char, 1024> reason{};
  if (TIFFRGBAImageOK(handle.get(), reason.data()) == 0) return unsupported(0, reason.data());
  if (TIFFReadRGBAImageOriented(handle.get(), width, height, raster.data(), orientation, 1) == 0) {
    return corrupt(0, "libtiff cannot read the picture");
  }
  for (std::size_t i = 0; i < pixels; ++i) {
    rgb.samples[i * 3] = TIFFGetR(raster[i]);
    rgb.samples[i * 3 + 1] = TIFFGetG(raster[i]);
    rgb.samples[i * 3 + 2] = TIFFGetB(raster[i]);
  }
  return rgb;
}

}  // namespace

Result<Picture> view_tiff(ByteView file) {
  BITSWAP_TRY_ASSIGN(const TiffFile tiff, parse_tiff(file));
  const TiffPage& page = tiff.pages.front();
  if (check_codable(page).ok() && can_convert(page)) return convert(tiff, page, file);
  return view_by_libtiff(page, file);
}

}  // namespace bitswap
