// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which bits-back coding works through the latent layers: Bit-Swap (Kingma, Abbeel, Ho, ICML 2019) and
// BB-ANS (Townsend, Bird, Barber, ICLR 2019) over one and the same model.
#pragma once

#include <cstdint>
#include <vector>

namespace bitswap {

/// Numbers are part of the archive format.
enum class Schedule : std::uint8_t { BitSwap = 0, BbAns = 1 };

struct CodingStep {
  enum class Kind : std::uint8_t {
    Tail,        ///< push the stages that no latent explains or needs
    Posterior,   ///< pop z[latent] with q(z[latent] | what is below it)
    Likelihood,  ///< push the stages that z1 explains, last decoded first
    Prior,       ///< push z[latent] with p(z[latent] | z[latent+1]), the topmost with its own prior
  };
  Kind kind;
  int latent = 0;  ///< 0 for z1; unused by Tail and Likelihood
  friend bool operator==(const CodingStep&, const CodingStep&) = default;
};

/// What an encoder does, first to last. A decoder does the inverse of each step (push for pop) in reverse order.
/// Bit-Swap pushes what a latent explains right after it is popped, so that the stack hardly sinks; BB-ANS pops all
/// latents first.
inline std::vector<CodingStep> encoding_steps(Schedule schedule, int latents) {
  using Kind = CodingStep::Kind;
  std::vector<CodingStep> steps{{Kind::Tail}};
  if (schedule == Schedule::BitSwap) {
    for (int i = 0; i < latents; ++i) {
      steps.push_back({Kind::Posterior, i});
      steps.push_back(i == 0 ? CodingStep{Kind::Likelihood} : CodingStep{Kind::Prior, i - 1});
    }
    steps.push_back({Kind::Prior, latents - 1});
  } else {
    for (int i = 0; i < latents; ++i) steps.push_back({Kind::Posterior, i});
    steps.push_back({Kind::Likelihood});
    for (int i = 0; i < latents; ++i) steps.push_back({Kind::Prior, i});
  }
  return steps;
}

}  // namespace bitswap
