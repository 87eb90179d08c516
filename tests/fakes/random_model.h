// SPDX-License-Identifier: GPL-3.0-or-later
// A model with random but valid weights: untrained, yet every mechanism of the coder works on it.
#pragma once

#include <random>

#include "engine/image/pixels/picture.h"
#include "engine/model/model.h"

namespace bitswap {

/// The "tiny" configuration with other levels, and z1 seeing other stages.
inline ModelConfig small_config(int levels, int latent_stages) {
  ModelConfig config = named_config("tiny").value();
  config.levels = static_cast<std::uint8_t>(levels);
  config.level_width.assign(levels, 8);
  config.level_blocks.assign(levels, 1);
  config.latent_stages = static_cast<std::uint8_t>(latent_stages);
  return config;
}

inline Model random_model(const AnyConfig& config, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto between = [&](int low, int high) { return low + static_cast<int>(random() % (high - low + 1)); };
  Model model{};
  model.parameters = config;
  model.plan = make_plan(config);
  model.tables = standard_tables();
  const int channels = model.plan.planes[model.plan.latents.back().plane].channels;
  for (int c = 0; c < channels; ++c) {
    model.prior_mean.push_back(static_cast<std::int16_t>(between(1000, 3000)));
    model.prior_scale.push_back(static_cast<std::uint8_t>(between(30, 60)));
  }
  for (const NetworkSpec& spec : model.plan.networks) {
    IntegerNetwork network;
    for (const LayerSpec& layer_spec : spec.layers) {
      IntegerLayer layer{layer_spec, {}, {}, {}};
      const int limit = layer_spec.head ? 20 : weight_limit(layer_spec);
      for (std::size_t i = 0; i < weight_count(layer_spec); ++i) {
        layer.weights.push_back(static_cast<std::int8_t>(between(-limit, limit)));
      }
      for (int o = 0; o < layer_spec.out; ++o) {
        layer.bias.push_back(between(-5000, 5000));
        layer.shift.push_back(static_cast<std::uint8_t>(layer_spec.head ? between(8, 9) : between(7, 9)));
      }
      network.layers.push_back(std::move(layer));
    }
    if (const LayerSpec* const conditioned = conditioned_layer(spec)) {
      for (int i = 0; i < spec.conditions * conditioned->out; ++i) {
        network.condition_weights.push_back(static_cast<std::int8_t>(between(-127, 127)));
      }
      network.condition_shift = 6;
    }
    model.networks.push_back(std::move(network));
  }
  write_model(model);  // sets the hash
  return model;
}

/// Something like a photo: slopes, an edge, noise.
inline Picture test_picture(std::uint32_t width, std::uint32_t height, int channels, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Picture picture{width, height, static_cast<std::uint8_t>(channels), {}};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        const int edge = x * 2 > width + y ? 60 : 0;
        picture.samples.push_back(static_cast<std::uint8_t>((x * 3 + y * 2 + edge + random() % 9 + c * 17) & 0xFF));
      }
    }
  }
  return picture;
}

}  // namespace bitswap
