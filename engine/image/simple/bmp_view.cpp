// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the headers of BMP, and any of its kinds as RGB: palettes, bit fields and run lengths included.
#include <algorithm>
#include <bit>

#include "engine/image/limits.h"
#include "engine/image/simple/bmp_file.h"

namespace bitswap {
namespace {

constexpr std::size_t kFileHeader = 14;
constexpr std::uint32_t kCoreHeader = 12;
constexpr std::uint32_t kInfoHeader = 40;

/// Reads the masks that follow the 40 common bytes, be they inside a longer header or behind a short one.
Status read_masks(ByteReader& reader, BmpHeader& header) {
  for (std::uint32_t& mask : header.masks) {
    BITSWAP_TRY_ASSIGN(mask, reader.u32());
  }
  return {};
}

/// Everything after the core header's size field and before the palette, but for the core header.
Status parse_info(ByteReader& reader, std::uint32_t size, BmpHeader& header) {
  BITSWAP_TRY_ASSIGN(const std::uint32_t width, reader.u32());
  BITSWAP_TRY_ASSIGN(const std::uint32_t height, reader.u32());
  BITSWAP_TRY_ASSIGN(const std::uint16_t planes, reader.u16());
  BITSWAP_TRY_ASSIGN(const std::uint16_t bits, reader.u16());
  BITSWAP_TRY_ASSIGN(const std::uint32_t compression, reader.u32());
  BITSWAP_TRY_ASSIGN([[maybe_unused]] const ByteView sizes, reader.raw(12));
  BITSWAP_TRY_ASSIGN(const std::uint32_t colours, reader.u32());
  BITSWAP_TRY_ASSIGN([[maybe_unused]] const std::uint32_t important, reader.u32());
  if (planes != 1) return corrupt(26, "a BMP has one plane");
  header.width = width;
  header.top_down = height >= 0x80000000u;  // a negative number
  header.height = header.top_down ? 0u - height : height;
  header.bits = bits;
  const bool known = compression <= 3 || compression == 6;
  if (!known) return unsupported(30, "an unknown or foreign compression");
  header.compression = static_cast<BmpCompression>(compression);
  header.palette_entries = colours;
  header.palette = kFileHeader + size;
  if (header.compression == BmpCompression::BitFields || header.compression == BmpCompression::AlphaBitFields) {
    if (bits != 16 && bits != 32) return corrupt(28, "bit fields need 16 or 32 bits");
    BITSWAP_TRY(read_masks(reader, header));
  }
  return {};
}

Status parse_core(ByteReader& reader, BmpHeader& header) {
  BITSWAP_TRY_ASSIGN(header.width, reader.u16());
  BITSWAP_TRY_ASSIGN(header.height, reader.u16());
  BITSWAP_TRY_ASSIGN(const std::uint16_t planes, reader.u16());
  BITSWAP_TRY_ASSIGN(header.bits, reader.u16());
  if (planes != 1) return corrupt(22, "a BMP has one plane");
  header.core = true;
  header.palette = kFileHeader + kCoreHeader;
  return {};
}

bool bits_fit(const BmpHeader& header) {
  switch (header.compression) {
    case BmpCompression::Rle8: return header.bits == 8 && !header.top_down;
    case BmpCompression::Rle4: return header.bits == 4 && !header.top_down;
    default: break;
  }
  constexpr std::array<std::uint32_t, 6> kDepths = {1, 4, 8, 16, 24, 32};
  return std::ranges::find(kDepths, header.bits) != kDepths.end();
}

/// Scales the field under `mask` to 8 bits.
std::uint8_t field(std::uint32_t value, std::uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = std::countr_zero(mask);
  const std::uint64_t maximum = mask >> shift;
  const std::uint64_t part = (value & mask) >> shift;
  return static_cast<std::uint8_t>((part * 255 + maximum / 2) / maximum);
}

class Painter {
 public:
  Painter(const BmpHeader& header, ByteView file, Picture& picture) : header_(header), picture_(picture) {
    const std::size_t entry_bytes = header.core ? 3 : 4;
    for (std::size_t entry = 0; entry < std::min<std::size_t>(header.palette_entries, 256); ++entry) {
      const ByteView colour = file.subspan(header.palette + entry * entry_bytes, 3);
      palette_[entry] = {colour[2], colour[1], colour[0]};
    }
  }

  /// `row` counts in the order of the file. An index outside the palette is black.
  void index(std::size_t row, std::size_t column, std::size_t entry) { put(row, column, palette_[entry & 255]); }

  void pixel(std::size_t row, std::size_t column, const std::uint8_t* line) {
    const std::size_t bits = header_.bits;
    if (bits <= 8) {
      const std::size_t per_byte = 8 / bits;
      const std::size_t shift = 8 - bits * (column % per_byte + 1);
      index(row, column, line[column / per_byte] >> shift & ((1u << bits) - 1));
      return;
    }
    const std::uint8_t* at = line + column * (bits / 8);
    const bool fields = header_.compression != BmpCompression::Rgb;
    if (bits == 16 || fields) {
      std::uint32_t value = at[0] | std::uint32_t{at[1]} << 8;
      if (bits == 32) value |= std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24;
      const std::array<std::uint32_t, 3> masks =
          fields ? header_.masks : std::array<std::uint32_t, 3>{0x7C00, 0x03E0, 0x001F};
      put(row, column, {field(value, masks[0]), field(value, masks[1]), field(value, masks[2])});
    } else {
      put(row, column, {at[2], at[1], at[0]});
    }
  }

