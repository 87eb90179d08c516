// SPDX-License-Identifier: GPL-3.0-or-later
// Networks first, then the graph that uses them.
#include "engine/model/jpeg_plan.h"

#include <map>
#include <optional>
#include <utility>

namespace bitswap {
namespace {

constexpr int kLevels = 3;      ///< of the block means
constexpr int kSteps = 64;      ///< quantisation steps, the conditions of the networks of frequencies
constexpr int kSideWidth = 16;  ///< features of the other components that the block means of chroma see
constexpr const char* kNames[3] = {"Y", "Cb", "Cr"};

/// Indices into make_networks().
struct ComponentNetworks {
  int side = -1, top = -1;  ///< of chroma
  int d = 0, bc = 0;
  std::vector<int> first, second;  ///< the parities of each group
  int last = -1;                   ///< of Y and Cb: what later components see
};

struct Networks {
  std::vector<NetworkSpec> specs;
  std::vector<int> posterior, generative;  ///< a latent each; generative[0] is that of luma's coarsest block means
  ComponentNetworks components[3];
};

HeadLayout head_of(int channels, int mixtures) { return {.channels = channels, .mixtures = mixtures}; }
HeadLayout latent_head(const JpegConfig& config) { return head_of(config.latent_channels, 1); }

/// Convolutions over the neighbourhood, one block, a head.
NetworkSpec plain_network(std::string name, int in, int width, int out) {
  return {std::move(name),
          {{.in = in, .out = width, .kernel = 3, .reads_samples = true},
           {.in = width, .out = width, .kernel = 3},
           {.in = width, .out = width, .kernel = 1, .skip = 2},
           {.in = width, .out = out, .kernel = 1, .head = true}}};
}

/// Channels of the features of earlier components that a component sees.
int side_channels(const JpegConfig& config, int component) { return component * config.chroma_width; }

Networks all_networks(const JpegConfig& config) {
  Networks n;
  const auto add = [&n](NetworkSpec spec) {
    n.specs.push_back(std::move(spec));
    return static_cast<int>(n.specs.size()) - 1;
  };
  const int latent = latent_head(config).size(), one = head_of(1, config.mixtures).size();
  for (int i = 0; i < config.latents(); ++i) {
    const int area = config.latent_pool[i] * config.latent_pool[i];
    const int seen = i == 0 ? 1 : config.latent_channels;
    n.posterior.push_back(
        add(plain_network("posterior.z" + std::to_string(i + 1), seen * area, config.latent_width, latent)));
    n.generative.push_back(
        add(plain_network(i == 0 ? "Y.DC3" : "generative.z" + std::to_string(i), config.latent_channels,
                          config.latent_width, (i == 0 ? one : latent) * area)));
  }
  for (int c = 0; c < 3; ++c) {
    const std::string name = kNames[c];
    ComponentNetworks& to = n.components[c];
    const int width = c == 0 ? config.luma_width : config.chroma_width;
    const int sides = side_channels(config, c), dc_side = c == 0 ? 0 : kSideWidth;
    if (c > 0) {
      to.side = add({name + ".side", {{.in = sides, .out = kSideWidth, .kernel = 1}}});
      to.top = add({name + ".DC3",
                    {{.in = kSideWidth, .out = config.dc_width, .kernel = 3},
                     {.in = config.dc_width, .out = one, .kernel = 1, .head = true}}});
    }
    // One network for all levels: distances from the guess in units of the spread look alike on each.
    to.d = add(plain_network(name + ".DC.D", 3 + dc_side, config.dc_width, one));
    to.bc = add(plain_network(name + ".DC.BC", 8 + dc_side, config.dc_width, 2 * one));
    int before = 0;  // coefficients of the previous group
    for (std::size_t g = 0; g < config.groups.size(); ++g) {
      const int size = config.groups[g];
      const std::string group = name + ".AC" + std::to_string(g + 1);
      const int in = g == 0 ? 2 + sides : 2 * before;
      to.first.push_back(add({group + "a",
                              {{.in = in, .out = width, .kernel = 3, .reads_samples = true, .state = g > 0},
                               {.in = width, .out = width, .kernel = 3, .conditioned = true},
                               {.in = width, .out = width, .kernel = 1, .skip = 2},
                               {.in = width, .out = head_of(size, config.mixtures).size(), .kernel = 1, .head = true}},
                              kSteps}));
      to.second.push_back(
          add({group + "b",
               {{.in = 2 * size, .out = width, .kernel = 3, .reads_samples = true, .state = true},
                {.in = width, .out = width, .kernel = 1, .skip = 1},
                {.in = width, .out = head_of(size, config.mixtures).size(), .kernel = 1, .head = true}}}));
      before = size;
    }
    if (c == 2) continue;
    NetworkSpec last{name + ".last",
                     {{.in = 2 * before, .out = width, .kernel = 3, .reads_samples = true, .state = true}}};
    if (c == 0) {
      last.layers.push_back({.in = width, .out = config.chroma_width, .kernel = 1});
    }
    to.last = add(std::move(last));
  }
  return n;
}

class Builder {
 public:
  Builder(const JpegConfig& config, const JpegShape& shape) : config_(config), networks_(all_networks(config)) {
    plan_.networks = networks_.specs;
    plan_.inputs = shape.components;
    for (int c = 0; c < shape.components; ++c) component(c, shape.components);
  }
  Plan take() { return std::move(plan_); }

