// SPDX-License-Identifier: GPL-3.0-or-later
// The order of samples in blocks: chunky or in planes, in either byte order.
#include "engine/image/tiff/tiff_samples.h"

#include <algorithm>

namespace bitswap {
namespace {

/// Calls move(byte of the block, byte of the picture) for all samples of the block that lie in the page.
template <typename Move>
void for_samples(const TiffPlace& place, const TiffBlock& block, const Picture& picture, Move move) {
  const TiffPage& page = place.page;
  const std::size_t bytes = page.sample_bytes();
  const std::size_t together = page.block_samples();
  const std::size_t step = page.samples / together;
  const std::size_t half = picture.samples.size() / bytes;
  for (std::size_t row = 0; row < block.rows; ++row) {
    const std::size_t pixel = (place.first_row + block.y + row) * page.width + block.x;
    for (std::size_t byte = 0; byte < bytes; ++byte) {  // of a sample, the highest first
      std::size_t from = row * page.row_bytes() + (place.big_endian ? byte : bytes - 1 - byte);
      std::size_t to = byte * half + pixel * page.samples + block.plane;
      for (std::size_t i = 0; i < block.width * together; ++i, from += bytes, to += step) move(from, to);
    }
  }
}

/// Calls move(first byte, number of bytes) for each run of padding.
template <typename Move>
void for_padding(const TiffPage& page, const TiffBlock& block, Move move) {
  const std::size_t row_bytes = page.row_bytes();
  const std::size_t inside = block.width * page.block_samples() * page.sample_bytes();
  for (std::size_t row = 0; inside < row_bytes && row < block.rows; ++row) {
    move(row * row_bytes + inside, row_bytes - inside);
  }
  if (block.rows < block.coded_rows) move(block.rows * row_bytes, (block.coded_rows - block.rows) * row_bytes);
}

}  // namespace

void block_to_picture(const TiffPlace& place, const TiffBlock& block, ByteView raw, Picture& picture) {
  for_samples(place, block, picture, [&](std::size_t from, std::size_t to) { picture.samples[to] = raw[from]; });
}

void picture_to_block(const TiffPlace& place, const TiffBlock& block, const Picture& picture, Bytes& raw) {
  for_samples(place, block, picture, [&](std::size_t from, std::size_t to) { raw[from] = picture.samples[to]; });
}

void take_padding(const TiffPage& page, const TiffBlock& block, ByteView raw, Bytes& padding) {
  for_padding(page, block, [&](std::size_t at, std::size_t count) {
    const ByteView run = raw.subspan(at, count);
    padding.insert(padding.end(), run.begin(), run.end());
  });
}

bool put_padding(const TiffPage& page, const TiffBlock& block, ByteView& padding, Bytes& raw) {
  bool enough = true;
  for_padding(page, block, [&](std::size_t at, std::size_t count) {
    enough = enough && count <= padding.size();
    if (!enough) return;
    std::copy_n(padding.begin(), count, raw.begin() + static_cast<std::ptrdiff_t>(at));
    padding = padding.subspan(count);
  });
  return enough;
}

Status unpack_page(const TiffFile& tiff, ByteView file, const TiffPlace& place, Picture& picture,
                   const TiffLook& look) {
  BITSWAP_TRY_ASSIGN(const std::vector<TiffBlock> blocks, tiff_blocks(tiff, place.page, file));
  TiffBlockCoder coder(place.page, place.big_endian);
  for (const TiffBlock& block : blocks) {
    BITSWAP_TRY_ASSIGN(const Bytes raw, coder.unpack(file.subspan(block.offset, block.bytes), block.coded_rows));
    block_to_picture(place, block, raw, picture);
    if (look) BITSWAP_TRY(look(coder, block, raw));
  }
  return {};
}

}  // namespace bitswap
