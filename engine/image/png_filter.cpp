// Row filters of PNG, forward and back.
#include "engine/image/png_filter.h"

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

}  // namespace

Status check_filters(const PngHeader& header, ByteView raw) {
  std::size_t at = 0;
  for (const PngPass& pass : png_passes(header)) {
    for (std::uint64_t row = 0; row < pass.rows; ++row) {
      if (raw[at] >= kPngFilters) return corrupt(0, "a row has an unknown filter");
      at += pass.row_bytes + 1;
    }
  }
  return {};
}

Status unfilter(ByteView raw, Picture& picture, Bytes& filters) {
  const std::size_t size = std::size_t{picture.width} * picture.channels;
  const Bytes zeros(size);
  const std::uint8_t* above = zeros.data();
  filters.resize(picture.height);
  for (std::size_t y = 0; y < picture.height; ++y) {
    const std::uint8_t* from = raw.data() + y * (size + 1);
    filters[y] = *from++;
    if (filters[y] >= kPngFilters) return corrupt(0, "a row has an unknown filter");
    std::uint8_t* row = picture.samples.data() + y * size;
    predict(filters[y], row, above, size, picture.channels,
            [&](std::size_t i, int value) { row[i] = static_cast<std::uint8_t>(from[i] + value); });
    above = row;
  }
  return {};
}

Result<Bytes> filter(const Picture& picture, ByteView filters) {
  const std::size_t size = std::size_t{picture.width} * picture.channels;
  BITSWAP_TRY_ASSIGN(Bytes raw, allocate((std::uint64_t{size} + 1) * picture.height));
  const Bytes zeros(size);
  const std::uint8_t* above = zeros.data();
  for (std::size_t y = 0; y < picture.height; ++y) {
    std::uint8_t* to = raw.data() + y * (size + 1);
    *to++ = filters[y];
    const std::uint8_t* row = picture.samples.data() + y * size;
    predict(filters[y], row, above, size, picture.channels,
            [&](std::size_t i, int value) { to[i] = static_cast<std::uint8_t>(row[i] - value); });
    above = row;
  }
  return raw;
}

}  // namespace bitswap
