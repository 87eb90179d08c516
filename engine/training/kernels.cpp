// SPDX-License-Identifier: GPL-3.0-or-later
// Written for the compiler's vectoriser: short loops over arrays, no branches. CMake compiles this file with -O3 and
// relaxed floating-point rules, so that exp and log become vector instructions; nothing here feeds the coder.
#include "engine/training/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "engine/model/distribution.h"

// One version an instruction set, chosen when the program starts; too early for the address sanitizer.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define BITSWAP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BITSWAP_CLONES
#endif

namespace bitswap {
namespace {

constexpr float kUnit = 1 << kActivationBits;
constexpr float kLargest = kMaxActivation / kUnit;
constexpr float kMeanUnit = 8;             // one unit of a head's mean is 8 values
constexpr float kSmallestChance = 1e-12F;  // keeps products of three in a float's range
constexpr float kBitsPerNat = 1.4426950408889634F;

inline float load(float v) { return v; }
inline float load(Bfloat16 v) { return std::bit_cast<float>(static_cast<std::uint32_t>(v) << 16); }
inline void store(float v, float& to) { to = v; }
inline void store(float v, Bfloat16& to) {
  const auto bits = std::bit_cast<std::uint32_t>(v);
  to = static_cast<Bfloat16>((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);  // to nearest, ties to even
}

template <typename T>
inline __attribute__((always_inline)) void activate_all(T* y, const T* skip, const float* bias, std::size_t positions,
                                                        int channels, bool quantised) {
  for (std::size_t p = 0; p < positions; ++p) {
    T* row = y + p * channels;
    const T* add = skip == nullptr ? nullptr : skip + p * channels;
    if (quantised) {
      for (int c = 0; c < channels; ++c) {
        const float v = load(row[c]) + bias[c] + (add == nullptr ? 0.0F : load(add[c]));
        store(std::clamp(std::floor(v * kUnit + 0.5F) / kUnit, 0.0F, kLargest), row[c]);
      }
    } else {
      for (int c = 0; c < channels; ++c) {
        const float v = load(row[c]) + bias[c] + (add == nullptr ? 0.0F : load(add[c]));
        store(std::clamp(v, 0.0F, kLargest), row[c]);
      }
    }
  }
}

template <typename T>
inline __attribute__((always_inline)) void activate_all_backward(T* gradient, const T* more, const T* y,
                                                                 float* bias_gradient, std::size_t positions,
                                                                 int channels) {
  for (std::size_t p = 0; p < positions; ++p) {
    T* row = gradient + p * channels;
    const T* out = y + p * channels;
    const T* add = more == nullptr ? nullptr : more + p * channels;
    for (int c = 0; c < channels; ++c) {
      const float a = load(out[c]);
      const float g = load(row[c]) + (add == nullptr ? 0.0F : load(add[c]));
      const float kept = a > 0.0F && a < kLargest ? g : 0.0F;
      bias_gradient[c] += kept;
      store(kept, row[c]);
    }
  }
}

constexpr int kBlock = 64;
using Lane = float[kBlock];

/// P(x) of one mixture component and colour, and the derivatives of ln P by the mean and by the logarithm of the scale.
struct Chance {
  Lane p, by_mean, by_scale;
};

inline __attribute__((always_inline)) void logistic_chance(const Lane& x, const Lane& mean, const Lane& scale_head,
                                                           bool quantised, int count, Chance& out) {
  for (int j = 0; j < count; ++j) {
    // distribution.h: index = 32 + head·8, scale = 0.05·exp(index/8).
    float index = scale_head[j] * 8 + static_cast<float>(kScaleBias);
    if (quantised) index = std::floor(index + 0.5F);
    const float inside_range = index >= 0.0F && index <= static_cast<float>(kScaleCount - 1) ? 1.0F : 0.0F;
    index = std::clamp(index, 0.0F, static_cast<float>(kScaleCount - 1));
    const float inverse = 20 * std::exp(index * -0.125F);
    const float q = std::exp(-inverse);

    // With e = exp(a) for the nearer side a of the value and e·q for the farther one, by symmetry:
    // P = s(a) - s(a - inverse) = e·(1 - q) / ((1 + e)(1 + e·q)). The two ends of the range have one side only.
    const float centred = x[j] - mean[j];
    const float sign = centred > 0.0F ? 1.0F : -1.0F;
    const bool lowest = x[j]<0.5F, highest = x[j]> 254.5F;
    const bool end = lowest || highest;
    const float outward = 0.5F + (lowest ? centred : -centred);
    const float distance = end ? outward : 0.5F - centred * sign;
    const float e = std::exp(std::clamp(distance * inverse, -80.0F, 80.0F));
    const float near = 1 / (1 + e), far = 1 / (1 + e * q);
    const float p = end ? e * near : e * (1 - q) * near * far;
    // d ln P / d a = 1 - s(a) - s(b); for an end 1 - s(a).
    const float by_side = end ? near : near + far - 1;
    const float by_inverse = distance * by_side + (end ? 0.0F : q / (1 - q) + (1 - far));
    const float kept = p > kSmallestChance ? 1.0F : 0.0F;
    out.p[j] = std::max(p, kSmallestChance);
    out.by_mean[j] = kept * by_side * inverse * (end ? (lowest ? -1.0F : 1.0F) : sign);
    out.by_scale[j] = kept * inside_range * -inverse * by_inverse;
  }
}

inline float clamped_mean(float mean) { return std::clamp(mean, kMeanMin / 16.0F, kMeanMax / 16.0F); }
inline float inside(float v, float low, float high) { return v >= low && v <= high ? 1.0F : 0.0F; }

inline __attribute__((always_inline)) double block_bits(const PixelPass& pass, std::size_t begin, int count) {
  const HeadLayout& layout = pass.layout;
  Lane head[13], gradient[13], x[3], before[3], mean[3], error[2], weight, bits;
  const int outputs = layout.size();
  for (int o = 0; o < outputs; ++o) {
    const float* from = pass.head + begin * pass.head_stride + o;
    for (int j = 0; j < count; ++j) head[o][j] = from[static_cast<std::size_t>(j) * pass.head_stride];
  }
  for (int c = 0; c < 3; ++c) {
    const float* guess = pass.guess + c * pass.positions + begin;
    const float* samples = pass.samples + c * pass.positions + begin;
    for (int j = 0; j < count; ++j) {
      x[c][j] = samples[j];
      before[c][j] = guess[j] / 16 + head[layout.mean(c)][j] * kMeanUnit;
    }
  }
  // Colour order G, R, B; planes are stored R, G, B.
  if (layout.coefficients) {
    const Lane &k0 = head[layout.coefficient(0)], &k1 = head[layout.coefficient(1)], &k2 = head[layout.coefficient(2)];
    for (int j = 0; j < count; ++j) {
      error[1][j] = x[1][j] - clamped_mean(before[1][j]);
      before[0][j] += std::clamp(k0[j], -4.0F, 4.0F) * error[1][j];
      error[0][j] = x[0][j] - clamped_mean(before[0][j]);
      before[2][j] += std::clamp(k1[j], -4.0F, 4.0F) * error[1][j] + std::clamp(k2[j], -4.0F, 4.0F) * error[0][j];
    }
  }
  Chance chance[2][3];
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < count; ++j) mean[c][j] = clamped_mean(before[c][j]);
    for (int m = 0; m < layout.mixtures; ++m) {
      logistic_chance(x[c], mean[c], head[layout.scale(m, c)], pass.quantised, count, chance[m][c]);
    }
  }
  // P = w·P0 + (1 - w)·P1; the share of a component in P is what its own gradients count.
  Lane share[2];
  if (layout.mixtures > 1) {
    const Lane& logit = head[layout.logit(0)];
    for (int j = 0; j < count; ++j) {
      const float w = 1 / (1 + std::exp(-std::clamp(logit[j], -4.8F, 4.8F)));
      const float first = w * chance[0][0].p[j] * chance[0][1].p[j] * chance[0][2].p[j];
      const float second = (1 - w) * chance[1][0].p[j] * chance[1][1].p[j] * chance[1][2].p[j];
      const float both = first + second;
      bits[j] = -kBitsPerNat * std::log(both);
      weight[j] = w;
      share[0][j] = first / both;
      share[1][j] = second / both;
    }
  } else {
    for (int j = 0; j < count; ++j) {
      bits[j] = -kBitsPerNat * std::log(chance[0][0].p[j] * chance[0][1].p[j] * chance[0][2].p[j]);
      share[0][j] = 1;
    }
  }
  float sum = 0;
  for (int j = 0; j < count; ++j) sum += bits[j];
  if (pass.head_gradient == nullptr) return sum;

