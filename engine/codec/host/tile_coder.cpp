// SPDX-License-Identifier: GPL-3.0-or-later
// Bits-back coding of a tile: planes on demand, networks, symbols.
#include "engine/codec/host/tile_coder.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <numeric>

#include "engine/base/spare_threads.h"
#include "engine/codec/host/plane_operations.h"
#include "engine/coder/colour_order.h"
#include "engine/model/magnitude.h"

namespace bitswap {
namespace {

using Kind = CodingStep::Kind;

/// Parts of a network compute a few rows above and below their own again; with fewer rows than this that costs too
/// much.
constexpr int kLeastNetworkRows = 8;
/// How far a coefficient may be beyond its byte: more than any JPEG can hold.
constexpr std::uint64_t kMaxEscape = 1 << 16;

Error cancelled() { return {Error::Code::Cancelled, 0, "stopped by the user"}; }
Error damaged() { return {Error::Code::Corrupt, 0, "the pixels of this picture are damaged"}; }

/// Whether a plane is made of features.
bool of_features(const Plan& plan, int plane) {
  const PlaneSpec& spec = plan.planes[plane];
  return spec.origin == Origin::Features ||
         std::ranges::any_of(spec.from, [&plan](int from) { return of_features(plan, from); });
}

bool reads_features(const Plan& plan, const Conditional& c) {
  return c.state >= 0 || std::ranges::any_of(c.inputs, [&plan](const InputPart& part) {
           return part.plane >= 0 && of_features(plan, part.plane);
         });
}

}  // namespace

TileCoder::TileCoder(const CodingModel& coding, const Plan& plan, std::vector<Grid> inputs,
                     std::vector<std::span<const std::uint16_t>> steps, bool grey, std::vector<AnsLane>& lanes,
                     const CancelToken* cancel)
    : model_(*coding.model),
      plan_(plan),
      networks_(*coding.networks),
      kernels_(coding.kernels != nullptr ? *coding.kernels : kernels_for(coding.networks->instructions())),
      watch_(coding.times),
      spare_(coding.spare),
      scratch_(coding.scratch),
      memory_(ScratchPool::take_from<TileMemory>(coding.scratch)),
      inputs_(std::move(inputs)),
      grids_(grids_of(plan, inputs_)),
      steps_(std::move(steps)),
      known_(plan.planes.size()),
      featured_(plan.planes.size()),
      features_of_(plan.conditionals.size(), -1),
      escapes_(plan.stages.size()),
      grey_(grey),
      lanes_(lanes),
      cancel_(cancel) {
  memory_->planes.resize(plan.planes.size());
  memory_->features.resize(plan.planes.size());
  for (std::size_t p = 0; p < plan.planes.size(); ++p) {
    const PlaneSpec& spec = plan.planes[p];
    valid_.push_back(valid_part(plan, static_cast<int>(p), inputs_));
    if (spec.origin == Origin::Input || spec.origin == Origin::Latent) {
      memory_->planes[p].reshape(spec.values, spec.channels, grids_[spec.grid]);
      known_[p] = true;
    }
    if (spec.origin == Origin::Features) features_of_[spec.maker] = static_cast<int>(p);
  }
  for (const Stage& stage : plan.stages) {
    chained_.push_back(features_of_[stage.conditional] >= 0 ||
                       reads_features(plan, plan.conditionals[stage.conditional]));
  }
}

template <typename Body>
double TileCoder::for_lanes(const Conditional& conditional, const Body& body) {
  const Grid grid = grids_[plan_.planes[conditional.targets.front().plane].grid];
  std::array<double, kMaxLanes> bits{};
  const auto code_lane = [&](std::size_t l) {
    bits[l] = body(l, lane_rows(static_cast<std::uint32_t>(grid.height), static_cast<int>(l), lane_count()));
  };
  if (spare_ != nullptr && lane_count() > 1 && grid.height >= least_rows(grid.width) && spare_->hands() > 1) {
    spare_->for_each(lanes_.size(), code_lane);
  } else {
    for (std::size_t l = 0; l < lanes_.size(); ++l) code_lane(l);
  }
  watch_.add_to(&CodecTimes::entropy);
  return std::accumulate(bits.begin(), bits.begin() + lane_count(), 0.0);
}

Status TileCoder::need(int plane) {
  if (known_[plane]) return {};
  for (const int from : plan_.planes[plane].from) BITSWAP_TRY(need(from));
  BITSWAP_TRY(make(plane));
  known_[plane] = true;
  return {};
}

Status TileCoder::need_features(int plane) { return featured_[plane] ? Status() : run(plan_.planes[plane].maker); }

Status TileCoder::make(int plane) {
  const PlaneSpec& spec = plan_.planes[plane];
  if (spec.origin == Origin::Features) BITSWAP_TRY(need_features(plane));
  Planes& out = memory_->planes[plane];
  out.reshape(spec.values, spec.channels, grids_[spec.grid]);
  const auto from = [&](int i) -> const Planes& { return memory_->planes[spec.from[i]]; };
  switch (spec.origin) {
    case Origin::Merge: merge_planes(from(0), from(1), from(2), from(3), out, spare_); break;
    case Origin::Fold: {
      std::vector<const Planes*> parts;
      for (const int p : spec.from) parts.push_back(&memory_->planes[p]);
      fold_planes(parts, spec.by, out);
      break;
    }
    case Origin::Average: average_planes(from(0), out); break;
    case Origin::Pick: pick_planes(from(0), spec.phase, out); break;
    case Origin::Intensity: {
      const PlaneSpec& dc = plan_.planes[spec.from[0]];
      const auto steps = steps_[dc.input];
      intensity_planes(from(0), steps.empty() ? 1 : std::max<int>(steps[dc.first_channel], 1), out);
      break;
    }
    case Origin::Features: {
      const std::uint8_t* value = memory_->features[plane].data();
      for (int y = 0; y < out.grid().height; ++y) {
        for (int x = 0; x < out.grid().width; ++x) {
          for (int c = 0; c < out.channels(); ++c) out.bytes(c, y)[x] = *value++;
        }
      }
      break;
    }
    case Origin::Input:
    case Origin::Latent: break;
  }
  return {};
}

Status TileCoder::run(int index) {
  const Conditional& c = plan_.conditionals[index];
  for (const InputPart& part : c.inputs) {
    if (part.plane >= 0) BITSWAP_TRY(need(part.plane));
  }
  for (const Target& target : c.targets) {
    if (target.guess.plane >= 0) BITSWAP_TRY(need(target.guess.plane));
    if (target.guess.kind != Guess::Kind::Neighbours) continue;
    for (const Neighbour& n : target.guess.neighbours) BITSWAP_TRY(need(n.plane));
  }
  if (c.state >= 0) BITSWAP_TRY(need_features(c.state));
  make_input(tile(), c, scratch_, spare_, memory_->input);
  return c.network < 0 ? Status() : run_network(c, features_of_[index]);
}

Status TileCoder::run_network(const Conditional& c, int features_plane) {
  watch_.add_to(&CodecTimes::planes);
  if (cancel_ != nullptr && cancel_->cancelled()) return cancelled();
  const Grid grid = grids_[c.grid];
  const NetworkSpec& spec = plan_.networks[c.network];
  // Never made smaller: to grow again would fill it with zeros each time.
  const std::size_t size = spec.has_head() ? grid.size() * spec.out() : 0;
  if (memory_->head.size() < size) memory_->head.resize(size);
  NetworkOutput output{.head = std::span(memory_->head).first(size)};
  if (features_plane >= 0) {
    std::vector<std::uint8_t>& features = memory_->features[features_plane];
    features.resize(grid.size() * spec.features());
    output.features = features;
  }
  std::vector<std::int16_t> condition;
  if (spec.conditions > 0) {
    std::vector<std::int8_t> conditions(spec.conditions);
    for (int i = 0; i < spec.conditions; ++i) {
      conditions[i] = static_cast<std::int8_t>(step_condition(std::max<int>(steps_[c.component][i], 1)));
    }
    condition = condition_values(spec, model_.networks[c.network], conditions);
  }
  NetworkRun run{.network = c.network,
                 .input = memory_->input.values,
                 .condition = condition,
                 .height = grid.height,
                 .width = grid.width,
                 .scratch = scratch_};
  if (c.state >= 0) run.state = memory_->features[c.state];
  if (networks_.runs_rows()) {
    std::mutex mutex;
    Status outcome;
    share_rows(spare_, grid.height, std::max(kLeastNetworkRows, least_rows(grid.width) / 4), [&](int begin, int end) {
      Status status = networks_.run_rows(run, begin, end, output);
      if (status.ok()) return;
      const std::scoped_lock lock(mutex);
      outcome = std::move(status);
    });
    BITSWAP_TRY(std::move(outcome));
  } else {
    BITSWAP_TRY(networks_.run(run, output));
  }
  if (features_plane >= 0) featured_[features_plane] = true;
  watch_.add_to(&CodecTimes::networks);
  return {};
}

ConditionalJob TileCoder::job(const Conditional& c, std::vector<TargetPart>& targets) {
  for (const Target& target : c.targets) targets.push_back({&memory_->planes[target.plane], valid_[target.plane]});
  ConditionalJob job{.model = &model_,
                     .kernels = &kernels_,
                     .tile = nullptr,
                     .conditional = &c,
                     .targets = targets,
                     .head = {},
                     .guesses = memory_->input.guesses,
                     .grey = grey_ && c.head.coupling == HeadLayout::Coupling::Colours};
  if (c.network >= 0) job.head = memory_->head;
  return job;
}

Result<double> TileCoder::push(int index, std::vector<float>* heat) {
  BITSWAP_TRY(run(index));
  const Conditional& c = plan_.conditionals[index];
  std::vector<TargetPart> targets;
  const TilePlanes planes = tile();
  ConditionalJob work = job(c, targets);
  work.tile = &planes;
  return for_lanes(c, [&](std::size_t l, RowRange rows) {
    const auto buffers = ScratchPool::take_from<SymbolBuffers>(scratch_);
    return ConditionalCoder(work, *buffers).push(lanes_[l], rows, inputs_.front(), heat);
  });
}

Result<double> TileCoder::pop(int index, bool measured) {
  BITSWAP_TRY(run(index));
  const Conditional& c = plan_.conditionals[index];
  std::vector<TargetPart> targets;
  const TilePlanes planes = tile();
  ConditionalJob work = job(c, targets);
  work.tile = &planes;
  return for_lanes(c, [&](std::size_t l, RowRange rows) {
    const auto buffers = ScratchPool::take_from<SymbolBuffers>(scratch_);
    return ConditionalCoder(work, *buffers).pop(lanes_[l], rows, measured);
  });
}

template <typename Add>
Status TileCoder::push_chain(int begin, int end, HeatMap* heat, const Add& add) {
  struct Kept {
    std::vector<std::vector<PackedInterval>> lanes;
  };
  // Networks run forwards, for later ones need the features of earlier ones; the stack wants the last stage first.
  std::vector<Kept> kept(static_cast<std::size_t>(end - begin));
  const TilePlanes planes = tile();
  for (int s = begin; s < end; ++s) {
    const Conditional& c = plan_.conditionals[plan_.stages[s].conditional];
    BITSWAP_TRY(run(plan_.stages[s].conditional));
    collect_escapes(s);
    std::vector<TargetPart> targets;
    ConditionalJob work = job(c, targets);
    work.tile = &planes;
    Kept& to = kept[static_cast<std::size_t>(s - begin)];
    to.lanes.resize(lanes_.size());
    add(s, for_lanes(c, [&](std::size_t l, RowRange rows) {
          const auto buffers = ScratchPool::take_from<SymbolBuffers>(scratch_);
          ConditionalCoder coder(work, *buffers);
          to.lanes[l].resize(coder.interval_count(rows));
          return coder.measure(rows, to.lanes[l].data(), inputs_.front(), heat != nullptr ? &heat->bits[s] : nullptr);
        }));
  }
  for (int s = end - 1; s >= begin; --s) {
    const Conditional& c = plan_.conditionals[plan_.stages[s].conditional];
    std::vector<TargetPart> targets;
    ConditionalJob work = job(c, targets);
    work.tile = &planes;
    Kept& from = kept[static_cast<std::size_t>(s - begin)];
    for_lanes(c, [&](std::size_t l, RowRange rows) {
      const auto buffers = ScratchPool::take_from<SymbolBuffers>(scratch_);
      ConditionalCoder(work, *buffers).push(lanes_[l], rows, from.lanes[l].data());
      return 0.0;
    });
    from.lanes.clear();
  }
  return {};
}

template <typename Add>
Status TileCoder::push_stages(int begin, int end, HeatMap* heat, const Add& add) {
  for (int s = end; s-- > begin;) {
    if (chained_[s]) {
      int first = s;
      while (first > begin && chained_[first - 1]) --first;
      BITSWAP_TRY(push_chain(first, s + 1, heat, add));
      s = first;
      continue;
    }
    BITSWAP_TRY_ASSIGN(const double bits,
                       push(plan_.stages[s].conditional, heat != nullptr ? &heat->bits[s] : nullptr));
    collect_escapes(s);
    add(s, bits);
  }
  return {};
}

Status TileCoder::pop_stages(int begin, int end, ByteReader& escapes) {
  for (int s = begin; s < end; ++s) {
    const Conditional& c = plan_.conditionals[plan_.stages[s].conditional];
    BITSWAP_TRY(pop(plan_.stages[s].conditional, false));
    BITSWAP_TRY(apply_escapes(c, escapes));
    for (const Target& target : c.targets) pad_edges(memory_->planes[target.plane], valid_[target.plane]);
    BITSWAP_TRY(check_lanes());
  }
  return {};
}

template <typename Body>
Status TileCoder::for_coefficients(const Conditional& c, Body&& body) {
  for (std::size_t k = 0; k < c.targets.size(); ++k) {
    Planes& planes = memory_->planes[c.targets[k].plane];
    if (!planes.coefficients()) continue;
    const GuessPlanes& guess = memory_->input.guesses[k];
    const Grid valid = valid_[c.targets[k].plane];
    for (int channel = 0; channel < planes.channels(); ++channel) {
      for (int y = 0; y < valid.height; ++y) {
        std::int16_t* const row = planes.wide(channel, y);
        const std::int16_t* const mean = guess.mean.data() + guess.at(channel, y);
        const int step = c.parity < 0 ? 1 : 2;
        for (int x = c.parity < 0 ? 0 : (y + c.parity) % 2; x < valid.width; x += step) {
          BITSWAP_TRY(body(row[x], base_of(mean[x])));
        }
      }
    }
  }
  return {};
}

void TileCoder::collect_escapes(int stage) {
  ByteWriter& out = escapes_[stage];
  static_cast<void>(for_coefficients(plan_.conditionals[plan_.stages[stage].conditional],
                                     [&out](std::int16_t value, int base) -> Status {
                                       const int distance = value - base;
                                       if (distance >= 127) out.varint(static_cast<std::uint64_t>(distance - 127));
                                       if (distance <= -128) out.varint(static_cast<std::uint64_t>(-128 - distance));
                                       return {};
                                     })
                        .ok());
}

Status TileCoder::apply_escapes(const Conditional& c, ByteReader& escapes) {
  return for_coefficients(c, [&escapes](std::int16_t& value, int base) -> Status {
    const int distance = value - base;
    if (distance > -128 && distance < 127) return {};
    BITSWAP_TRY_ASSIGN(const std::uint64_t beyond, escapes.varint());
    if (beyond > kMaxEscape) return damaged();
    const int whole = distance < 0 ? value - static_cast<int>(beyond) : value + static_cast<int>(beyond);
    if (whole < -32768 || whole > 32767) return damaged();
    value = static_cast<std::int16_t>(whole);
    return {};
  });
}

Status TileCoder::encode(std::span<const InputView> inputs, Schedule schedule, Ledger& ledger, double& balance,
                         HeatMap* heat, ByteWriter& escapes) {
  watch_.restart();
  const int latents = static_cast<int>(plan_.latents.size()), stages = static_cast<int>(plan_.stages.size());
  for (std::size_t p = 0; p < plan_.planes.size(); ++p) {
    const PlaneSpec& spec = plan_.planes[p];
    if (spec.origin != Origin::Input) continue;
    load_plane(spec, inputs[spec.input], valid_[p], memory_->planes[p], spare_);
    pad_edges(memory_->planes[p], valid_[p]);
  }
  watch_.add_to(&CodecTimes::planes);
  const auto latent_row = [&](int latent) -> LedgerStage& { return ledger.stages[latents - 1 - latent]; };
  for (const CodingStep& step : encoding_steps(schedule, latents)) {
    const bool tail = step.kind == Kind::Tail;
    switch (step.kind) {
      case Kind::Tail:
      case Kind::Likelihood:
        BITSWAP_TRY(
            push_stages(tail ? plan_.tail_begin : 0, tail ? stages : plan_.tail_begin, heat, [&](int s, double bits) {
              ledger.stages[latents + s].likelihood_bits += bits;
              if (!tail) balance += bits;
            }));
        break;
      case Kind::Posterior: {
        BITSWAP_TRY_ASSIGN(const double bits, pop(plan_.latents[step.latent].posterior, true));
        latent_row(step.latent).posterior_bits += bits;
        balance -= bits;
        ledger.initial_bits_required = std::max(ledger.initial_bits_required, -balance);
        break;
      }
      case Kind::Prior: {
        BITSWAP_TRY_ASSIGN(const double bits, push(plan_.latents[step.latent].prior, nullptr));
        latent_row(step.latent).prior_bits += bits;
        balance += bits;
        break;
      }
    }
  }
  for (ByteWriter& stage : escapes_) escapes.raw(stage.bytes());
  return {};
}

Status TileCoder::decode(std::span<const OutputView> outputs, Schedule schedule, ByteReader& escapes) {
  watch_.restart();
  const int stages = static_cast<int>(plan_.stages.size());
  const std::vector<CodingStep> steps = encoding_steps(schedule, static_cast<int>(plan_.latents.size()));
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    switch (step->kind) {
      case Kind::Tail: BITSWAP_TRY(pop_stages(plan_.tail_begin, stages, escapes)); break;
      case Kind::Likelihood: BITSWAP_TRY(pop_stages(0, plan_.tail_begin, escapes)); break;
      case Kind::Posterior: BITSWAP_TRY(push(plan_.latents[step->latent].posterior, nullptr)); break;
      case Kind::Prior:
        BITSWAP_TRY(pop(plan_.latents[step->latent].prior, false));
        BITSWAP_TRY(check_lanes());
        break;
    }
  }
  for (std::size_t p = 0; p < plan_.planes.size(); ++p) {
    const PlaneSpec& spec = plan_.planes[p];
    if (spec.origin != Origin::Input) continue;
    store_plane(spec, memory_->planes[p], valid_[p], kGreyPlane, outputs[spec.input], spare_);
  }
  watch_.add_to(&CodecTimes::planes);
  return {};
}

Status TileCoder::check_lanes() const {
  for (const AnsLane& lane : lanes_) {
    if (lane.underflow()) return damaged();
  }
  return {};
}

}  // namespace bitswap
