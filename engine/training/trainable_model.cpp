// Forward pass, fake quantisation and export of the trainable model.
#include "engine/training/trainable_model.h"

#include <cmath>

#include "engine/training/likelihood.h"
#include "engine/training/quantise.h"

namespace bitswap {
namespace {

using torch::Tensor;
using torch::indexing::Ellipsis;
using torch::indexing::None;
using torch::indexing::Slice;

constexpr double kActivationUnit = 1 << kActivationBits;
constexpr double kHeadUnit = 1 << kHeadBits;

/// Sample values 0..255 as the networks read them.
Tensor as_input(const Tensor& values) { return (values - 128) / kActivationUnit; }

/// 16·x against a guess in 1/16: four times the difference, cut to 8 bits (planes.h does the same in integers).
Tensor detail(const Tensor& values, const Tensor& guess16) {
  return ((values * 16 - guess16 + 2) / 4).floor().clamp(-127, 127) / kActivationUnit;
}

/// x(i + dy, j + dx) with the edge repeated.
Tensor neighbour(const Tensor& x, int dy, int dx) {
  Tensor y = x;
  if (dy > 0)
    y = torch::cat({y.index({Ellipsis, Slice(1, None), Slice()}), y.index({Ellipsis, Slice(-1, None), Slice()})}, -2);
  if (dy < 0)
    y = torch::cat({y.index({Ellipsis, Slice(0, 1), Slice()}), y.index({Ellipsis, Slice(0, -1), Slice()})}, -2);
  if (dx > 0) y = torch::cat({y.index({Ellipsis, Slice(1, None)}), y.index({Ellipsis, Slice(-1, None)})}, -1);
  if (dx < 0) y = torch::cat({y.index({Ellipsis, Slice(0, 1)}), y.index({Ellipsis, Slice(0, -1)})}, -1);
  return y;
}

Tensor polyphase(const Tensor& x, int row, int column) {
  return x.index({Ellipsis, Slice(row, None, 2), Slice(column, None, 2)});
}

/// [N, C, H, W] -> [N, C·p·p, H/p, W/p], the position inside the square slowest among the new channels.
Tensor space_to_depth(const Tensor& x, int p) {
  if (p == 1) return x;
  std::vector<Tensor> parts;
  for (int row = 0; row < p; ++row) {
    for (int column = 0; column < p; ++column) {
      parts.push_back(x.index({Ellipsis, Slice(row, None, p), Slice(column, None, p)}));
    }
  }
  return torch::cat(parts, 1);
}

/// The inverse: [N, p·p·C, h, w] -> [N, C, h·p, w·p].
Tensor depth_to_space(const Tensor& x, int p) {
  if (p == 1) return x;
  const auto n = x.size(0), c = x.size(1) / (p * p), h = x.size(2), w = x.size(3);
  return x.reshape({n, p, p, c, h, w}).permute({0, 3, 4, 1, 5, 2}).reshape({n, c, h * p, w * p});
}

Tensor upsample(const Tensor& x, int factor) {
  if (factor == 1) return x;
  const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  return x.reshape({n, c, h, 1, w, 1}).expand({n, c, h, factor, w, factor}).reshape({n, c, h * factor, w * factor});
}

Tensor channels(const Tensor& x, int begin, int count) { return x.narrow(1, begin, count); }

}  // namespace

Tensor BatchBits::total() const {
  Tensor sum = stages.front();
  for (std::size_t i = 1; i < stages.size(); ++i) sum = sum + stages[i];
  for (std::size_t i = 0; i < prior.size(); ++i) sum = sum + prior[i] - posterior[i];
  return sum;
}

TrainableModel::TrainableModel(const ModelConfig& config, torch::Device device)
    : plan_(make_plan(config)), device_(device) {
  std::int64_t count = 2 * config.latent_channels;
  for (const auto& network : plan_.networks) {
    for (const auto& layer : network.layers) {
      count += static_cast<std::int64_t>(layer.in) * layer.out * layer.kernel * layer.kernel + layer.out;
    }
  }
  values_ = torch::zeros({count});

  const torch::NoGradGuard no_grad;
  const PixelHead pixel{config.mixtures, config.colour_coupling};
  std::int64_t offset = 2 * config.latent_channels;
  for (const auto& network : plan_.networks) {
    for (const auto& layer : network.layers) {
      const std::int64_t fan_in = static_cast<std::int64_t>(layer.in) * layer.kernel * layer.kernel;
      // The second half of a residual block and the head start small: at first the linear guesses do the work. So does
      // what reads samples: they come with their mean, which would hold units at an end of their range for good.
      const double gain = layer.head ? 0.1 : (layer.reads_samples ? 0.3 : (layer.adds_skip ? 0.5 : 1.0));
      values_.narrow(0, offset, fan_in * layer.out).normal_(0, gain * std::sqrt(2.0 / static_cast<double>(fan_in)));
      offset += fan_in * layer.out;
      const bool pixel_head = layer.head && network.out() % pixel.size() == 0 && network.name.find("posterior") != 0 &&
                              network.name.find(".z") == std::string::npos;
      if (pixel_head) {
        Tensor bias = values_.narrow(0, offset, layer.out).view({-1, pixel.size()});
        for (int c = 0; c < 3; ++c) {
          if (config.mixtures > 1) {
            bias.select(1, pixel.scale(0, c)).fill_(-0.7);
            bias.select(1, pixel.scale(1, c)).fill_(0.7);
          }
          if (config.colour_coupling && !config.ycc) {
            bias.select(1, pixel.coefficient(c)).fill_(c == 2 ? 0.1 : 0.9);
          }
        }
      }
      offset += layer.out;
    }
  }
  values_.narrow(0, config.latent_channels, config.latent_channels).fill_(2.5);  // prior scale of about 33 values
  values_ = values_.to(device_);

  offset = 2 * config.latent_channels;
  for (const auto& network : plan_.networks) {
    std::int64_t size = 0;
    for (const auto& layer : network.layers) {
      size += static_cast<std::int64_t>(layer.in) * layer.out * layer.kernel * layer.kernel + layer.out;
    }
    networks_.push_back({.offset = offset, .size = size});
    offset += size;
  }
  leaves_ = make_leaves();
}

Leaves TrainableModel::make_leaves() const {
  Leaves leaves;
  leaves.gradient = torch::zeros_like(values_);
  const auto take = [&](std::int64_t offset, std::int64_t size) {
    Tensor leaf = values_.narrow(0, offset, size).detach().requires_grad_(true);
    leaf.mutable_grad() = leaves.gradient.narrow(0, offset, size);
    return leaf;
  };
  const std::int64_t channels = plan_.config.latent_channels;
  leaves.prior_mean = take(0, channels);
  leaves.prior_scale = take(channels, channels);
  for (const Network& network : networks_) leaves.networks.push_back(take(network.offset, network.size));
  return leaves;
}

int TrainableModel::alignment() const {
  int side = 1 << plan_.config.levels;
  for (const auto& latent : plan_.latents) side *= latent.pool;
  return side;
}

IntegerNetwork TrainableModel::integers(int network, const float* numbers) const {
  IntegerNetwork result;
  const auto& layers = plan_.networks[network].layers;
  const auto& shifts = networks_[network].shifts;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    result.layers.push_back(
        quantise(layers[i], numbers, shifts.empty() ? std::span<const std::uint8_t>() : std::span(shifts[i])));
    numbers += result.layers.back().weights.size() + result.layers.back().bias.size();
  }
  return result;
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
      for (const IntegerLayer& layer : integers(static_cast<int>(n), numbers).layers) {
        dequantise(layer, numbers);
        numbers += layer.weights.size() + layer.bias.size();
      }
    }
    numbers_.exact = rounded.to(device_);
  }
  numbers_.fast = fast ? numbers_.exact.to(torch::kBFloat16) : numbers_.exact;
}

