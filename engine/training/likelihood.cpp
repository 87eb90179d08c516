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
                        const PixelHead& layout, bool quantised) {
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

Tensor pixel_bits_by_tensors(const PixelHead& layout, const Tensor& head, const Tensor& samples, const Tensor& guesses,
                             bool quantised) {
  Tensor total;
  for (std::int64_t k = 0; k < samples.size(0); ++k) {
    const auto outputs = [&](int begin, int count) { return head.narrow(1, k * layout.size() + begin, count); };
    const auto colour = [](const Tensor& planes, int c) { return planes.narrow(1, c, 1); };
    const Tensor x = samples[k];
    const Tensor own = guesses[k] / 16 + outputs(layout.mean(0), 3) * 8;  // one unit of a head's mean is 8 values
    std::vector<Tensor> mean{colour(own, 0), colour(own, 1), colour(own, 2)};
    mean[1] = clamp_mean_levels(mean[1]);
    if (layout.coupling) {  // colour order G, R, B; planes are stored R, G, B
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
      const Tensor logit = outputs(layout.logit(), 1).clamp(-4.8, 4.8);
      log_p = torch::logaddexp(log_p + torch::log_sigmoid(logit), component(1) + torch::log_sigmoid(-logit));
    }
    total = total.defined() ? total + bits(log_p) : bits(log_p);
  }
  return total;
}

Tensor pixel_bits(const PixelHead& layout, const Tensor& head, const Tensor& samples, const Tensor& guesses,
                  bool quantised) {
  if (!head.is_cpu()) return pixel_bits_by_tensors(layout, head, samples, guesses, quantised);
  return PixelBits::apply(head, guesses, samples, layout, quantised);
}

}  // namespace bitswap
