// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters: where they lie, how they begin, how they are rounded and exported.
#include "engine/training/trainable_model.h"

#include <algorithm>
#include <cmath>

#include "engine/training/plan_tensors.h"
#include "engine/training/quantise.h"

namespace bitswap {
namespace {

using torch::Tensor;

/// Channels of the topmost latent, whose prior is the model's own.
int prior_channels(const Plan& plan) { return plan.planes[plan.latents.back().plane].channels; }

}  // namespace

TrainableModel::TrainableModel(const AnyConfig& config, torch::Device device)
    : config_(config), plan_(make_plan(config)), device_(device), prior_channels_(prior_channels(plan_)) {
  std::int64_t offset = 2 * prior_channels_;
  for (const NetworkSpec& network : plan_.networks) {
    networks_.push_back({.offset = offset, .size = number_count(network)});
    offset += networks_.back().size;
  }
  values_ = torch::zeros({offset});
  initialise();
  values_ = values_.to(device_);
  leaves_ = make_leaves();
}

void TrainableModel::initialise() {
  const torch::NoGradGuard no_grad;
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    std::int64_t offset = networks_[n].offset;
    const NetworkSpec& network = plan_.networks[n];
    for (const LayerSpec& layer : network.layers) {
      const std::int64_t fan_in = static_cast<std::int64_t>(layer.in) * layer.kernel * layer.kernel;
      // The second half of a residual block and the head start small: at first the linear guesses do the work. So does
      // what reads samples: they come with their mean, which would hold units at an end of their range for good.
      const double gain = layer.head ? 0.1 : (layer.reads_samples ? 0.3 : (layer.skip > 0 ? 0.5 : 1.0));
      values_.narrow(0, offset, fan_in * layer.out).normal_(0, gain * std::sqrt(2.0 / static_cast<double>(fan_in)));
      offset += number_count(layer);
    }
    const std::int64_t rest = networks_[n].offset + networks_[n].size - offset;
    if (rest > 0) values_.narrow(0, offset, rest).normal_(0, 0.05);  // of the conditions
  }
  initialise_heads();
  values_.narrow(0, prior_channels_, prior_channels_).fill_(2.5);  // prior scale of about 33 values
}

void TrainableModel::initialise_heads() {
  const auto* const pixels = std::get_if<ModelConfig>(&config_);
  for (const Stage& stage : plan_.stages) {
    const Conditional& c = plan_.conditionals[stage.conditional];
    const HeadLayout& head = c.head;
    const Network& network = networks_[c.network];
    std::int64_t end = network.offset + network.size;
    const NetworkSpec& spec = plan_.networks[c.network];
    for (const LayerSpec& layer : spec.layers) {
      if (layer.conditioned) end -= static_cast<std::int64_t>(spec.conditions) * layer.out;
    }
    Tensor bias = values_.narrow(0, end - spec.out(), spec.out()).view({-1, head.size()});
    const bool colours = head.coupling == HeadLayout::Coupling::Colours;
    // A block mean without neighbours is coded as if all of them were equally likely.
    const PlaneSpec& target = plan_.planes[c.targets.front().plane];
    const bool alone = c.units == Units::Step && target.first_channel == 0;
    for (int m = 0; m < head.mixtures; ++m) {
      double scale = head.mixtures > 1 ? 1.4 * m - 0.7 : 0;
      if (c.units == Units::Step) scale = (alone ? 4 : 0) + 1.5 * m;
      if (c.units == Units::Spread) scale = m - 2;
      for (int channel = 0; channel < head.channels; ++channel) bias.select(1, head.scale(m, channel)).fill_(scale);
    }
    if (colours && head.coefficients && !(pixels != nullptr && pixels->ycc)) {
      for (int which = 0; which < 3; ++which) bias.select(1, head.coefficient(which)).fill_(which == 2 ? 0.1 : 0.9);
    }
  }
}

Leaves TrainableModel::make_leaves() const {
  Leaves leaves;
  leaves.gradient = torch::zeros_like(values_);
  const auto take = [&](std::int64_t offset, std::int64_t size) {
    Tensor leaf = values_.narrow(0, offset, size).detach().requires_grad_(true);
    leaf.mutable_grad() = leaves.gradient.narrow(0, offset, size);
    return leaf;
  };
  leaves.prior_mean = take(0, prior_channels_);
  leaves.prior_scale = take(prior_channels_, prior_channels_);
  for (const Network& network : networks_) leaves.networks.push_back(take(network.offset, network.size));
  return leaves;
}

