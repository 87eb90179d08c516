// SPDX-License-Identifier: GPL-3.0-or-later
// Planes and network outputs are made when they are first asked for, and kept.
#include "engine/training/plan_pass.h"

#include <cmath>

#include "engine/model/distribution.h"
#include "engine/training/plan_tensors.h"

namespace bitswap {
namespace {

using torch::Tensor;

constexpr double kMeanUnit = kHeadUnit / 16;  ///< values in one unit of a head's mean

}  // namespace

Batch Batch::part(std::int64_t begin, std::int64_t size) const {
  Batch result{plan, {}, steps.defined() ? steps.narrow(0, begin, size) : Tensor()};
  for (const Tensor& input : inputs) result.inputs.push_back(input.narrow(0, begin, size));
  return result;
}

Tensor BatchBits::total() const {
  Tensor sum = stages.front();
  for (std::size_t i = 1; i < stages.size(); ++i) sum = sum + stages[i];
  for (std::size_t i = 0; i < prior.size(); ++i) sum = sum + prior[i] - posterior[i];
  return sum;
}

bool is_coarse(const Plan& plan, std::size_t stage) {
  const Conditional& c = plan.conditionals[plan.stages[stage].conditional];
  return stage == 0 || plan.planes[c.targets.front().plane].phase.halvings > 3;
}

std::vector<Grid> grids_of(const Batch& batch) {
  std::vector<Grid> inputs;
  for (const Tensor& input : batch.inputs) {
    inputs.push_back({static_cast<int>(input.size(3)), static_cast<int>(input.size(2))});
  }
  return grids_of(*batch.plan, inputs);
}

PlanPass::PlanPass(const Batch& batch, const std::vector<Tensor>& noise, const PassModel& model)
    : batch_(batch),
      plan_(*batch.plan),
      noise_(noise),
      model_(model),
      grids_(grids_of(batch)),
      planes_(plan_.planes.size()),
      outputs_(plan_.conditionals.size()),
      wants_features_(plan_.conditionals.size()),
      compressed_(plan_.planes.size()) {
  for (const Tensor& input : batch.inputs) inputs_.push_back(input.to(torch::kFloat32));
  for (const PlaneSpec& spec : plan_.planes) {
    if (spec.origin == Origin::Features) wants_features_[spec.maker] = true;
  }
}

const Tensor& PlanPass::plane(int index) {
  if (!planes_[index].defined()) planes_[index] = make_plane(plan_.planes[index]);
  return planes_[index];
}

Tensor PlanPass::make_plane(const PlaneSpec& spec) {
  const Grid grid = grids_[spec.grid];
  const auto on_grid = [&](const Tensor& x) {  // what lies beyond the input repeats its last row and column
    Tensor y = x.size(2) < grid.height ? pad_to_multiple(x, grid.height) : x;
    return y.size(3) < grid.width ? pad_to_multiple(y, grid.width) : y;
  };
  switch (spec.origin) {
    case Origin::Input: {
      const Tensor& all = inputs_[spec.input];
      const Tensor part = spec.channels == all.size(1) ? all : all.narrow(1, spec.first_channel, spec.channels);
      return on_grid(at_phase(part, spec.phase));
    }
    case Origin::Pick: return on_grid(at_phase(plane(spec.from[0]), spec.phase));
    case Origin::Merge: {
      const Tensor whole = merge(plane(spec.from[0]), plane(spec.from[1]), plane(spec.from[2]), plane(spec.from[3]));
      return whole.narrow(2, 0, grid.height).narrow(3, 0, grid.width);
    }
    case Origin::Fold: {
      std::vector<Tensor> parts;
      for (const int from : spec.from) parts.push_back(fold(plane(from), spec.by));
      return torch::cat(parts, 1);
    }
    case Origin::Features: return outputs(spec.maker).features;
    case Origin::Average: return average(plane(spec.from[0]), grid.height, grid.width, model_.quantised);
    case Origin::Intensity: {
      const int component = plan_.grids[spec.grid].input;
      return intensity(plane(spec.from[0]), steps_of(component, spec.from[0]));
    }
    case Origin::Latent: break;  // drawn before anything asks for it
  }
  return {};
}

Tensor PlanPass::steps_of(int component, int index) const {
  const PlaneSpec* spec = &plan_.planes[index];
  while (spec->origin != Origin::Input) spec = &plan_.planes[spec->from.front()];
  return batch_.steps.select(1, component).narrow(1, spec->first_channel, spec->channels).unsqueeze(-1).unsqueeze(-1);
}

Tensor PlanPass::coefficient_input(const Conditional& c, const InputPart& part) {
  const bool levels = part.kind == InputPart::Kind::Levels;
  Tensor& kept = compressed_[part.plane][levels ? 1 : 0];
  if (!kept.defined()) {
    const Tensor& values = plane(part.plane);
    kept = levels ? level_input(values) : magnitude_input(values, steps_of(c.component, part.plane));
  }
  return kept;
}

Tensor PlanPass::input_part(const Conditional& c, const InputPart& part) {
  using Kind = InputPart::Kind;
  const Grid grid = grids_[c.grid];
  switch (part.kind) {
    case Kind::Samples: return sample_input(plane(part.plane));
    case Kind::Details: return detail_input(plane(part.plane), guessed(c, c.targets[part.target]).mean);
    case Kind::Repeated: return sample_input(repeat(plane(part.plane), part.by, grid.height, grid.width));
    case Kind::Folded: return fold(sample_input(plane(part.plane)), part.by);
    case Kind::Activations: return plane(part.plane);
    case Kind::Magnitudes:
    case Kind::Levels: return coefficient_input(c, part);
    case Kind::Distances:
      return distance_input(plane(part.plane), guessed(c, c.targets[part.target]).mean,
                            steps_of(c.component, part.plane));
    case Kind::Spreads: {
      const Target& target = c.targets[part.target];
      return spread_input(guessed(c, target).spread, steps_of(c.component, target.plane));
    }
    case Kind::Local: return local_input(plane(part.plane), steps_of(c.component, part.plane));
  }
  return {};
}

Tensor PlanPass::input(int index) {
  const Conditional& c = plan_.conditionals[index];
  std::vector<Tensor> parts;
  bool activations = false;
  for (const InputPart& part : c.inputs) {
    Tensor x = input_part(c, part);
    if (part.parity >= 0) x = x * parity_mask(x.size(2), x.size(3), part.parity, x.device());
    activations = activations || part.kind == InputPart::Kind::Activations;
    parts.push_back(x);
  }
  if (parts.size() == 1) return parts.front();
  if (activations) {  // these come in the type of the convolutions
    for (Tensor& x : parts) x = x.to(torch::kFloat32);
  }
  return torch::cat(parts, 1);
}

Tensor PlanPass::guess(int conditional, int target) {
  const Conditional& c = plan_.conditionals[conditional];
  return guessed(c, c.targets[target]).mean;
}

PlanPass::Guessed PlanPass::guessed(const Conditional& c, const Target& target) {
  const Guess& guess = target.guess;
  const PlaneSpec& spec = plan_.planes[target.plane];
  const Grid grid = grids_[spec.grid];
  const bool coefficients = spec.values == Values::Coefficient;
  const double middle = coefficients ? 0 : 128;
  switch (guess.kind) {
    case Guess::Kind::Middle:
      return {
          torch::full({1, spec.channels, 1, 1}, 16 * middle, torch::dtype(torch::kFloat32).device(inputs_[0].device())),
          {}};
    case Guess::Kind::Neighbours: {
      Tensor sum, least, most;
      for (const Neighbour& n : guess.neighbours) {
        const Tensor x = neighbour(plane(n.plane), n.row, n.column);
        sum = sum.defined() ? sum + x : x;
        if (!coefficients) continue;
        least = least.defined() ? torch::minimum(least, x) : x;
        most = most.defined() ? torch::maximum(most, x) : x;
      }
      if (!coefficients) return {sum * 4, {}};
      return {(sum * 4).clamp(-32768, 32767), ((most - least) / 2).floor() + 1};
    }
    case Guess::Kind::Repeat: {
      Tensor x = repeat(plane(guess.plane), guess.by, grid.height, grid.width);
      x = x.size(1) >= spec.channels ? x.narrow(1, 0, spec.channels)
                                     : x.narrow(1, 0, 1).expand({-1, spec.channels, -1, -1});
      if (!coefficients) return {x * 16, {}};
      return {intensity_guess(x, steps_of(c.component, target.plane)), {}};
    }
    case Guess::Kind::Pool: {
      Tensor x = pool(plane(guess.plane), guess.by);
      if (x.size(1) > spec.channels) x = x.narrow(1, 0, spec.channels);
      if (x.size(1) < spec.channels) {
        x = torch::cat(
            {x, torch::full({x.size(0), spec.channels - x.size(1), x.size(2), x.size(3)}, middle, x.options())}, 1);
      }
      return {x * 16, {}};
    }
  }
  return {};
}

const NetworkOutputs& PlanPass::outputs(int index) {
  if (!outputs_[index]) {
    const Conditional& c = plan_.conditionals[index];
    NetworkInputs inputs{input(index), {}, {}};
    if (c.state >= 0) inputs.state = plane(c.state);
    if (plan_.networks[c.network].conditions > 0)
      inputs.conditions = step_conditions(batch_.steps.select(1, c.component));
    outputs_[index] = model_.run(c.network, inputs, wants_features_[index]);
  }
  return *outputs_[index];
}

Tensor PlanPass::head(int index) {
  const Conditional& c = plan_.conditionals[index];
  const Grid grid = grids_[plan_.planes[c.targets.front().plane].grid];
  return unfold(outputs(index).head, c.pool, grid.height, grid.width);
}

void PlanPass::draw(std::vector<Tensor>* posterior_bits) {
  for (std::size_t i = 0; i < plan_.latents.size(); ++i) {
    const Conditional& c = plan_.conditionals[plan_.latents[i].posterior];
    const int channels = c.head.channels;
    const Tensor own = head(plan_.latents[i].posterior);
    const Tensor mean =
        clamp_mean_levels(guessed(c, c.targets[0]).mean / 16 + own.narrow(1, c.head.mean(0), channels) * kMeanUnit);
    const Tensor scale = scale_from_head(own.narrow(1, c.head.scale(0, 0), channels), model_.quantised);
    const Tensor z = round_through((mean + scale * torch::logit(noise_[i])).clamp(0, 255));
    planes_[plan_.latents[i].plane] = z;
    if (posterior_bits != nullptr) posterior_bits->push_back(bitswap::bits(log_probability(z, mean, scale)));
  }
}

Tensor PlanPass::prior_bits(const LatentSpec& latent) {
  const Conditional& c = plan_.conditionals[latent.prior];
  const Tensor& z = plane(latent.plane);
  if (c.network < 0) {
    const Tensor mean = (model_.prior_mean * kMeanUnit + 128).view({1, -1, 1, 1});
    const Tensor scale = scale_from_head(model_.prior_scale, model_.quantised).view({1, -1, 1, 1});
    return bitswap::bits(log_probability(z, mean, scale));
  }
  const int channels = c.head.channels;
  const Tensor own = head(latent.prior);
  const Tensor mean =
      clamp_mean_levels(guessed(c, c.targets[0]).mean / 16 + own.narrow(1, c.head.mean(0), channels) * kMeanUnit);
  const Tensor scale = scale_from_head(own.narrow(1, c.head.scale(0, 0), channels), model_.quantised);
  return bitswap::bits(log_probability(z, mean, scale));
}

HeadUnits PlanPass::units_of(const Conditional& c, const Target& target, const Tensor& spread) {
  switch (c.units) {
    case Units::Spread: return {spread, log_codes(spread)};
    case Units::Step: {
      // units.h: mean (head · M) >> 16 in 1/16 with M = (60529 + step / 2) / step.
      const Tensor step = steps_of(c.component, target.plane);
      const Tensor factor = ((60529 + (step / 2).floor()) / step).floor() / (65536.0 * 16 / kHeadUnit);
      return {factor, 4 - log_codes(step)};
    }
    case Units::Value: break;
  }
  const Tensor one = torch::ones({1, c.head.channels, 1, 1}, torch::dtype(torch::kFloat32).device(inputs_[0].device()));
  return {one * kMeanUnit, torch::zeros_like(one)};
}

Tensor PlanPass::stage_bits(int index) {
  const Conditional& c = plan_.conditionals[index];
  const Tensor all = head(index);
  if (c.head.coupling == HeadLayout::Coupling::Colours) {
    std::vector<Tensor> samples, guesses;
    for (const Target& target : c.targets) {
      samples.push_back(plane(target.plane));
      guesses.push_back(guessed(c, target).mean);
    }
    return pixel_bits(c.head, all, torch::stack(samples), torch::stack(guesses), model_.quantised);
  }
  Tensor sum;
  for (std::size_t k = 0; k < c.targets.size(); ++k) {
    const Target& target = c.targets[k];
    const Guessed own = guessed(c, target);
    const ChannelValues values{plane(target.plane), own.mean, units_of(c, target, own.spread),
                               plan_.planes[target.plane].values == Values::Coefficient, c.parity};
    const Tensor part =
        c.targets.size() == 1 ? all : all.narrow(1, static_cast<std::int64_t>(k) * c.head.size(), c.head.size());
    const Tensor bits = channel_bits(c.head, part, values, model_.quantised);
    sum = sum.defined() ? sum + bits : bits;
  }
  return sum;
}

BatchBits PlanPass::bits(bool only_coarse) {
  BatchBits result;
  draw(&result.posterior);
  for (const LatentSpec& latent : plan_.latents) result.prior.push_back(prior_bits(latent));
  for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
    if (only_coarse && !is_coarse(plan_, s)) break;
    result.stages.push_back(stage_bits(plan_.stages[s].conditional));
  }
  return result;
}

}  // namespace bitswap
