// SPDX-License-Identifier: GPL-3.0-or-later
// Walks positions, builds distributions, and pushes or pops.
#include "engine/codec/host/conditional_coder.h"

#include <algorithm>

#include "engine/codec/host/head_planes.h"
#include "engine/coder/code_length.h"
#include "engine/coder/colour_order.h"
#include "engine/model/units.h"

namespace bitswap {

void SymbolBuffers::fit(std::size_t heads_length, int head_outputs, std::size_t n, int width) {
  const auto at_least = [](auto& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
  };
  stride = heads_length + kKernelPadding;
  at_least(heads, stride * head_outputs);
  at_least(guess, width + kKernelPadding);
  at_least(mean, n + kKernelPadding);
  for (auto& buffer : scale) at_least(buffer, n + kKernelPadding);
  at_least(weight, n + kKernelPadding);
  at_least(values, n + kKernelPadding);
  for (auto& buffer : error) at_least(buffer, n + kKernelPadding);
}

ConditionalCoder::ConditionalCoder(const ConditionalJob& job, SymbolBuffers& buffers)
    : job_(job),
      conditional_(*job.conditional),
      layout_(job.conditional->head),
      coarse_(job.tile->grids[job.conditional->grid]),
      buffers_(buffers) {}

template <typename Body>
std::size_t ConditionalCoder::for_rows(RowRange rows, Body&& body) const {
  std::size_t index = 0;
  const int step = conditional_.parity < 0 ? 1 : 2;
  for (std::size_t k = 0; k < job_.targets.size(); ++k) {
    const Grid valid = job_.targets[k].valid;
    const int end = std::min(static_cast<int>(rows.end), valid.height);
    for (int y = static_cast<int>(rows.begin); y < end; ++y) {
      const int first = conditional_.parity < 0 ? 0 : (y + conditional_.parity) % 2;
      const int count = std::max(0, (valid.width - first + step - 1) / step);
      const Row row{static_cast<int>(k), y, first, step, static_cast<std::size_t>(count), index};
      index += row.count;
      if (row.count > 0) body(row);
    }
  }
  return index;
}

std::size_t ConditionalCoder::positions(RowRange rows) const {
  return for_rows(rows, [](const Row&) {});
}

std::size_t ConditionalCoder::interval_count(RowRange rows) const {
  const std::size_t n = positions(rows);
  return colours() ? (n + kKernelPadding) * steps() : n * steps() + kKernelPadding;
}

void ConditionalCoder::load_heads(const Row& row, std::size_t at) {
  const int pool = conditional_.pool, size = layout_.size();
  const std::size_t target_stride = static_cast<std::size_t>(size);
  const std::size_t targets = job_.targets.size();
  const std::size_t position = target_stride * targets * pool * pool;  // outputs of a position of the network
  const std::int16_t* const line = job_.head.data() + static_cast<std::size_t>(row.y / pool) * coarse_.width * position;
  if (pool == 1) {
    split_heads(line + row.first * position + target_stride * row.target, position * row.step, row.count, size,
                buffers_.head(0) + at, buffers_.stride, 1);
    return;
  }
  // The columns of the squares lie apart.
  const int width = static_cast<int>(row.count);
  for (int phase = 0; phase < pool && phase < width; ++phase) {
    const std::size_t square = static_cast<std::size_t>(row.y % pool) * pool + phase;
    split_heads(line + square * target_stride * targets + target_stride * row.target, position,
                static_cast<std::size_t>((width - phase + pool - 1) / pool), size, buffers_.head(0) + at + phase,
                buffers_.stride, pool);
  }
}

void ConditionalCoder::load_weights(int channel, const Row& row, std::size_t from, std::size_t to) {
  const std::int16_t* const logit = buffers_.head(layout_.logit(channel)) + from;
  std::uint8_t* const weight = buffers_.weight.data() + to;
  for (std::size_t i = 0; i < row.count; ++i) weight[i] = job_.model->tables.weight[weight_index(logit[i])];
}

void ConditionalCoder::load_guesses(int channel, const Row& row) {
  const GuessPlanes& guesses = job_.guesses[row.target];
  const std::int16_t* const from = guesses.mean.data() + guesses.at(channel, row.y) + row.first;
  std::int16_t* const to = buffers_.guess.data();
  if (!job_.targets[row.target].planes->coefficients()) {
    std::copy_n(from, row.count, to);
    return;
  }
  for (std::size_t i = 0; i < row.count; ++i) {
    const int guess = from[i * row.step];
    to[i] = static_cast<std::int16_t>(guess - 16 * base_of(guess) + 128 * 16);
  }
}

void ConditionalCoder::scale_heads(int channel, const Row& row, std::size_t at) {
  if (conditional_.units == Units::Value) return;
  std::int16_t* const mean = buffers_.head(layout_.mean(channel)) + at;
  const auto for_scales = [&](auto&& body) {
    for (int m = 0; m < layout_.mixtures; ++m) body(buffers_.head(layout_.scale(m, channel)) + at);
  };
  if (conditional_.units == Units::Step) {
    const StepUnits units =
        step_units(step_of(*job_.tile, conditional_, conditional_.targets[row.target].plane, channel));
    for (std::size_t i = 0; i < row.count; ++i) mean[i] = step_mean(mean[i], units);
    for_scales([&](std::int16_t* scale) {
      for (std::size_t i = 0; i < row.count; ++i) scale[i] = step_scale(scale[i], units);
    });
    return;
  }
  const GuessPlanes& guesses = job_.guesses[row.target];
  const std::uint16_t* const spread = guesses.spread.data() + guesses.at(channel, row.y) + row.first;
  for (std::size_t i = 0; i < row.count; ++i) mean[i] = spread_mean(mean[i], spread[i * row.step]);
  for_scales([&](std::int16_t* scale) {
    for (std::size_t i = 0; i < row.count; ++i) scale[i] = spread_scale(scale[i], spread[i * row.step]);
  });
}

void ConditionalCoder::load_values(int channel, const Row& row, std::uint8_t* to) const {
  const Planes& planes = *job_.targets[row.target].planes;
  if (!planes.coefficients()) {
    std::copy_n(planes.bytes(channel, row.y), row.count, to);
    return;
  }
  const GuessPlanes& guesses = job_.guesses[row.target];
  const std::int16_t* const guess = guesses.mean.data() + guesses.at(channel, row.y) + row.first;
  const std::int16_t* const from = planes.wide(channel, row.y) + row.first;
  for (std::size_t i = 0; i < row.count; ++i) {
    const int distance = from[i * row.step] - base_of(guess[i * row.step]);
    to[i] = static_cast<std::uint8_t>(128 + std::clamp(distance, -128, 127));
  }
}

void ConditionalCoder::store_values(int channel, const Row& row, const std::uint8_t* from) const {
  Planes& planes = *job_.targets[row.target].planes;
  if (!planes.coefficients()) {
    std::copy_n(from, row.count, planes.bytes(channel, row.y));
    return;
  }
  const GuessPlanes& guesses = job_.guesses[row.target];
  const std::int16_t* const guess = guesses.mean.data() + guesses.at(channel, row.y) + row.first;
  std::int16_t* const to = planes.wide(channel, row.y) + row.first;
  for (std::size_t i = 0; i < row.count; ++i) {
    to[i * row.step] = static_cast<std::int16_t>(base_of(guess[i * row.step]) + from[i] - 128);
  }
}

void ConditionalCoder::prepare_colour(int step, const Row& row, std::size_t at) {
  const int colour = plane_of_step(step);
  SymbolBuffers& b = buffers_;
  load_guesses(colour, row);
  HeadRow head;
  head.guess = b.guess.data();
  head.mean = b.head(layout_.mean(colour)) + at;
  for (int m = 0; m < layout_.mixtures; ++m) head.scale[m] = b.head(layout_.scale(m, colour)) + at;
  if (layout_.coefficients) {
    for (int k = 0; k < step; ++k) {
      head.coefficient[k] = b.head(layout_.coefficient(coefficient_of_step(step, k))) + at;
      head.error[k] = &b.error[k][at];
    }
  }
  job_.kernels->distributions(head, row.count, &b.mean[at], &b.scale[0][at], &b.scale[1][at]);
}

void ConditionalCoder::observe_colour(int step, std::size_t n) {
  if (job_.grey || step == 2 || !layout_.coefficients) return;
  std::int16_t* const error = buffers_.error[step].data();
  const std::uint8_t* const values = buffers_.values.data();
  const std::int16_t* const mean = buffers_.mean.data();
  for (std::size_t i = 0; i < n; ++i) error[i] = static_cast<std::int16_t>(16 * values[i] - mean[i]);
}

void ConditionalCoder::prepare_channels(RowRange rows) {
  SymbolBuffers& b = buffers_;
  const std::size_t n = positions(rows);
  const int width = job_.targets.front().planes->grid().width;
  b.fit(n, layout_.size(), n * layout_.channels, width);
  if (!job_.head.empty()) for_rows(rows, [&](const Row& row) { load_heads(row, row.index); });
  for (int c = 0; c < layout_.channels; ++c) {
    const std::size_t channel = n * c;
    if (job_.head.empty()) {
      std::fill_n(&b.mean[channel], n, job_.model->prior_mean[c]);
      std::fill_n(&b.scale[0][channel], n, job_.model->prior_scale[c]);
      continue;
    }
    for_rows(rows, [&](const Row& row) {
      load_guesses(c, row);
      scale_heads(c, row, row.index);
      if (mixture()) load_weights(c, row, row.index, channel + row.index);
      HeadRow head;
      head.guess = b.guess.data();
      head.mean = b.head(layout_.mean(c)) + row.index;
      for (int m = 0; m < layout_.mixtures; ++m) head.scale[m] = b.head(layout_.scale(m, c)) + row.index;
      const std::size_t to = channel + row.index;
      job_.kernels->distributions(head, row.count, &b.mean[to], &b.scale[0][to], &b.scale[1][to]);
    });
  }
}

void ConditionalCoder::add_heat(const Row& row, const PackedInterval* intervals, Grid tile,
                                std::vector<float>& heat) const {
  const PlaneSpec& spec = job_.tile->plan->planes[conditional_.targets[row.target].plane];
  if (spec.origin != Origin::Input) return;
  // An input on a grid of its own is spread over that of the first.
  const GridSpec& grid = job_.tile->plan->grids[spec.grid];
  const Grid own = grid.input == 0 ? tile
                                   : Grid{job_.targets[row.target].planes->grid().width << grid.halvings,
                                          job_.targets[row.target].planes->grid().height << grid.halvings};
  const auto place = [](int at, int size, int of) {
    return size == of ? at : std::min(static_cast<int>(std::int64_t{at} * of / std::max(size, 1)), of - 1);
  };
  const int unit = 1 << spec.phase.halvings;
  float* const to =
      heat.data() +
      static_cast<std::size_t>(place(spec.phase.row + row.y * unit, own.height, tile.height)) * tile.width;
  for (std::size_t i = 0; i < row.count; ++i) {
    const int x = row.first + static_cast<int>(i) * row.step;
    to[place(spec.phase.column + x * unit, own.width, tile.width)] += ideal_bits(intervals[i].freq);
  }
}

double ConditionalCoder::measure(RowRange rows, PackedInterval* intervals, Grid tile, std::vector<float>* heat) {
  SymbolBuffers& b = buffers_;
  const std::size_t n = positions(rows);
  if (colours()) {
    // Row by row, all colours of a row in turn, so that everything but the intervals stays near the processor.
    const std::size_t pass = n + kKernelPadding;
    const auto width = static_cast<std::size_t>(job_.targets.front().planes->grid().width);
    b.fit(width, layout_.size(), width, static_cast<int>(width));
    for_rows(rows, [&](const Row& row) {
      load_heads(row, 0);
      if (mixture()) load_weights(0, row, 0, 0);
      for (int step = 0; step < steps(); ++step) {
        prepare_colour(step, row, 0);
        load_values(plane_of_step(step), row, b.values.data());
        PackedInterval* const to = intervals + pass * step + row.index;
        job_.kernels->intervals(job_.model->tables, b.row(mixture()), b.values.data(), row.count, to,
                                mixture() && step < 2 ? b.weight.data() : nullptr);
        if (heat != nullptr) add_heat(row, to, tile, *heat);
        observe_colour(step, row.count);
      }
    });
    double bits = 0;
    for (int step = steps() - 1; step >= 0; --step) bits += ideal_bits(std::span(intervals + pass * step, n));
    return bits;
  }
  prepare_channels(rows);
  for (int c = 0; c < layout_.channels; ++c) {
    for_rows(rows, [&](const Row& row) { load_values(c, row, b.values.data() + n * c + row.index); });
  }
  job_.kernels->intervals(job_.model->tables, b.row(mixture()), b.values.data(), n * layout_.channels, intervals,
                          nullptr);
  if (heat != nullptr) {
    for (int c = 0; c < layout_.channels; ++c) {
      for_rows(rows, [&](const Row& row) { add_heat(row, intervals + n * c + row.index, tile, *heat); });
    }
  }
  return ideal_bits(std::span(intervals, n * layout_.channels));
}

void ConditionalCoder::push(AnsLane& lane, RowRange rows, const PackedInterval* intervals) const {
  const std::size_t n = positions(rows);
  if (!colours()) return push_samples(*job_.kernels, lane, intervals, n * layout_.channels);
  for (int step = steps() - 1; step >= 0; --step) {
    push_samples(*job_.kernels, lane, intervals + (n + kKernelPadding) * step, n);
  }
}

double ConditionalCoder::push(AnsLane& lane, RowRange rows, Grid tile, std::vector<float>* heat) {
  const std::size_t count = interval_count(rows);
  if (buffers_.intervals.size() < count) buffers_.intervals.resize(count);
  const double bits = measure(rows, buffers_.intervals.data(), tile, heat);
  push(lane, rows, buffers_.intervals.data());
  return bits;
}

double ConditionalCoder::pop(AnsLane& lane, RowRange rows, bool measured) {
  SymbolBuffers& b = buffers_;
  const std::size_t n = positions(rows);
  if (colours()) {
    b.fit(n, layout_.size(), n, job_.targets.front().planes->grid().width);
    for_rows(rows, [&](const Row& row) {
      load_heads(row, row.index);
      if (mixture()) load_weights(0, row, row.index, row.index);
    });
    for (int step = 0; step < steps(); ++step) {
      for_rows(rows, [&](const Row& row) { prepare_colour(step, row, row.index); });
      pop_samples(*job_.kernels, lane, job_.model->tables, b.row(mixture()), n, b.values.data(),
                  mixture() && step < 2 ? b.weight.data() : nullptr);
      for_rows(rows, [&](const Row& row) {
        for (int colour = 0; colour < layout_.channels; ++colour) {
          if (job_.grey || colour == plane_of_step(step)) store_values(colour, row, &b.values[row.index]);
        }
      });
      observe_colour(step, n);
    }
    return 0;
  }
  prepare_channels(rows);
  const std::size_t count = n * layout_.channels;
  pop_samples(*job_.kernels, lane, job_.model->tables, b.row(mixture()), count, b.values.data(), nullptr);
  for (int c = 0; c < layout_.channels; ++c) {
    for_rows(rows, [&](const Row& row) { store_values(c, row, b.values.data() + n * c + row.index); });
  }
  if (!measured) return 0;
  if (b.intervals.size() < count + kKernelPadding) b.intervals.resize(count + kKernelPadding);
  job_.kernels->intervals(job_.model->tables, b.row(mixture()), b.values.data(), count, b.intervals.data(), nullptr);
  return ideal_bits(std::span(b.intervals).first(count));
}

}  // namespace bitswap
