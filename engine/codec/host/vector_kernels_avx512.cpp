// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels for AVX-512 (F, BW, DQ and VL): 16 symbols at once.
#include <immintrin.h>

#include "engine/codec/host/sample_kernels.h"

namespace bitswap {
namespace {

constexpr std::size_t kWidth = 16;
using I32 = std::int32_t __attribute__((vector_size(64)));
using U32 = std::uint32_t __attribute__((vector_size(64)));
using F32 = float __attribute__((vector_size(64)));
using I64 = std::int64_t __attribute__((vector_size(64)));
using U64 = std::uint64_t __attribute__((vector_size(64)));
using F64 = double __attribute__((vector_size(64)));

I32 load_u8(const std::uint8_t* p) {
  return reinterpret_cast<I32>(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
}

I32 load_i16(const std::int16_t* p) {
  return reinterpret_cast<I32>(_mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))));
}

void store_u8(std::uint8_t* p, I32 v) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm512_cvtepi32_epi8(reinterpret_cast<__m512i>(v)));
}

void store_i16(std::int16_t* p, I32 v) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtepi32_epi16(reinterpret_cast<__m512i>(v)));
}

bool any(I32 selected) { return _mm512_movepi32_mask(reinterpret_cast<__m512i>(selected)) != 0; }

/// Close to 1 / v.
F32 reciprocal(F32 v) { return reinterpret_cast<F32>(_mm512_rcp14_ps(reinterpret_cast<__m512>(v))); }

/// table[index] and table[index + 1].
void gather_pair(const std::uint32_t* table, I32 index, U32& low, U32& next) {
  const auto at = reinterpret_cast<__m512i>(index);
  const auto a = reinterpret_cast<U32>(_mm512_i32gather_epi64(_mm512_castsi512_si256(at), table, 4));
  const auto b = reinterpret_cast<U32>(_mm512_i32gather_epi64(_mm512_extracti64x4_epi64(at, 1), table, 4));
  low = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  next = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/// The 64 scales in registers.
struct ScaleTable {
  explicit ScaleTable(const std::uint32_t* table) {
    for (int i = 0; i < 4; ++i) part[i] = _mm512_loadu_si512(table + 16 * i);
  }
  [[nodiscard]] F32 at(I32 index) const {
    const auto i = reinterpret_cast<__m512i>(index);
    const __m512i below = _mm512_permutex2var_epi32(part[0], i, part[1]);
    const __m512i above = _mm512_permutex2var_epi32(part[2], i, part[3]);
    const __m512i found = _mm512_mask_blend_epi32(_mm512_test_epi32_mask(i, _mm512_set1_epi32(32)), below, above);
    return reinterpret_cast<F32>(_mm512_cvtepi32_ps(found));
  }
  __m512i part[4];
};

/// The product of the lower halves.
U64 multiply_low(U64 a, U64 b) {
  return reinterpret_cast<U64>(_mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}

U32 reversed(U32 v) { return __builtin_shufflevector(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0); }

/// Stores the selected words one after another (and anything behind them) and returns their number.
std::size_t store_selected(std::uint32_t* to, U32 words, U32 selected) {
  const __mmask16 mask = _mm512_movepi32_mask(reinterpret_cast<__m512i>(selected));
  _mm512_storeu_si512(to, _mm512_maskz_compress_epi32(mask, reinterpret_cast<__m512i>(words)));
  return static_cast<std::size_t>(__builtin_popcount(mask));
}

/// The first words go to the selected elements, in order; `taken` is their number.
U32 spread(U32 words, U32 selected, std::size_t& taken) {
  const __mmask16 mask = _mm512_movepi32_mask(reinterpret_cast<__m512i>(selected));
  taken = static_cast<std::size_t>(__builtin_popcount(mask));
  return reinterpret_cast<U32>(_mm512_maskz_expand_epi32(mask, reinterpret_cast<__m512i>(words)));
}

}  // namespace
}  // namespace bitswap

#include "engine/codec/host/vector_kernels.h"

namespace bitswap {

const SampleKernels kAvx512Kernels{"avx512", kWidth, distributions, any_intervals, push, any_pop};

}  // namespace bitswap
