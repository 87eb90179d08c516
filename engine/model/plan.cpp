// Builds the plan of a configuration.
#include "engine/model/plan.h"

namespace bitswap {
namespace {

NetworkSpec make_network(std::string name, int in, int width, int blocks, int out) {
  NetworkSpec network{std::move(name), {}};
  network.layers.push_back({.in = in, .out = width, .kernel = 3, .reads_samples = true});
  for (int i = 0; i < blocks; ++i) {
    network.layers.push_back({.in = width, .out = width, .kernel = 3});
    network.layers.push_back({.in = width, .out = width, .kernel = 1, .adds_skip = true});
  }
  network.layers.push_back({.in = width, .out = out, .kernel = 1, .head = true});
  return network;
}

/// Planes that the posterior of z1 sees, folded onto A_R's grid: 3 for A_R, 3 more for D, 12 for a whole level, …
int posterior_planes(int stages) {
  int planes = 3;
  int scale = 1;  // planes per colour of one level on A_R's grid
  for (int stage = 1; stage < stages; ++stage) {
    if (stage % 2 == 1) {
      planes += 3 * scale;
    } else {
      planes += 6 * scale;
      scale *= 4;
    }
  }
  return planes;
}

}  // namespace

std::int64_t NetworkSpec::macs_per_position() const {
  std::int64_t macs = 0;
  for (const LayerSpec& layer : layers) {
    macs += static_cast<std::int64_t>(layer.in) * layer.out * layer.kernel * layer.kernel;
  }
  return macs;
}

Plan make_plan(const ModelConfig& config) {
  Plan plan;
  plan.config = config;
  const auto add = [&plan](NetworkSpec network) {
    plan.networks.push_back(std::move(network));
    return static_cast<int>(plan.networks.size()) - 1;
  };
  const PixelHead pixel{config.mixtures, config.colour_coupling};
  const LatentHead latent{config.latent_channels};
  const int channels = config.latent_channels;
  const int width = config.latent_width;
  const int blocks = config.latent_blocks;

  for (int i = 0; i < config.latents(); ++i) {
    const int pool = config.latent_pool[i];
    const std::string z = "z" + std::to_string(i + 1);
    LatentSpec spec{.pool = pool};
    const int seen = i == 0 ? posterior_planes(config.latent_stages) : channels;
    spec.posterior = add(make_network("posterior." + z, seen * pool * pool, width, blocks, latent.size()));
    const std::string explained = i == 0 ? "A" + std::to_string(config.levels) : "z" + std::to_string(i);
    const int per_position = i == 0 ? pixel.size() : latent.size();
    spec.generative = add(make_network("generative." + explained, channels, width, blocks, per_position * pool * pool));
    plan.latents.push_back(spec);
  }

  plan.stages.push_back({.name = "A" + std::to_string(config.levels),
                         .level = config.levels,
                         .components = {Component::A},
                         .network = plan.latents[0].generative,
                         .sees_latent = true});
  for (int level = config.levels - 1; level >= 0; --level) {
    for (const bool second : {false, true}) {
      const bool sees_latent = static_cast<int>(plan.stages.size()) < config.latent_stages;
      const std::string name = (second ? "BC" : "D") + std::to_string(level);
      // Every known plane comes twice: as it is, and as its difference from the mean of its neighbours.
      const int in = (second ? 12 : 6) + (sees_latent ? channels : 0);
      const int out = pixel.size() * (second ? 2 : 1);
      StageSpec stage{.name = name, .level = level, .components = {Component::D}, .sees_latent = sees_latent};
      if (second) stage.components = {Component::B, Component::C};
      stage.network =
          add(make_network("likelihood." + name, in, config.level_width[level], config.level_blocks[level], out));
      plan.stages.push_back(std::move(stage));
    }
  }
  plan.tail_begin = config.latent_stages;
  return plan;
}

double Plan::macs_per_pixel() const {
  double total = 0;
  for (std::size_t i = 1; i < stages.size(); ++i) {
    total += static_cast<double>(networks[stages[i].network].macs_per_position()) / (4ULL << (2 * stages[i].level));
  }
  double area = 1.0 / static_cast<double>(1ULL << (2 * config.levels));
  for (const LatentSpec& latent : latents) {
    area /= latent.pool * latent.pool;
    total += area * static_cast<double>(networks[latent.posterior].macs_per_position() +
                                        networks[latent.generative].macs_per_position());
  }
  return total;
}

}  // namespace bitswap
