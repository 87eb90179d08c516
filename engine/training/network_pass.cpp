// Convolutions are LibTorch's; what lies between them is one pass over memory (kernels.h), and nothing is kept for the
// way back but the activations themselves.
#include "engine/training/network_pass.h"

#include "engine/training/kernels.h"

namespace bitswap {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kActivationUnit = 1 << kActivationBits;
constexpr double kLargest = kMaxActivation / kActivationUnit;

struct LayerParameters {
  Tensor weight, bias;
};

/// Walks a flat tensor layer by layer; the parts are views.
std::vector<LayerParameters> split(const NetworkSpec& spec, const Tensor& flat) {
  std::vector<LayerParameters> layers;
  std::int64_t offset = 0;
  for (const LayerSpec& layer : spec.layers) {
    const std::int64_t weights = static_cast<std::int64_t>(layer.out) * layer.in * layer.kernel * layer.kernel;
    layers.push_back({flat.narrow(0, offset, weights).view({layer.out, layer.in, layer.kernel, layer.kernel}),
                      flat.narrow(0, offset + weights, layer.out)});
    offset += weights + layer.out;
  }
  return layers;
}

Tensor channels_last(const Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

Bfloat16* bfloat16_data(const Tensor& x) { return reinterpret_cast<Bfloat16*>(x.data_ptr<at::BFloat16>()); }

/// Whether kernels.h has loops for it; tensor operations do the same on other devices, and in double precision.
bool has_kernels(const Tensor& x) { return x.is_cpu() && x.scalar_type() != torch::kFloat64; }

/// The type of heads and of gradients of parameters.
torch::ScalarType wide(torch::ScalarType type) { return type == torch::kFloat64 ? type : torch::kFloat32; }

std::size_t positions(const Tensor& x) { return static_cast<std::size_t>(x.numel() / x.size(1)); }

/// y = clamp(y + bias + skip), in place.
void add_and_clamp(Tensor& y, const Tensor& skip, const Tensor& bias, bool quantised) {
  if (!has_kernels(y)) {
    y.add_(bias.view({1, -1, 1, 1}));
    if (skip.defined()) y.add_(skip);
    if (quantised) y.mul_(kActivationUnit).add_(0.5).floor_().div_(kActivationUnit);
    y.clamp_(0, kLargest);
    return;
  }
  const auto count = positions(y);
  const auto channels = static_cast<int>(y.size(1));
  if (y.scalar_type() == torch::kBFloat16) {
    activate(bfloat16_data(y), skip.defined() ? bfloat16_data(skip) : nullptr, bias.data_ptr<float>(), count, channels,
             quantised);
  } else {
    activate(y.data_ptr<float>(), skip.defined() ? skip.data_ptr<float>() : nullptr, bias.data_ptr<float>(), count,
             channels, quantised);
  }
}

/// gradient = (gradient + more) where y is inside its range, in place; bias_gradient = its sum.
void clamp_backward(Tensor& gradient, const Tensor& more, const Tensor& y, Tensor bias_gradient) {
  if (!has_kernels(y)) {
    if (more.defined()) gradient.add_(more);
    gradient.mul_((y > 0).logical_and_(y < kLargest));
    bias_gradient.copy_(gradient.sum({0, 2, 3}, false, bias_gradient.scalar_type()));
    return;
  }
  bias_gradient.zero_();
  const auto count = positions(y);
  const auto channels = static_cast<int>(y.size(1));
  if (y.scalar_type() == torch::kBFloat16) {
    activate_backward(bfloat16_data(gradient), more.defined() ? bfloat16_data(more) : nullptr, bfloat16_data(y),
                      bias_gradient.data_ptr<float>(), count, channels);
  } else {
    activate_backward(gradient.data_ptr<float>(), more.defined() ? more.data_ptr<float>() : nullptr,
                      y.data_ptr<float>(), bias_gradient.data_ptr<float>(), count, channels);
  }
}

class NetworkPass : public torch::autograd::Function<NetworkPass> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& /*parameters*/,
                        const NetworkSpec* spec, const NetworkNumbers& numbers, bool quantised, bool keep) {
    const auto exact = split(*spec, numbers.exact), fast = split(*spec, numbers.fast);
    const auto type = numbers.fast.scalar_type();
    std::vector<Tensor> x{channels_last(input.to(type))};  // x[i] goes into layer i
    for (std::size_t i = 0; i + 1 < spec->layers.size(); ++i) {
      const LayerSpec& layer = spec->layers[i];
      Tensor y = channels_last(torch::conv2d(x[i], fast[i].weight, {}, 1, layer.kernel / 2));
      add_and_clamp(y, layer.adds_skip ? x[i - 1] : Tensor(), exact[i].bias, quantised);
      x.push_back(y);
      if (!keep && i > 0) x[i - 1].reset();
    }
    // Heads reach from 1/128 to 256: too much for bfloat16.
    Tensor head = torch::conv2d(x.back().to(wide(type)), exact.back().weight, exact.back().bias);
    if (quantised) head.mul_(1 << kHeadBits).add_(0.5).floor_().div_(1 << kHeadBits);

    variable_list saved = std::move(x);
    saved.push_back(numbers.fast);
    context->save_for_backward(saved);
    context->saved_data["spec"] = reinterpret_cast<std::int64_t>(spec);
    context->saved_data["input"] = input.requires_grad();
    return head;
  }

