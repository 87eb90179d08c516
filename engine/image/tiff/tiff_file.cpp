// SPDX-License-Identifier: GPL-3.0-or-later
// Directories of a TIFF file, read with every bound checked.
#include "engine/image/tiff/tiff_file.h"

#include <algorithm>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

enum Tag : std::uint16_t {
  kSubfileType = 254,
  kWidth = 256,
  kHeight = 257,
  kBits = 258,
  kCompression = 259,
  kPhotometric = 262,
  kFillOrder = 266,
  kStripOffsets = 273,
  kSamples = 277,
  kRowsPerStrip = 278,
  kStripCounts = 279,
  kPlanar = 284,
  kPredictor = 317,
  kPalette = 320,
  kTileWidth = 322,
  kTileRows = 323,
  kTileOffsets = 324,
  kTileCounts = 325,
  kSampleFormat = 339,
  kDngVersion = 50706,
};

/// Above any sensible file; bound the memory that a small file can make the engine take.
constexpr std::size_t kMostPages = 1u << 16;
constexpr std::uint64_t kMostBlocks = 1u << 22;

std::uint64_t read_number(ByteView file, std::uint64_t at, unsigned bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i) value = value << 8 | file[at + (big_endian ? i : bytes - 1 - i)];
  return value;
}

/// Bytes of one number, or 0 for types that are not unsigned integers.
std::uint8_t item_bytes(std::uint64_t type) {
  switch (type) {
    case 1: return 1;   // BYTE
    case 3: return 2;   // SHORT
    case 4: return 4;   // LONG
    case 16: return 8;  // LONG8
    default: return 0;
  }
}

/// The one value that the first numbers share, else 0. More than these cannot be coded anyway.
std::uint64_t common_value(const TiffFile& tiff, ByteView file, const TiffArray& array) {
  const std::uint64_t value = tiff.number(file, array, 0);
  for (std::uint64_t i = 1; i < std::min<std::uint64_t>(array.count, 8); ++i) {
    if (tiff.number(file, array, i) != value) return 0;
  }
  return value;
}

struct RawPage {
  TiffPage page;
  std::uint64_t rows_per_strip = ~std::uint64_t{0};
  TiffArray tile_offsets;
  TiffArray tile_counts;
};

void take_entry(const TiffFile& tiff, ByteView file, std::uint64_t tag, const TiffArray& array, RawPage& raw) {
  TiffPage& page = raw.page;
  const std::uint64_t value = tiff.number(file, array, 0);
  switch (tag) {
    case kSubfileType: page.subfile = value; break;
    case kWidth: page.width = value; break;
    case kHeight: page.height = value; break;
    case kBits: page.bits = common_value(tiff, file, array); break;
    case kCompression: page.compression = value; break;
    case kPhotometric: page.photometric = value; break;
    case kFillOrder: page.fill_order = value; break;
    case kStripOffsets: page.offsets = array; break;
    case kSamples: page.samples = value; break;
    case kRowsPerStrip: raw.rows_per_strip = value; break;
    case kStripCounts: page.counts = array; break;
    case kPlanar: page.planar = value; break;
    case kPredictor: page.predictor = value; break;
    case kPalette: page.palette = array; break;
    case kTileWidth: page.block_width = value; break;
    case kTileRows: page.block_rows = value; break;
    case kTileOffsets: raw.tile_offsets = array; break;
    case kTileCounts: raw.tile_counts = array; break;
    case kSampleFormat: page.sample_format = common_value(tiff, file, array); break;
    case kDngVersion: page.raw = true; break;
    default: break;
  }
}

/// Strips are tiles as wide as the page.
TiffPage finish_page(RawPage raw) {
  TiffPage& page = raw.page;
  page.tiled = raw.tile_offsets.count > 0;
  if (page.tiled) {
    page.offsets = raw.tile_offsets;
    // Old writers put the sizes of tiles under the strips' tag.
    if (raw.tile_counts.count > 0) page.counts = raw.tile_counts;
  } else {
    page.block_width = page.width;
    page.block_rows = std::min(raw.rows_per_strip, page.height);
  }
  return page;
}

