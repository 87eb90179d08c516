// SPDX-License-Identifier: GPL-3.0-or-later
// The vector kernels, once for all instruction sets. Included by the files that are compiled for one of them and define
// kWidth and the few operations that differ. Everything here is in an unnamed namespace and nothing of our other
// headers is called but their types and constants: no function compiled for this instruction set may ever be linked
// into code that runs on other processors.
//
// A vector has kWidth 32-bit elements, one a symbol. 64-bit numbers (coder states) lie in two vectors, those of the
// even and those of the odd symbols, so that going between the two sizes needs no shuffle.
#pragma once

namespace bitswap {
namespace {

constexpr std::uint64_t kLow32 = 0xFFFFFFFFu;

I32 clamped(I32 v, std::int32_t low, std::int32_t high) {
  v = v < low ? I32{} + low : v;
  return v > high ? I32{} + high : v;
}

I32 scale_indices(const std::int16_t* head) {
  return clamped(kScaleBias + ((load_i16(head) + 8) >> 4), 0, kScaleCount - 1);
}

void distributions(const HeadRow& head, std::size_t n, std::int16_t* mean, std::uint8_t* scale0, std::uint8_t* scale1) {
  for (std::size_t i = 0; i < n; i += kWidth) {
    I32 sum = load_i16(head.guess + i) + load_i16(head.mean + i);
    for (int k = 0; k < 2 && head.coefficient[k] != nullptr; ++k) {
      const I32 coefficient = clamped((load_i16(head.coefficient[k] + i) + 1) >> 1, -256, 256);
      sum += (coefficient * load_i16(head.error[k] + i)) >> 6;
    }
    store_i16(mean + i, clamped(sum, kMeanMin, kMeanMax));
    store_u8(scale0 + i, scale_indices(head.scale[0] + i));
    if (head.scale[1] != nullptr) store_u8(scale1 + i, scale_indices(head.scale[1] + i));
  }
}

/// clamp(t · scale, ±2^24) / 2^8 and the rest of logistic_at(). In float the product is exact below 2^24 and beyond
/// that only has to stay beyond.
[[gnu::always_inline]] inline U32 logistic_at(const DistributionTables& tables, F32 scale, I32 t) {
  constexpr float kEnd = 16777216.0F;
  F32 product = __builtin_convertvector(t, F32) * scale;
  product = product < kEnd ? product : F32{} + kEnd;
  product = product > -kEnd ? product : F32{} - kEnd;
  const I32 v = (__builtin_convertvector(product, I32) >> 8) + (16 << 12);
  I32 index = v >> 6;
  index = index < kLogisticSize ? index : I32{} + (kLogisticSize - 1);  // then the fraction is 64: the next entry
  const U32 fraction = reinterpret_cast<U32>(v - (index << 6));
  U32 low, next;
  gather_pair(tables.logistic, index, low, next);
  return low + (((next - low) * fraction) >> 6);
}

struct Distribution {
  I32 mean;
  F32 scale[2];
  U32 weight;
};

template <bool kMixture>
[[gnu::always_inline]] inline Distribution load_distribution(const ScaleTable& scales, const DistributionRow& row,
                                                             std::size_t i) {
  Distribution d;
  d.mean = load_i16(row.mean + i);
  d.scale[0] = scales.at(load_u8(row.scale[0] + i));
  if constexpr (kMixture) {
    d.scale[1] = scales.at(load_u8(row.scale[1] + i));
    d.weight = reinterpret_cast<U32>(load_u8(row.weight + i));
  }
  return d;
}

U32 mix(U32 a, U32 b, U32 weight) { return (a * weight + b * (kWeightOne - weight)) >> 7; }

/// cumulative() for 0 < x < 256.
template <bool kMixture>
[[gnu::always_inline]] inline I32 cumulative(const DistributionTables& tables, const Distribution& d, I32 x) {
  const I32 t = 16 * x - 8 - d.mean;
  U32 f = logistic_at(tables, d.scale[0], t);
  if constexpr (kMixture) f = mix(f, logistic_at(tables, d.scale[1], t), d.weight);
  return x + reinterpret_cast<I32>(f >> 8);
}

struct Symbol {
  U32 start, freq, next_weight;
};

/// Interval and updated_weight() of a value: both need the same points of the logistics.
template <bool kMixture>
[[gnu::always_inline]] inline Symbol symbol_at(const DistributionTables& tables, const Distribution& d, I32 x) {
  const I32 t = 16 * x - 8 - d.mean;
  const I32 first = x == 0, last = x == 255;  // all bits set where true
  const U32 end = U32{} + tables.logistic[kLogisticSize];
  U32 below[2], upto[2];
  for (int m = 0; m < (kMixture ? 2 : 1); ++m) {
    below[m] = logistic_at(tables, d.scale[m], t);
    below[m] = first ? U32{} : below[m];  // logistic[0] is 0
    upto[m] = logistic_at(tables, d.scale[m], t + 16);
    upto[m] = last ? end : upto[m];
  }
  Symbol s{};
  const U32 value = reinterpret_cast<U32>(x);
  U32 stop;
  if constexpr (kMixture) {
    s.start = value + (mix(below[0], below[1], d.weight) >> 8);
    stop = value + 1 + (mix(upto[0], upto[1], d.weight) >> 8);
    const U32 other = kWeightOne - d.weight;
    const U32 p0 = d.weight * (((upto[0] - below[0]) >> 8) + 1);
    const U32 sum = p0 + other * (((upto[1] - below[1]) >> 8) + 1);
    // (128·p0 + sum/2) / sum, below 2^31 / 2^24: a quotient in float is off by one at most.
    const I32 dividend = reinterpret_cast<I32>((p0 << 7) + (sum >> 1));
    const I32 divisor = reinterpret_cast<I32>(sum);
    I32 quotient =
        __builtin_convertvector(__builtin_convertvector(dividend, F32) / __builtin_convertvector(divisor, F32), I32);
    const I32 rest = dividend - quotient * divisor;
    quotient += rest < 0;           // adds -1
    quotient -= (rest >= divisor);  // adds 1
    s.next_weight = d.weight == kWeightOne ? d.weight : reinterpret_cast<U32>(clamped(quotient, 1, kWeightOne - 1));
  } else {
    s.start = value + (below[0] >> 8);
    stop = value + 1 + (upto[0] >> 8);
    s.next_weight = U32{} + kWeightOne;
  }
  // All logistics end at 65280·256, so that the last value's interval ends at 65536.
  s.freq = stop - s.start;
  return s;
}

template <bool kMixture>
void intervals(const DistributionTables& tables, const DistributionRow& row, const std::uint8_t* values, std::size_t n,
               PackedInterval* out, std::uint8_t* next_weight) {
  const ScaleTable scales(tables.inverse_scale);
  for (std::size_t i = 0; i < n; i += kWidth) {
    const Distribution d = load_distribution<kMixture>(scales, row, i);
    const Symbol s = symbol_at<kMixture>(tables, d, load_u8(values + i));
    const U32 packed = s.start | s.freq << 16;
    __builtin_memcpy(static_cast<void*>(out + i), &packed, sizeof packed);
    if (next_weight != nullptr) store_u8(next_weight + i, reinterpret_cast<I32>(s.next_weight));
  }
}

void any_intervals(const DistributionTables& tables, const DistributionRow& row, const std::uint8_t* values,
                   std::size_t n, PackedInterval* out, std::uint8_t* next_weight) {
  (row.weight != nullptr ? intervals<true> : intervals<false>)(tables, row, values, n, out, next_weight);
}

/// The states of a lane, those of the even symbols of each group and those of the odd; `reversed`: the last state of a
/// group in element 0.
struct States {
  static constexpr std::size_t kGroups = 32 / kWidth;
  U64 half[2][kGroups];