  static variable_list backward(AutogradContext* context, const variable_list& head_gradient) {
    const auto saved = context->get_saved_variables();  // the inputs of all layers, and the flat numbers
    const auto& spec = *reinterpret_cast<const NetworkSpec*>(context->saved_data["spec"].toInt());
    const auto fast = split(spec, saved.back());
    const auto type = saved.back().scalar_type();
    Tensor flat = torch::empty({saved.back().numel()}, saved.back().options().dtype(wide(type)));
    const auto gradients = split(spec, flat);

    Tensor g, skip;
    for (std::size_t i = spec.layers.size(); i-- > 0;) {
      const LayerSpec& layer = spec.layers[i];
      if (layer.head) {
        gradients[i].bias.copy_(head_gradient[0].sum({0, 2, 3}));
        g = channels_last(head_gradient[0].to(type));
      } else {
        // What a later layer of the same block sent past this one comes in here.
        const bool joins = i + 2 < spec.layers.size() && spec.layers[i + 2].adds_skip;
        clamp_backward(g, joins ? skip : Tensor(), saved[i + 1], gradients[i].bias);
      }
      if (layer.adds_skip) skip = g;
      const bool needs_input = i > 0 || context->saved_data["input"].toBool();
      const std::int64_t padding = layer.kernel / 2;
      auto [down, weight, none] =
          at::convolution_backward(g, saved[i], fast[i].weight, c10::nullopt, {1, 1}, {padding, padding}, {1, 1}, false,
                                   {0, 0}, 1, {needs_input, true, false});
      gradients[i].weight.copy_(weight);
      if (needs_input) g = channels_last(down);
    }
    return {context->saved_data["input"].toBool() ? g.to(wide(type)) : Tensor(), flat, {}, {}, {}, {}};
  }
};

}  // namespace

Tensor run_network(const NetworkSpec& spec, const Tensor& input, const Tensor& parameters,
                   const NetworkNumbers& numbers, bool quantised) {
  const bool keep = torch::GradMode::is_enabled();  // apply() turns it off
  return NetworkPass::apply(input, parameters, &spec, numbers, quantised, keep);
}

bool has_fast_bfloat16(const torch::Device& device) {
  if (device.is_cuda()) {
    static const bool works = [&] {
      try {  // older devices refuse
        const auto options = torch::dtype(torch::kBFloat16).device(device);
        return torch::conv2d(torch::ones({1, 8, 8, 8}, options), torch::ones({8, 8, 3, 3}, options)).defined();
      } catch (const std::exception&) {
        return false;
      }
    }();
    return works;
  }
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512bf16") > 0;
#else
  return false;
#endif
}

}  // namespace bitswap
