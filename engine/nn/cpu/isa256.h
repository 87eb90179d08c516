// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors of 256 bits for row_kernel_body.h, all but the dot product. Included within an unnamed namespace, as that is.

struct Vectors256 {
  using Vec = __m256i;
  static constexpr int kLanes = kLanes256;

  static Vec load(const void* from) { return _mm256_loadu_si256(static_cast<const __m256i*>(from)); }
  static Vec spread(const std::uint8_t* from) {
    std::int32_t four;
    __builtin_memcpy(&four, from, sizeof four);
    return _mm256_set1_epi32(four);
  }
  static Vec add(Vec a, Vec b) { return _mm256_add_epi32(a, b); }
  static Vec shift_left(Vec value, Vec by) { return _mm256_sllv_epi32(value, by); }
  static Vec shift_right(Vec value, Vec by) { return _mm256_srav_epi32(value, by); }
  static Vec load_bytes(const std::uint8_t* from) {
    return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  }

  /// Bytes 0..127 in the order of the channels. Signed saturation is the clamp from above.
  template <int NV>
  static Vec pack(Vec a, Vec b, Vec c, Vec d) {
    const Vec low = _mm256_packs_epi32(a, b);
    const Vec high = NV > 2 ? _mm256_packs_epi32(c, d) : low;
    const Vec bytes = _mm256_max_epi8(_mm256_packs_epi16(low, high), _mm256_setzero_si256());
    return _mm256_permutevar8x32_epi32(bytes, _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
  }
  template <int NV>
  static void store(std::uint8_t* out, Vec bytes) {
    const __m128i low = _mm256_castsi256_si128(bytes);
    if constexpr (NV == 1) _mm_storel_epi64(reinterpret_cast<__m128i*>(out), low);
    if constexpr (NV == 2 || NV == 3) _mm_storeu_si128(reinterpret_cast<__m128i*>(out), low);
    if constexpr (NV == 3) _mm_storel_epi64(reinterpret_cast<__m128i*>(out + 16), _mm256_extracti128_si256(bytes, 1));
    if constexpr (NV == 4) _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
  }
  static void store_part(std::uint8_t* out, Vec bytes, int channels) {
    std::uint8_t buffer[32];
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(buffer), bytes);
    for (int i = 0; i < channels; ++i) out[i] = buffer[i];
  }
  static __m128i head(Vec sum) {
    return _mm_packs_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  }
  static void store_head(std::int16_t* out, Vec sum) { _mm_storeu_si128(reinterpret_cast<__m128i*>(out), head(sum)); }
  static void store_head_part(std::int16_t* out, Vec sum, int channels) {
    std::int16_t buffer[8];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(buffer), head(sum));
    for (int i = 0; i < channels; ++i) out[i] = buffer[i];
  }
};
