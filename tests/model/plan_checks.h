// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every plan: a decoder that walks it knows what it reads, and gets all of the tile.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

/// Walks a plan as a decoder does; problem() is empty if it can.
class PlanWalk {
 public:
  /// `channels`: of each input; `latents`: whether these are known from the beginning, as they are to stages.
  PlanWalk(const Plan& plan, const std::vector<int>& channels) : plan_(plan), known_(plan.planes.size()) {
    shapes();
    for (std::size_t i = plan.latents.size(); i-- > 0;) {
      const LatentSpec& latent = plan.latents[i];
      code(latent.prior, "prior of z" + std::to_string(i + 1));
    }
    for (std::size_t s = 0; s < plan.stages.size(); ++s) {
      const Conditional& c = plan.conditionals[plan.stages[s].conditional];
      code(plan.stages[s].conditional, plan.stages[s].name);
      if (static_cast<int>(s) >= plan.tail_begin && reads_latent(c))
        fail(plan.stages[s].name + ": the tail reads a latent");
    }
    // What posteriors read, the encoder knows; here it must be known in the end, without the tail.
    for (const LatentSpec& latent : plan.latents) {
      for (const InputPart& part : plan.conditionals[latent.posterior].inputs) need(part.plane, -1, "a posterior");
    }
    everything_once(channels);
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  enum Known : int { Even = 1, Odd = 2, All = 3 };

  void fail(const std::string& what) {
    if (problem_.empty()) problem_ = what;
  }

  /// Indices, numbers of channels, orders.
  void shapes() {
    for (std::size_t p = 0; p < plan_.planes.size(); ++p) {
      for (const int from : plan_.planes[p].from) {
        if (from < 0 || from >= static_cast<int>(p)) fail("plane " + std::to_string(p) + " is made of a later one");
      }
    }
    for (std::size_t i = 0; i < plan_.conditionals.size(); ++i) {
      const Conditional& c = plan_.conditionals[i];
      const std::string name = "conditional " + std::to_string(i);
      if (c.network < 0) continue;
      const NetworkSpec& network = plan_.networks[c.network];
      int in = 0;
      for (const InputPart& part : c.inputs) {
        using Kind = InputPart::Kind;
        const int channels =
            part.kind == Kind::Spreads || part.kind == Kind::Local ? 2 : plan_.planes[part.plane].channels;
        in += part.kind == Kind::Folded ? channels * part.by * part.by : channels;
      }
      if (in != network.in()) fail(name + ": " + network.name + " reads another number of channels");
      if (!c.targets.empty() && network.out() != c.head.size() * static_cast<int>(c.targets.size()) * c.pool * c.pool) {
        fail(name + ": " + network.name + " has another number of outputs");
      }
      if ((c.state >= 0) != network.layers.front().state) fail(name + ": the state");
      if (c.state >= 0 && plan_.planes[c.state].channels != network.layers.front().out)
        fail(name + ": size of the state");
      for (const Target& target : c.targets) {
        if (plan_.planes[target.plane].channels != c.head.channels) fail(name + ": channels of a target");
      }
    }
  }

  /// Whether `parity` (-1: all) of a plane is known, or can be made of what is.
  bool has(int plane, int parity) {
    const int wanted = parity < 0 ? int{All} : (parity == 0 ? int{Even} : int{Odd});
    if ((known_[plane] & wanted) == wanted) return true;
    const PlaneSpec& spec = plan_.planes[plane];
    bool ready = false;
    if (spec.origin == Origin::Features) {
      ready = can_run(spec.maker);
    } else if (spec.origin != Origin::Input && spec.origin != Origin::Latent) {
      ready = std::ranges::all_of(spec.from, [this](int from) { return has(from, -1); });
    }
    if (ready) known_[plane] = All;
    return ready;
  }
  void need(int plane, int parity, const std::string& who) {
    if (plane >= 0 && !has(plane, parity)) fail(who + " reads plane " + std::to_string(plane) + " too early");
  }
  bool can_run(int conditional) {
    const Conditional& c = plan_.conditionals[conditional];
    if (c.state >= 0 && !has(c.state, -1)) return false;
    return std::ranges::all_of(c.inputs, [&](const InputPart& part) {
      return (part.plane < 0 || has(part.plane, part.parity)) && has_guess(c, part);
    });
  }
  bool has_guess(const Conditional& c, const InputPart& part) {
    using Kind = InputPart::Kind;
    if (part.kind != Kind::Details && part.kind != Kind::Distances && part.kind != Kind::Spreads) return true;
    const Guess& guess = c.targets[part.target].guess;
    return guess.kind != Guess::Kind::Neighbours ||
           std::ranges::all_of(guess.neighbours, [this](const Neighbour& n) { return has(n.plane, -1); });
  }

  void code(int conditional, const std::string& name) {
    const Conditional& c = plan_.conditionals[conditional];
    if (!can_run(conditional)) fail(name + " reads what is not known yet");
    for (const Target& target : c.targets) {
      if (target.guess.plane >= 0) need(target.guess.plane, -1, name);
      if (target.guess.kind == Guess::Kind::Neighbours) {
        for (const Neighbour& n : target.guess.neighbours) need(n.plane, -1, name);
      }
    }
    for (const Target& target : c.targets) {
      const int part = c.parity < 0 ? int{All} : (c.parity == 0 ? int{Even} : int{Odd});
      if ((known_[target.plane] & part) != 0) fail(name + " codes something twice");
      known_[target.plane] |= part;
    }
  }

  bool reads_latent(const Conditional& c) const {
    const auto latent = [this](int plane) { return plane >= 0 && plan_.planes[plane].origin == Origin::Latent; };
    return std::ranges::any_of(c.inputs, [&](const InputPart& part) { return latent(part.plane); }) ||
           std::ranges::any_of(c.targets, [&](const Target& target) { return latent(target.guess.plane); });
  }

  /// Every number of a piece of the inputs that is a whole period of all phases.
  void everything_once(const std::vector<int>& channels) {
    int period = 1;
    for (const PlaneSpec& spec : plan_.planes) {
      if (spec.origin == Origin::Input) period = std::max(period, 1 << spec.phase.halvings);
    }
    std::set<std::tuple<int, int, int, int>> seen;
    for (std::size_t p = 0; p < plan_.planes.size(); ++p) {
      const PlaneSpec& spec = plan_.planes[p];
      if (spec.origin != Origin::Input) continue;
      if (known_[p] != All) fail("plane " + std::to_string(p) + " is not coded");
      const int step = 1 << spec.phase.halvings;
      for (int row = spec.phase.row; row < period; row += step) {
        for (int column = spec.phase.column; column < period; column += step) {
          for (int c = 0; c < spec.channels; ++c) {
            if (!seen.emplace(spec.input, row, column, spec.first_channel + c).second)
              fail("a number is in two planes");
          }
        }
      }
    }
    std::size_t all = 0;
    for (const int count : channels) all += static_cast<std::size_t>(count) * period * period;
    if (seen.size() != all) fail("numbers are missing");
  }

  const Plan& plan_;
  std::vector<int> known_;
  std::string problem_;
};

}  // namespace bitswap
