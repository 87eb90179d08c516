// SPDX-License-Identifier: GPL-3.0-or-later
// One function for each kind of guess and each kind of part.
#include "engine/codec/host/network_input.h"

#include <algorithm>
#include <array>

#include "engine/base/scratch_pool.h"
#include "engine/base/spare_threads.h"
#include "engine/codec/host/interleave.h"
#include "engine/model/distribution.h"
#include "engine/model/magnitude.h"

namespace bitswap {
namespace {

constexpr std::int16_t kMiddle = 128 * 16;

std::int16_t cut(std::int32_t v) { return static_cast<std::int16_t>(clamp_int(v, -32768, 32767)); }

/// A row of numbers and the column in it that stands for column 0.
template <typename T>
struct ShiftedRow {
  const T* row;
  int column;
};

/// 4 × the sum of four neighbours, their mean in 1/16, for a row. Edges are repeated.
template <typename T>
void mean_of_four(const std::array<ShiftedRow<T>, 4>& from, int width, std::int16_t* guess) {
  const auto at = [&](int x) {
    int sum = 0;
    for (const ShiftedRow<T>& n : from) sum += n.row[std::clamp(x + n.column, 0, width - 1)];
    return cut(4 * sum);
  };
  // Where no column reaches over an edge.
  int begin = 0, end = width;
  for (const ShiftedRow<T>& n : from) {
    begin = std::max(begin, -n.column);
    end = std::min(end, width - n.column);
  }
  const T* const a = from[0].row + from[0].column;
  const T* const b = from[1].row + from[1].column;
  const T* const c = from[2].row + from[2].column;
  const T* const d = from[3].row + from[3].column;
  for (int x = begin; x < end; ++x) {
    if constexpr (sizeof(T) == 1) {
      guess[x] = static_cast<std::int16_t>(4 * (a[x] + b[x] + c[x] + d[x]));
    } else {
      guess[x] = cut(4 * (a[x] + b[x] + c[x] + d[x]));
    }
  }
  for (int x = 0; x < std::min(begin, width); ++x) guess[x] = at(x);
  for (int x = std::max(end, 0); x < width; ++x) guess[x] = at(x);
}

template <typename T>
void spread_of_four(const std::array<ShiftedRow<T>, 4>& from, int width, std::uint16_t* spread) {
  for (int x = 0; x < width; ++x) {
    int low = 32767, high = -32768;
    for (const ShiftedRow<T>& n : from) {
      const int value = n.row[std::clamp(x + n.column, 0, width - 1)];
      low = std::min(low, value);
      high = std::max(high, value);
    }
    spread[x] = static_cast<std::uint16_t>(neighbour_spread(low, high));
  }
}

/// One conditional's inputs and guesses.
class InputMaker {
 public:
  InputMaker(const TilePlanes& tile, const Conditional& conditional, ConditionalInput& result)
      : tile_(tile), conditional_(conditional), result_(result), plan_(*tile.plan) {
    spreads_ = conditional.units == Units::Spread || std::ranges::any_of(conditional.inputs, [](const InputPart& part) {
                 return part.kind == Kind::Spreads;
               });
    // Never fewer: what a conditional with two targets needs is kept for the next one.
    if (result.guesses.size() < conditional.targets.size()) result.guesses.resize(conditional.targets.size());
    for (std::size_t k = 0; k < conditional.targets.size(); ++k) {
      GuessPlanes& guess = result.guesses[k];
      const PlaneSpec& plane = plan_.planes[conditional.targets[k].plane];
      guess.grid = tile.grids[plane.grid];
      guess.mean.resize(guess.grid.size() * plane.channels);
      guess.spread.resize(spreads_ ? guess.mean.size() : 0);
    }
    result.grid = tile.grids[conditional.grid];
    in_ = conditional.network < 0 ? 0 : plan_.networks[conditional.network].in();
    result.values.resize(result.grid.size() * in_);
  }

  /// A row of all guesses.
  void guess_row(int y) {
    for (std::size_t k = 0; k < conditional_.targets.size(); ++k) {
      const Target& target = conditional_.targets[k];
      const int channels = plan_.planes[target.plane].channels;
      for (int c = 0; c < channels; ++c) guess_row(target, result_.guesses[k], c, channels, y);
    }
  }

  /// A row of the input. `rows`: memory for all channels.
  void input_row(int y, std::vector<std::int8_t>& rows) {
    width_ = result_.grid.width;
    stride_ = static_cast<std::size_t>(width_) + kInterleavePadding;
    if (rows.size() < stride_ * in_) rows.resize(stride_ * in_);
    next_ = rows.data();
    for (const InputPart& part : conditional_.inputs) add_part(part, y);
    interleave(rows.data(), stride_, in_, width_, result_.values.data() + static_cast<std::size_t>(y) * width_ * in_);
  }

 private:
  using Kind = InputPart::Kind;

