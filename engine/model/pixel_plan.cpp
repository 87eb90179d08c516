// SPDX-License-Identifier: GPL-3.0-or-later
// Planes, networks and conditionals of a pixel model, in the order in which model files have their networks.
#include "engine/model/pixel_plan.h"

namespace bitswap {
namespace {

constexpr int kColours = 3;

NetworkSpec make_network(std::string name, int in, int width, int blocks, int out) {
  NetworkSpec network{std::move(name), {}};
  network.layers.push_back({.in = in, .out = width, .kernel = 3, .reads_samples = true});
  for (int i = 0; i < blocks; ++i) {
    network.layers.push_back({.in = width, .out = width, .kernel = 3});
    network.layers.push_back({.in = width, .out = width, .kernel = 1, .skip = 2});
  }
  network.layers.push_back({.in = width, .out = out, .kernel = 1, .head = true});
  return network;
}

class Builder {
 public:
  explicit Builder(const ModelConfig& config) : config_(config) {}

  Plan build() {
    const int levels = config_.levels;
    int halvings = levels;
    for (const int pool : config_.latent_pool) halvings += pool - 1;
    for (int i = 0; i <= halvings; ++i) plan_.grids.push_back({.input = 0, .halvings = i});

    coarsest_ = component(levels, 0, 0);
    for (int level = levels - 1; level >= 0; --level) {
      const int unit = 1 << level;
      d_.push_back(component(level + 1, unit, unit));
      b_.push_back(component(level + 1, 0, unit));
      c_.push_back(component(level + 1, unit, 0));
    }
    int grid = levels;
    for (const int pool : config_.latent_pool) {
      grid += pool - 1;
      z_.push_back(plane({.origin = Origin::Latent, .grid = grid, .channels = config_.latent_channels}));
    }
    latents();
    levels_below();
    plan_.tail_begin = config_.latent_stages;
    plan_.chained = config_.chained;
    return std::move(plan_);
  }

 private:
  int plane(PlaneSpec spec) {
    plan_.planes.push_back(std::move(spec));
    return static_cast<int>(plan_.planes.size()) - 1;
  }
  int component(int halvings, int row, int column) {
    return plane({.origin = Origin::Input,
                  .grid = halvings,
                  .channels = kColours,
                  .phase = {.halvings = halvings, .row = row, .column = column}});
  }
  int network(NetworkSpec spec) {
    plan_.networks.push_back(std::move(spec));
    return static_cast<int>(plan_.networks.size()) - 1;
  }
  int conditional(Conditional c) {
    plan_.conditionals.push_back(std::move(c));
    return static_cast<int>(plan_.conditionals.size()) - 1;
  }
  [[nodiscard]] HeadLayout pixel_head() const {
    return {.coupling = HeadLayout::Coupling::Colours,
            .channels = kColours,
            .mixtures = config_.mixtures,
            .coefficients = config_.colour_coupling};
  }
  [[nodiscard]] HeadLayout latent_head() const { return {.channels = config_.latent_channels}; }

  /// What the posterior of z1 reads: the stages that z1 explains, all folded onto the grid of the coarsest A.
  InputPart seen(int pool) {
    std::vector<int> parts{coarsest_};
    for (int stage = 1; stage < config_.latent_stages; ++stage) {
      const int index = (stage - 1) / 2, by = 1 << index;
      const std::vector<int> components = stage % 2 == 1 ? std::vector{d_[index]} : std::vector{b_[index], c_[index]};
      for (const int from : components) {
        parts.push_back(by == 1 ? from
                                : plane({.origin = Origin::Fold,
                                         .grid = config_.levels,
                                         .channels = kColours * by * by,
                                         .from = {from},
                                         .by = by}));
      }
    }
    if (parts.size() == 1) return {.kind = InputPart::Kind::Folded, .plane = coarsest_, .by = pool};
    int channels = 0;
    for (const int part : parts) channels += plan_.planes[part].channels * pool * pool;
    return {.plane = plane({.origin = Origin::Fold,
                            .grid = plan_.planes[z_[0]].grid,
                            .channels = channels,
                            .from = parts,
                            .by = pool})};
  }

