// SPDX-License-Identifier: GPL-3.0-or-later
// Log probabilities that keep their gradient far out in the tails.
#include "engine/training/likelihood.h"

#include <cmath>

#include "engine/model/distribution.h"
#include "engine/training/kernels.h"

namespace bitswap {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The gradient is found together with the bits; backward() only scales it.
class PixelBits : public torch::autograd::Function<PixelBits> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& head, const Tensor& guesses, const Tensor& samples,
                        const HeadLayout& layout, bool quantised) {
    const Tensor outputs = head.contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor guess = guesses.contiguous(), x = samples.contiguous();
    const bool wants_head = head.requires_grad() || guesses.requires_grad(), wants_guess = guesses.requires_grad();
    Tensor by_head = wants_head ? torch::empty_like(outputs) : Tensor();
    Tensor by_guess = wants_guess ? torch::empty_like(guess) : Tensor();
    PixelPass pass{.layout = layout, .quantised = quantised};
    pass.positions = static_cast<std::size_t>(outputs.size(2) * outputs.size(3));
    pass.head_stride = static_cast<int>(outputs.size(1));
    double sum = 0;
    const std::int64_t components = x.size(0), images = x.size(1);
    for (std::int64_t k = 0; k < components; ++k) {
      for (std::int64_t n = 0; n < images; ++n) {
        const std::size_t at_head = n * pass.positions * pass.head_stride + k * layout.size();
        const std::size_t at_pixels = (k * images + n) * 3 * pass.positions;
        pass.head = outputs.data_ptr<float>() + at_head;
        pass.samples = x.data_ptr<float>() + at_pixels;
        pass.guess = guess.data_ptr<float>() + at_pixels;
        pass.head_gradient = wants_head ? by_head.data_ptr<float>() + at_head : nullptr;
        pass.guess_gradient = wants_guess ? by_guess.data_ptr<float>() + at_pixels : nullptr;
        sum += bitswap::pixel_bits(pass);
      }
    }
    context->save_for_backward({by_head, by_guess});
    return torch::full({}, sum, outputs.options());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradient) {
    const auto saved = context->get_saved_variables();
    return {saved[0] * gradient[0], saved[1].defined() ? saved[1] * gradient[0] : Tensor(), {}, {}, {}};
  }
};

/// A view or copy whose channels lie side by side and whose positions are evenly spaced.
Tensor evenly_spaced(const Tensor& x) {
  const bool even = x.stride(1) == 1 && x.stride(2) == x.stride(3) * x.size(3);
  return even && x.size(1) <= x.stride(3) ? x : x.contiguous(at::MemoryFormat::ChannelsLast);
}

/// Between two positions of an evenly spaced tensor; 0 if it has one for all.
std::size_t position_stride(const Tensor& x) {
  if (x.size(2) * x.size(3) == 1) return 0;
  return static_cast<std::size_t>(x.size(3) > 1 ? x.stride(3) : x.stride(2));
}

float* image(const Tensor& x, std::int64_t n) { return x.data_ptr<float>() + (x.size(0) == 1 ? 0 : n * x.stride(0)); }