  static std::size_t place(std::size_t state, bool reversed) {
    const std::size_t element = state % kWidth;
    return reversed ? kWidth - 1 - element : element;
  }
  void load(const LaneWindow& lane, bool reversed) {
    for (std::size_t s = 0; s < lane.state_count; ++s) {
      const std::size_t at = place(s, reversed);
      half[at % 2][s / kWidth][at / 2] = lane.states[s];
    }
  }
  void store(LaneWindow& lane, bool reversed) const {
    for (std::size_t s = 0; s < lane.state_count; ++s) {
      const std::size_t at = place(s, reversed);
      lane.states[s] = half[at % 2][s / kWidth][at / 2];
    }
  }
};

/// Any 64-bit numbers as doubles, rounded.
F64 to_double(U64 x) {
  // The halves as the mantissas of 2^84 and 2^52.
  const F64 high = reinterpret_cast<F64>((x >> 32) | 0x4530000000000000u) - 19342813118337666422669312.0;
  const F64 low = reinterpret_cast<F64>((x & kLow32) | 0x4330000000000000u);
  return high + low;
}

/// push_state() after drop_word() where `emits`.
[[gnu::always_inline]] inline U64 pushed(U64 x, U64 emits, U64 freq, U64 start) {
  x = emits ? x >> 32 : x;
  // x < freq · 2^48: three roundings of a quotient below 2^48 make it wrong by less than 0.1. Rounded to a whole number
  // it is therefore the right one or one more, and then the remainder is negative.
  constexpr double kWhole = 4503599627370496.0;  // 2^52
  const F64 inverse = 1.0 / (reinterpret_cast<F64>(freq | 0x4330000000000000u) - kWhole);
  U64 quotient = reinterpret_cast<U64>(to_double(x) * inverse + kWhole) ^ 0x4330000000000000u;
  U64 rest = x - (multiply_low(quotient, freq) + (multiply_low(quotient >> 32, freq) << 32));
  const U64 negative = reinterpret_cast<U64>(reinterpret_cast<I64>(rest) < 0);
  quotient += negative;
  rest += negative & freq;
  return (quotient << 16) + rest + start;
}

void push(LaneWindow& lane, const PackedInterval* intervals, std::size_t n) {
  States states;
  states.load(lane, true);
  const std::size_t groups = lane.state_count / kWidth;
  std::uint32_t* top = lane.top;
  std::size_t group = n / kWidth % groups;
  for (std::size_t i = n; i > 0;) {
    i -= kWidth;
    group = (group == 0 ? groups : group) - 1;
    U32 packed;
    __builtin_memcpy(&packed, intervals + i, sizeof packed);
    packed = reversed(packed);
    const U64 even_interval = reinterpret_cast<U64>(packed) & kLow32,
              odd_interval = reinterpret_cast<U64>(packed) >> 32;
    const U64 even_freq = even_interval >> 16, odd_freq = odd_interval >> 16;
    U64& even = states.half[0][group];
    U64& odd = states.half[1][group];
    // 16-bit numbers: signed comparisons will do.
    const U64 even_emits = reinterpret_cast<U64>(reinterpret_cast<I64>(even >> 48) >= reinterpret_cast<I64>(even_freq));
    const U64 odd_emits = reinterpret_cast<U64>(reinterpret_cast<I64>(odd >> 48) >= reinterpret_cast<I64>(odd_freq));
    const U32 words = reinterpret_cast<U32>((even & kLow32) | odd << 32);
    const U32 emits = reinterpret_cast<U32>((even_emits & kLow32) | odd_emits << 32);
    top += store_selected(top + 1, words, emits);
    even = pushed(even, even_emits, even_freq, even_interval & 0xFFFF);
    odd = pushed(odd, odd_emits, odd_freq, odd_interval & 0xFFFF);
  }
  lane.top = top;
  states.store(lane, true);
}

/// find_value(), whatever the slots, in eight steps.
template <bool kMixture>
[[gnu::always_inline]] inline I32 bisect(const DistributionTables& tables, const Distribution& d, I32 slot) {
  I32 low{};
  for (int step = 128; step > 0; step >>= 1) {
    const I32 middle = low + step;
    low = cumulative<kMixture>(tables, d, middle) <= slot ? middle : low;
  }
  return low;
}

F32 at_least(F32 v, float low) { return v > low ? v : F32{} + low; }

/// Logarithm to the base 2 of positive numbers; good to 0.01.
[[gnu::always_inline]] inline F32 rough_log2(F32 v) {
  const I32 bits = reinterpret_cast<I32>(v);
  const F32 mantissa = reinterpret_cast<F32>((bits & 0x7FFFFF) | 0x3F800000);
  const F32 exponent = __builtin_convertvector((bits >> 23) - 127, F32);
  return exponent + ((-0.34484843F * mantissa + 2.02466578F) * mantissa - 1.67487759F);
}

/// 2^v for v <= 0; good to 1 %.
[[gnu::always_inline]] inline F32 rough_exp2(F32 v) {
  v = at_least(v, -120.0F);
  const I32 whole = __builtin_convertvector(v, I32);
  const F32 f = v - __builtin_convertvector(whole, F32);
  return reinterpret_cast<F32>(reinterpret_cast<I32>(1.0F + f * (0.692107F + f * (0.228196F + f * 0.04F))) +
                               (whole << 23));
}

/// A value close to the one that holds each slot: the real logistics are inverted, in floating point. Nothing depends
/// on how close.
template <bool kMixture>
[[gnu::always_inline]] inline I32 guess(const Distribution& d, I32 slot) {
  // A value is 16 units of the mean; scales are 2^20 over a distance in these. Slopes are for logarithms to the base 2.
  constexpr float kSlope = 16 * 1.44269504F / 1048576;
  const F32 centre = __builtin_convertvector(d.mean + 8, F32) * 0.0625F;
  F32 inside = at_least(centre, 0.0F);
  inside = inside < 255.0F ? inside : F32{} + 255.0F;
  // Below the mean and above it are the same but for the sign: the smaller tail beyond the edge that is looked for.
  const F32 p = (__builtin_convertvector(slot, F32) + 0.5F - inside) * (1 / 65280.0F);
  const I32 below = p < 0.5F;
  const F32 tail = at_least(below ? p : 1.0F - p, 1e-6F);
  const F32 log_tail = rough_log2(tail);
  const F32 log_odds = rough_log2(1.0F - tail) - log_tail;
  F32 distance;
  if constexpr (kMixture) {
    const F32 a = d.scale[0] * kSlope, b = d.scale[1] * kSlope;
    const F32 weight = __builtin_convertvector(reinterpret_cast<I32>(d.weight), F32) * (1.0F / kWeightOne);
    const I32 first_is_wide = a < b;
    const F32 wide = first_is_wide ? a : b, narrow = first_is_wide ? b : a;
    const F32 wide_weight = first_is_wide ? weight : 1.0F - weight;
    // Two lower bounds: the log odds fall no faster than in the middle, and the wide component alone is in the tail.
    const F32 middle = log_odds * reciprocal(wide_weight * wide + (1.0F - wide_weight) * narrow);
    const F32 alone = (rough_log2(at_least(wide_weight - tail, 1e-6F)) - log_tail) * reciprocal(wide);
    distance = middle > alone ? middle : alone;
    // One step of Newton's method on the log odds.
    const F32 e_narrow = rough_exp2(-narrow * distance), e_wide = rough_exp2(-wide * distance);
    const F32 r_narrow = reciprocal(1.0F + e_narrow), r_wide = reciprocal(1.0F + e_wide);
    const F32 t_narrow = e_narrow * r_narrow, t_wide = e_wide * r_wide;
    const F32 t = at_least(t_narrow + wide_weight * (t_wide - t_narrow), 1e-7F);
    const F32 slope = (1.0F - wide_weight) * narrow * t_narrow * r_narrow + wide_weight * wide * t_wide * r_wide;
    const F32 error = log_odds - rough_log2(1.0F - t) + rough_log2(t);
    distance += error * t * (1.0F - t) * reciprocal(at_least(slope, 1e-9F));
  } else {
    distance = log_odds * reciprocal(d.scale[0] * kSlope);
  }
  F32 value = below ? centre - distance : centre + distance;
  value = at_least(value, 0.0F);
  value = value < 255.0F ? value : F32{} + 255.0F;
  return __builtin_convertvector(value, I32);
}

/// Sets x to find_value() and returns its symbol.
template <bool kMixture>
[[gnu::always_inline]] inline Symbol find(const DistributionTables& tables, const Distribution& d, U32 slot, I32& x) {
  constexpr int kTries = 4;
  x = guess<kMixture>(d, reinterpret_cast<I32>(slot));
  for (int tries = 0;; ++tries) {
    const Symbol s = symbol_at<kMixture>(tables, d, x);
    const U32 offset = slot - s.start;
    const I32 wrong = reinterpret_cast<I32>(offset >= s.freq);  // unsigned: below the start, too
    if (!any(wrong)) return s;
    if (tries == kTries) {
      x = bisect<kMixture>(tables, d, reinterpret_cast<I32>(slot));
      continue;
    }
    // As far as it would be if all values had this one's frequency: exact in the tails, where all have 1.
    const I32 above = reinterpret_cast<I32>(offset), freq = reinterpret_cast<I32>(s.freq);
    const I32 distance = above < 0 ? freq - 1 - above : above;
    const I32 steps =
        __builtin_convertvector(__builtin_convertvector(distance, F32) / __builtin_convertvector(freq, F32), I32);
    I32 next = above < 0 ? x - steps : x + steps;
    x = wrong ? clamped(next, 0, 255) : x;
  }
}

template <bool kMixture>
std::size_t pop(LaneWindow& lane, const DistributionTables& tables, const DistributionRow& row, std::size_t first,
                std::size_t n, std::uint8_t* values, std::uint8_t* next_weight) {
  const ScaleTable scales(tables.inverse_scale);
  States states;
  states.load(lane, false);
  const std::size_t groups = lane.state_count / kWidth;
  const std::uint32_t* top = lane.top;
  std::size_t group = first / kWidth % groups;
  std::size_t i = first;
  for (; i + kWidth <= n && static_cast<std::size_t>(top - lane.guard) >= kWidth; i += kWidth) {
    U64& even = states.half[0][group];
    U64& odd = states.half[1][group];
    group = group + 1 == groups ? 0 : group + 1;
    const U32 slot = reinterpret_cast<U32>((even & 0xFFFF) | (odd & 0xFFFF) << 32);
    const Distribution d = load_distribution<kMixture>(scales, row, i);
    I32 x;
    const Symbol s = find<kMixture>(tables, d, slot, x);
    store_u8(values + i, x);
    if (next_weight != nullptr) store_u8(next_weight + i, reinterpret_cast<I32>(s.next_weight));
    const U64 rest = reinterpret_cast<U64>(slot - s.start);
    const U64 even_freq = reinterpret_cast<U64>(s.freq) & kLow32, odd_freq = reinterpret_cast<U64>(s.freq) >> 32;
    even = multiply_low(even >> 16, even_freq) + (multiply_low(even >> 48, even_freq) << 32) + (rest & kLow32);
    odd = multiply_low(odd >> 16, odd_freq) + (multiply_low(odd >> 48, odd_freq) << 32) + (rest >> 32);
    const U64 even_reads = reinterpret_cast<U64>((even >> 32) == 0),
              odd_reads = reinterpret_cast<U64>((odd >> 32) == 0);
    const U32 reads = reinterpret_cast<U32>((even_reads & kLow32) | odd_reads << 32);
    U32 words;
    __builtin_memcpy(&words, top + 1 - kWidth, sizeof words);
    std::size_t taken;
    words = spread(reversed(words), reads, taken);
    top -= taken;
    even = even_reads ? even << 32 | (reinterpret_cast<U64>(words) & kLow32) : even;
    odd = odd_reads ? odd << 32 | reinterpret_cast<U64>(words) >> 32 : odd;
  }
  lane.top -= lane.top - top;
  states.store(lane, false);
  return i;
}

std::size_t any_pop(LaneWindow& lane, const DistributionTables& tables, const DistributionRow& row, std::size_t first,
                    std::size_t n, std::uint8_t* values, std::uint8_t* next_weight) {
  return (row.weight != nullptr ? pop<true> : pop<false>)(lane, tables, row, first, n, values, next_weight);
}

}  // namespace
}  // namespace bitswap