  void latents() {
    const int channels = config_.latent_channels, width = config_.latent_width, blocks = config_.latent_blocks;
    for (int i = 0; i < config_.latents(); ++i) {
      const int pool = config_.latent_pool[i];
      const std::string z = "z" + std::to_string(i + 1);
      const int below = i == 0 ? coarsest_ : z_[i - 1];
      const InputPart input =
          i == 0 ? seen(pool) : InputPart{.kind = InputPart::Kind::Folded, .plane = below, .by = pool};
      const int seen_channels = plan_.planes[input.plane].channels * input.by * input.by;
      LatentSpec latent{.plane = z_[i]};
      latent.posterior = conditional(
          {.network = network(make_network("posterior." + z, seen_channels, width, blocks, latent_head().size())),
           .grid = plan_.planes[z_[i]].grid,
           .inputs = {input},
           .head = latent_head(),
           .targets = {{z_[i], {.kind = Guess::Kind::Pool, .plane = below, .by = pool}}}});

      // The generative network on this latent's grid explains the plane below: the coarsest A or the latent before.
      const HeadLayout head = i == 0 ? pixel_head() : latent_head();
      const std::string explained = i == 0 ? "A" + std::to_string(config_.levels) : "z" + std::to_string(i);
      const int generative =
          conditional({.network = network(
                           make_network("generative." + explained, channels, width, blocks, head.size() * pool * pool)),
                       .grid = plan_.planes[z_[i]].grid,
                       .inputs = {{.plane = z_[i]}},
                       .pool = pool,
                       .head = head,
                       .targets = {{below, {.kind = Guess::Kind::Repeat, .plane = z_[i], .by = pool}}}});
      if (i == 0) {
        plan_.stages.push_back({explained, generative});
      } else {
        plan_.latents.back().prior = generative;
      }
      plan_.latents.push_back(latent);
    }
    plan_.latents.back().prior =
        conditional({.grid = plan_.planes[z_.back()].grid, .head = latent_head(), .targets = {{z_.back(), {}}}});
  }

  static Guess mean_of(Neighbour a, Neighbour b, Neighbour c, Neighbour d) {
    return {.kind = Guess::Kind::Neighbours, .neighbours = {a, b, c, d}};
  }

  void likelihood(const std::string& name, int level, Conditional c) {
    if (static_cast<int>(plan_.stages.size()) < config_.latent_stages) {
      c.inputs.push_back({.kind = InputPart::Kind::Repeated,
                          .plane = z_[0],
                          .by = config_.latent_pool[0] << (config_.levels - 1 - level)});
    }
    int in = 0;
    for (const InputPart& part : c.inputs) in += plan_.planes[part.plane].channels;
    c.grid = level + 1;
    c.head = pixel_head();
    c.network = network(make_network("likelihood." + name, in, config_.level_width[level], config_.level_blocks[level],
                                     c.head.size() * static_cast<int>(c.targets.size())));
    plan_.stages.push_back({name, conditional(std::move(c))});
  }

  void levels_below() {
    using Kind = InputPart::Kind;
    int a = coarsest_;
    for (int level = config_.levels - 1; level >= 0; --level) {
      const int index = config_.levels - 1 - level;
      const int d = d_[index], b = b_[index], c = c_[index];
      // Every known plane comes twice: as it is, and as its difference from the mean of its neighbours.
      likelihood("D" + std::to_string(level), level,
                 {.inputs = {{.plane = a}, {.kind = Kind::Details, .plane = a}},
                  .targets = {{d, mean_of({a, 0, 0}, {a, 0, 1}, {a, 1, 0}, {a, 1, 1})}}});
      likelihood("BC" + std::to_string(level), level,
                 {.inputs = {{.plane = a},
                             {.plane = d},
                             {.kind = Kind::Details, .plane = a, .target = 0},
                             {.kind = Kind::Details, .plane = d, .target = 1}},
                  .targets = {{b, mean_of({a, 0, 0}, {a, 0, 1}, {d, -1, 0}, {d, 0, 0})},
                              {c, mean_of({a, 0, 0}, {a, 1, 0}, {d, 0, -1}, {d, 0, 0})}}});
      if (level > 0) {
        a = plane({.origin = Origin::Merge, .grid = level, .channels = kColours, .from = {a, d, b, c}});
      }
    }
  }

  const ModelConfig& config_;
  Plan plan_;
  int coarsest_ = -1;
  std::vector<int> d_, b_, c_;  ///< planes, the coarsest level first
  std::vector<int> z_;          ///< planes, z1 first
};

}  // namespace

Plan make_pixel_plan(const ModelConfig& config) { return Builder(config).build(); }

}  // namespace bitswap
