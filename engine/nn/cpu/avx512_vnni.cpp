// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels for AVX-512 with VNNI: 16 channels a vector, vpdpbusd multiplies and adds 64 bytes.
#include <immintrin.h>

#include <utility>

#include "engine/nn/cpu/row_kernel.h"

namespace bitswap {
namespace {

struct Isa {
  using Vec = __m512i;
  static constexpr int kLanes = kLanes512;
  static constexpr int kDepth = 1;
  static constexpr int kPositions[kMaxVectors] = {16, 12, 8, 6};  // sums, weights and one more fit 32 registers

  static Vec load(const void* from) { return _mm512_loadu_si512(from); }
  static Vec spread(const std::uint8_t* from) {
    std::int32_t four;
    __builtin_memcpy(&four, from, sizeof four);
    return _mm512_set1_epi32(four);
  }
  static Vec dot(Vec sum, Vec bytes, Vec weights) { return _mm512_dpbusd_epi32(sum, bytes, weights); }
  static Vec dot_together(Vec sum, const Vec (&bytes)[1], const Vec (&weights)[1]) {
    return dot(sum, bytes[0], weights[0]);
  }
  static Vec add(Vec a, Vec b) { return _mm512_add_epi32(a, b); }
  static Vec shift_left(Vec value, Vec by) { return _mm512_sllv_epi32(value, by); }
  static Vec shift_right(Vec value, Vec by) { return _mm512_srav_epi32(value, by); }
  static Vec load_bytes(const std::uint8_t* from) {
    return _mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }

  /// Bytes 0..127 in the order of the channels. Signed saturation is the clamp from above.
  template <int NV>
  static Vec pack(Vec a, Vec b, Vec c, Vec d) {
    const Vec low = _mm512_packs_epi32(a, b);
    const Vec high = NV > 2 ? _mm512_packs_epi32(c, d) : low;
    const Vec bytes = _mm512_max_epi8(_mm512_packs_epi16(low, high), _mm512_setzero_si512());
    const Vec order = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0);
    return _mm512_permutexvar_epi32(order, bytes);
  }
  template <int NV>
  static void store(std::uint8_t* out, Vec bytes) {
    if constexpr (NV == 1) _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_castsi512_si128(bytes));
    if constexpr (NV == 2 || NV == 3) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_castsi512_si256(bytes));
    }
    if constexpr (NV == 3) _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 32), _mm512_extracti32x4_epi32(bytes, 2));
    if constexpr (NV == 4) _mm512_storeu_si512(out, bytes);
  }
  static void store_part(std::uint8_t* out, Vec bytes, int channels) {
    _mm512_mask_storeu_epi8(out, (__mmask64{1} << channels) - 1, bytes);
  }
  static void store_head(std::int16_t* out, Vec sum) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_cvtsepi32_epi16(sum));
  }
  static void store_head_part(std::int16_t* out, Vec sum, int channels) {
    _mm256_mask_storeu_epi16(out, static_cast<__mmask16>((1U << channels) - 1), _mm512_cvtsepi32_epi16(sum));
  }
};

#include "engine/nn/cpu/row_kernel_body.h"

}  // namespace

void run_row_avx512_vnni(const RowJob& job) { run_row(job); }

}  // namespace bitswap
