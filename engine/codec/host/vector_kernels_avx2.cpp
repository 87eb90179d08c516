// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels for AVX2: 8 symbols at once.
#include <immintrin.h>

#include "engine/codec/host/sample_kernels.h"

namespace bitswap {
namespace {

constexpr std::size_t kWidth = 8;
using I32 = std::int32_t __attribute__((vector_size(32)));
using U32 = std::uint32_t __attribute__((vector_size(32)));
using F32 = float __attribute__((vector_size(32)));
using I64 = std::int64_t __attribute__((vector_size(32)));
using U64 = std::uint64_t __attribute__((vector_size(32)));
using F64 = double __attribute__((vector_size(32)));

I32 load_u8(const std::uint8_t* p) {
  return reinterpret_cast<I32>(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
}

I32 load_i16(const std::int16_t* p) {
  return reinterpret_cast<I32>(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}

void store_u8(std::uint8_t* p, I32 v) {
  const auto wide = reinterpret_cast<__m256i>(v);
  const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(p), _mm_packus_epi16(words, words));
}

void store_i16(std::int16_t* p, I32 v) {
  const auto wide = reinterpret_cast<__m256i>(v);
  const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), words);
}

unsigned bits_of(U32 selected) { return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(selected))); }

bool any(I32 selected) { return bits_of(reinterpret_cast<U32>(selected)) != 0; }

/// Close to 1 / v.
F32 reciprocal(F32 v) { return reinterpret_cast<F32>(_mm256_rcp_ps(reinterpret_cast<__m256>(v))); }

/// table[index] and table[index + 1].
void gather_pair(const std::uint32_t* table, I32 index, U32& low, U32& next) {
  const auto at = reinterpret_cast<__m256i>(index);
  const auto* const from = reinterpret_cast<const long long*>(table);
  const auto a = reinterpret_cast<U32>(_mm256_i32gather_epi64(from, _mm256_castsi256_si128(at), 4));
  const auto b = reinterpret_cast<U32>(_mm256_i32gather_epi64(from, _mm256_extracti128_si256(at, 1), 4));
  low = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  next = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
}

struct ScaleTable {
  explicit ScaleTable(const std::uint32_t* scales) : table(reinterpret_cast<const int*>(scales)) {}
  [[nodiscard]] F32 at(I32 index) const {
    const __m256i masked = _mm256_and_si256(reinterpret_cast<__m256i>(index), _mm256_set1_epi32(kScaleCount - 1));
    return reinterpret_cast<F32>(_mm256_cvtepi32_ps(_mm256_i32gather_epi32(table, masked, 4)));
  }
  const int* table;
};

/// The product of the lower halves.
U64 multiply_low(U64 a, U64 b) {
  return reinterpret_cast<U64>(_mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}

U32 reversed(U32 v) { return __builtin_shufflevector(v, v, 7, 6, 5, 4, 3, 2, 1, 0); }

/// Where each element comes from when the selected elements of a mask are moved to the front, and when they are moved
/// back.
struct Moves {
  std::uint8_t front[256][8] = {}, back[256][8] = {};
};
constexpr Moves make_moves() {
  Moves moves;
  for (unsigned mask = 0; mask < 256; ++mask) {
    std::uint8_t count = 0;
    for (std::uint8_t i = 0; i < 8; ++i) {
      if ((mask >> i & 1) == 0) continue;
      moves.back[mask][i] = count;
      moves.front[mask][count++] = i;
    }
  }
  return moves;
}
constexpr Moves kMoves = make_moves();

U32 moved(U32 words, const std::uint8_t* from) {
  return reinterpret_cast<U32>(
      _mm256_permutevar8x32_epi32(reinterpret_cast<__m256i>(words), reinterpret_cast<__m256i>(load_u8(from))));
}

/// Stores the selected words one after another (and anything behind them) and returns their number.
std::size_t store_selected(std::uint32_t* to, U32 words, U32 selected) {
  const unsigned mask = bits_of(selected);
  const U32 front = moved(words, kMoves.front[mask]);
  __builtin_memcpy(to, &front, sizeof front);
  return static_cast<std::size_t>(__builtin_popcount(mask));
}

/// The first words go to the selected elements, in order; `taken` is their number.
U32 spread(U32 words, U32 selected, std::size_t& taken) {
  const unsigned mask = bits_of(selected);
  taken = static_cast<std::size_t>(__builtin_popcount(mask));
  return moved(words, kMoves.back[mask]);
}

}  // namespace
}  // namespace bitswap

#include "engine/codec/host/vector_kernels.h"

namespace bitswap {

const SampleKernels kAvx2Kernels{"avx2", kWidth, distributions, any_intervals, push, any_pop};

}  // namespace bitswap
