// SPDX-License-Identifier: GPL-3.0-or-later
// Payloads and ledgers from the lanes and sums of a device.
#include "engine/codec/cuda/payload.h"

#include <algorithm>
#include <cmath>

namespace bitswap::cuda {
namespace {

double bits_of(std::uint64_t cost) { return std::ldexp(static_cast<double>(cost), -kCostBits); }

}  // namespace

const std::uint8_t* make_segment(std::span<const Lane> lanes, const std::uint8_t* words, EncodedSegment& result) {
  ByteWriter out;
  for (const Lane& lane : lanes) {
    out.varint(lane.initial_words);
    out.varint(8 * static_cast<std::uint64_t>(lane.states) + 4 * std::uint64_t{lane.size});
  }
  result.ledger.header_bits = 8.0 * static_cast<double>(out.size());
  double content = 0;
  for (const Lane& lane : lanes) {
    content += 32.0 * lane.size;
    for (int i = 0; i < lane.states; ++i) {
      out.u64(lane.state[i]);
      content += std::log2(static_cast<double>(lane.state[i])) - kWordBits;
    }
    out.raw({words, 4 * std::size_t{lane.size}});
    words += 4 * std::size_t{lane.size};
    result.ledger.initial_bits_paid += 32.0 * static_cast<double>(lane.initial_words);
  }
  result.payload = out.take();
  result.ledger.flush_bits = 8.0 * static_cast<double>(result.payload.size()) - result.ledger.header_bits - content;
  result.ledger.coder_bits = content - result.ledger.initial_bits_paid;  // less the ideal bits, still to come
  return words;
}

void add_to_ledger(const ComponentPlan& plan, Schedule schedule, const std::uint64_t* rows, Ledger& ledger,
                   double& balance) {
  using Kind = CodingStep::Kind;
  const std::size_t stages = plan.stages.size(), latents = plan.latents.size();
  const auto add_stages = [&](std::size_t begin, std::size_t end) {
    double sum = 0;
    for (std::size_t s = begin; s < end; ++s) {
      ledger.stages[latents + s].likelihood_bits += bits_of(rows[s]);
      sum += bits_of(rows[s]);
    }
    return sum;
  };
  for (const CodingStep& step : encoding_steps(schedule, static_cast<int>(latents))) {
    const auto i = static_cast<std::size_t>(step.latent);
    switch (step.kind) {
      case Kind::Tail: add_stages(static_cast<std::size_t>(plan.tail_begin), stages); break;
      case Kind::Likelihood: balance += add_stages(0, static_cast<std::size_t>(plan.tail_begin)); break;
      case Kind::Posterior: {
        const double bits = bits_of(rows[stages + i]);
        ledger.stages[latents - 1 - i].posterior_bits += bits;
        balance -= bits;
        ledger.initial_bits_required = std::max(ledger.initial_bits_required, -balance);
        break;
      }
      case Kind::Prior: {
        const double bits = bits_of(rows[stages + latents + i]);
        ledger.stages[latents - 1 - i].prior_bits += bits;
        balance += bits;
        break;
      }
    }
  }
}

}  // namespace bitswap::cuda
