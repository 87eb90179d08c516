// SPDX-License-Identifier: GPL-3.0-or-later
// A short training around the integers of a finished model, then the choice of the changes that pay.
#include "engine/training/adaptation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numbers>

#include "engine/training/data_parallel.h"
#include "engine/training/quantise.h"
#include "engine/training/trainable_model.h"
#include "engine/training/widen.h"

namespace bitswap {
namespace {

using torch::Tensor;
using Clock = std::chrono::steady_clock;

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;
constexpr double kAverage = 0.99;
constexpr double kWarmUpSteps = 30;
constexpr double kLargestGradient = 1.0;  ///< norm, for bits per subpixel
constexpr int kTestBatches = 8;
/// Bits that a change has to gain by the estimate: which of these is best is measured.
constexpr std::array<double, 4> kThresholds = {0.25, 1, 4, 16};
/// Biases change in steps of at most so many bits of the accumulator: finer ones cost more than they gain.
constexpr int kBiasStepBits = 3;
/// What zstd needs, against the entropy of single numbers.
constexpr double kPackingLoss = 1.2;

/// A layer's part of the flat tensors.
struct Part {
  std::int64_t offset = 0, weights = 0, biases = 0;
};

class Adaptation {
 public:
  Adaptation(const Model& base, const PhotoSet& photos, std::uint64_t subpixels, const TrainOptions& options)
      : base_(base),
        photos_(photos),
        options_(options),
        subpixels_(static_cast<double>(subpixels > 0 ? subpixels : 3 * photos.pixels())),
        model_(base.config(), torch::Device(options.device)),
        parallel_(model_, resolve_threads(options.threads)),
        random_(options.seed) {
    const int unit = model_.alignment();
    crop_ = (options.crop + unit - 1) / unit * unit;
    start_from_base();
    model_.keep_shifts(base);
    average_ = start_.clone();
    first_ = torch::zeros_like(start_);
    second_ = torch::zeros_like(start_);
    for (int i = 0; i < kTestBatches; ++i) test_.push_back(crops());
  }

