// SPDX-License-Identifier: GPL-3.0-or-later
// What a tile's executor works on: planes of numbers on a grid, and views of the memory that tiles come from and go to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/model/plan.h"

namespace bitswap {

/// Numbers of one plane of a plan: [channels, height, width], bytes (samples, activations) or int16 (coefficients).
class Planes {
 public:
  Planes() = default;
  Planes(Values values, int channels, Grid grid) { reshape(values, channels, grid); }
  /// Keeps the memory; what is in it stays undefined.
  void reshape(Values values, int channels, Grid grid) {
    coefficients_ = values == Values::Coefficient;
    channels_ = channels;
    grid_ = grid;
    if (coefficients_) {
      wide_.resize(grid.size() * channels);
    } else {
      bytes_.resize(grid.size() * channels);
    }
  }
  [[nodiscard]] bool coefficients() const { return coefficients_; }
  [[nodiscard]] int channels() const { return channels_; }
  [[nodiscard]] Grid grid() const { return grid_; }

  /// Row y of channel c of a plane of bytes.
  [[nodiscard]] std::uint8_t* bytes(int c, int y) { return bytes_.data() + at(c, y); }
  [[nodiscard]] const std::uint8_t* bytes(int c, int y) const { return bytes_.data() + at(c, y); }
  /// The same of a plane of coefficients.
  [[nodiscard]] std::int16_t* wide(int c, int y) { return wide_.data() + at(c, y); }
  [[nodiscard]] const std::int16_t* wide(int c, int y) const { return wide_.data() + at(c, y); }
  /// Calls body(row of either type).
  template <typename Body>
  decltype(auto) with_row(int c, int y, Body&& body) const {
    return coefficients_ ? body(wide(c, y)) : body(bytes(c, y));
  }

 private:
  [[nodiscard]] std::size_t at(int c, int y) const {
    return grid_.size() * c + static_cast<std::size_t>(y) * grid_.width;
  }
  bool coefficients_ = false;
  int channels_ = 0;
  Grid grid_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::int16_t> wide_;
};

/// One input of a tile wherever it lies: `samples` or `coefficients`, the other is null. Distances count numbers. An
/// input with one channel stands for all channels of its planes.
template <typename Sample, typename Coefficient>
struct BasicView {
  Grid grid;
  int channels = 1;
  Sample* samples = nullptr;
  Coefficient* coefficients = nullptr;
  std::ptrdiff_t row = 0, column = 1, channel = 0;
  std::span<const std::uint16_t> steps = {};  ///< of coefficients: their 64 quantisation steps, 1 … 65535, zigzag
};
using InputView = BasicView<const std::uint8_t, const std::int16_t>;
using OutputView = BasicView<std::uint8_t, std::int16_t>;

/// Samples of one segment's tile that share the stack.
template <typename View>
std::uint64_t number_count(std::span<const View> inputs) {
  std::uint64_t count = 0;
  for (const View& input : inputs) count += input.grid.size() * static_cast<std::uint64_t>(input.channels);
  return count;
}

}  // namespace bitswap