  Lane by_mean[3];
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < count; ++j) by_mean[c][j] = 0;
    for (int m = 0; m < layout.mixtures; ++m) {
      Lane& by_scale = gradient[layout.scale(m, c)];
      for (int j = 0; j < count; ++j) {
        by_mean[c][j] += -kBitsPerNat * share[m][j] * chance[m][c].by_mean[j];
        by_scale[j] = -kBitsPerNat * share[m][j] * chance[m][c].by_scale[j];
      }
    }
  }
  if (layout.mixtures > 1) {
    Lane& by_logit = gradient[layout.logit(0)];
    for (int j = 0; j < count; ++j) {
      by_logit[j] = -kBitsPerNat * (share[0][j] - weight[j]) * inside(head[layout.logit(0)][j], -4.8F, 4.8F);
    }
  }
  constexpr float kLow = kMeanMin / 16.0F, kHigh = kMeanMax / 16.0F;
  if (layout.coefficients) {
    const Lane &k0 = head[layout.coefficient(0)], &k1 = head[layout.coefficient(1)], &k2 = head[layout.coefficient(2)];
    Lane &by_k0 = gradient[layout.coefficient(0)], &by_k1 = gradient[layout.coefficient(1)],
         &by_k2 = gradient[layout.coefficient(2)];
    for (int j = 0; j < count; ++j) {
      const float b = by_mean[2][j] * inside(before[2][j], kLow, kHigh);
      by_k1[j] = b * error[1][j] * inside(k1[j], -4.0F, 4.0F);
      by_k2[j] = b * error[0][j] * inside(k2[j], -4.0F, 4.0F);
      const float r = (by_mean[0][j] - b * std::clamp(k2[j], -4.0F, 4.0F)) * inside(before[0][j], kLow, kHigh);
      by_k0[j] = r * error[1][j] * inside(k0[j], -4.0F, 4.0F);
      const float g = by_mean[1][j] - b * std::clamp(k1[j], -4.0F, 4.0F) - r * std::clamp(k0[j], -4.0F, 4.0F);
      by_mean[2][j] = b;
      by_mean[0][j] = r;
      by_mean[1][j] = g * inside(before[1][j], kLow, kHigh);
    }
  } else {
    for (int c = 0; c < 3; ++c) {
      for (int j = 0; j < count; ++j) by_mean[c][j] *= inside(before[c][j], kLow, kHigh);
    }
  }
  for (int c = 0; c < 3; ++c) {
    for (int j = 0; j < count; ++j) gradient[layout.mean(c)][j] = by_mean[c][j] * kMeanUnit;
    if (pass.guess_gradient == nullptr) continue;
    float* to = pass.guess_gradient + c * pass.positions + begin;
    for (int j = 0; j < count; ++j) to[j] = by_mean[c][j] / 16;
  }
  for (int j = 0; j < count; ++j) {
    float* to = pass.head_gradient + (begin + j) * pass.head_stride;
    for (int o = 0; o < outputs; ++o) to[o] = gradient[o][j];
  }
  return sum;
}

