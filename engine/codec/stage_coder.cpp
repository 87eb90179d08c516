// Walks positions, builds distributions, and pushes or pops.
#include "engine/codec/stage_coder.h"

#include "engine/codec/head_planes.h"
#include "engine/coder/code_length.h"

namespace bitswap {
namespace {

/// All outputs of a head for row y of a grid. With pooling the columns of the squares lie apart.
void split_row(std::span<const std::int16_t> head, Grid coarse, int pool, int head_size, int first, int outputs, int y,
               int width, std::int16_t* to, std::size_t to_stride) {
  for (int phase = 0; phase < pool && phase < width; ++phase) {
    split_heads(head.data() + head_index(coarse, pool, head_size, phase, y) + first,
                static_cast<std::size_t>(head_size) * pool * pool,
                static_cast<std::size_t>((width - phase + pool - 1) / pool), outputs, to + phase, to_stride, pool);
  }
}

}  // namespace

void SampleBuffers::fit(std::size_t n, int head_outputs, int width) {
  const auto at_least = [](auto& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
  };
  stride = n + kKernelPadding;
  at_least(heads, stride * head_outputs);
  at_least(guess, width + kKernelPadding);
  at_least(mean, stride);
  for (auto& buffer : scale) at_least(buffer, stride);
  at_least(weight, stride);
  at_least(values, stride);
  for (auto& buffer : error) at_least(buffer, stride);
}

void SampleBuffers::fit_intervals(std::size_t n) {
  if (intervals.size() < n) intervals.resize(n);
}

PixelStageCoder::PixelStageCoder(const Model& model, const SampleKernels& kernels, const TileGeometry& geometry,
                                 int stage, int colours, std::span<const std::int16_t> head,
                                 const std::vector<Guess>& guesses, SampleBuffers& buffers)
    : model_(model),
      kernels_(kernels),
      stage_(model.plan.stages[stage]),
      layout_{model.config().mixtures, model.config().colour_coupling},
      grid_(geometry.stage_grid(stage_)),
      coarse_(stage == 0 ? geometry.latent[0] : grid_),
      pool_(stage == 0 ? model.plan.latents[0].pool : 1),
      colours_(colours),
      components_(static_cast<int>(stage_.components.size())),
      tile_width_(geometry.level[0].width),
      head_(head),
      guesses_(guesses),
      buffers_(buffers) {
  for (int k = 0; k < components_; ++k) valid_[k] = geometry.valid(stage_, stage_.components[k]);
}

template <typename Body>
std::size_t PixelStageCoder::for_rows(RowRange rows, Body&& body) const {
  std::size_t i = 0;
  for (int k = 0; k < components_; ++k) {
    const int end = std::min(static_cast<int>(rows.end), valid_[k].height);
    for (int y = static_cast<int>(rows.begin); y < end; ++y, i += valid_[k].width) body(k, y, i);
  }
  return i;
}

void PixelStageCoder::load_heads(int component, int y, std::size_t i) {
  const int width = valid_[component].width;
  const int size = layout_.size();
  split_row(head_, coarse_, pool_, size * components_, size * component, size, y, width, buffers_.head(0) + i,
            buffers_.stride);
  if (!mixture()) return;
  const std::int16_t* const logit = buffers_.head(layout_.logit()) + i;
  for (int x = 0; x < width; ++x) buffers_.weight[i + x] = model_.tables.weight[weight_index(logit[x])];
}

void PixelStageCoder::prepare(int step, int component, int y, std::size_t i) {
  const int colour = kColourOrder[step];
  const auto width = static_cast<std::size_t>(valid_[component].width);
  SampleBuffers& b = buffers_;
  std::copy_n(guesses_[component].data() + grid_.size() * colour + static_cast<std::size_t>(y) * grid_.width, width,
              b.guess.data());
  HeadRow row;
  row.guess = b.guess.data();
  row.mean = b.head(layout_.mean(colour)) + i;
  for (int m = 0; m < layout_.mixtures; ++m) row.scale[m] = b.head(layout_.scale(m, colour)) + i;
  if (layout_.coupling) {
    for (int k = 0; k < step; ++k) {
      row.coefficient[k] = b.head(layout_.coefficient(step - 1 + k)) + i;
      row.error[k] = &b.error[k][i];
    }
  }
  kernels_.distributions(row, width, &b.mean[i], &b.scale[0][i], &b.scale[1][i]);
}

void PixelStageCoder::observe(int step, std::size_t n) {
  if (colours_ == 1 || step == 2 || !layout_.coupling) return;
  std::int16_t* const error = buffers_.error[step].data();
  const std::uint8_t* const values = buffers_.values.data();
  const std::int16_t* const mean = buffers_.mean.data();
  for (std::size_t i = 0; i < n; ++i) error[i] = static_cast<std::int16_t>(16 * values[i] - mean[i]);
}

void PixelStageCoder::add_heat(int component, int y, const PackedInterval* intervals, std::vector<float>& heat) const {
  const ComponentPlace place = component_place(stage_, stage_.components[component]);
  float* const row = heat.data() + static_cast<std::size_t>(place.y0 + y * place.step) * tile_width_ + place.x0;
  for (int x = 0; x < valid_[component].width; ++x) row[x * place.step] += ideal_bits(intervals[x].freq);
}

double PixelStageCoder::push(AnsLane& lane, RowRange rows, const std::vector<Planes>& components,
                             std::vector<float>* heat) {
  // Row by row, all colours of a row in turn, so that everything but the intervals stays near the processor.
  const std::size_t n = for_rows(rows, [](int, int, std::size_t) {});
  const std::size_t pass = n + kKernelPadding;
  buffers_.fit(grid_.width, layout_.size(), grid_.width);
  buffers_.fit_intervals(pass * colours_);
  for_rows(rows, [&](int component, int y, std::size_t i) {
    const auto width = static_cast<std::size_t>(valid_[component].width);
    load_heads(component, y, 0);
    for (int step = 0; step < colours_; ++step) {
      prepare(step, component, y, 0);
      const std::uint8_t* from = components[component].plane(kColourOrder[step]);
      std::copy_n(from + static_cast<std::size_t>(y) * grid_.width, width, buffers_.values.data());
      PackedInterval* const intervals = buffers_.intervals.data() + pass * step + i;
      kernels_.intervals(model_.tables, buffers_.row(mixture()), buffers_.values.data(), width, intervals,
                         mixture() && step < 2 ? buffers_.weight.data() : nullptr);
      if (heat != nullptr) add_heat(component, y, intervals, *heat);
      observe(step, width);
    }
  });
  double bits = 0;
  for (int step = colours_ - 1; step >= 0; --step) {
    const std::span<const PackedInterval> intervals(buffers_.intervals.data() + pass * step, n);
    push_samples(kernels_, lane, intervals.data(), n);
    bits += ideal_bits(intervals);
  }
  return bits;
}

void PixelStageCoder::pop(AnsLane& lane, RowRange rows, std::vector<Planes>& components) {
  const std::size_t n = for_rows(rows, [](int, int, std::size_t) {});
  buffers_.fit(n, layout_.size(), grid_.width);
  for_rows(rows, [&](int component, int y, std::size_t i) { load_heads(component, y, i); });
  for (int step = 0; step < colours_; ++step) {
    for_rows(rows, [&](int component, int y, std::size_t i) { prepare(step, component, y, i); });
    pop_samples(kernels_, lane, model_.tables, buffers_.row(mixture()), n, buffers_.values.data(),
                mixture() && step < 2 ? buffers_.weight.data() : nullptr);
    for_rows(rows, [&](int component, int y, std::size_t i) {
      for (int colour = 0; colour < 3; ++colour) {
        if (colours_ == 3 && colour != kColourOrder[step]) continue;
        std::uint8_t* to = components[component].plane(colour) + static_cast<std::size_t>(y) * grid_.width;
        std::copy_n(&buffers_.values[i], valid_[component].width, to);
      }
    });
    observe(step, n);
  }
}

LatentCoder::LatentCoder(const Model& model, const SampleKernels& kernels, Grid grid, Grid coarse, int pool,
                         std::span<const std::int16_t> head, const Guess& guess, SampleBuffers& buffers)
    : model_(model),
      kernels_(kernels),
      layout_{model.config().latent_channels},
      grid_(grid),
      coarse_(coarse),
      pool_(pool),
      head_(head),
      guess_(guess),
      buffers_(buffers) {}

void LatentCoder::prepare(RowRange rows) {
  SampleBuffers& b = buffers_;
  const std::size_t count = in_channel(rows);
  b.fit(count * layout_.channels, layout_.size(), grid_.width);
  b.fit_intervals(b.stride);
  const int begin = static_cast<int>(rows.begin), end = static_cast<int>(rows.end);
  const auto width = static_cast<std::size_t>(grid_.width);
  if (!head_.empty()) {
    for (int y = begin; y < end; ++y) {
      split_row(head_, coarse_, pool_, layout_.size(), 0, layout_.size(), y, grid_.width,
                b.head(0) + width * (y - begin), b.stride);
    }
  }
  for (int c = 0; c < layout_.channels; ++c) {
    const std::size_t channel = count * c;
    if (head_.empty()) {
      std::fill_n(&b.mean[channel], count, model_.prior_mean[c]);
      std::fill_n(&b.scale[0][channel], count, model_.prior_scale[c]);
      continue;
    }
    for (int y = begin; y < end; ++y) {
      const std::size_t row = width * (y - begin);
      std::copy_n(guess_.data() + (static_cast<std::size_t>(c) * grid_.height + y) * width, width, b.guess.data());
      HeadRow head;
      head.guess = b.guess.data();
      head.mean = b.head(layout_.mean(c)) + row;
      head.scale[0] = b.head(layout_.scale(c)) + row;
      kernels_.distributions(head, width, &b.mean[channel + row], &b.scale[0][channel + row], nullptr);
    }
  }
}

double LatentCoder::measure(std::size_t n) {
  kernels_.intervals(model_.tables, buffers_.row(false), buffers_.values.data(), n, buffers_.intervals.data(), nullptr);
  return ideal_bits(std::span(buffers_.intervals).first(n));
}

double LatentCoder::push(AnsLane& lane, RowRange rows, const Planes& latent) {
  prepare(rows);
  const std::size_t count = in_channel(rows);
  for (int c = 0; c < latent.channels; ++c) {
    std::copy_n(latent.plane(c) + static_cast<std::size_t>(rows.begin) * grid_.width, count,
                buffers_.values.data() + count * c);
  }
  const double bits = measure(count * latent.channels);
  push_samples(kernels_, lane, buffers_.intervals.data(), count * latent.channels);
  return bits;
}

double LatentCoder::pop(AnsLane& lane, RowRange rows, Planes& latent) {
  prepare(rows);
  const std::size_t count = in_channel(rows);
  pop_samples(kernels_, lane, model_.tables, buffers_.row(false), count * latent.channels, buffers_.values.data(),
              nullptr);
  for (int c = 0; c < latent.channels; ++c) {
    std::copy_n(buffers_.values.data() + count * c, count,
                latent.plane(c) + static_cast<std::size_t>(rows.begin) * grid_.width);
  }
  return measure(count * latent.channels);
}

}  // namespace bitswap