 private:
  int grid(int input, int halvings) {
    const auto [at, fresh] = grids_.try_emplace({input, halvings}, static_cast<int>(plan_.grids.size()));
    if (fresh) plan_.grids.push_back({input, halvings});
    return at->second;
  }
  int plane(PlaneSpec spec) {
    plan_.planes.push_back(std::move(spec));
    return static_cast<int>(plan_.planes.size()) - 1;
  }
  int conditional(Conditional c) {
    plan_.conditionals.push_back(std::move(c));
    return static_cast<int>(plan_.conditionals.size()) - 1;
  }
  void stage(std::string name, Conditional c) { plan_.stages.push_back({std::move(name), conditional(std::move(c))}); }

  int coefficients(int c, Phase phase, int first, int channels) {
    return plane({.values = Values::Coefficient,
                  .origin = Origin::Input,
                  .grid = grid(c, phase.halvings),
                  .channels = channels,
                  .input = c,
                  .first_channel = first,
                  .phase = phase});
  }
  int features(int maker) {
    const Conditional& c = plan_.conditionals[maker];
    return plane({.values = Values::Activation,
                  .origin = Origin::Features,
                  .grid = c.grid,
                  .channels = plan_.networks[c.network].features(),
                  .maker = maker});
  }

  /// Latents above luma's coarsest block means; returns the plane of z1.
  int latents(int coarsest) {
    std::vector<int> z;
    std::vector<int> grids;
    int halvings = kLevels;
    for (int i = 0; i < config_.latents(); ++i) {
      halvings += config_.latent_pool[i] - 1;
      grids.push_back(grid(0, halvings));
      z.push_back(plane({.origin = Origin::Latent, .grid = grids[i], .channels = config_.latent_channels}));
    }
    const int picture = plane({.origin = Origin::Intensity, .grid = plan_.planes[coarsest].grid, .from = {coarsest}});
    for (int i = 0; i < config_.latents(); ++i) {
      const int pool = config_.latent_pool[i], below = i == 0 ? picture : z[i - 1];
      LatentSpec latent{.plane = z[i]};
      latent.posterior = conditional({.network = networks_.posterior[i],
                                      .grid = grids[i],
                                      .inputs = {{.kind = InputPart::Kind::Folded, .plane = below, .by = pool}},
                                      .head = latent_head(config_),
                                      .targets = {{z[i], {.kind = Guess::Kind::Pool, .plane = below, .by = pool}}}});
      if (i + 1 == config_.latents()) {
        latent.prior = conditional({.grid = grids[i], .head = latent_head(config_), .targets = {{z[i], {}}}});
      } else {
        const int by = config_.latent_pool[i + 1];
        latent.prior = conditional({.network = networks_.generative[i + 1],
                                    .grid = grids[i + 1],
                                    .inputs = {{.plane = z[i + 1]}},
                                    .pool = by,
                                    .head = latent_head(config_),
                                    .targets = {{z[i], {.kind = Guess::Kind::Repeat, .plane = z[i + 1], .by = by}}}});
      }
      plan_.latents.push_back(latent);
    }
    return z[0];
  }