 private:
  void put(std::size_t row, std::size_t column, std::array<std::uint8_t, 3> colour) {
    const std::size_t y = header_.top_down ? row : header_.height - 1 - row;
    std::ranges::copy(colour, picture_.samples.begin() + static_cast<std::ptrdiff_t>((y * header_.width + column) * 3));
  }

  const BmpHeader& header_;
  Picture& picture_;
  std::array<std::array<std::uint8_t, 3>, 256> palette_{};
};

/// Run lengths: (count, index) pairs, and escapes (0, code) for end of line, end of picture, a move, literal indices.
/// Pixels that are never painted stay black; what would fall outside of the picture is dropped.
Status paint_runs(ByteView data, std::size_t offset, const BmpHeader& header, Painter& painter) {
  ByteReader reader(data);
  const bool nibbles = header.bits == 4;
  std::uint64_t row = 0;
  std::uint64_t column = 0;
  const auto paint = [&](std::size_t entry) {
    if (row < header.height && column < header.width) painter.index(row, column, entry);
    ++column;
  };
  const auto index_of = [&](std::uint8_t byte, std::size_t i) -> std::size_t {
    if (!nibbles) return byte;
    return i % 2 == 0 ? byte >> 4 : byte & 15;
  };
  while (row < header.height) {
    if (reader.remaining() < 2) return truncated(offset + data.size(), "the run lengths end early");
    BITSWAP_TRY_ASSIGN(const std::uint8_t count, reader.u8());
    BITSWAP_TRY_ASSIGN(const std::uint8_t code, reader.u8());
    if (count > 0) {
      for (std::size_t i = 0; i < count; ++i) paint(index_of(code, i));
    } else if (code == 0) {
      ++row;
      column = 0;
    } else if (code == 1) {
      return {};
    } else if (code == 2) {
      BITSWAP_TRY_ASSIGN(const std::uint8_t right, reader.u8());
      BITSWAP_TRY_ASSIGN(const std::uint8_t down, reader.u8());
      column += right;
      row += down;
    } else {
      const std::size_t bytes = nibbles ? (code + 1u) / 2 : code;
      BITSWAP_TRY_ASSIGN(const ByteView literal, reader.raw(bytes));
      for (std::size_t i = 0; i < code; ++i) paint(index_of(literal[nibbles ? i / 2 : i], i));
      // Padded to 16 bits, which a writer may have forgotten at the very end.
      const std::size_t padding = std::min(bytes % 2, reader.remaining());
      BITSWAP_TRY_ASSIGN([[maybe_unused]] const ByteView skipped, reader.raw(padding));
    }
  }
  return {};
}

}  // namespace

Result<BmpHeader> parse_bmp_header(ByteView file) {
  ByteReader reader(file);
  BITSWAP_TRY_ASSIGN(const ByteView start, reader.raw(10));
  if (start[0] != 'B' || start[1] != 'M') return corrupt(0, "not a BMP file");
  BITSWAP_TRY_ASSIGN(const std::uint32_t raster, reader.u32());
  BITSWAP_TRY_ASSIGN(const std::uint32_t size, reader.u32());
  BmpHeader header;
  if (size == kCoreHeader) {
    BITSWAP_TRY(parse_core(reader, header));
  } else if (size >= kInfoHeader && size <= 124) {
    BITSWAP_TRY(parse_info(reader, size, header));
  } else {
    return unsupported(kFileHeader, "an unknown kind of header");
  }
  BITSWAP_TRY(check_size(header.width, header.height));
  if (!bits_fit(header)) return corrupt(28, "the bits of a pixel do not fit the compression");
  if (raster > file.size()) return truncated(file.size(), "the file ends before its samples");
  // Masks behind a short header come before the palette, which bit fields do not use.
  if (raster < header.palette || header.palette > file.size()) return corrupt(10, "the samples overlap the header");
  header.raster = raster;

  const std::size_t room = (header.raster - header.palette) / (header.core ? 3 : 4);
  if (header.bits > 8) {
    header.palette_entries = 0;  // at most a hint for old displays
  } else if (header.palette_entries == 0) {
    header.palette_entries = std::min(room, std::size_t{1} << header.bits);  // a core palette may be shorter
  } else if (header.palette_entries > room) {
    return corrupt(46, "the samples overlap the palette");
  }
  return header;
}

Result<Picture> view_bmp(ByteView file) {
  BITSWAP_TRY_ASSIGN(const BmpHeader header, parse_bmp_header(file));
  const bool runs = header.compression == BmpCompression::Rle8 || header.compression == BmpCompression::Rle4;
  const std::uint64_t available = file.size() - header.raster;
  // A run of two bytes paints up to 255 pixels, and a move skips up to 256 rows with four, so that a tiny file may be
  // a large picture; beyond this ratio it is a trap.
  constexpr std::uint64_t kMostPixelsPerByte = 4096;
  if (runs && std::uint64_t{header.width} * header.height > (available + 1024) * kMostPixelsPerByte) {
    return truncated(file.size(), "the file is too short for the size of its picture");
  }
  if (!runs && available < header.raster_bytes()) return truncated(file.size(), "the samples end early");
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, header.height, 3));
  Painter painter(header, file, picture);
  if (runs) {
    BITSWAP_TRY(paint_runs(file.subspan(header.raster), header.raster, header, painter));
    return picture;
  }
  for (std::size_t row = 0; row < header.height; ++row) {
    const std::uint8_t* line = file.data() + header.raster + row * header.row_bytes();
    for (std::size_t column = 0; column < header.width; ++column) painter.pixel(row, column, line);
  }
  return picture;
}

}  // namespace bitswap
