// SPDX-License-Identifier: GPL-3.0-or-later
// Functions of magnitude.h come from tables of their own integers.
#include "engine/training/plan_tensors.h"

#include "engine/model/magnitude.h"
#include "engine/training/likelihood.h"

namespace bitswap {
namespace {

using torch::Tensor;
using torch::indexing::Ellipsis;
using torch::indexing::None;
using torch::indexing::Slice;

/// Result of an integer function for 0 … size - 1; larger arguments give the last.
template <typename Function>
Tensor make_table(std::int64_t size, const Function& function) {
  Tensor table = torch::empty({size});
  for (std::int64_t x = 0; x < size; ++x) table.data_ptr<float>()[x] = static_cast<float>(function(x));
  return table;
}

Tensor look_up(const Tensor& table, const Tensor& x) {
  const Tensor index = x.clamp(0, static_cast<double>(table.numel() - 1)).to(torch::kInt32);
  const Tensor on_device = table.to(x.device());
  // The result lies in memory as x does.
  Tensor result = torch::empty_like(x);
  const Tensor flat = index.permute({0, 2, 3, 1}).reshape({-1});
  result.permute({0, 2, 3, 1})
      .copy_(on_device.index_select(0, flat).view({x.size(0), x.size(2), x.size(3), x.size(1)}));
  return result;
}

/// compressed() of integers, in network units. From 21714 on it is constant.
Tensor compressed_units(const Tensor& x) {
  static const Tensor table = make_table(21'715, [](std::int64_t v) { return compressed(v) / kActivationUnit; });
  return look_up(table, x.abs()) * x.sign();
}

}  // namespace

Tensor log_codes(const Tensor& x) {
  // In double precision the logarithm of an integer never comes so near to a half that it would be rounded wrongly.
  return (x.to(torch::kFloat64).clamp_min(1).log() * 8 + 0.5).floor().clamp(0, 127).to(torch::kFloat32);
}

Tensor at_phase(const Tensor& x, const Phase& phase) {
  if (phase.halvings == 0) return x;
  const int step = 1 << phase.halvings;
  return x.index({Ellipsis, Slice(phase.row, None, step), Slice(phase.column, None, step)});
}

Tensor neighbour(const Tensor& x, int row, int column) {
  Tensor y = x;
  if (row > 0) {
    y = torch::cat({y.index({Ellipsis, Slice(1, None), Slice()}), y.index({Ellipsis, Slice(-1, None), Slice()})}, -2);
  }
  if (row < 0) {
    y = torch::cat({y.index({Ellipsis, Slice(0, 1), Slice()}), y.index({Ellipsis, Slice(0, -1), Slice()})}, -2);
  }
  if (column > 0) y = torch::cat({y.index({Ellipsis, Slice(1, None)}), y.index({Ellipsis, Slice(-1, None)})}, -1);
  if (column < 0) y = torch::cat({y.index({Ellipsis, Slice(0, 1)}), y.index({Ellipsis, Slice(0, -1)})}, -1);
  return y;
}

Tensor merge(const Tensor& a, const Tensor& d, const Tensor& b, const Tensor& c) {
  const auto n = a.size(0), channels = a.size(1), height = a.size(2), width = a.size(3);
  Tensor out = torch::empty({n, channels, 2 * height, 2 * width}, a.options());
  const auto put = [&](int row, int column, const Tensor& part) {
    out.index({Ellipsis, Slice(row, None, 2), Slice(column, None, 2)}).copy_(part);
  };
  put(0, 0, a);
  put(1, 1, d);
  put(0, 1, b);
  put(1, 0, c);
  return out;
}

Tensor pad_to_multiple(const Tensor& x, std::int64_t by) {
  const std::int64_t rows = (by - x.size(2) % by) % by, columns = (by - x.size(3) % by) % by;
  Tensor y = x;
  if (rows > 0) y = torch::cat({y, y.narrow(2, y.size(2) - 1, 1).expand({-1, -1, rows, -1})}, 2);
  if (columns > 0) y = torch::cat({y, y.narrow(3, y.size(3) - 1, 1).expand({-1, -1, -1, columns})}, 3);
  return y;
}

Tensor fold(const Tensor& x, int by) {
  if (by == 1) return x;
  const Tensor padded = pad_to_multiple(x, by);
  std::vector<Tensor> parts;
  for (int row = 0; row < by; ++row) {
    for (int column = 0; column < by; ++column) {
      parts.push_back(padded.index({Ellipsis, Slice(row, None, by), Slice(column, None, by)}));
    }
  }
  return torch::cat(parts, 1);
}

Tensor unfold(const Tensor& x, int by, std::int64_t height, std::int64_t width) {
  if (by == 1) return x;
  const auto n = x.size(0), c = x.size(1) / (by * by), h = x.size(2), w = x.size(3);
  const Tensor whole = x.reshape({n, by, by, c, h, w}).permute({0, 3, 4, 1, 5, 2}).reshape({n, c, h * by, w * by});
  return whole.narrow(2, 0, height).narrow(3, 0, width);
}

Tensor repeat(const Tensor& x, int by, std::int64_t height, std::int64_t width) {
  if (by == 1) return x;
  const auto n = x.size(0), c = x.size(1), h = x.size(2), w = x.size(3);
  const Tensor whole = x.reshape({n, c, h, 1, w, 1}).expand({n, c, h, by, w, by}).reshape({n, c, h * by, w * by});
  return whole.narrow(2, 0, height).narrow(3, 0, width);
}

Tensor pool(const Tensor& x, int by) { return by == 1 ? x : torch::avg_pool2d(pad_to_multiple(x, by), by); }

Tensor average(const Tensor& x, std::int64_t height, std::int64_t width, bool quantised) {
  const std::int64_t rows = (x.size(2) + height - 1) / height, columns = (x.size(3) + width - 1) / width;
  if (rows == 1 && columns == 1) return x;
  // The coder takes the mean of the positions that there are.
  const Tensor mean = torch::avg_pool2d(x, {rows, columns}, {rows, columns}, 0, /*ceil_mode=*/true, false);
  return quantised ? round_through(mean * kActivationUnit) / kActivationUnit : mean;
}

Tensor sample_input(const Tensor& samples) { return (samples - 128) / kActivationUnit; }

Tensor detail_input(const Tensor& samples, const Tensor& guess) {
  return ((samples * 16 - guess + 2) / 4).floor().clamp(-127, 127) / kActivationUnit;
}

Tensor magnitude_input(const Tensor& values, const Tensor& steps) { return compressed_units(values * steps); }

Tensor level_input(const Tensor& values) { return compressed_units(values * 16); }

Tensor distance_input(const Tensor& values, const Tensor& guess, const Tensor& steps) {
  return compressed_units(((values * 16 - guess).to(torch::kFloat64) * steps / 16).trunc().to(torch::kFloat32));
}

Tensor spread_input(const Tensor& spread, const Tensor& steps) {
  return torch::cat({log_codes(spread), log_codes(spread * steps)}, 1) / kActivationUnit;
}

Tensor local_input(const Tensor& dc, const Tensor& steps) {
  const Tensor rows = neighbour(dc, -1, 0) + dc + neighbour(dc, 1, 0);
  const Tensor sum = (neighbour(rows, 0, -1) + rows + neighbour(rows, 0, 1)).to(torch::kFloat64);
  const Tensor distance = ((dc * 9 - sum) * steps / 9).trunc(), mean = (sum * steps / 72).trunc();
  return compressed_units(torch::cat({distance, mean}, 1).to(torch::kFloat32));
}

Tensor step_conditions(const Tensor& steps) { return (log_codes(steps) - 24) / kActivationUnit; }

Tensor intensity(const Tensor& dc, const Tensor& steps) { return ((dc * steps / 8).trunc() + 128).clamp(0, 255); }

Tensor intensity_guess(const Tensor& samples, const Tensor& steps) {
  const Tensor exact = (samples - 128) * 128 / steps;
  return exact + (exact.trunc() - exact).detach();
}

}  // namespace bitswap