  Result<Model> run(const std::function<void(const TrainProgress&)>& progress, const CancelToken* cancel) {
    const torch::NoGradGuard no_grad;
    const auto begin = Clock::now();
    const double total = options_.minutes * 60;
    const auto cancelled = [&] { return cancel != nullptr && cancel->cancelled(); };
    for (double next_report = 0;;) {
      const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
      const double share =
          options_.steps > 0 ? static_cast<double>(step_) / static_cast<double>(options_.steps) : elapsed / total;
      if (cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
      if (share >= 1) break;
      one_step(share);
      if (!progress || elapsed < next_report) continue;
      next_report = elapsed + 1;
      TrainProgress p;
      p.step = step_;
      p.minutes = elapsed / 60;
      p.seconds_left = share > 0 ? elapsed * (1 - share) / share : total;
      p.bits_per_subpixel = running_;
      p.pixels_per_second = static_cast<double>(step_) * options_.batch * crop_ * crop_ / std::max(elapsed, 1e-3);
      p.learning_rate = learning_rate_;
      p.quantised = true;
      progress(p);
    }
    return choose(cancelled);
  }

 private:
  /// Values, and what one step of each integer is worth. The prior stays: its change is worth nothing.
  void start_from_base() {
    const std::int64_t prior = 2 * static_cast<std::int64_t>(base_.prior_mean.size());
    const auto size = static_cast<std::int64_t>(model_.values().numel());
    Tensor units = torch::ones({size}), mask = torch::ones({size});
    mask.narrow(0, 0, prior).zero_();
    auto* unit = units.data_ptr<float>() + prior;
    std::int64_t offset = prior;
    for (const IntegerNetwork& network : base_.networks) {
      for (const IntegerLayer& layer : network.layers) {
        const Part part{offset, static_cast<std::int64_t>(layer.weights.size()), layer.spec.out};
        const std::int64_t fan_in = part.weights / part.biases;
        for (std::int64_t i = 0; i < part.weights; ++i) {
          *unit++ = static_cast<float>(std::ldexp(1.0, -layer.shift[i / fan_in]));
        }
        for (const int shift : layer.shift) {
          *unit++ = static_cast<float>(std::ldexp(1.0, std::min(kBiasStepBits, shift) - shift - kActivationBits));
        }
        offset += part.weights + part.biases;
        parts_.push_back(part);
      }
    }
    start_ = values_of(base_).to(model_.device());
    units_ = units.to(model_.device());
    mask_ = mask.to(model_.device());
    model_.values().copy_(start_);
  }

  Tensor crops() {
    Tensor images = torch::empty({options_.batch, 3, crop_, crop_}, torch::kUInt8);
    photos_.sample(options_.batch, crop_, random_, images.data_ptr<std::uint8_t>());
    return images.to(model_.device());
  }

  void one_step(double share) {
    const double warm_up = std::min(1.0, static_cast<double>(++step_) / kWarmUpSteps);
    learning_rate_ = options_.learning_rate * warm_up * (0.02 + 0.98 * 0.5 * (1 + std::cos(std::numbers::pi * share)));
    const Tensor images = crops();
    double loss = 0;
    {
      const torch::AutoGradMode gradients(true);
      loss = parallel_.bits(model_.pictures(images), true).item<double>();
    }
    Tensor& gradient = model_.gradient();
    gradient.mul_(mask_);
    const double norm = gradient.norm().item<double>();
    if (!std::isfinite(norm) || !std::isfinite(loss)) return;
    if (norm > kLargestGradient) gradient.mul_(kLargestGradient / norm);
    first_.mul_(kBeta1).add_(gradient, 1 - kBeta1);
    second_.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    const double correct1 = 1 - std::pow(kBeta1, static_cast<double>(step_));
    model_.values().addcdiv_(first_, mean_square().sqrt_().add_(1e-8), -learning_rate_ / correct1);
    const double decay = std::min(kAverage, static_cast<double>(step_) / (static_cast<double>(step_) + 10));
    average_.lerp_(model_.values(), 1 - decay);
    running_ = running_ == 0 ? loss : 0.98 * running_ + 0.02 * loss;
  }

  /// Of the gradient.
  [[nodiscard]] Tensor mean_square() const { return second_ / (1 - std::pow(kBeta2, static_cast<double>(step_))); }

  /// Bits per subpixel on crops that stay the same, latents drawn with the same numbers.
  double measure(const Tensor& values) {
    model_.values().copy_(values);
    torch::manual_seed(options_.seed);
    double bits = 0;
    for (const Tensor& images : test_) bits += parallel_.bits(model_.pictures(images), true).item<double>();
    return bits / kTestBatches;
  }

  /// About what the archive pays for these changes, in bits: their entropy in each layer.
  [[nodiscard]] double price(const Tensor& steps) const {
    double bits = 0;
    const auto add = [&](const Tensor& some) {
      const Tensor counts = std::get<2>(at::_unique2(some, true, false, true)).to(torch::kFloat64);
      if (counts.numel() == 1) return;
      bits -= (counts * (counts / static_cast<double>(some.numel())).log2()).sum().item<double>();
      bits += 8 * static_cast<double>(counts.numel());
    };
    for (const Part& part : parts_) {
      add(steps.narrow(0, part.offset, part.weights));
      add(steps.narrow(0, part.offset + part.weights, part.biases));
    }
    return bits * kPackingLoss;
  }

  /// Keeps the changes that gain more than a threshold, for the threshold that leaves most.
  template <typename Cancelled>
  Result<Model> choose(const Cancelled& cancelled) {
    const Tensor steps = ((average_ - start_) / units_).round_().mul_(mask_);
    // Undoing a change costs half of its square times the curvature, which is, as for every likelihood, the mean square
    // of the gradient; that of a mean over n samples has to be taken n times.
    const double samples = static_cast<double>(test_.front().numel()) * std::numbers::ln2;
    const Tensor gain = (steps * units_).square_().mul_(mean_square()).mul_(0.5 * samples * subpixels_);
    const double base = measure(start_);
    double best = 0;
    Tensor chosen = start_;
    for (const double threshold : kThresholds) {
      if (cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
      const Tensor kept = steps * (gain > threshold);
      const Tensor values = start_ + kept * units_;
      const double net = (base - measure(values)) * subpixels_ - price(kept);
      if (net <= best) continue;
      best = net;
      chosen = values;
    }
    Model model = model_.export_integers(chosen);
    model.tables = base_.tables;
    // In units that are kept, a wide layer could leave the range of its accumulator.
    for (std::size_t n = 0; n < model.networks.size(); ++n) {
      for (std::size_t i = 0; i < model.networks[n].layers.size(); ++i) {
        IntegerLayer& layer = model.networks[n].layers[i];
        if (!validate(layer).ok()) layer = base_.networks[n].layers[i];
      }
    }
    write_model(model);  // sets the hash
    return model;
  }

  const Model& base_;
  const PhotoSet& photos_;
  const TrainOptions& options_;
  const double subpixels_;  ///< that the adapted model is for
  TrainableModel model_;
  DataParallel parallel_;
  std::mt19937_64 random_;
  std::vector<Part> parts_;
  Tensor start_, units_, mask_, average_, first_, second_;  ///< float [parameters]
  std::vector<Tensor> test_;                                ///< uint8 [batch, 3, crop, crop]
  int crop_ = 64;
  std::uint64_t step_ = 0;
  double running_ = 0;
  double learning_rate_ = 0;
};

}  // namespace

Result<Model> adapt(const Model& base, const PhotoSet& photos, std::uint64_t subpixels, const TrainOptions& options,
                    const std::function<void(const TrainProgress&)>& progress, const CancelToken* cancel) {
  if (photos.size() == 0) return Error{Error::Code::InvalidArgument, 0, "no photos to train on"};
  if (options.device != "cpu" && !(options.device == "cuda" && torch::cuda::is_available())) {
    return Error{Error::Code::InvalidArgument, 0, "no such device for training: " + options.device};
  }
  try {
    torch::manual_seed(options.seed);
    return Adaptation(base, photos, subpixels, options).run(progress, cancel);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "training needs more memory; take a smaller --batch"};
  } catch (const std::exception& e) {
    return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
  }
}

}  // namespace bitswap