// The coder gives every value at least 1/65536: P = kShared·p + kFloor.
constexpr float kShared = 65280.0F / 65536, kFloor = 1.0F / 65536;

/// One channel of up to kBlock positions.
inline __attribute__((always_inline)) float channel_block(const ChannelPass& pass, const std::uint32_t* positions,
                                                          int count, int channel) {
  const HeadLayout& layout = pass.layout;
  const int mixtures = layout.mixtures;
  const auto gather = [&](const float* from, std::size_t stride, Lane& to) {
    for (int j = 0; j < count; ++j) to[j] = from[positions[j] * stride];
  };
  Lane x, guess, factor, offset, outputs[4];  // mean, scales, logit
  gather(pass.values + channel, pass.value_stride, x);
  gather(pass.mean_factor + channel, pass.unit_stride, factor);
  gather(pass.scale_offset + channel, pass.unit_stride, offset);
  gather(pass.head + layout.mean(channel), pass.head_stride, outputs[0]);
  for (int m = 0; m < mixtures; ++m) gather(pass.head + layout.scale(m, channel), pass.head_stride, outputs[1 + m]);
  if (mixtures > 1) gather(pass.head + layout.logit(channel), pass.head_stride, outputs[3]);
  if (pass.guess == nullptr) {
    for (int j = 0; j < count; ++j) guess[j] = 0;
  } else {
    gather(pass.guess + channel, pass.guess_stride, guess);
  }

  Lane before, mean, scale;
  for (int j = 0; j < count; ++j) {
    float correction = outputs[0][j] * factor[j];
    if (pass.quantised) correction = std::floor(correction * 16) / 16;
    const float base = pass.coefficients ? std::floor((guess[j] + 8) / 16) - 128 : 0.0F;
    x[j] = std::clamp(x[j] - base, 0.0F, 255.0F);
    before[j] = guess[j] / 16 - base + correction;
    mean[j] = clamped_mean(before[j]);
  }
  Chance chance[2];
  for (int m = 0; m < mixtures; ++m) {
    for (int j = 0; j < count; ++j) scale[j] = outputs[1 + m][j] + offset[j] / 8;
    logistic_chance(x, mean, scale, pass.quantised, count, chance[m]);
  }
  Lane share[2], weight, bits;
  for (int j = 0; j < count; ++j) {
    const float w = mixtures > 1 ? 1 / (1 + std::exp(-std::clamp(outputs[3][j], -4.8F, 4.8F))) : 1.0F;
    const float first = kShared * w * chance[0].p[j];
    const float second = mixtures > 1 ? kShared * (1 - w) * chance[1].p[j] : 0.0F;
    const float both = first + second + kFloor;
    bits[j] = -kBitsPerNat * std::log(both);
    weight[j] = w;
    share[0][j] = first / both;
    share[1][j] = second / both;
  }
  float sum = 0;
  for (int j = 0; j < count; ++j) sum += bits[j];
  if (pass.head_gradient == nullptr) return sum;

  const auto scatter = [&](const Lane& from, float* to, std::size_t stride) {
    for (int j = 0; j < count; ++j) to[positions[j] * stride] = from[j];
  };
  Lane by_mean, out;
  for (int j = 0; j < count; ++j) by_mean[j] = 0;
  for (int m = 0; m < mixtures; ++m) {
    for (int j = 0; j < count; ++j) {
      by_mean[j] += -kBitsPerNat * share[m][j] * chance[m].by_mean[j];
      out[j] = -kBitsPerNat * share[m][j] * chance[m].by_scale[j];
    }
    scatter(out, pass.head_gradient + layout.scale(m, channel), pass.head_stride);
  }
  for (int j = 0; j < count; ++j) {
    by_mean[j] *= inside(before[j], kMeanMin / 16.0F, kMeanMax / 16.0F);
    out[j] = by_mean[j] * factor[j];
  }
  scatter(out, pass.head_gradient + layout.mean(channel), pass.head_stride);
  if (mixtures > 1) {
    for (int j = 0; j < count; ++j) {
      out[j] =
          -kBitsPerNat * (share[0][j] - weight[j] * (share[0][j] + share[1][j])) * inside(outputs[3][j], -4.8F, 4.8F);
    }
    scatter(out, pass.head_gradient + layout.logit(channel), pass.head_stride);
  }
  if (pass.guess_gradient != nullptr) {
    for (int j = 0; j < count; ++j) out[j] = by_mean[j] / 16;
    scatter(out, pass.guess_gradient + channel, pass.guess_stride);
  }
  return sum;
}

}  // namespace

