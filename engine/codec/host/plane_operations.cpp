// SPDX-License-Identifier: GPL-3.0-or-later
// Loops over rows; each says what one number is.
#include "engine/codec/host/plane_operations.h"

#include <algorithm>

#include "engine/base/spare_threads.h"
#include "engine/model/magnitude.h"

namespace bitswap {
namespace {

constexpr int kColours = 3;

/// Body(row, first number of the row in the view, distance of two positions in it) for the valid rows of a plane.
template <typename View, typename Body>
void for_view_rows(const PlaneSpec& spec, const View& view, Grid valid, SpareThreads* spare, Body&& body) {
  const std::ptrdiff_t unit = std::ptrdiff_t{1} << spec.phase.halvings;
  share_rows(spare, valid.height, least_rows(valid.width), [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      body(y, (spec.phase.row + y * unit) * view.row + spec.phase.column * view.column, unit * view.column);
    }
  });
}

template <typename T>
void load(const PlaneSpec& spec, const T* from, const InputView& input, Grid valid, Planes& out, SpareThreads* spare,
          T* (Planes::*row)(int, int)) {
  for_view_rows(spec, input, valid, spare, [&](int y, std::ptrdiff_t first, std::ptrdiff_t step) {
    const T* const at = from + first;
    if (spec.channels == kColours && spec.first_channel == 0) {  // together: they lie side by side in memory
      const std::ptrdiff_t second = input.channels == 1 ? 0 : input.channel, third = 2 * second;
      T *const r = (out.*row)(0, y), *const g = (out.*row)(1, y), *const b = (out.*row)(2, y);
      const T* position = at;
      for (int x = 0; x < valid.width; ++x, position += step) {
        r[x] = position[0];
        g[x] = position[second];
        b[x] = position[third];
      }
      return;
    }
    for (int c = 0; c < spec.channels; ++c) {
      const T* position = at + (input.channels == 1 ? 0 : (spec.first_channel + c) * input.channel);
      T* const to = (out.*row)(c, y);
      for (int x = 0; x < valid.width; ++x, position += step) to[x] = *position;
    }
  });
}

template <typename T>
void store(const PlaneSpec& spec, const Planes& plane, Grid valid, int grey_channel, T* to, const OutputView& output,
           SpareThreads* spare, const T* (Planes::*row)(int, int) const) {
  for_view_rows(spec, output, valid, spare, [&](int y, std::ptrdiff_t first, std::ptrdiff_t step) {
    T* const at = to + first;
    if (output.channels == 1) {
      const T* const from = (plane.*row)(grey_channel, y);
      T* position = at;
      for (int x = 0; x < valid.width; ++x, position += step) *position = from[x];
      return;
    }
    if (spec.channels == kColours && spec.first_channel == 0) {
      const T *const r = (plane.*row)(0, y), *const g = (plane.*row)(1, y), *const b = (plane.*row)(2, y);
      T* position = at;
      for (int x = 0; x < valid.width; ++x, position += step) {
        position[0] = r[x];
        position[output.channel] = g[x];
        position[2 * output.channel] = b[x];
      }
      return;
    }
    for (int c = 0; c < spec.channels; ++c) {
      const T* const from = (plane.*row)(c, y);
      T* position = at + (spec.first_channel + c) * output.channel;
      for (int x = 0; x < valid.width; ++x, position += step) *position = from[x];
    }
  });
}

template <typename T>
void pad(Planes& planes, Grid valid, T middle, T* (Planes::*row)(int, int)) {
  const Grid grid = planes.grid();
  for (int c = 0; c < planes.channels(); ++c) {
    for (int y = 0; y < grid.height; ++y) {
      T* const to = (planes.*row)(c, y);
      if (valid.size() == 0) {
        std::fill_n(to, grid.width, middle);
        continue;
      }
      const T* const from = (planes.*row)(c, std::min(y, valid.height - 1));
      if (to != from) std::copy_n(from, valid.width, to);
      std::fill(to + valid.width, to + grid.width, from[valid.width - 1]);
    }
  }
}

template <typename T>
void merge_row(const T* even, const T* odd, int width, T* row) {
  for (int x = 0; x < width / 2; ++x) {
    row[2 * x] = even[x];
    row[2 * x + 1] = odd[x];
  }
  if (width % 2 != 0) row[width - 1] = even[width / 2];
}

}  // namespace

void load_plane(const PlaneSpec& spec, const InputView& input, Grid valid, Planes& out, SpareThreads* spare) {
  if (out.coefficients()) {
    load<std::int16_t>(spec, input.coefficients, input, valid, out, spare, &Planes::wide);
  } else {
    load<std::uint8_t>(spec, input.samples, input, valid, out, spare, &Planes::bytes);
  }
}