class ChannelBits : public torch::autograd::Function<ChannelBits> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& head, const Tensor& guesses,
                        const ChannelValues& target, const HeadLayout& layout, bool quantised) {
    const Tensor outputs = head.contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor guess = guesses.contiguous(at::MemoryFormat::ChannelsLast), x = evenly_spaced(target.values);
    const Tensor factor = target.units.mean_factor.contiguous(at::MemoryFormat::ChannelsLast);
    const Tensor offset = target.units.scale_offset.contiguous(at::MemoryFormat::ChannelsLast);
    const std::int64_t height = outputs.size(2), width = outputs.size(3);
    std::vector<std::uint32_t> positions;
    for (std::int64_t row = 0; row < height; ++row) {
      for (std::int64_t column = 0; column < width; ++column) {
        if (target.parity >= 0 && (row + column) % 2 != target.parity) continue;
        positions.push_back(static_cast<std::uint32_t>(row * width + column));
      }
    }
    const bool wants_head = head.requires_grad() || guesses.requires_grad(), wants_guess = guesses.requires_grad();
    // Outputs that nothing is coded with have no gradient.
    Tensor by_head = wants_head ? torch::zeros_like(outputs) : Tensor();
    Tensor by_guess = wants_guess ? torch::zeros_like(guess, at::MemoryFormat::ChannelsLast) : Tensor();
    ChannelPass pass{.layout = layout, .quantised = quantised, .coefficients = target.coefficients};
    pass.count = positions.size();
    pass.positions = positions.data();
    pass.head_stride = static_cast<std::size_t>(outputs.size(1));
    pass.value_stride = position_stride(x);
    pass.guess_stride = position_stride(guess);
    pass.unit_stride = position_stride(factor);
    double sum = 0;
    for (std::int64_t n = 0; n < outputs.size(0); ++n) {
      pass.head = image(outputs, n);
      pass.values = image(x, n);
      pass.guess = image(guess, n);
      pass.mean_factor = image(factor, n);
      pass.scale_offset = image(offset, n);
      pass.head_gradient = wants_head ? image(by_head, n) : nullptr;
      pass.guess_gradient = wants_guess ? image(by_guess, n) : nullptr;
      sum += bitswap::channel_bits(pass);
    }
    context->save_for_backward({by_head, by_guess});
    return torch::full({}, sum, outputs.options());
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradient) {
    const auto saved = context->get_saved_variables();
    return {saved[0] * gradient[0], saved[1].defined() ? saved[1] * gradient[0] : Tensor(), {}, {}, {}};
  }
};

}  // namespace

Tensor round_through(const Tensor& x) { return x + ((x + 0.5).floor() - x).detach(); }

Tensor scale_from_head(const Tensor& head, bool quantised) {
  // distribution.h: index = 32 + head·8, scale = 0.05·exp(index/8).
  Tensor index = head * 8 + static_cast<double>(kScaleBias);
  if (quantised) index = round_through(index);
  return (index.clamp(0, kScaleCount - 1) / 8).exp() * 0.05;
}

Tensor log_probability(const Tensor& x, const Tensor& mean, const Tensor& scale) {
  const Tensor inverse = scale.reciprocal();
  const Tensor centred = x - mean;
  // By symmetry both sigmoids are taken on the side where they are small: no cancellation.
  const Tensor distance = centred.abs();
  const Tensor inside = torch::sigmoid((0.5 - distance) * inverse) - torch::sigmoid((-0.5 - distance) * inverse);
  const Tensor lowest = x < 0.5;
  const Tensor highest = x > 254.5;
  const Tensor outward = torch::where(lowest, centred, -centred);
  const Tensor edge = torch::sigmoid((outward + 0.5) * inverse);
  return torch::where(lowest.logical_or(highest), edge, inside).clamp_min(1e-12).log();
}

Tensor bits(const Tensor& log_probability) { return log_probability.sum() * (-1 / std::log(2.0)); }

Tensor clamp_mean_levels(const Tensor& mean) { return mean.clamp(kMeanMin / 16.0, kMeanMax / 16.0); }