  /// The block means of component c; returns their plane. `side`: features of earlier components, or -1.
  int block_means(int c, int side) {
    const ComponentNetworks& networks = networks_.components[c];
    const std::string name = std::string(kNames[c]) + " DC";
    const auto see = [&](std::vector<InputPart>& inputs, Phase phase) {
      if (side < 0) return;
      inputs.push_back({.kind = InputPart::Kind::Activations,
                        .plane = plane({.values = Values::Activation,
                                        .origin = Origin::Pick,
                                        .grid = grid(c, phase.halvings),
                                        .channels = kSideWidth,
                                        .phase = phase,
                                        .from = {side}})});
    };
    const Phase coarsest{kLevels, 0, 0};
    int a = coefficients(c, coarsest, 0, 1);
    Conditional top{.grid = plan_.planes[a].grid,
                    .head = head_of(1, config_.mixtures),
                    .units = Units::Step,
                    .targets = {{a, {}}},
                    .component = c};
    if (c == 0) {
      const int z1 = latents(a), by = config_.latent_pool[0];
      top.network = networks_.generative[0];
      top.grid = plan_.planes[z1].grid;
      top.pool = by;
      top.inputs = {{.plane = z1}};
      top.targets[0].guess = {.kind = Guess::Kind::Repeat, .plane = z1, .by = by};
    } else {
      top.network = networks.top;
      see(top.inputs, coarsest);
    }
    stage(name + std::to_string(kLevels), std::move(top));
    if (c == 0) plan_.tail_begin = 1;

    using Kind = InputPart::Kind;
    for (int level = kLevels - 1; level >= 0; --level) {
      const std::string suffix = std::to_string(level);
      const int half = 1 << level;
      const Phase at_d{level + 1, half, half}, at_b{level + 1, 0, half}, at_c{level + 1, half, 0};
      const int d = coefficients(c, at_d, 0, 1), b = coefficients(c, at_b, 0, 1), cc = coefficients(c, at_c, 0, 1);
      const auto means = [](Neighbour n0, Neighbour n1, Neighbour n2, Neighbour n3) {
        return Guess{.kind = Guess::Kind::Neighbours, .neighbours = {n0, n1, n2, n3}};
      };
      Conditional of_d{.network = networks.d,
                       .grid = grid(c, level + 1),
                       .inputs = {{.kind = Kind::Distances, .plane = a}, {.kind = Kind::Spreads}},
                       .head = head_of(1, config_.mixtures),
                       .units = Units::Spread,
                       .targets = {{d, means({a, 0, 0}, {a, 0, 1}, {a, 1, 0}, {a, 1, 1})}},
                       .component = c};
      see(of_d.inputs, at_d);
      stage(name + " D" + suffix, std::move(of_d));
      Conditional of_bc{.network = networks.bc,
                        .grid = grid(c, level + 1),
                        .inputs = {{.kind = Kind::Distances, .plane = a, .target = 0},
                                   {.kind = Kind::Distances, .plane = d, .target = 0},
                                   {.kind = Kind::Distances, .plane = a, .target = 1},
                                   {.kind = Kind::Distances, .plane = d, .target = 1},
                                   {.kind = Kind::Spreads, .target = 0},
                                   {.kind = Kind::Spreads, .target = 1}},
                        .head = head_of(1, config_.mixtures),
                        .units = Units::Spread,
                        .targets = {{b, means({a, 0, 0}, {a, 0, 1}, {d, -1, 0}, {d, 0, 0})},
                                    {cc, means({a, 0, 0}, {a, 1, 0}, {d, 0, -1}, {d, 0, 0})}},
                        .component = c};
      see(of_bc.inputs, at_b);
      stage(name + " BC" + suffix, std::move(of_bc));
      a = plane(
          {.values = Values::Coefficient, .origin = Origin::Merge, .grid = grid(c, level), .from = {a, d, b, cc}});
    }
    return a;
  }

