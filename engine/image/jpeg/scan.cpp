// SPDX-License-Identifier: GPL-3.0-or-later
// Transposes in pieces that stay in the first cache.
#include "engine/image/jpeg/scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <cstdlib>

namespace bitswap::jpeg {
namespace {
constexpr std::uint32_t kPiece = 32;  ///< blocks: 4 KiB

/// `from` is eight rows of eight values, `from_step` apart; they become the columns of `to`.
inline void transpose(const std::int16_t* from, std::size_t from_step, std::int16_t* to, std::size_t to_step) {
#ifdef __SSE2__
  __m128i a[8];
  __m128i b[8];
  for (std::size_t i = 0; i < 8; ++i) a[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i * from_step));
  for (std::size_t i = 0; i < 4; ++i) {
    b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
    b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    a[2 * i] = _mm_unpacklo_epi16(b[i], b[i + 4]);
    a[2 * i + 1] = _mm_unpackhi_epi16(b[i], b[i + 4]);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
    b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
  }
  for (std::size_t i = 0; i < 8; ++i) _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i * to_step), b[i]);
#else
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < 8; ++j) to[j * to_step + i] = from[i * from_step + j];
  }
#endif
}

}  // namespace

std::uint64_t magnitude_mask(const std::int16_t* block, int low) {
  const int below = (1 << low) - 1;
  std::uint64_t mask = 0;
#ifdef __SSE2__
  const __m128i most = _mm_set1_epi16(static_cast<short>(below));
  const auto larger = [&](int k) {
    const __m128i values = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + k));
    const __m128i sizes = _mm_max_epi16(values, _mm_subs_epi16(_mm_setzero_si128(), values));
    return _mm_cmpgt_epi16(sizes, most);
  };
  for (int k = 0; k < 64; k += 16) {
    const __m128i both = _mm_packs_epi16(larger(k), larger(k + 8));
    mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(both))) << k;
  }
#else
  for (int k = 0; k < 64; ++k) mask |= std::uint64_t{std::abs(block[k]) > below} << k;
#endif
  return mask;
}

BlockRow::BlockRow(const ScanHeader& scan) : first_(scan.first), last_(scan.last) {
  std::size_t size = 0;
  for (const ScanComponent& part : scan.components) {
    const auto columns = scan.mcu_columns * static_cast<std::uint32_t>(part.horizontal);
    const auto rows = static_cast<std::uint32_t>(part.vertical);
    parts_.push_back({part.component, size, columns, rows});
    size += std::size_t{columns} * rows * 64;
  }
  values_.resize(size);
}

void BlockRow::clear() { std::fill(values_.begin(), values_.end(), std::int16_t{0}); }

/// Calls move(part, y, x, count) for blocks that lie side by side.
template <typename Move>
void BlockRow::for_each_piece(const Move& move) const {
  for (const Part& part : parts_) {
    for (std::uint32_t y = 0; y < part.rows; ++y) {
      for (std::uint32_t x = 0; x < part.columns; x += kPiece) move(part, y, x, std::min(kPiece, part.columns - x));
    }
  }
}

template <typename Value>
void BlockRow::load(std::span<const PlaneView<Value>> planes, std::uint32_t mcu_row) {
  for_each_piece([&](const Part& part, std::uint32_t y, std::uint32_t x, std::uint32_t count) {
    std::int16_t* to = values_.data() + part.begin + (std::size_t{y} * part.columns + x) * 64;
    const PlaneView<Value>& plane = planes[part.component];
    const std::size_t step = plane.plane_size();
    for (int k = first_; k <= last_;) {
      const Value* from = plane.row(k, mcu_row * part.rows + y) + x;
      const bool eight = k + 7 <= last_;
      std::size_t i = 0;
      if (eight) {
        for (; i + 8 <= count; i += 8) transpose(from + i, step, to + i * 64 + k, 64);
      }
      const int here = eight ? 8 : 1;
      for (; i < count; ++i) {
        for (int j = 0; j < here; ++j)
          to[i * 64 + static_cast<std::size_t>(k + j)] = from[static_cast<std::size_t>(j) * step + i];
      }
      k += here;
    }
  });
}
template void BlockRow::load(std::span<const PlaneView<std::int16_t>>, std::uint32_t);
template void BlockRow::load(std::span<const PlaneView<const std::int16_t>>, std::uint32_t);

void BlockRow::store(std::span<const PlaneView<std::int16_t>> planes, std::uint32_t mcu_row) const {
  for_each_piece([&](const Part& part, std::uint32_t y, std::uint32_t x, std::uint32_t count) {
    const std::int16_t* from = values_.data() + part.begin + (std::size_t{y} * part.columns + x) * 64;
    const PlaneView<std::int16_t>& plane = planes[part.component];
    const std::size_t step = plane.plane_size();
    for (int k = first_; k <= last_;) {
      std::int16_t* to = plane.row(k, mcu_row * part.rows + y) + x;
      const bool eight = k + 7 <= last_;
      std::size_t i = 0;
      if (eight) {
        for (; i + 8 <= count; i += 8) transpose(from + i * 64 + k, 64, to + i, step);
      }
      const int here = eight ? 8 : 1;
      for (; i < count; ++i) {
        for (int j = 0; j < here; ++j)
          to[static_cast<std::size_t>(j) * step + i] = from[i * 64 + static_cast<std::size_t>(k + j)];
      }
      k += here;
    }
  });
}

}  // namespace bitswap::jpeg