Tensor pixel_bits_by_tensors(const HeadLayout& layout, const Tensor& head, const Tensor& samples, const Tensor& guesses,
                             bool quantised) {
  Tensor total;
  for (std::int64_t k = 0; k < samples.size(0); ++k) {
    const auto outputs = [&](int begin, int count) { return head.narrow(1, k * layout.size() + begin, count); };
    const auto colour = [](const Tensor& planes, int c) { return planes.narrow(1, c, 1); };
    const Tensor x = samples[k];
    const Tensor own = guesses[k] / 16 + outputs(layout.mean(0), 3) * 8;  // one unit of a head's mean is 8 values
    std::vector<Tensor> mean{colour(own, 0), colour(own, 1), colour(own, 2)};
    mean[1] = clamp_mean_levels(mean[1]);
    if (layout.coefficients) {  // colour order G, R, B; planes are stored R, G, B
      const auto coefficient = [&](int which) { return outputs(layout.coefficient(which), 1).clamp(-4, 4); };
      const Tensor error_g = colour(x, 1) - mean[1];
      mean[0] = clamp_mean_levels(mean[0] + coefficient(0) * error_g);
      const Tensor error_r = colour(x, 0) - mean[0];
      mean[2] = mean[2] + coefficient(1) * error_g + coefficient(2) * error_r;
    }
    const Tensor means = clamp_mean_levels(torch::cat(mean, 1));
    const auto component = [&](int mixture) {
      return log_probability(x, means, scale_from_head(outputs(layout.scale(mixture, 0), 3), quantised)).sum(1, true);
    };
    Tensor log_p = component(0);
    if (layout.mixtures > 1) {
      const Tensor logit = outputs(layout.logit(0), 1).clamp(-4.8, 4.8);
      log_p = torch::logaddexp(log_p + torch::log_sigmoid(logit), component(1) + torch::log_sigmoid(-logit));
    }
    total = total.defined() ? total + bits(log_p) : bits(log_p);
  }
  return total;
}

Tensor pixel_bits(const HeadLayout& layout, const Tensor& head, const Tensor& samples, const Tensor& guesses,
                  bool quantised) {
  if (!head.is_cpu()) return pixel_bits_by_tensors(layout, head, samples, guesses, quantised);
  return PixelBits::apply(head, guesses, samples, layout, quantised);
}

Tensor parity_mask(std::int64_t height, std::int64_t width, int parity, const torch::Device& device) {
  const auto options = torch::dtype(torch::kInt64).device(device);
  const Tensor sum = torch::arange(height, options).view({1, 1, -1, 1}) + torch::arange(width, options);
  return sum.bitwise_and(1) == parity;
}

Tensor channel_bits_by_tensors(const HeadLayout& layout, const Tensor& head, const ChannelValues& target,
                               bool quantised) {
  const auto outputs = [&](int begin) { return head.narrow(1, begin, layout.channels); };
  Tensor correction = outputs(layout.mean(0)) * target.units.mean_factor;
  if (quantised) correction = correction + ((correction * 16).floor() / 16 - correction).detach();
  const Tensor base =
      target.coefficients ? ((target.guess.detach() + 8) / 16).floor() - 128 : torch::zeros_like(target.guess);
  const Tensor x = (target.values - base).clamp(0, 255);
  const Tensor mean = clamp_mean_levels(target.guess / 16 - base + correction);
  const auto component = [&](int mixture) {
    const Tensor scale = outputs(layout.scale(mixture, 0)) + target.units.scale_offset / 8;
    return log_probability(x, mean, scale_from_head(scale, quantised));
  };
  Tensor log_p = component(0);
  if (layout.mixtures > 1) {
    const Tensor logit = outputs(layout.logit(0)).clamp(-4.8, 4.8);
    log_p = torch::logaddexp(log_p + torch::log_sigmoid(logit), component(1) + torch::log_sigmoid(-logit));
  }
  log_p = (log_p.exp() * (65280.0 / 65536) + 1.0 / 65536).log();
  if (target.parity >= 0) log_p = log_p * parity_mask(head.size(2), head.size(3), target.parity, head.device());
  return bits(log_p);
}

Tensor channel_bits(const HeadLayout& layout, const Tensor& head, const ChannelValues& target, bool quantised) {
  if (!head.is_cpu()) return channel_bits_by_tensors(layout, head, target, quantised);
  return ChannelBits::apply(head, target.guess, target, layout, quantised);
}

}  // namespace bitswap
