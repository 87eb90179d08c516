// SPDX-License-Identifier: GPL-3.0-or-later
// Parses and writes the chunks of PNG files.
#include "engine/image/png/png_file.h"

#include <zlib.h>

#include <algorithm>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::uint32_t kIhdr = chunk_type("IHDR");
constexpr std::uint32_t kPlte = chunk_type("PLTE");
constexpr std::uint32_t kIdat = chunk_type("IDAT");
constexpr std::uint32_t kIend = chunk_type("IEND");

/// Deflate turns 258 bytes into two bits at best; with the headers of its blocks this is never exceeded.
constexpr std::uint64_t kBestDeflateRatio = 1032;

std::uint32_t big_endian(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

void put_big_endian(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t checksum(std::uint32_t type, ByteView data) {
  std::array<std::uint8_t, 4> name{};
  for (std::size_t i = 0; i < 4; ++i) name[i] = static_cast<std::uint8_t>(type >> (24 - 8 * i));
  const uLong start = crc32_z(0, name.data(), name.size());
  if (data.empty()) return static_cast<std::uint32_t>(start);  // a null pointer would ask for the initial value
  return static_cast<std::uint32_t>(crc32_z(start, data.data(), data.size()));
}

bool is_letters(std::uint32_t type) {
  for (int shift = 0; shift < 32; shift += 8) {
    const std::uint32_t letter = (type >> shift & 0xFF) | 0x20;
    if (letter < 'a' || letter > 'z') return false;
  }
  return true;
}

/// Bit 5 of the first letter: lower case chunks may be ignored.
bool is_critical(std::uint32_t type) { return (type & 0x20000000u) == 0; }

Result<PngHeader> parse_header(ByteView data) {
  constexpr std::uint64_t kOffset = 16;
  if (data.size() != 13) return corrupt(kOffset, "IHDR has a wrong length");
  PngHeader header{big_endian(data.data()), big_endian(data.data() + 4), data[8], data[9], data[12] == 1};
  BITSWAP_TRY(check_size(header.width, header.height));
  if (!header.valid()) return corrupt(kOffset + 8, "IHDR names an impossible pair of depth and colour type");
  if (data[10] != 0 || data[11] != 0 || data[12] > 1) return corrupt(kOffset + 10, "IHDR names an unknown method");
  return header;
}

/// Walks over the chunks in order and sorts them into the file.
class ChunkSorter {
 public:
  explicit ChunkSorter(PngFile& file) : file_(file) {}

  /// True at IEND.
  Result<bool> add(const PngChunk& chunk, std::uint64_t offset) {
    if (first_ != (chunk.type == kIhdr)) return corrupt(offset, "IHDR is not the first chunk, or not the only one");
    if (first_) {
      first_ = false;
      BITSWAP_TRY_ASSIGN(file_.header, parse_header(chunk.data));
      return false;
    }
    if (chunk.type == kIend) {
      if (file_.idat_sizes.empty()) return corrupt(offset, "there is no IDAT");
      if (file_.header.colour == 3 && !palette_) return corrupt(offset, "there is no palette");
      // Nothing may stand here, so there is no place to keep it.
      if (!chunk.data.empty()) return unsupported(offset, "IEND is not empty");
      return true;
    }
    if (chunk.type == kIdat) {
      if (!file_.after.empty()) return corrupt(offset, "the IDAT chunks are not consecutive");
      file_.idat_sizes.push_back(static_cast<std::uint32_t>(chunk.data.size()));
      file_.stream.insert(file_.stream.end(), chunk.data.begin(), chunk.data.end());
      return false;
    }
    if (chunk.type == kPlte) BITSWAP_TRY(check_palette(chunk, offset));
    if (chunk.type != kPlte && is_critical(chunk.type)) return unsupported(offset, "an unknown critical chunk");
    (file_.idat_sizes.empty() ? file_.before : file_.after).push_back(chunk);
    return false;
  }

 private:
  Status check_palette(const PngChunk& chunk, std::uint64_t offset) {
    const bool placed = !palette_ && file_.idat_sizes.empty() && (file_.header.colour & 2) != 0;
    if (!placed) return corrupt(offset, "a palette at a wrong place");
    const std::size_t size = chunk.data.size();
    if (size == 0 || size % 3 != 0 || size > 768) return corrupt(offset, "the palette has a wrong length");
    palette_ = true;
    return {};
  }

  PngFile& file_;
  bool first_ = true;
  bool palette_ = false;
};

}  // namespace

bool PngHeader::valid() const {
  const bool low = depth == 1 || depth == 2 || depth == 4;
  const bool full = depth == 8 || depth == 16;
  switch (colour) {
    case 0: return low || full;
    case 3: return low || depth == 8;
    case 2:
    case 4:
    case 6: return full;
    default: return false;
  }
}

std::uint8_t PngHeader::channels() const {
  switch (colour) {
    case 2: return 3;
    case 4: return 2;
    case 6: return 4;
    default: return 1;
  }
}

std::uint64_t PngHeader::row_bytes(std::uint64_t pixels) const { return (pixels * channels() * depth + 7) / 8; }

std::vector<PngPass> png_passes(const PngHeader& header) {
  struct Grid {
    std::uint32_t x, y, step_x, step_y;
  };
  constexpr std::array<Grid, 7> kAdam7 = {
      {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
  if (!header.interlaced) return {{0, 0, 1, 1, header.width, header.height, header.row_bytes(header.width)}};
  std::vector<PngPass> passes;
  for (const Grid& grid : kAdam7) {
    if (header.width <= grid.x || header.height <= grid.y) continue;
    const std::uint32_t columns = (header.width - grid.x + grid.step_x - 1) / grid.step_x;
    const std::uint32_t rows = (header.height - grid.y + grid.step_y - 1) / grid.step_y;
    passes.push_back({grid.x, grid.y, grid.step_x, grid.step_y, columns, rows, header.row_bytes(columns)});
  }
  return passes;
}

std::uint64_t png_row_count(const PngHeader& header) {
  std::uint64_t sum = 0;
  for (const PngPass& pass : png_passes(header)) sum += pass.rows;
  return sum;
}

std::uint64_t png_raw_bytes(const PngHeader& header) {
  std::uint64_t sum = 0;
  for (const PngPass& pass : png_passes(header)) sum += pass.rows * (pass.row_bytes + 1);
  return sum;
}

Result<PngFile> parse_png(ByteView file) {
  const std::size_t present = std::min(file.size(), kPngSignature.size());
  if (!std::equal(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(present), kPngSignature.begin())) {
    return corrupt(0, "the signature is damaged");
  }
  PngFile png;
  ChunkSorter sorter(png);
  std::size_t at = kPngSignature.size();
  for (bool end = false; !end;) {
    if (file.size() < at + 12) return truncated(file.size(), "the file ends between or inside chunks");
    const std::uint32_t length = big_endian(file.data() + at);
    const std::uint32_t type = big_endian(file.data() + at + 4);
    if (length > 0x7FFFFFFFu || !is_letters(type)) return corrupt(at, "this is not a chunk");
    if (length > file.size() - at - 12) return truncated(file.size(), "the file ends inside of a chunk");
    const ByteView data = file.subspan(at + 8, length);
    if (checksum(type, data) != big_endian(file.data() + at + 8 + length)) {
      return corrupt(at, "the checksum of a chunk is wrong");
    }
    BITSWAP_TRY_ASSIGN(end, sorter.add({type, data}, at));
    at += std::size_t{12} + length;
  }
  png.trailing = file.subspan(at);
  if (png_raw_bytes(png.header) > (png.stream.size() + 1) * kBestDeflateRatio) {
    return corrupt(at, "IDAT is too short for the size of the picture");
  }
  return png;
}

void put_chunk(Bytes& out, std::uint32_t type, ByteView data) {
  put_big_endian(out, static_cast<std::uint32_t>(data.size()));
  put_big_endian(out, type);
  out.insert(out.end(), data.begin(), data.end());
  put_big_endian(out, checksum(type, data));
}

}  // namespace bitswap
