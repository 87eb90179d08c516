// Walks positions, builds distributions, and pushes or pops.
#include "engine/codec/stage_coder.h"

#include "engine/coder/code_length.h"

namespace bitswap {
namespace {

Interval interval_of(const DistributionTables& tables, const SampleDistribution& d, int value) {
  const std::uint32_t start = cumulative(tables, d, value);
  return {start, cumulative(tables, d, value + 1) - start};
}

}  // namespace

/// Walks the samples of one colour in coding order.
struct PixelStageCoder::Cursor {
  Cursor(const PixelStageCoder& coder, RowRange rows) : coder(coder), rows(rows), y(rows.begin) { settle(); }
  void next() {
    if (++x < coder.valid_[component].width) return;
    x = 0;
    ++y;
    settle();
  }
  /// Goes on to the next component when this one has no more rows for the lane.
  void settle() {
    const int components = static_cast<int>(coder.valid_.size());
    while (component < components && (y >= static_cast<int>(rows.end) || y >= coder.valid_[component].height ||
                                      coder.valid_[component].width == 0)) {
      ++component;
      y = static_cast<int>(rows.begin);
    }
  }
  [[nodiscard]] std::size_t position() const { return static_cast<std::size_t>(y) * coder.grid_.width + x; }
  [[nodiscard]] std::size_t slot() const { return coder.grid_.size() * component + position(); }