int TrainableModel::alignment() const {
  int side = 1;
  for (const GridSpec& grid : plan_.grids) side = std::max(side, 1 << grid.halvings);
  return side;
}

IntegerNetwork TrainableModel::integers(int network, const float* numbers) const {
  return quantise(plan_.networks[network], numbers, networks_[network].shifts);
}

void TrainableModel::prepare(bool quantised) {
  // Only training is in bfloat16: what is measured without gradients is exact.
  const bool fast = torch::GradMode::is_enabled() && has_fast_bfloat16(device_);
  const torch::NoGradGuard no_grad;
  quantised_ = quantised;
  numbers_.exact = values_;
  if (quantised) {
    const Tensor rounded = values_.to(torch::kCPU).clone();
    for (std::size_t n = 0; n < networks_.size(); ++n) {
      float* numbers = rounded.data_ptr<float>() + networks_[n].offset;
      dequantise(plan_.networks[n], integers(static_cast<int>(n), numbers), numbers);
    }
    numbers_.exact = rounded.to(device_);
  }
  numbers_.fast = fast ? numbers_.exact.to(torch::kBFloat16) : numbers_.exact;
}

PassModel TrainableModel::pass_model(const Leaves& leaves) const {
  return {[this, &leaves](int network, const NetworkInputs& inputs, bool wants_features) {
            const Network& n = networks_[network];
            const NetworkNumbers part{numbers_.exact.narrow(0, n.offset, n.size),
                                      numbers_.fast.narrow(0, n.offset, n.size)};
            return run_network(plan_.networks[network], inputs, leaves.networks[network], part, quantised_,
                               wants_features);
          },
          leaves.prior_mean, leaves.prior_scale, quantised_};
}

std::vector<Tensor> TrainableModel::draw_noise(const Batch& batch, c10::optional<at::Generator> generator) const {
  std::vector<Tensor> noise;
  const std::vector<Grid> grids = grids_of(batch);
  const auto options = torch::dtype(torch::kFloat32).device(generator ? generator->device() : device_);
  for (const LatentSpec& latent : batch.plan->latents) {
    const PlaneSpec& plane = batch.plan->planes[latent.plane];
    const Grid grid = grids[plane.grid];
    const auto uniform = torch::rand({batch.count(), plane.channels, grid.height, grid.width}, generator, options);
    noise.push_back(uniform.clamp(1e-5, 1 - 1e-5).to(device_));
  }
  return noise;
}

BatchBits TrainableModel::forward(const Batch& batch, bool quantised) {
  prepare(quantised);
  return forward(batch, draw_noise(batch), leaves_);
}

BatchBits TrainableModel::forward(const Batch& batch, const std::vector<Tensor>& noise, const Leaves& leaves,
                                  bool only_coarse) const {
  const PassModel model = pass_model(leaves);
  return PlanPass(batch, noise, model).bits(only_coarse);
}

void TrainableModel::keep_shifts(const Model& model) {
  kept_ = model.networks;
  for (std::size_t n = 0; n < networks_.size(); ++n) networks_[n].shifts = &kept_[n];
}

Model TrainableModel::export_integers(const Tensor& values) const {
  const torch::NoGradGuard no_grad;
  Model model{};
  model.parameters = config_;
  model.plan = plan_;
  model.tables = standard_tables();
  const Tensor flat = values.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const float* numbers = flat.data_ptr<float>();
  for (std::int64_t i = 0; i < prior_channels_; ++i) {
    const double m = std::floor(numbers[i] * kHeadUnit + 128 * 16 + 0.5);
    model.prior_mean.push_back(static_cast<std::int16_t>(clamp_mean(static_cast<std::int32_t>(m))));
    const double s = std::floor(numbers[prior_channels_ + i] * kHeadUnit + 0.5);
    model.prior_scale.push_back(static_cast<std::uint8_t>(scale_index(static_cast<std::int32_t>(s))));
  }
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    model.networks.push_back(integers(static_cast<int>(n), numbers + networks_[n].offset));
  }
  return model;
}

}  // namespace bitswap