Tensor TrainableModel::run(int network, const Tensor& input, const Leaves& leaves) const {
  const Network& n = networks_[network];
  const NetworkNumbers part{numbers_.exact.narrow(0, n.offset, n.size), numbers_.fast.narrow(0, n.offset, n.size)};
  return run_network(plan_.networks[network], input, leaves.networks[network], part, quantised_);
}

std::vector<Tensor> TrainableModel::draw_noise(const Tensor& images, c10::optional<at::Generator> generator) const {
  std::vector<Tensor> noise;
  std::int64_t height = images.size(2) >> plan_.config.levels, width = images.size(3) >> plan_.config.levels;
  const auto options = torch::dtype(torch::kFloat32).device(generator ? generator->device() : device_);
  for (const LatentSpec& latent : plan_.latents) {
    height /= latent.pool;
    width /= latent.pool;
    const auto uniform = torch::rand({images.size(0), plan_.config.latent_channels, height, width}, generator, options);
    noise.push_back(uniform.clamp(1e-5, 1 - 1e-5).to(device_));
  }
  return noise;
}

BatchBits TrainableModel::forward(const Tensor& images, bool quantised) {
  prepare(quantised);
  return forward(images, draw_noise(images), leaves_);
}

BatchBits TrainableModel::forward(const Tensor& images, const std::vector<Tensor>& noise, const Leaves& leaves,
                                  bool only_coarse) const {
  const ModelConfig& config = plan_.config;
  const LatentHead latent_head{config.latent_channels};
  const PixelHead pixel_head{config.mixtures, config.colour_coupling};
  const int c = config.latent_channels;
  BatchBits result;

  // Polyphase components of all levels, as the decoder will know them.
  std::vector<Tensor> level(config.levels + 1);
  level[0] = images.to(torch::kFloat32);
  for (int r = 0; r < config.levels; ++r) level[r + 1] = polyphase(level[r], 0, 0);
  const auto component = [&](int r, Component which) {
    switch (which) {
      case Component::A: return level[r];
      case Component::D: return polyphase(level[r], 1, 1);
      case Component::B: return polyphase(level[r], 0, 1);
      case Component::C: return polyphase(level[r], 1, 0);
    }
    return Tensor();
  };

  // Inference network, bottom up.
  const Tensor& coarsest = level[config.levels];
  std::vector<Tensor> z(config.latents());  // values 0..255
  for (int i = 0; i < config.latents(); ++i) {
    const LatentSpec& spec = plan_.latents[i];
    Tensor input, below;
    if (i == 0) {
      std::vector<Tensor> seen;
      for (int s = 0; s < config.latent_stages; ++s) {
        const StageSpec& stage = plan_.stages[s];
        for (const Component which : stage.components) {
          const int fold = s == 0 ? 1 : 1 << (config.levels - 1 - stage.level);
          seen.push_back(space_to_depth(component(stage.level, which), fold));
        }
      }
      input = torch::cat(seen, 1);
      below = coarsest;
    } else {
      input = z[i - 1];
      below = z[i - 1];
    }
    const Tensor head = run(spec.posterior, space_to_depth(as_input(input), spec.pool), leaves);
    Tensor guess = torch::avg_pool2d(below, spec.pool);
    if (guess.size(1) > c) guess = channels(guess, 0, c);
    if (guess.size(1) < c) {
      const Tensor rest =
          torch::full({guess.size(0), c - guess.size(1), guess.size(2), guess.size(3)}, 128.0, guess.options());
      guess = torch::cat({guess, rest}, 1);
    }
    const Tensor mean = clamp_mean_levels(guess + channels(head, latent_head.mean(0), c) * (kHeadUnit / 16));
    const Tensor scale = scale_from_head(channels(head, latent_head.scale(0), c), quantised_);
    z[i] = round_through((mean + scale * torch::logit(noise[i])).clamp(0, 255));
    result.posterior.push_back(bits(log_probability(z[i], mean, scale)));
  }

  // Generative side.
  for (int i = 0; i < config.latents(); ++i) {
    if (i + 1 == config.latents()) {
      const Tensor mean = (leaves.prior_mean * (kHeadUnit / 16) + 128).view({1, c, 1, 1});
      const Tensor scale = scale_from_head(leaves.prior_scale, quantised_).view({1, c, 1, 1});
      result.prior.push_back(bits(log_probability(z[i], mean, scale)));
    } else {
      const LatentSpec& spec = plan_.latents[i + 1];
      const Tensor head = depth_to_space(run(spec.generative, as_input(z[i + 1]), leaves), spec.pool);
      const Tensor mean =
          clamp_mean_levels(upsample(z[i + 1], spec.pool) + channels(head, latent_head.mean(0), c) * (kHeadUnit / 16));
      result.prior.push_back(
          bits(log_probability(z[i], mean, scale_from_head(channels(head, latent_head.scale(0), c), quantised_))));
    }
  }
  for (const StageSpec& stage : plan_.stages) {
    if (only_coarse && !is_coarse(stage)) break;
    if (stage.components.front() == Component::A) {
      const LatentSpec& spec = plan_.latents[0];
      const Tensor head = depth_to_space(run(stage.network, as_input(z[0]), leaves), spec.pool);
      Tensor guess = upsample(z[0], spec.pool) * 16;
      guess = c >= 3 ? channels(guess, 0, 3) : channels(guess, 0, 1).expand({-1, 3, -1, -1});
      result.stages.push_back(pixel_bits(pixel_head, head, coarsest.unsqueeze(0), guess.unsqueeze(0), quantised_));
      continue;
    }
    const Tensor a = component(stage.level + 1, Component::A);
    std::vector<Tensor> inputs, samples, guesses;
    if (stage.components.size() == 1) {
      samples = {component(stage.level, Component::D)};
      guesses = {(a + neighbour(a, 0, 1) + neighbour(a, 1, 0) + neighbour(a, 1, 1)) * 4};
      inputs = {as_input(a), detail(a, guesses[0])};
    } else {
      const Tensor d = component(stage.level, Component::D);
      samples = {component(stage.level, Component::B), component(stage.level, Component::C)};
      guesses = {(a + neighbour(a, 0, 1) + neighbour(d, -1, 0) + d) * 4,
                 (a + neighbour(a, 1, 0) + neighbour(d, 0, -1) + d) * 4};
      inputs = {as_input(a), as_input(d), detail(a, guesses[0]), detail(d, guesses[1])};
    }
    if (stage.sees_latent) {
      const int factor = plan_.latents[0].pool << (config.levels - 1 - stage.level);
      inputs.push_back(as_input(upsample(z[0], factor)));
    }
    const Tensor head = run(stage.network, torch::cat(inputs, 1), leaves);
    result.stages.push_back(pixel_bits(pixel_head, head, torch::stack(samples), torch::stack(guesses), quantised_));
  }
  return result;
}