  template <typename T>
  std::array<ShiftedRow<T>, 4> neighbours(const Guess& guess, int c, int y) const {
    std::array<ShiftedRow<T>, 4> rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Neighbour& n = guess.neighbours[i];
      const Planes& plane = tile_.planes[n.plane];
      const int row = std::clamp(y + n.row, 0, plane.grid().height - 1);
      if constexpr (sizeof(T) == 1) {
        rows[i] = {plane.bytes(c, row), n.column};
      } else {
        rows[i] = {plane.wide(c, row), n.column};
      }
    }
    return rows;
  }

  void guess_row(const Target& target, GuessPlanes& to, int c, int channels, int y) const {
    const Guess& guess = target.guess;
    const bool coefficients = plan_.planes[target.plane].values == Values::Coefficient;
    const int width = to.grid.width;
    std::int16_t* const mean = to.mean.data() + to.at(c, y);
    if (spreads_ && guess.kind != Guess::Kind::Neighbours) std::fill_n(to.spread.data() + to.at(c, y), width, 1);
    switch (guess.kind) {
      case Guess::Kind::Middle: std::fill_n(mean, width, coefficients ? std::int16_t{0} : kMiddle); return;
      case Guess::Kind::Neighbours:
        if (coefficients) {
          mean_of_four(neighbours<std::int16_t>(guess, c, y), width, mean);
          if (spreads_) {
            spread_of_four(neighbours<std::int16_t>(guess, c, y), width, to.spread.data() + to.at(c, y));
          }
        } else {
          mean_of_four(neighbours<std::uint8_t>(guess, c, y), width, mean);
          if (spreads_) {
            spread_of_four(neighbours<std::uint8_t>(guess, c, y), width, to.spread.data() + to.at(c, y));
          }
        }
        return;
      case Guess::Kind::Repeat: {
        const Planes& from = tile_.planes[guess.plane];
        const std::uint8_t* const row = from.bytes(from.channels() < channels ? 0 : c, y / guess.by);
        if (coefficients) {
          const int step = step_of(tile_, conditional_, target.plane, c);
          for (int x = 0; x < width; ++x) mean[x] = cut(intensity_guess(row[x / guess.by], step));
        } else {
          for (int x = 0; x < width; ++x) mean[x] = static_cast<std::int16_t>(16 * row[x / guess.by]);
        }
        return;
      }
      case Guess::Kind::Pool: pool_row(tile_.planes[guess.plane], guess.by, c, y, width, mean); return;
    }
  }

  static void pool_row(const Planes& from, int by, int c, int y, int width, std::int16_t* mean) {
    if (c >= from.channels()) {
      std::fill_n(mean, width, kMiddle);
      return;
    }
    const Grid fine = from.grid();
    for (int x = 0; x < width; ++x) {
      int sum = 0;
      for (int dy = 0; dy < by; ++dy) {
        const std::uint8_t* const row = from.bytes(c, std::min(y * by + dy, fine.height - 1));
        for (int dx = 0; dx < by; ++dx) sum += row[std::min(x * by + dx, fine.width - 1)];
      }
      mean[x] = static_cast<std::int16_t>(16 * sum / (by * by));
    }
  }

  std::int8_t* next() {
    std::int8_t* const to = next_;
    next_ += stride_;
    return to;
  }

  /// to[x] = body(x), zero where the part's parity leaves a position out.
  template <typename Body>
  void fill(const InputPart& part, int y, Body&& body) {
    std::int8_t* const to = next();
    if (part.parity < 0) {
      for (int x = 0; x < width_; ++x) to[x] = static_cast<std::int8_t>(body(x));
      return;
    }
    std::fill_n(to, width_, std::int8_t{0});
    for (int x = (y + part.parity) % 2; x < width_; x += 2) to[x] = static_cast<std::int8_t>(body(x));
  }

  void add_part(const InputPart& part, int y) {
    if (part.kind == Kind::Spreads) return add_spreads(part, y);
    const Planes& plane = tile_.planes[part.plane];
    if (part.kind == Kind::Local) return add_local(part, plane, y);
    if (part.kind == Kind::Folded) return add_folded(part, plane, y);
    for (int c = 0; c < plane.channels(); ++c) {
      switch (part.kind) {
        case Kind::Samples: {
          const std::uint8_t* const row = plane.bytes(c, y);
          fill(part, y, [row](int x) { return row[x] - 128; });
          break;
        }
        case Kind::Details: add_details(part, plane.bytes(c, y), c, y); break;
        case Kind::Repeated: {
          const std::uint8_t* const row = plane.bytes(c, y / part.by);
          fill(part, y, [row, by = part.by](int x) { return row[x / by] - 128; });
          break;
        }
        case Kind::Activations: {
          const std::uint8_t* const row = plane.bytes(c, y);
          fill(part, y, [row](int x) { return row[x]; });
          break;
        }
        case Kind::Magnitudes: {
          const std::int16_t* const row = plane.wide(c, y);
          const int step = step_of(tile_, conditional_, part.plane, c);
          fill(part, y, [=](int x) { return row[x] == 0 ? 0 : magnitude_input(row[x], step); });
          break;
        }
        case Kind::Distances: {
          const std::int16_t* const row = plane.wide(c, y);
          const int step = step_of(tile_, conditional_, part.plane, c);
          const GuessPlanes& guess = result_.guesses[part.target];
          const std::int16_t* const mean = guess.mean.data() + guess.at(c, y);
          fill(part, y, [=](int x) { return distance_input(row[x], mean[x], step); });
          break;
        }
        default: break;
      }
    }
    if (part.kind != Kind::Levels) return;
    for (int c = 0; c < plane.channels(); ++c) {
      const std::int16_t* const row = plane.wide(c, y);
      fill(part, y, [row](int x) { return row[x] == 0 ? 0 : level_input(row[x]); });
    }
  }