BITSWAP_CLONES void activate(float* y, const float* skip, const float* bias, std::size_t positions, int channels,
                             bool quantised) {
  activate_all(y, skip, bias, positions, channels, quantised);
}

BITSWAP_CLONES void activate(Bfloat16* y, const Bfloat16* skip, const float* bias, std::size_t positions, int channels,
                             bool quantised) {
  activate_all(y, skip, bias, positions, channels, quantised);
}

BITSWAP_CLONES void activate_backward(float* gradient, const float* more, const float* y, float* bias_gradient,
                                      std::size_t positions, int channels) {
  activate_all_backward(gradient, more, y, bias_gradient, positions, channels);
}

BITSWAP_CLONES void activate_backward(Bfloat16* gradient, const Bfloat16* more, const Bfloat16* y, float* bias_gradient,
                                      std::size_t positions, int channels) {
  activate_all_backward(gradient, more, y, bias_gradient, positions, channels);
}

BITSWAP_CLONES double pixel_bits(const PixelPass& pass) {
  double sum = 0;
  for (std::size_t begin = 0; begin < pass.positions; begin += kBlock) {
    sum += block_bits(pass, begin, static_cast<int>(std::min<std::size_t>(kBlock, pass.positions - begin)));
  }
  return sum;
}

BITSWAP_CLONES double channel_bits(const ChannelPass& pass) {
  double sum = 0;
  for (std::size_t begin = 0; begin < pass.count; begin += kBlock) {
    const int count = static_cast<int>(std::min<std::size_t>(kBlock, pass.count - begin));
    for (int c = 0; c < pass.layout.channels; ++c) sum += channel_block(pass, pass.positions + begin, count, c);
  }
  return sum;
}