void store_plane(const PlaneSpec& spec, const Planes& plane, Grid valid, int grey_channel, const OutputView& output,
                 SpareThreads* spare) {
  if (plane.coefficients()) {
    store<std::int16_t>(spec, plane, valid, grey_channel, output.coefficients, output, spare, &Planes::wide);
  } else {
    store<std::uint8_t>(spec, plane, valid, grey_channel, output.samples, output, spare, &Planes::bytes);
  }
}

void pad_edges(Planes& planes, Grid valid) {
  if (valid == planes.grid()) return;
  if (planes.coefficients()) {
    pad<std::int16_t>(planes, valid, 0, &Planes::wide);
  } else {
    pad<std::uint8_t>(planes, valid, 128, &Planes::bytes);
  }
}

void merge_planes(const Planes& a, const Planes& d, const Planes& b, const Planes& c, Planes& out,
                  SpareThreads* spare) {
  const int width = out.grid().width;
  share_rows(spare, out.grid().height, least_rows(width), [&](int begin, int end) {
    for (int channel = 0; channel < out.channels(); ++channel) {
      for (int y = begin; y < end; ++y) {
        const Planes &even = y % 2 == 0 ? a : c, &odd = y % 2 == 0 ? b : d;
        if (out.coefficients()) {
          merge_row(even.wide(channel, y / 2), odd.wide(channel, y / 2), width, out.wide(channel, y));
        } else {
          merge_row(even.bytes(channel, y / 2), odd.bytes(channel, y / 2), width, out.bytes(channel, y));
        }
      }
    }
  });
}

void fold_planes(std::span<const Planes* const> from, int by, Planes& out) {
  const Grid grid = out.grid();
  int channel = 0;
  for (int position = 0; position < by * by; ++position) {
    for (const Planes* planes : from) {
      const Grid fine = planes->grid();
      for (int c = 0; c < planes->channels(); ++c, ++channel) {
        for (int y = 0; y < grid.height; ++y) {
          const std::uint8_t* const row = planes->bytes(c, std::min(y * by + position / by, fine.height - 1));
          std::uint8_t* const to = out.bytes(channel, y);
          for (int x = 0; x < grid.width; ++x) to[x] = row[std::min(x * by + position % by, fine.width - 1)];
        }
      }
    }
  }
}

void average_planes(const Planes& from, Planes& out) {
  const Grid fine = from.grid(), grid = out.grid();
  const int down = (fine.height + grid.height - 1) / grid.height, across = (fine.width + grid.width - 1) / grid.width;
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = 0; y < grid.height; ++y) {
      // A position without finer ones of its own takes the nearest.
      const int top = std::min(y * down, fine.height - 1), bottom = std::min(top + down, fine.height);
      std::uint8_t* const to = out.bytes(c, y);
      for (int x = 0; x < grid.width; ++x) {
        const int left = std::min(x * across, fine.width - 1), right = std::min(left + across, fine.width);
        int sum = 0;
        for (int row = top; row < bottom; ++row) {
          const std::uint8_t* const values = from.bytes(c, row);
          for (int column = left; column < right; ++column) sum += values[column];
        }
        const int count = (bottom - top) * (right - left);
        to[x] = static_cast<std::uint8_t>((2 * sum + count) / (2 * count));
      }
    }
  }
}

void pick_planes(const Planes& from, const Phase& phase, Planes& out) {
  const Grid fine = from.grid(), grid = out.grid();
  for (int c = 0; c < out.channels(); ++c) {
    for (int y = 0; y < grid.height; ++y) {
      const int row = std::min(phase.row + (y << phase.halvings), fine.height - 1);
      from.with_row(c, row, [&](const auto* values) {
        for (int x = 0; x < grid.width; ++x) {
          const auto value = values[std::min(phase.column + (x << phase.halvings), fine.width - 1)];
          if constexpr (sizeof value == 1) {
            out.bytes(c, y)[x] = value;
          } else {
            out.wide(c, y)[x] = value;
          }
        }
      });
    }
  }
}

void intensity_planes(const Planes& from, int step, Planes& out) {
  for (int y = 0; y < out.grid().height; ++y) {
    const std::int16_t* const row = from.wide(0, y);
    std::uint8_t* const to = out.bytes(0, y);
    for (int x = 0; x < out.grid().width; ++x) to[x] = static_cast<std::uint8_t>(intensity(row[x], step));
  }
}

}  // namespace bitswap