  void component(int c, int components) {
    using Kind = InputPart::Kind;
    const ComponentNetworks& networks = networks_.components[c];
    const int blocks = grid(c, 0);
    std::vector<int> sides;  // features of earlier components on this grid
    int side = -1;
    if (c > 0) {
      for (int from = 0; from < c; ++from) {
        sides.push_back(from == 0 ? plane({.values = Values::Activation,
                                           .origin = Origin::Average,
                                           .grid = blocks,
                                           .channels = config_.chroma_width,
                                           .from = {last_[0]}})
                                  : last_[from]);
      }
      Conditional reduce{.network = networks.side, .grid = blocks, .component = c};
      for (const int plane : sides) reduce.inputs.push_back({.kind = Kind::Activations, .plane = plane});
      side = features(conditional(std::move(reduce)));
    }
    const int dc = block_means(c, side);

    const auto group_inputs = [](int plane, int parity) {
      return std::vector<InputPart>{{.kind = Kind::Magnitudes, .plane = plane, .parity = parity},
                                    {.kind = Kind::Levels, .plane = plane, .parity = parity}};
    };
    int state = -1, before = -1, first = 1;
    for (std::size_t g = 0; g < config_.groups.size(); ++g) {
      const int size = config_.groups[g];
      const std::string name = std::string(kNames[c]) + " AC" + std::to_string(g + 1);
      const int group = coefficients(c, {}, first, size);
      Conditional one{.network = networks.first[g],
                      .grid = blocks,
                      .state = state,
                      .head = head_of(size, config_.mixtures),
                      .units = Units::Step,
                      .targets = {{group, {}}},
                      .parity = 0,
                      .component = c};
      if (g == 0) {
        one.inputs = {{.kind = Kind::Local, .plane = dc}};
        for (const int plane : sides) one.inputs.push_back({.kind = Kind::Activations, .plane = plane});
      } else {
        one.inputs = group_inputs(before, -1);
      }
      Conditional two = one;
      stage(name + "a", std::move(one));
      state = features(plan_.stages.back().conditional);
      two.network = networks.second[g];
      two.inputs = group_inputs(group, 0);
      two.state = state;
      two.parity = 1;
      stage(name + "b", std::move(two));
      before = group;
      first += size;
    }
    if (c + 1 >= components) return;
    last_[c] = features(conditional({.network = networks.last,
                                     .grid = blocks,
                                     .inputs = group_inputs(before, -1),
                                     .state = state,
                                     .component = c}));
  }

  const JpegConfig& config_;
  const Networks networks_;
  Plan plan_;
  std::map<std::pair<int, int>, int> grids_;
  int last_[3] = {-1, -1, -1};  ///< planes of each component's last features
};

}  // namespace

std::vector<NetworkSpec> make_networks(const JpegConfig& config) { return all_networks(config).specs; }

Plan make_jpeg_plan(const JpegConfig& config, const JpegShape& shape) { return Builder(config, shape).take(); }

double macs_per_pixel(const JpegConfig& config, const JpegShape& shape) {
  const double chroma = 1.0 / (shape.across * shape.down);
  std::vector<double> area{1};
  if (shape.components == 3) area = {1, chroma, chroma};
  return make_jpeg_plan(config, shape).macs_per_position(area) / 64;
}

}  // namespace bitswap
