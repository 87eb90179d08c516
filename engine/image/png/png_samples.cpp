// SPDX-License-Identifier: GPL-3.0-or-later
// Packing of samples and Adam7, forward and back.
#include "engine/image/png/png_samples.h"

#include <algorithm>

#include "engine/image/limits.h"
#include "engine/image/simple/packed_bits.h"

namespace bitswap {
namespace {

/// Calls visit(pass, offset of a row in the rows of all passes, index of its first pixel in the picture) for each row.
template <typename Visit>
void each_row(const PngHeader& header, Visit visit) {
  std::size_t offset = 0;
  for (const PngPass& pass : png_passes(header)) {
    for (std::size_t row = 0; row < pass.rows; ++row) {
      visit(pass, offset, (pass.y + row * pass.step_y) * header.width + pass.x);
      offset += pass.row_bytes;
    }
  }
}

/// Calls visit(index of a sample in the row, its index in the picture).
template <typename Visit>
void each_sample(const PngPass& pass, std::size_t channels, std::size_t first_pixel, Visit visit) {
  for (std::size_t column = 0; column < pass.columns; ++column) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      visit(column * channels + channel, (first_pixel + column * pass.step_x) * channels + channel);
    }
  }
}

}  // namespace

bool rows_are_samples(const PngHeader& header) { return header.depth == 8 && !header.interlaced; }

Result<Picture> picture_of_rows(const PngHeader& header, Bytes rows) {
  if (rows_are_samples(header)) return Picture{header.width, header.height, header.channels(), std::move(rows)};
  const std::uint64_t height = header.picture_height();
  if (!check_size(header.width, height).ok()) return unsupported(16, "a 16-bit picture too large to be coded");
  const std::size_t channels = header.channels();
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(header.width, height, header.channels()));
  BITSWAP_TRY_ASSIGN(Bytes unpacked, allocate(header.depth < 8 ? header.width : 0));
  std::uint8_t* const high = picture.samples.data();
  std::uint8_t* const low = high + picture.samples.size() / 2;
  each_row(header, [&](const PngPass& pass, std::size_t offset, std::size_t first_pixel) {
    const std::uint8_t* row = rows.data() + offset;
    if (header.wide()) {
      each_sample(pass, channels, first_pixel, [&](std::size_t from, std::size_t to) {
        high[to] = row[from * 2];
        low[to] = row[from * 2 + 1];
      });
      return;
    }
    if (header.depth < 8) {
      unpack_bits(row, header.depth, pass.columns, unpacked.data());
      row = unpacked.data();
    }
    each_sample(pass, channels, first_pixel, [&](std::size_t from, std::size_t to) { high[to] = row[from]; });
  });
  return picture;
}

Result<Bytes> rows_of_picture(const PngHeader& header, const Picture& picture) {
  if (!samples_fit(picture, header.depth)) return corrupt(0, "a sample has more bits than the file can hold");
  std::uint64_t size = 0;
  for (const PngPass& pass : png_passes(header)) size += pass.rows * pass.row_bytes;
  BITSWAP_TRY_ASSIGN(Bytes rows, allocate(size));
  const std::size_t channels = header.channels();
  BITSWAP_TRY_ASSIGN(Bytes unpacked, allocate(header.depth < 8 ? header.width : 0));
  const std::uint8_t* const high = picture.samples.data();
  const std::uint8_t* const low = high + picture.samples.size() / 2;
  each_row(header, [&](const PngPass& pass, std::size_t offset, std::size_t first_pixel) {
    std::uint8_t* row = rows.data() + offset;
    if (header.wide()) {
      each_sample(pass, channels, first_pixel, [&](std::size_t to, std::size_t from) {
        row[to * 2] = high[from];
        row[to * 2 + 1] = low[from];
      });
      return;
    }
    std::uint8_t* samples = header.depth < 8 ? unpacked.data() : row;
    each_sample(pass, channels, first_pixel, [&](std::size_t to, std::size_t from) { samples[to] = high[from]; });
    if (header.depth < 8) pack_bits(samples, header.depth, pass.columns, row);
  });
  return rows;
}

}  // namespace bitswap