void TrainableModel::keep_shifts(const Model& model) {
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    networks_[n].shifts.clear();
    for (const IntegerLayer& layer : model.networks[n].layers) networks_[n].shifts.push_back(layer.shift);
  }
}

Model TrainableModel::export_integers(const Tensor& values) {
  const torch::NoGradGuard no_grad;
  Model model{};
  model.plan = plan_;
  model.tables = standard_tables();
  const Tensor flat = values.detach().to(torch::kCPU, torch::kFloat32).contiguous();
  const float* numbers = flat.data_ptr<float>();
  const int c = plan_.config.latent_channels;
  for (int i = 0; i < c; ++i) {
    const double m = std::floor(numbers[i] * kHeadUnit + 128 * 16 + 0.5);
    model.prior_mean.push_back(static_cast<std::int16_t>(clamp_mean(static_cast<std::int32_t>(m))));
    const double s = std::floor(numbers[c + i] * kHeadUnit + 0.5);
    model.prior_scale.push_back(static_cast<std::uint8_t>(scale_index(static_cast<std::int32_t>(s))));
  }
  for (std::size_t n = 0; n < networks_.size(); ++n) {
    model.networks.push_back(integers(static_cast<int>(n), numbers + networks_[n].offset));
  }
  return model;
}

}  // namespace bitswap