std::uint64_t ceil_divide(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

std::uint64_t block_count(const TiffPage& page) {
  return ceil_divide(page.width, page.block_width) * ceil_divide(page.height, page.block_rows) *
         (page.planar == 2 ? page.samples : 1);
}

}  // namespace

std::uint64_t TiffFile::number(ByteView file, const TiffArray& array, std::uint64_t index) const {
  return read_number(file, array.at + index * array.item_bytes, array.item_bytes, big_endian);
}

bool TiffFile::set_number(Bytes& file, const TiffArray& array, std::uint64_t index, std::uint64_t value) const {
  const unsigned bytes = array.item_bytes;
  if (bytes < 8 && value >> (8 * bytes) != 0) return false;
  for (unsigned i = 0; i < bytes; ++i) {
    file[array.at + index * bytes + (big_endian ? bytes - 1 - i : i)] = static_cast<std::uint8_t>(value >> (8 * i));
  }
  return true;
}

bool has_tiff_signature(ByteView file) {
  if (file.size() < 4) return false;
  const auto version = [](std::uint8_t byte) { return byte == '*' || byte == '+'; };
  return (file[0] == 'I' && file[1] == 'I' && version(file[2]) && file[3] == 0) ||
         (file[0] == 'M' && file[1] == 'M' && file[2] == 0 && version(file[3]));
}

Result<TiffFile> parse_tiff(ByteView file) {
  if (!has_tiff_signature(file)) return corrupt(0, "this is not a TIFF file");
  TiffFile tiff;
  tiff.big_endian = file[0] == 'M';
  tiff.big = file[tiff.big_endian ? 3 : 2] == '+';
  const unsigned word = tiff.big ? 8 : 4;  // an offset
  const unsigned count_bytes = tiff.big ? 8 : 2;
  const unsigned entry_bytes = 4 + 2 * word;
  if (file.size() < 2 * word) return truncated(file.size(), "the header ends early");
  const auto number = [&](std::uint64_t at, unsigned bytes) { return read_number(file, at, bytes, tiff.big_endian); };
  if (tiff.big && number(4, 4) != (tiff.big_endian ? 0x00080000u : 8u)) {
    return corrupt(4, "a BigTIFF header of an unknown kind");
  }

  std::uint64_t at = number(word, word);
  if (at == 0) return corrupt(word, "the file has no picture");
  // Directories that do not overlap cannot have more entries; so a loop comes to an end.
  std::uint64_t entries_left = file.size() / entry_bytes;
  while (at != 0) {
    if (at > file.size() || file.size() - at < count_bytes) return truncated(file.size(), "a directory is missing");
    const std::uint64_t entries = number(at, count_bytes);
    if (entries == 0) return corrupt(at, "a directory is empty");
    if (tiff.pages.size() == kMostPages) return Error{Error::Code::LimitExceeded, at, "too many pages"};
    if (entries > entries_left) return corrupt(at, "the directories are damaged");
    entries_left -= entries;
    std::uint64_t entry = at + count_bytes;
    if (file.size() - entry < entries * entry_bytes + word) return truncated(file.size(), "a directory ends early");
    RawPage raw;
    for (std::uint64_t i = 0; i < entries; ++i, entry += entry_bytes) {
      const std::uint64_t tag = number(entry, 2);
      TiffArray array{item_bytes(number(entry + 2, 2)), number(entry + 4, word), entry + 4 + word};
      if (array.item_bytes == 0 || array.count == 0) continue;
      if (array.count > word / array.item_bytes) {
        array.at = number(array.at, word);
        const bool inside = array.at <= file.size() && array.count <= (file.size() - array.at) / array.item_bytes;
        if (!inside) return truncated(file.size(), "the values of a directory are missing");
      }
      take_entry(tiff, file, tag, array, raw);
    }
    tiff.pages.push_back(finish_page(raw));
    at = number(entry, word);
  }
  return tiff;
}

