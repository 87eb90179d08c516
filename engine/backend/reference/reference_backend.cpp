// LibTorch as an exact integer machine: float32 holds every sum below 2^24, so any order of summation gives the same
// integers. On CUDA the convolution is im2col and a matrix product without TF32, because nothing else there rules out
// Winograd's transforms.
#include <torch/torch.h>

#include <cmath>

#include "engine/backend/reference/module.h"

namespace bitswap {
namespace {

using torch::Tensor;

struct Layer {
  LayerSpec spec;
  Tensor weight;   ///< [out, in, k, k], integers
  Tensor offset;   ///< [out], bias plus half of the divisor
  Tensor unit;     ///< [1, out, 1, 1], 2^shift for the skip
  Tensor inverse;  ///< [1, out, 1, 1], 2^-shift of the requantisation
};

Layer make_layer(const IntegerLayer& from, torch::Device device) {
  const LayerSpec& spec = from.spec;
  Layer layer{spec, {}, {}, {}, {}};
  const Tensor weights = torch::empty({spec.out, spec.kernel, spec.kernel, spec.in}, torch::kInt8);
  std::copy(from.weights.begin(), from.weights.end(), weights.data_ptr<std::int8_t>());
  layer.weight = weights.permute({0, 3, 1, 2}).to(torch::kFloat32).contiguous().to(device);
  const Tensor offset = torch::empty({spec.out}), unit = torch::empty({1, spec.out, 1, 1});
  const Tensor inverse = torch::empty({1, spec.out, 1, 1});
  for (int o = 0; o < spec.out; ++o) {
    const int shift = spec.head ? from.shift[o] - kHeadShift : from.shift[o];
    offset.data_ptr<float>()[o] = static_cast<float>(from.bias[o] + (shift > 0 ? 1 << (shift - 1) : 0));
    unit.data_ptr<float>()[o] = std::ldexp(1.0F, from.shift[o]);
    inverse.data_ptr<float>()[o] = std::ldexp(1.0F, -shift);
  }
  layer.offset = offset.to(device);
  layer.unit = unit.to(device);
  layer.inverse = inverse.to(device);
  return layer;
}

Tensor convolve(const Layer& layer, const Tensor& x) {
  const int radius = layer.spec.kernel / 2;
  if (!x.is_cuda()) {
    // conv2d would leave 1x1 layers of single images to a plain BLAS, which is several times slower.
    if (!at::hasMKLDNN()) return torch::conv2d(x, layer.weight, layer.offset, 1, radius);
    return at::mkldnn_convolution(x, layer.weight, layer.offset, {radius, radius}, {1, 1}, {1, 1}, 1);
  }
  const auto n = x.size(0), h = x.size(2), w = x.size(3);
  const Tensor columns = torch::im2col(x, {layer.spec.kernel, layer.spec.kernel}, {1, 1}, {radius, radius}, {1, 1});
  const Tensor product = torch::matmul(layer.weight.reshape({layer.spec.out, -1}), columns);
  return product.reshape({n, layer.spec.out, h, w}).add_(layer.offset.view({1, -1, 1, 1}));
}

class ReferenceModel final : public BackendModel {
 public:
  ReferenceModel(const Model& model, torch::Device device) : device_(device) {
    for (const IntegerNetwork& network : model.networks) {
      std::vector<Layer> layers;
      for (const IntegerLayer& layer : network.layers) layers.push_back(make_layer(layer, device));
      networks_.push_back(std::move(layers));
    }
  }

  Status run(int network, std::span<const std::int8_t> input, int count, int height, int width,
             std::vector<std::int16_t>& output) const override {
    try {
      const torch::NoGradGuard no_grad;
      const std::vector<Layer>& layers = networks_[network];
      // from_blob takes a mutable pointer but this tensor is only read.
      Tensor x = torch::from_blob(const_cast<std::int8_t*>(input.data()),
                                  {count, height, width, layers.front().spec.in}, torch::kInt8)
                     .permute({0, 3, 1, 2})
                     .to(device_)
                     .to(torch::kFloat32);
      x = x.contiguous(at::MemoryFormat::ChannelsLast);
      Tensor skip;
      for (const Layer& layer : layers) {
        Tensor y = convolve(layer, x);
        if (layer.spec.adds_skip) y.addcmul_(skip, layer.unit);
        y.mul_(layer.inverse).floor_();
        if (layer.spec.head) {
          y.clamp_(-32768, 32767);
        } else {
          y.clamp_(0, kMaxActivation);
        }
        skip = x;
        x = y;
      }
      const Tensor result = x.permute({0, 2, 3, 1}).to(torch::kInt16).to(torch::kCPU).contiguous();
      const auto* values = result.data_ptr<std::int16_t>();
      output.assign(values, values + result.numel());
      return {};
    } catch (const std::bad_alloc&) {
      return Error{Error::Code::OutOfMemory, 0, "the networks need more memory than there is"};
    } catch (const std::exception& e) {
      return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
    }
  }

 private:
  torch::Device device_;
  std::vector<std::vector<Layer>> networks_;
};

class ReferenceBackend final : public Backend {
 public:
  explicit ReferenceBackend(torch::Device device) : device_(device) {}
  [[nodiscard]] std::string_view name() const override { return "reference"; }
  [[nodiscard]] std::string_view device() const override { return device_.is_cuda() ? "cuda" : "cpu"; }
  [[nodiscard]] Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    try {
      return std::unique_ptr<BackendModel>(std::make_unique<ReferenceModel>(model, device_));
    } catch (const std::exception& e) {
      return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
    }
  }

 private:
  torch::Device device_;
};

}  // namespace

Backend* make_reference_backend(const char* device) {
  const std::string name = device;
  if (name == "cuda") {
    if (!torch::cuda::is_available()) return nullptr;
    at::globalContext().setFloat32MatmulPrecision("highest");  // no TF32
    return new ReferenceBackend(torch::Device(torch::kCUDA));
  }
  // Tiles and files are what the threads share out; a second layer of threads below them would only get in the way.
  at::set_num_threads(1);
  return new ReferenceBackend(torch::Device(torch::kCPU));
}

}  // namespace bitswap
