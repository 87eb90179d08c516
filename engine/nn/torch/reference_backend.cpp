// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch as an exact integer machine: float32 holds every sum below 2^24, so any order of summation gives the same
// integers. On CUDA the convolution is im2col and a matrix product without TF32, because nothing else there rules out
// Winograd's transforms.
#include <torch/torch.h>

#include <cmath>

#include "engine/nn/torch/module.h"

namespace bitswap {
namespace {

using torch::Tensor;

struct Layer {
  LayerSpec spec;
  Tensor weight;                    ///< [out, in, k, k], integers
  Tensor offset;                    ///< [out], bias plus half of the divisor
  Tensor unit;                      ///< [1, out, 1, 1], 2^shift for the skip
  Tensor inverse;                   ///< [1, out, 1, 1], 2^-shift of the requantisation
  std::vector<std::uint8_t> shift;  ///< of the conditions
};

Layer make_layer(const IntegerLayer& from, torch::Device device) {
  const LayerSpec& spec = from.spec;
  Layer layer{spec, {}, {}, {}, {}, from.shift};
  const Tensor weights = torch::empty({spec.out, spec.kernel, spec.kernel, spec.in}, torch::kInt8);
  std::copy(from.weights.begin(), from.weights.end(), weights.data_ptr<std::int8_t>());
  layer.weight = weights.permute({0, 3, 1, 2}).to(torch::kFloat32).contiguous().to(device);
  const Tensor offset = torch::empty({spec.out}), unit = torch::empty({1, spec.out, 1, 1});
  const Tensor inverse = torch::empty({1, spec.out, 1, 1});
  for (int o = 0; o < spec.out; ++o) {
    const int shift = output_shift(spec, from.shift[o]);
    offset.data_ptr<float>()[o] = static_cast<float>(from.bias[o] + rounding(shift));
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

/// [N, H, W, C] in memory as float [N, C, H, W].
template <typename T>
Tensor as_tensor(std::span<const T> values, torch::ScalarType type, const NetworkRun& run, int channels,
                 torch::Device device) {
  // from_blob takes a mutable pointer but this tensor is only read.
  return torch::from_blob(const_cast<T*>(values.data()), {run.count, run.height, run.width, channels}, type)
      .permute({0, 3, 1, 2})
      .to(device)
      .to(torch::kFloat32)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

template <typename T>
void copy_out(const Tensor& values, torch::ScalarType type, std::span<T> to) {
  if (to.empty()) return;
  const Tensor result = values.permute({0, 2, 3, 1}).to(type).to(torch::kCPU).contiguous();
  std::copy_n(result.data_ptr<T>(), result.numel(), to.begin());
}

class ReferenceModel final : public BackendModel {
 public:
  ReferenceModel(const Model& model, torch::Device device) : BackendModel(model), device_(device) {
    for (const IntegerNetwork& network : model.networks) {
      std::vector<Layer> layers;
      for (const IntegerLayer& layer : network.layers) layers.push_back(make_layer(layer, device));
      networks_.push_back(std::move(layers));
    }
  }

  Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    try {
      const torch::NoGradGuard no_grad;
      const std::vector<Layer>& layers = networks_[run.network];
      std::vector<Tensor> made{as_tensor(run.input, torch::kInt8, run, layers.front().spec.in, device_)};
      for (std::size_t i = 0; i < layers.size(); ++i) {
        const Layer& layer = layers[i];
        const LayerSpec& spec = layer.spec;
        Tensor y = convolve(layer, made[i]);
        if (spec.skip > 0) y.addcmul_(made[i + 1 - static_cast<std::size_t>(spec.skip)], layer.unit);
        if (spec.state) y.addcmul_(as_tensor(run.state, torch::kUInt8, run, spec.out, device_), layer.unit);
        if (spec.conditioned) y.add_(condition(layer, run.condition));
        y.mul_(layer.inverse).floor_();
        if (spec.head) {
          y.clamp_(-32768, 32767);
        } else {
          y.clamp_(0, kMaxActivation);
        }
        made.push_back(y);
      }
      const bool head = layers.back().spec.head;
      copy_out(head ? made[made.size() - 2] : made.back(), torch::kUInt8, output.features);
      if (head) copy_out(made.back(), torch::kInt16, output.head);
      return {};
    } catch (const std::bad_alloc&) {
      return Error{Error::Code::OutOfMemory, 0, "the networks need more memory than there is"};
    } catch (const std::exception& e) {
      return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
    }
  }

 private:
  /// [1, out, 1, 1]
  [[nodiscard]] Tensor condition(const Layer& layer, std::span<const std::int16_t> values) const {
    const Tensor terms = torch::empty({1, layer.spec.out, 1, 1});
    for (int o = 0; o < layer.spec.out; ++o) {
      terms.data_ptr<float>()[o] = static_cast<float>(condition_term(values[o], layer.shift[o]));
    }
    return terms.to(device_);
  }

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
