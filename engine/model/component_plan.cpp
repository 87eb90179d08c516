// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a pixel plan back out of its graph.
#include "engine/model/component_plan.h"

#include <algorithm>

namespace bitswap {
namespace {

bool is_pixel_stage(const Plan& plan, const Conditional& c) {
  if (c.head.coupling != HeadLayout::Coupling::Colours || c.network < 0 || c.state >= 0 || c.parity >= 0 ||
      c.units != Units::Value || c.targets.empty() || c.targets.size() > 2) {
    return false;
  }
  return std::ranges::all_of(c.targets, [&](const Target& t) {
    const PlaneSpec& plane = plan.planes[t.plane];
    return plane.values == Values::Sample && plane.origin == Origin::Input && plane.channels == 3;
  });
}

Component component_of(const Phase& phase) {
  if (phase.row != 0) return phase.column != 0 ? Component::D : Component::C;
  return phase.column != 0 ? Component::B : Component::A;
}

}  // namespace

ComponentGrids::ComponentGrids(const ComponentPlan& plan, Grid tile) {
  for (int r = 0; r <= plan.levels; ++r) level.push_back(halved(tile, 1 << r));
  Grid grid = level.back();
  for (const ComponentLatent& of : plan.latents) latent.push_back(grid = halved(grid, of.pool));
}

Grid ComponentGrids::stage_grid(const ComponentStage& stage) const {
  return stage.components.front() == Component::A ? level.back() : level[stage.level + 1];
}

Grid ComponentGrids::valid(const ComponentStage& stage, Component component) const {
  if (component == Component::A) return level.back();
  const Grid whole = level[stage.level];
  const int row = component == Component::B ? 0 : 1, column = component == Component::C ? 0 : 1;
  return {(whole.width + 1 - column) / 2, (whole.height + 1 - row) / 2};
}

std::optional<ComponentPlan> component_plan(const Plan& plan) {
  if (plan.inputs != 1 || plan.stages.empty() || plan.latents.empty()) return {};
  ComponentPlan result;
  const int z1 = plan.latents.front().plane;
  for (const Stage& stage : plan.stages) {
    const Conditional& c = plan.conditionals[stage.conditional];
    if (!is_pixel_stage(plan, c)) return {};
    ComponentStage to{.network = c.network};
    for (const Target& target : c.targets) {
      const Phase& phase = plan.planes[target.plane].phase;
      to.components.push_back(component_of(phase));
      to.level = phase.halvings - (to.components.back() == Component::A ? 0 : 1);
    }
    to.sees_latent = std::ranges::any_of(c.inputs, [z1](const InputPart& part) { return part.plane == z1; });
    result.stages.push_back(std::move(to));
  }
  result.levels = result.stages.front().level;
  result.latent_channels = plan.planes[z1].channels;
  result.latent_stages = result.tail_begin = plan.tail_begin;
  result.networks = plan.networks;
  result.head = plan.conditionals[plan.stages.front().conditional].head;
  int generative = plan.stages.front().conditional;
  for (const LatentSpec& latent : plan.latents) {
    result.latents.push_back({.pool = plan.conditionals[generative].pool,
                              .posterior = plan.conditionals[latent.posterior].network,
                              .generative = plan.conditionals[generative].network});
    // The prior of a latent runs on the grid of the next one; the topmost has no network.
    const auto next = static_cast<std::size_t>(&latent - plan.latents.data());
    if (next + 1 < plan.latents.size()) generative = latent.prior;
  }
  return result;
}

}  // namespace bitswap
