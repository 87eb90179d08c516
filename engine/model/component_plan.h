// SPDX-License-Identifier: GPL-3.0-or-later
// A pixel plan as levels of polyphase components: what an executor needs that has kernels for exactly those, and knows
// planes and operations only by their place in it.
#pragma once

#include <optional>
#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

/// Polyphase components of a level: A (even row, even column), D (odd, odd), B (even, odd), C (odd, even).
enum class Component : std::uint8_t { A, D, B, C };

/// Samples that are decoded together. All of its networks run on the grid of A of that level (the A that goes down).
struct ComponentStage {
  int level = 0;                           ///< level that is completed; for the first stage, R
  std::vector<Component> components = {};  ///< {A}, {D} or {B, C}
  int network = 0;                         ///< index of Plan::networks
  bool sees_latent = false;                ///< z1's samples are among the inputs
};

struct ComponentLatent {
  int pool = 2;
  int posterior = 0;   ///< network of q(z[i] | z[i-1]), on z[i]'s grid
  int generative = 0;  ///< network of p(z[i-1] | z[i]), on z[i]'s grid; for z1 that of stage 0
};

struct ComponentPlan {
  int levels = 0;
  int latent_channels = 0;
  int latent_stages = 0;  ///< that see z1 and that z1's posterior sees
  int tail_begin = 0;     ///< as Plan's
  HeadLayout head;        ///< of the pixels
  std::vector<NetworkSpec> networks;
  std::vector<ComponentStage> stages;
  std::vector<ComponentLatent> latents;
};

/// Sizes of everything in a tile of the given size.
struct ComponentGrids {
  ComponentGrids(const ComponentPlan& plan, Grid tile);
  std::vector<Grid> level;   ///< image sizes, 0..R; level[r + 1] is also the grid of level r's components
  std::vector<Grid> latent;  ///< z1 first
  [[nodiscard]] Grid stage_grid(const ComponentStage& stage) const;
  /// The part of the grid that holds real samples; the rest is padding.
  [[nodiscard]] Grid valid(const ComponentStage& stage, Component component) const;
};

/// Nothing if the plan is another than make_pixel_plan() makes.
std::optional<ComponentPlan> component_plan(const Plan& plan);

}  // namespace bitswap