  const PixelStageCoder& coder;
  RowRange rows;
  int component = 0;
  int y;
  int x = 0;
};

PixelStageCoder::PixelStageCoder(const Model& model, const TileGeometry& geometry, int stage,
                                 std::vector<std::int16_t> head, std::vector<Guess> guesses, int colours)
    : model_(model),
      stage_(model.plan.stages[stage]),
      layout_{model.config().mixtures, model.config().colour_coupling},
      grid_(geometry.stage_grid(stage_)),
      coarse_(stage == 0 ? geometry.latent[0] : grid_),
      pool_(stage == 0 ? model.plan.latents[0].pool : 1),
      colours_(colours),
      tile_width_(geometry.level[0].width),
      head_(std::move(head)),
      guesses_(std::move(guesses)) {
  for (const Component component : stage_.components) {
    valid_.push_back(geometry.valid(stage_, component));
    places_.push_back(component_place(stage_, component));
  }
  const std::size_t slots = grid_.size() * stage_.components.size();
  if (colours_ > 1 && layout_.coupling) {
    error_g_.resize(slots);
    error_r_.resize(slots);
  }
  if (colours_ > 1 && layout_.mixtures > 1) weight_.resize(slots);
}

std::size_t PixelStageCoder::count(RowRange rows) const {
  std::size_t n = 0;
  for (const Grid& valid : valid_) {
    const int end = std::min<int>(static_cast<int>(rows.end), valid.height);
    if (end > static_cast<int>(rows.begin))
      n += static_cast<std::size_t>(end - static_cast<int>(rows.begin)) * valid.width;
  }
  return n;
}

SampleDistribution PixelStageCoder::distribution(int step, const Cursor& at) const {
  const int colour = kColourOrder[step];
  const int head_size = layout_.size() * static_cast<int>(valid_.size());
  const std::int16_t* h =
      head_.data() + head_index(coarse_, pool_, head_size, at.x, at.y) + layout_.size() * at.component;
  std::int32_t mean =
      guesses_[at.component][grid_.size() * colour + at.position()] + mean_correction(h[layout_.mean(colour)]);
  if (layout_.coupling && step > 0) {
    mean += coupled(h[layout_.coefficient(step - 1)], error_g_[at.slot()]);
    if (step == 2) mean += coupled(h[layout_.coefficient(2)], error_r_[at.slot()]);
  }
  SampleDistribution d{};
  d.mean = clamp_mean(mean);
  d.scale[0] = static_cast<std::uint8_t>(scale_index(h[layout_.scale(0, colour)]));
  d.weight = kWeightOne;
  if (layout_.mixtures > 1) {
    d.scale[1] = static_cast<std::uint8_t>(scale_index(h[layout_.scale(1, colour)]));
    d.weight = step == 0 ? model_.tables.weight[weight_index(h[layout_.logit()])] : weight_[at.slot()];
  }
  return d;
}

void PixelStageCoder::observe(int step, const Cursor& at, const SampleDistribution& d, int value) {
  if (colours_ == 1 || step == 2) return;
  if (layout_.coupling) (step == 0 ? error_g_ : error_r_)[at.slot()] = static_cast<std::int16_t>(16 * value - d.mean);
  if (layout_.mixtures > 1) weight_[at.slot()] = updated_weight(model_.tables, d, value);
}

double PixelStageCoder::push(AnsLane& lane, RowRange rows, const std::vector<Planes>& components,
                             std::vector<float>* heat) {
  const std::size_t n = count(rows);
  intervals_.resize(n * colours_);
  double bits = 0;
  for (int step = 0; step < colours_; ++step) {
    Cursor at(*this, rows);
    for (std::size_t i = 0; i < n; ++i, at.next()) {
      const SampleDistribution d = distribution(step, at);
      const int value = components[at.component].plane(kColourOrder[step])[at.position()];
      const Interval interval = interval_of(model_.tables, d, value);
      const float cost = ideal_bits(interval.freq);
      bits += cost;
      if (heat != nullptr) {
        const ComponentPlace& place = places_[at.component];
        (*heat)[static_cast<std::size_t>(place.y0 + at.y * place.step) * tile_width_ + place.x0 + at.x * place.step] +=
            cost;
      }
      intervals_[n * step + i] = interval;
      observe(step, at, d, value);
    }
  }
  for (int step = colours_ - 1; step >= 0; --step) {
    push_block(lane, n, [&](std::size_t i) { return intervals_[n * step + i]; });
  }
  return bits;
}

void PixelStageCoder::pop(AnsLane& lane, RowRange rows, std::vector<Planes>& components) {
  const std::size_t n = count(rows);
  for (int step = 0; step < colours_; ++step) {
    Cursor at(*this, rows);
    pop_block(lane, n, [&](std::size_t, std::uint32_t slot) {
      const SampleDistribution d = distribution(step, at);
      const int value = find_value(model_.tables, d, slot);
      Planes& planes = components[at.component];
      planes.plane(kColourOrder[step])[at.position()] = static_cast<std::uint8_t>(value);
      if (colours_ == 1) {
        planes.plane(0)[at.position()] = static_cast<std::uint8_t>(value);
        planes.plane(2)[at.position()] = static_cast<std::uint8_t>(value);
      }
      observe(step, at, d, value);
      at.next();
      return interval_of(model_.tables, d, value);
    });
  }
}

LatentCoder::LatentCoder(const Model& model, Grid grid, Grid coarse, int pool, std::vector<std::int16_t> head,
                         Guess guess)
    : model_(model),
      layout_{model.config().latent_channels},
      grid_(grid),
      coarse_(coarse),
      pool_(pool),
      head_(std::move(head)),
      guess_(std::move(guess)) {}

LatentCoder::LatentCoder(const Model& model, Grid grid)
    : model_(model), layout_{model.config().latent_channels}, grid_(grid), coarse_(grid) {}

SampleDistribution LatentCoder::distribution(int channel, int y, int x) const {
  SampleDistribution d{};
  d.weight = kWeightOne;
  if (head_.empty()) {
    d.mean = model_.prior_mean[channel];
    d.scale[0] = model_.prior_scale[channel];
    return d;
  }
  const std::int16_t* h = head_.data() + head_index(coarse_, pool_, layout_.size(), x, y);
  const std::size_t position = (static_cast<std::size_t>(channel) * grid_.height + y) * grid_.width + x;
  d.mean = clamp_mean(guess_[position] + mean_correction(h[layout_.mean(channel)]));
  d.scale[0] = static_cast<std::uint8_t>(scale_index(h[layout_.scale(channel)]));
  return d;
}

double LatentCoder::push(AnsLane& lane, RowRange rows, const Planes& latent) {
  intervals_.clear();
  double bits = 0;
  for (int c = 0; c < latent.channels; ++c) {
    for (int y = static_cast<int>(rows.begin); y < static_cast<int>(rows.end); ++y) {
      for (int x = 0; x < grid_.width; ++x) {
        const int value = latent.plane(c)[static_cast<std::size_t>(y) * grid_.width + x];
        intervals_.push_back(interval_of(model_.tables, distribution(c, y, x), value));
        bits += ideal_bits(intervals_.back().freq);
      }
    }
  }
  push_block(lane, intervals_.size(), [&](std::size_t i) { return intervals_[i]; });
  return bits;
}

double LatentCoder::pop(AnsLane& lane, RowRange rows, Planes& latent) {
  const std::size_t row_count = rows.end - rows.begin;
  const std::size_t in_channel = row_count * grid_.width;
  double bits = 0;
  pop_block(lane, in_channel * latent.channels, [&](std::size_t i, std::uint32_t slot) {
    const int c = static_cast<int>(i / in_channel);
    const int y = static_cast<int>(rows.begin + i % in_channel / grid_.width);
    const int x = static_cast<int>(i % grid_.width);
    const SampleDistribution d = distribution(c, y, x);
    const int value = find_value(model_.tables, d, slot);
    latent.plane(c)[static_cast<std::size_t>(y) * grid_.width + x] = static_cast<std::uint8_t>(value);
    const Interval interval = interval_of(model_.tables, d, value);
    bits += ideal_bits(interval.freq);
    return interval;
  });
  return bits;
}

}  // namespace bitswap