BITSWAP_CLONES void adam_step(const AdamStep& step, const float* gradient, float* values, float* first, float* second,
                              float* average, std::size_t count) {
  const auto scale = static_cast<float>(step.gradient_scale);
  const auto beta1 = static_cast<float>(step.beta1), beta2 = static_cast<float>(step.beta2);
  const auto rest1 = static_cast<float>(1 - step.beta1), rest2 = static_cast<float>(1 - step.beta2);
  const auto mix = static_cast<float>(1 - step.average);
  const auto steps = static_cast<double>(step.step);
  const auto rate = static_cast<float>(step.learning_rate / (1 - std::pow(step.beta1, steps)));
  const auto correct = static_cast<float>(1 / std::sqrt(1 - std::pow(step.beta2, steps)));
  for (std::size_t i = 0; i < count; ++i) {
    const float g = gradient[i] * scale;
    first[i] = beta1 * first[i] + rest1 * g;
    second[i] = beta2 * second[i] + rest2 * g * g;
    // With AVX2 the compiler makes roots out of a reciprocal one that knows no subnormal numbers, which the moment of a
    // dead unit becomes: the result would be no number.
    values[i] -= rate * first[i] / (std::sqrt(std::max(second[i], 1e-30F)) * correct + 1e-8F);
    average[i] += mix * (values[i] - average[i]);
  }
}

}  // namespace bitswap
