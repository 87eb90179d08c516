// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments and order of the kernels of a wave.
#include "engine/codec/cuda/wave_coder.h"

namespace bitswap::cuda {
namespace {

using Kind = CodingStep::Kind;

constexpr std::uint64_t kAlignment = 256;

template <typename T>
T* take(std::uint8_t*& at, std::uint64_t count) {
  T* const result = reinterpret_cast<T*>(at);
  at += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  return result;
}

}  // namespace

WaveCoder::WaveCoder(const DeviceModel& model, const Batch& batch, std::size_t wave_number, std::uint8_t* base,
                     Stream stream)
    : model_(model), plan_(model.plan()), sums_(batch.sums[wave_number]), stream_(stream) {
  const BatchLayout& layout = batch.layout;
  const std::size_t segments = batch.tile_of.size();
  wave_.tiles = reinterpret_cast<const Tile*>(base + layout.tiles) + batch.wave_begin[wave_number];
  wave_.tile_count = static_cast<std::int32_t>(batch.wave_begin[wave_number + 1] - batch.wave_begin[wave_number]);
  wave_.lane_count = static_cast<std::int32_t>(batch.lanes.size());
  wave_.segment_tile = reinterpret_cast<const std::int32_t*>(base + layout.segment_tile) + wave_number * segments;
  wave_.pixels = base + layout.pixels;
  wave_.words = reinterpret_cast<std::uint32_t*>(base + layout.words);
  wave_.lanes = reinterpret_cast<Lane*>(base + layout.lanes);
  wave_.ledger = reinterpret_cast<unsigned long long*>(base + layout.ledger);
  wave_.cost = model.cost();
  wave_.tables = model.tables();

  std::uint8_t* at = base + layout.latents;
  for (int i = 0; i < static_cast<int>(plan_.latents.size()); ++i) {
    arrays_.latents.push_back(take<std::uint8_t>(at, sums(latent_grid(plan_, i)).positions * plan_.latent_channels));
  }
  arrays_.network.input = reinterpret_cast<std::int8_t*>(base + layout.input);
  for (int k = 0; k < 2; ++k) {
    arrays_.network.features[k] = reinterpret_cast<std::int8_t*>(base + layout.features[k]);
  }
  arrays_.network.head = reinterpret_cast<std::int16_t*>(base + layout.head);
  arrays_.intervals = reinterpret_cast<std::uint32_t*>(base + layout.symbols);
}

void WaveCoder::run(int network, int grid) {
  model_.run(stream_, network, wave_.tiles, static_cast<std::size_t>(wave_.tile_count), grid, sums(grid),
             arrays_.network);
}

StageArgs WaveCoder::stage(int s) {
  const ComponentStage& spec = plan_.stages[static_cast<std::size_t>(s)];
  StageArgs args{};
  const Component first = spec.components.front();
  args.order.kind = first == Component::A ? kKindA : (first == Component::D ? kKindD : kKindBC);
  args.order.level = spec.level;
  args.order.grid = s == 0 ? level_grid(spec.level) : level_grid(spec.level + 1);
  args.coarse = s == 0 ? latent_grid(plan_, 0) : args.order.grid;
  args.pool = s == 0 ? plan_.latents[0].pool : 1;
  args.mixtures = plan_.head.mixtures;
  args.coupling = plan_.head.coefficients ? 1 : 0;
  args.head_size = plan_.head.size();
  args.levels = plan_.levels;
  args.head = arrays_.network.head;
  args.z1 = arrays_.latents[0];
  args.z1_grid = latent_grid(plan_, 0);
  args.z1_channels = plan_.latent_channels;
  args.z1_pool = plan_.latents[0].pool;
  args.sees_latent = spec.sees_latent ? 1 : 0;
  args.ledger_row = static_cast<std::uint32_t>(s);

  const NetworkSpec& network = plan_.networks[static_cast<std::size_t>(spec.network)];
  const InputArgs input{arrays_.network.input, words_of(network.in())};
  if (s == 0) {
    start_latent_input(stream_, chunks(args.coarse), wave_, args.z1, args.coarse, args.z1_channels, args.coarse, 1,
                       input);
  } else {
    start_stage_input(stream_, chunks(args.order.grid), wave_, args, input);
  }
  run(spec.network, args.coarse);
  return args;
}

LatentArgs WaveCoder::posterior(int i) {
  const ComponentLatent& spec = plan_.latents[static_cast<std::size_t>(i)];
  const int grid = latent_grid(plan_, i), channels = plan_.latent_channels;
  LatentArgs args{};
  args.order = {kKindLatent, 0, grid, channels};
  args.coarse = grid;
  args.pool = 1;
  args.head = arrays_.network.head;
  args.guess = i == 0 ? kGuessPixels : kGuessFiner;
  args.levels = plan_.levels;
  args.other = i == 0 ? nullptr : arrays_.latents[static_cast<std::size_t>(i) - 1];
  args.other_grid = i == 0 ? level_grid(plan_.levels) : latent_grid(plan_, i - 1);
  args.other_pool = spec.pool;
  args.samples = arrays_.latents[static_cast<std::size_t>(i)];
  args.ledger_row = static_cast<std::uint32_t>(plan_.stages.size()) + static_cast<std::uint32_t>(i);

  const NetworkSpec& network = plan_.networks[static_cast<std::size_t>(spec.posterior)];
  const InputArgs input{arrays_.network.input, words_of(network.in())};
  if (i == 0) {
    start_seen_input(stream_, chunks(grid), wave_, {plan_.latent_stages, plan_.levels, grid, spec.pool}, input);
  } else {
    start_latent_input(stream_, chunks(grid), wave_, args.other, args.other_grid, channels, grid, spec.pool, input);
  }
  run(spec.posterior, grid);
  return args;
}

LatentArgs WaveCoder::prior(int i) {
  const int grid = latent_grid(plan_, i), channels = plan_.latent_channels;
  LatentArgs args{};
  args.order = {kKindLatent, 0, grid, channels};
  args.samples = arrays_.latents[static_cast<std::size_t>(i)];
  args.ledger_row =
      static_cast<std::uint32_t>(plan_.stages.size() + plan_.latents.size()) + static_cast<std::uint32_t>(i);
  if (i + 1 == static_cast<int>(plan_.latents.size())) {
    args.prior_mean = model_.prior_mean();
    args.prior_scale = model_.prior_scale();
    return args;
  }
  const ComponentLatent& above = plan_.latents[static_cast<std::size_t>(i) + 1];
  args.coarse = latent_grid(plan_, i + 1);
  args.pool = above.pool;
  args.head = arrays_.network.head;
  args.guess = kGuessCoarser;
  args.other = arrays_.latents[static_cast<std::size_t>(i) + 1];
  args.other_grid = args.coarse;
  args.other_pool = above.pool;
  const NetworkSpec& network = plan_.networks[static_cast<std::size_t>(above.generative)];
  start_latent_input(stream_, chunks(args.coarse), wave_, args.other, args.coarse, channels, args.coarse, 1,
                     {arrays_.network.input, words_of(network.in())});
  run(above.generative, args.coarse);
  return args;
}

void WaveCoder::push(const StageArgs& args) {
  start_stage_intervals(stream_, chunks(args.order.grid), wave_, args, arrays_.intervals);
  start_push(stream_, wave_, args.order, arrays_.intervals);
}

void WaveCoder::push(const LatentArgs& args) {
  start_latent_intervals(stream_, chunks(args.order.grid), wave_, args, arrays_.intervals);
  start_push(stream_, wave_, args.order, arrays_.intervals);
}

void WaveCoder::pop(const StageArgs& args) {
  const std::uint64_t slots = sums(args.order.grid).positions * (args.order.kind == kKindBC ? 2 : 1);
  auto* at = reinterpret_cast<std::uint8_t*>(arrays_.intervals);
  ColourArrays kept{};
  kept.error_g = take<std::int16_t>(at, slots);
  kept.error_r = take<std::int16_t>(at, slots);
  kept.weight = at;
  start_pop_stage(stream_, wave_, args, kept);
}

void WaveCoder::encode(Schedule schedule) {
  const int stages = static_cast<int>(plan_.stages.size());
  for (const CodingStep& step : encoding_steps(schedule, static_cast<int>(plan_.latents.size()))) {
    switch (step.kind) {
      case Kind::Tail:
        for (int s = stages - 1; s >= plan_.tail_begin; --s) push(stage(s));
        break;
      case Kind::Likelihood:
        for (int s = plan_.tail_begin - 1; s >= 0; --s) push(stage(s));
        break;
      case Kind::Posterior: start_pop_latent(stream_, wave_, posterior(step.latent)); break;
      case Kind::Prior: push(prior(step.latent)); break;
    }
  }
}

void WaveCoder::decode(Schedule schedule) {
  const int stages = static_cast<int>(plan_.stages.size());
  const std::vector<CodingStep> steps = encoding_steps(schedule, static_cast<int>(plan_.latents.size()));
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    switch (step->kind) {
      case Kind::Tail:
        for (int s = plan_.tail_begin; s < stages; ++s) pop(stage(s));
        break;
      case Kind::Likelihood:
        for (int s = 0; s < plan_.tail_begin; ++s) pop(stage(s));
        break;
      case Kind::Posterior: push(posterior(step->latent)); break;
      case Kind::Prior: start_pop_latent(stream_, wave_, prior(step->latent)); break;
    }
  }
}

}  // namespace bitswap::cuda