Status check_codable(const TiffPage& page) {
  const auto one_of = [](std::uint64_t value, std::initializer_list<std::uint64_t> list) {
    return std::ranges::find(list, value) != list.end();
  };
  if (!one_of(page.compression, {1, 5, 8, 32773, 32946})) return unsupported(0, "TIFF of this compression is kept");
  if (!one_of(page.bits, {8, 16}) || page.sample_format != 1) return unsupported(0, "only 8 and 16 bits can be coded");
  if (page.samples < 1 || page.samples > 4) return unsupported(0, "only 1 to 4 channels can be coded");
  if (!one_of(page.photometric, {0, 1, 2, 3, 5, 8})) return unsupported(0, "TIFF of this colour space is kept");
  if (!one_of(page.predictor, {1, 2}) || !one_of(page.planar, {1, 2}) || page.fill_order != 1) {
    return unsupported(0, "TIFF with samples in this order is kept");
  }
  if ((page.subfile & 1) != 0) return unsupported(0, "only a preview could be coded");
  BITSWAP_TRY(check_size(page.width, page.height));
  BITSWAP_TRY(check_size(page.width, page.height * page.sample_bytes()));
  if (page.block_width == 0 || page.block_rows == 0) return unsupported(0, "the strips or tiles have no size");
  if (page.block_width > kMaxSide || page.block_rows > kMaxSide) return unsupported(0, "the tiles are too large");
  const std::uint64_t block_bytes = page.block_rows * page.row_bytes();
  if (block_bytes >> 31 != 0) return unsupported(0, "the strips or tiles are too large");
  // Bounds what a small picture can cost.
  const std::uint64_t picture_bytes = page.width * page.height * page.samples * page.sample_bytes();
  if (block_count(page) * block_bytes > 4 * picture_bytes + (1u << 20))
    return unsupported(0, "the tiles are too large");
  if (block_count(page) > kMostBlocks) return unsupported(0, "there are too many strips or tiles");
  if (page.offsets.count < block_count(page) || page.counts.count < block_count(page)) {
    return unsupported(0, "the sizes of the strips or tiles are missing");
  }
  return {};
}

Result<std::vector<TiffBlock>> tiff_blocks(const TiffFile& tiff, const TiffPage& page, ByteView file) {
  std::vector<TiffBlock> blocks;
  blocks.reserve(block_count(page));  // bounded by the bytes of the arrays
  const auto part = [](std::uint64_t at, std::uint64_t size, std::uint64_t end) {
    return static_cast<std::uint32_t>(std::min(size, end - at));
  };
  for (std::uint32_t plane = 0; plane < (page.planar == 2 ? page.samples : 1); ++plane) {
    for (std::uint64_t y = 0; y < page.height; y += page.block_rows) {
      for (std::uint64_t x = 0; x < page.width; x += page.block_width) {
        TiffBlock block;
        block.offset = tiff.number(file, page.offsets, blocks.size());
        block.bytes = tiff.number(file, page.counts, blocks.size());
        block.x = static_cast<std::uint32_t>(x);
        block.y = static_cast<std::uint32_t>(y);
        block.width = part(x, page.block_width, page.width);
        block.rows = part(y, page.block_rows, page.height);
        block.coded_rows = page.tiled ? static_cast<std::uint32_t>(page.block_rows) : block.rows;
        block.plane = plane;
        if (block.bytes == 0 || block.offset == 0) return unsupported(0, "TIFF with empty strips or tiles is kept");
        if (block.offset > file.size() || block.bytes > file.size() - block.offset) {
          return truncated(file.size(), "the samples end early");
        }
        blocks.push_back(block);
      }
    }
  }
  return blocks;
}

}  // namespace bitswap
