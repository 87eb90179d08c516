// SPDX-License-Identifier: GPL-3.0-or-later
// Row filters of PNG, forward and back.
#include "engine/image/png/png_filter.h"

#include <algorithm>
#include <cstdlib>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

enum Filter : std::uint8_t { kNone, kSub, kUp, kAverage, kPaeth };

std::uint8_t paeth(int left, int up, int corner) {
  const int to_left = std::abs(up - corner);
  const int to_up = std::abs(left - corner);
  const int to_corner = std::abs(left + up - 2 * corner);
  if (to_left <= to_up && to_left <= to_corner) return static_cast<std::uint8_t>(left);
  return static_cast<std::uint8_t>(to_up <= to_corner ? up : corner);
}

/// Calls put(i, prediction) from left to right; `row` must hold the true bytes left of i by then.
template <typename Put>
void predict(std::uint8_t filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t size,
             std::size_t step, Put put) {
  const std::size_t edge = std::min(step, size);
  switch (filter) {
    case kNone:
      for (std::size_t i = 0; i < size; ++i) put(i, 0);
      break;
    case kSub:
      for (std::size_t i = 0; i < edge; ++i) put(i, 0);
      for (std::size_t i = edge; i < size; ++i) put(i, row[i - step]);
      break;
    case kUp:
      for (std::size_t i = 0; i < size; ++i) put(i, above[i]);
      break;
    case kAverage:
      for (std::size_t i = 0; i < edge; ++i) put(i, above[i] / 2);
      for (std::size_t i = edge; i < size; ++i) put(i, (row[i - step] + above[i]) / 2);
      break;
    default:
      for (std::size_t i = 0; i < edge; ++i) put(i, above[i]);
      for (std::size_t i = edge; i < size; ++i) put(i, paeth(row[i - step], above[i], above[i - step]));
      break;
  }
}

/// The bytes from one pixel to the next as filters count them: whole ones, at least 1.
std::size_t filter_step(const PngHeader& header) {
  return std::max<std::size_t>(std::size_t{header.channels()} * header.depth / 8, 1);
}

}  // namespace

Result<Bytes> unfilter(const PngHeader& header, ByteView raw, Bytes& filters) {
  const std::size_t step = filter_step(header);
  BITSWAP_TRY_ASSIGN(filters, allocate(png_row_count(header)));
  BITSWAP_TRY_ASSIGN(Bytes rows, allocate(raw.size() - filters.size()));
  const Bytes zeros(header.row_bytes(header.width));
  std::size_t done = 0;
  std::size_t at = 0;
  for (const PngPass& pass : png_passes(header)) {
    const std::uint8_t* above = zeros.data();
    for (std::uint64_t y = 0; y < pass.rows; ++y) {
      const std::uint8_t* from = raw.data() + at + done;
      filters[done] = *from++;
      if (filters[done] >= kPngFilters) return corrupt(0, "a row has an unknown filter");
      std::uint8_t* row = rows.data() + at;
      predict(filters[done], row, above, pass.row_bytes, step,
              [&](std::size_t i, int value) { row[i] = static_cast<std::uint8_t>(from[i] + value); });
      above = row;
      at += pass.row_bytes;
      ++done;
    }
  }
  return rows;
}

Result<Bytes> filter(const PngHeader& header, ByteView rows, ByteView filters) {
  const std::size_t step = filter_step(header);
  BITSWAP_TRY_ASSIGN(Bytes raw, allocate(rows.size() + filters.size()));
  const Bytes zeros(header.row_bytes(header.width));
  std::size_t done = 0;
  std::size_t at = 0;
  for (const PngPass& pass : png_passes(header)) {
    const std::uint8_t* above = zeros.data();
    for (std::uint64_t y = 0; y < pass.rows; ++y) {
      std::uint8_t* to = raw.data() + at + done;
      *to++ = filters[done];
      const std::uint8_t* row = rows.data() + at;
      predict(filters[done], row, above, pass.row_bytes, step,
              [&](std::size_t i, int value) { to[i] = static_cast<std::uint8_t>(row[i] - value); });
      above = row;
      at += pass.row_bytes;
      ++done;
    }
  }
  return raw;
}

}  // namespace bitswap
