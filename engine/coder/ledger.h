// SPDX-License-Identifier: GPL-3.0-or-later
// Where the bits of an image go: ideal bits of every stage and latent layer, and every overhead, measured apart.
// The parts add up to the coded size: elbo_bits() + initial_bits_paid + coder_bits + flush_bits + header_bits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace bitswap {

/// Ideal bits are sums of −log2 of the integer probabilities that were used.
struct LedgerStage {
  std::string name;
  bool latent = false;
  double likelihood_bits = 0;  ///< of the samples, for a stage of pixels
  double prior_bits = 0;       ///< pushed, for a latent
  double posterior_bits = 0;   ///< popped, for a latent
  [[nodiscard]] double net_bits() const { return likelihood_bits + prior_bits - posterior_bits; }
};

struct Ledger {
  std::vector<LedgerStage> stages;   ///< in decoding order: zL … z1, A, D, BC, …
  double initial_bits_required = 0;  ///< deepest net draw on the stack by the latents, over all segments
  double initial_bits_paid = 0;      ///< initial words that had to be put under the stack
  double coder_bits = 0;             ///< loss of the coder against the ideal bits
  double flush_bits = 0;             ///< states beyond the information they hold
  double header_bits = 0;            ///< segment headers

  /// Negative ELBO in bits, of the samples that were drawn.
  [[nodiscard]] double elbo_bits() const {
    double sum = 0;
    for (const LedgerStage& stage : stages) sum += stage.net_bits();
    return sum;
  }
  [[nodiscard]] double actual_bits() const {
    return elbo_bits() + initial_bits_paid + coder_bits + flush_bits + header_bits;
  }
  /// All bits times `factor`: what was measured on a part, as an estimate of the whole.
  void scale(double factor) {
    for (LedgerStage& stage : stages) {
      stage.likelihood_bits *= factor;
      stage.prior_bits *= factor;
      stage.posterior_bits *= factor;
    }
    for (double* bits : {&initial_bits_required, &initial_bits_paid, &coder_bits, &flush_bits, &header_bits}) {
      *bits *= factor;
    }
  }
  /// Adds another segment of the same model.
  void add(const Ledger& other) {
    if (stages.empty()) {
      stages = other.stages;
    } else {
      for (std::size_t i = 0; i < stages.size() && i < other.stages.size(); ++i) {
        stages[i].likelihood_bits += other.stages[i].likelihood_bits;
        stages[i].prior_bits += other.stages[i].prior_bits;
        stages[i].posterior_bits += other.stages[i].posterior_bits;
      }
    }
    initial_bits_required += other.initial_bits_required;
    initial_bits_paid += other.initial_bits_paid;
    coder_bits += other.coder_bits;
    flush_bits += other.flush_bits;
    header_bits += other.header_bits;
  }
};

/// Bits of each pixel of an image, per likelihood stage: float [height, width]; zero where a stage codes nothing.
struct HeatMap {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<std::string> stages;       ///< names
  std::vector<std::vector<float>> bits;  ///< one map a stage
};

}  // namespace bitswap
