// The obviously correct backend: int32 sums over int8 weights, one layer after another.
#include <algorithm>

#include "engine/backend/backend.h"

namespace bitswap {
namespace {

/// int16 [height, width, channels]: wide enough for inputs, activations and heads alike.
struct Activations {
  int channels = 0;
  std::vector<std::int16_t> values;
};

/// One image through one layer. Weights are [out][ky][kx][in]; zero padding outside the image.
Activations run_layer(const IntegerLayer& layer, const Activations& in, const Activations* skip, int height,
                      int width) {
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
        const int shift = spec.head ? layer.shift[o] - kHeadShift : layer.shift[o];
        std::int32_t sum = sums[o];
        if (skip != nullptr) sum += static_cast<std::int32_t>(skip->values[position + o]) << layer.shift[o];
        if (shift > 0) sum = (sum + (1 << (shift - 1))) >> shift;
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
  explicit PlainModel(const Model& model) : model_(model) {}

  Status run(int network, std::span<const std::int8_t> input, int count, int height, int width,
             std::vector<std::int16_t>& output) const override {
    const NetworkSpec& spec = model_.plan.networks[network];
    const std::size_t image = static_cast<std::size_t>(height) * width;
    output.resize(image * count * spec.out());
    for (int n = 0; n < count; ++n) {
      const auto part = input.subspan(image * spec.in() * n, image * spec.in());
      Activations x{spec.in(), {part.begin(), part.end()}};
      Activations skip;
      for (const IntegerLayer& layer : model_.networks[network].layers) {
        Activations y = run_layer(layer, x, layer.spec.adds_skip ? &skip : nullptr, height, width);
        skip = std::move(x);
        x = std::move(y);
      }
      std::copy(x.values.begin(), x.values.end(), output.begin() + static_cast<std::ptrdiff_t>(image * spec.out() * n));
    }
    return {};
  }

 private:
  const Model& model_;
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
