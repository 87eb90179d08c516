// SPDX-License-Identifier: GPL-3.0-or-later
// The obviously correct backend: int32 sums over int8 weights, one layer after another.
#include <algorithm>

#include "engine/nn/backend.h"

namespace bitswap {
namespace {

/// int16 [height, width, channels]: wide enough for inputs, activations and heads alike.
struct Activations {
  int channels = 0;
  std::vector<std::int16_t> values;
};

/// One image through one layer. Weights are [out][ky][kx][in]; zero padding outside the image.
Activations run_layer(const IntegerLayer& layer, const Activations& in, const Activations* skip,
                      const Activations* state, std::span<const std::int16_t> condition, int height, int width) {
  const LayerSpec& spec = layer.spec;
  const int radius = spec.kernel / 2;
  Activations out{spec.out, std::vector<std::int16_t>(static_cast<std::size_t>(height) * width * spec.out)};
  std::vector<std::int32_t> sums(static_cast<std::size_t>(spec.out));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::copy(layer.bias.begin(), layer.bias.end(), sums.begin());
      for (int ky = 0; ky < spec.kernel; ++ky) {
        const int sy = y + ky - radius;
        if (sy < 0 || sy >= height) continue;
        for (int kx = 0; kx < spec.kernel; ++kx) {
          const int sx = x + kx - radius;
          if (sx < 0 || sx >= width) continue;
          const std::int16_t* from = in.values.data() + (static_cast<std::size_t>(sy) * width + sx) * spec.in;
          const std::int8_t* weights = layer.weights.data() + static_cast<std::size_t>(ky * spec.kernel + kx) * spec.in;
          const std::size_t stride = static_cast<std::size_t>(spec.kernel) * spec.kernel * spec.in;
          for (int o = 0; o < spec.out; ++o) {
            const std::int8_t* w = weights + stride * o;
            std::int32_t sum = 0;
            for (int i = 0; i < spec.in; ++i) sum += static_cast<std::int32_t>(w[i]) * from[i];
            sums[o] += sum;
          }
        }
      }
      const std::size_t position = (static_cast<std::size_t>(y) * width + x) * spec.out;
      for (int o = 0; o < spec.out; ++o) {
        const int shift = output_shift(spec, layer.shift[o]);
        std::int32_t sum = sums[o] + rounding(shift);
        if (skip != nullptr) sum += static_cast<std::int32_t>(skip->values[position + o]) << layer.shift[o];
        if (state != nullptr) sum += static_cast<std::int32_t>(state->values[position + o]) << layer.shift[o];
        if (spec.conditioned) sum += condition_term(condition[o], layer.shift[o]);
        sum >>= shift;
        const std::int32_t low = spec.head ? -32768 : 0;
        const std::int32_t high = spec.head ? 32767 : kMaxActivation;
        out.values[position + o] = static_cast<std::int16_t>(std::clamp(sum, low, high));
      }
    }
  }
  return out;
}

class PlainModel final : public BackendModel {
 public:
  using BackendModel::BackendModel;

  [[nodiscard]] Instructions instructions() const override { return Instructions::Portable; }

  Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    const NetworkSpec& network = spec(run.network);
    const std::size_t positions = static_cast<std::size_t>(run.height) * run.width;
    for (int n = 0; n < run.count; ++n) {
      const auto part = [&](const auto& from, int channels) {
        return from.subspan(positions * channels * n, positions * channels);
      };
      const auto copy_to = [&](const Activations& from, const auto& to) {
        if (!to.empty()) std::ranges::copy(from.values, part(to, from.channels).begin());
      };
      const auto input = part(run.input, network.in());
      std::vector<Activations> made;  // made[i] is what layer i reads
      made.push_back({network.in(), {input.begin(), input.end()}});
      Activations state;
      if (network.layers.front().state) {
        const auto values = part(run.state, network.layers.front().out);
        state = {network.layers.front().out, {values.begin(), values.end()}};
      }
      for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const IntegerLayer& layer = model().networks[run.network].layers[i];
        const Activations* const skip =
            layer.spec.skip > 0 ? &made[i + 1 - static_cast<std::size_t>(layer.spec.skip)] : nullptr;
        made.push_back(
            run_layer(layer, made[i], skip, layer.spec.state ? &state : nullptr, run.condition, run.height, run.width));
      }
      copy_to(network.has_head() ? made[made.size() - 2] : made.back(), output.features);
      if (network.has_head()) copy_to(made.back(), output.head);
    }
    return {};
  }
};

class PlainBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view name() const override { return "plain"; }
  [[nodiscard]] std::string_view device() const override { return "cpu"; }
  [[nodiscard]] Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    return std::unique_ptr<BackendModel>(std::make_unique<PlainModel>(model));
  }
};

}  // namespace

std::unique_ptr<Backend> make_plain_backend() { return std::make_unique<PlainBackend>(); }

}  // namespace bitswap