  /// Four times the difference from a guess in 1/16, cut to 8 bits.
  void add_details(const InputPart& part, const std::uint8_t* row, int c, int y) {
    const GuessPlanes& guess = result_.guesses[part.target];
    const std::int16_t* const mean = guess.mean.data() + guess.at(c, y);
    std::int8_t* const to = next();
    for (int x = 0; x < width_; ++x) {
      const auto difference = static_cast<std::int16_t>(16 * row[x] - mean[x] + 2);
      to[x] = static_cast<std::int8_t>(std::clamp<std::int16_t>(static_cast<std::int16_t>(difference >> 2), -127, 127));
    }
  }

  void add_folded(const InputPart& part, const Planes& plane, int y) {
    const Grid fine = plane.grid();
    for (int position = 0; position < part.by * part.by; ++position) {
      for (int c = 0; c < plane.channels(); ++c) {
        const std::uint8_t* const row = plane.bytes(c, std::min(y * part.by + position / part.by, fine.height - 1));
        const int column = position % part.by;
        fill(part, y, [&](int x) { return row[std::min(x * part.by + column, fine.width - 1)] - 128; });
      }
    }
  }

  void add_spreads(const InputPart& part, int y) {
    const GuessPlanes& guess = result_.guesses[part.target];
    const int plane = conditional_.targets[part.target].plane;
    const int channels = plan_.planes[plane].channels;
    for (int c = 0; c < channels; ++c) {
      const std::uint16_t* const spread = guess.spread.data() + guess.at(c, y);
      fill(part, y, [=](int x) { return log_code(spread[x]); });
    }
    for (int c = 0; c < channels; ++c) {
      const std::uint16_t* const spread = guess.spread.data() + guess.at(c, y);
      const int step = step_of(tile_, conditional_, plane, c);
      fill(part, y, [=](int x) { return log_code(std::int64_t{spread[x]} * step); });
    }
  }

  void add_local(const InputPart& part, const Planes& plane, int y) {
    const Grid grid = plane.grid();
    const int step = step_of(tile_, conditional_, part.plane, 0);
    const auto sum = [&](int x) {
      int total = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        const std::int16_t* const row = plane.wide(0, std::clamp(y + dy, 0, grid.height - 1));
        for (int dx = -1; dx <= 1; ++dx) total += row[std::clamp(x + dx, 0, grid.width - 1)];
      }
      return total;
    };
    const std::int16_t* const row = plane.wide(0, y);
    fill(part, y, [&](int x) { return local_input(row[x], sum(x), step); });
    fill(part, y, [&](int x) { return local_mean_input(sum(x), step); });
  }

  const TilePlanes& tile_;
  const Conditional& conditional_;
  ConditionalInput& result_;
  const Plan& plan_;
  bool spreads_ = false;
  int in_ = 0;
  int width_ = 0;
  std::size_t stride_ = 0;
  std::int8_t* next_ = nullptr;
};

}  // namespace

int step_of(const TilePlanes& tile, const Conditional& conditional, int plane, int channel) {
  const std::span<const std::uint16_t> steps = tile.steps[conditional.component];
  const auto index = static_cast<std::size_t>(tile.plan->planes[plane].first_channel + channel);
  return index < steps.size() ? std::max<int>(steps[index], 1) : 1;
}

void make_input(const TilePlanes& tile, const Conditional& conditional, ScratchPool* scratch, SpareThreads* spare,
                ConditionalInput& result) {
  InputMaker maker(tile, conditional, result);
  // Guesses of targets on the network's own grid are made with the input's rows, which read them.
  const bool together = conditional.pool == 1 && conditional.network >= 0;
  if (!together && !conditional.targets.empty()) {
    for (int y = 0; y < result.guesses.front().grid.height; ++y) maker.guess_row(y);
  }
  if (conditional.network < 0) return;
  share_rows(spare, result.grid.height, least_rows(result.grid.width), [&](int begin, int end) {
    InputMaker part = maker;
    const auto rows = ScratchPool::take_from<std::vector<std::int8_t>>(scratch);
    for (int y = begin; y < end; ++y) {
      if (together) part.guess_row(y);
      part.input_row(y, *rows);
    }
  });
}

}  // namespace bitswap
