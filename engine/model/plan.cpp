// SPDX-License-Identifier: GPL-3.0-or-later
// What a plan costs, and the sizes of everything in a tile.
#include "engine/model/plan.h"

#include <algorithm>

namespace bitswap {

std::int64_t NetworkSpec::macs_per_position() const {
  std::int64_t macs = 0;
  for (const LayerSpec& layer : layers) {
    macs += static_cast<std::int64_t>(layer.in) * layer.out * layer.kernel * layer.kernel;
  }
  return macs;
}

double Plan::macs_per_position(const std::vector<double>& area) const {
  double total = 0;
  for (const Conditional& c : conditionals) {
    if (c.network < 0) continue;
    const GridSpec& grid = grids[c.grid];
    total += static_cast<double>(networks[c.network].macs_per_position()) * area[grid.input] /
             static_cast<double>(1ULL << (2 * grid.halvings));
  }
  return total;
}

std::vector<Grid> grids_of(const Plan& plan, const std::vector<Grid>& inputs) {
  std::vector<Grid> grids;
  for (const GridSpec& spec : plan.grids) grids.push_back(halved(inputs[spec.input], 1 << spec.halvings));
  return grids;
}

Grid valid_part(const Plan& plan, int plane, const std::vector<Grid>& inputs) {
  const PlaneSpec& spec = plan.planes[plane];
  if (spec.origin != Origin::Input)
    return halved(inputs[plan.grids[spec.grid].input], 1 << plan.grids[spec.grid].halvings);
  const Grid whole = inputs[spec.input];
  const int unit = 1 << spec.phase.halvings;
  return {std::max(0, (whole.width - spec.phase.column + unit - 1) / unit),
          std::max(0, (whole.height - spec.phase.row + unit - 1) / unit)};
}

bool has_coefficients(const Plan& plan) {
  return std::ranges::any_of(plan.planes, [](const PlaneSpec& p) { return p.values == Values::Coefficient; });
}

}  // namespace bitswap
