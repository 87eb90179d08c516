// SPDX-License-Identifier: GPL-3.0-or-later
// Convolutions are LibTorch's; what lies between them is one pass over memory (kernels.h), and nothing is kept for the
// way back but the activations themselves.
#include "engine/training/network_pass.h"

#include "engine/model/network.h"
#include "engine/training/kernels.h"
#include "engine/training/plan_tensors.h"

namespace bitswap {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr double kLargest = kMaxActivation / kActivationUnit;

struct LayerParameters {
  Tensor weight, bias;
};

/// Walks a flat tensor layer by layer; the parts are views. Behind the layers lie the conditions' weights, if any.
std::vector<LayerParameters> split(const NetworkSpec& spec, const Tensor& flat) {
  std::vector<LayerParameters> layers;
  std::int64_t offset = 0;
  for (const LayerSpec& layer : spec.layers) {
    const std::int64_t weights = number_count(layer) - layer.out;
    layers.push_back({flat.narrow(0, offset, weights).view({layer.out, layer.in, layer.kernel, layer.kernel}),
                      flat.narrow(0, offset + weights, layer.out)});
    offset += weights + layer.out;
  }
  return layers;
}

/// [out, conditions], a view.
Tensor condition_weights(const NetworkSpec& spec, const Tensor& flat) {
  const std::int64_t count = spec.conditions, out = conditioned_layer(spec)->out;
  return flat.narrow(0, flat.numel() - count * out, count * out).view({out, count});
}

/// Largest bias that conditions can add: 1023 / 128.
constexpr double kLargestCondition = 1023.0 / kHeadUnit;

Tensor channels_last(const Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

Bfloat16* bfloat16_data(const Tensor& x) { return reinterpret_cast<Bfloat16*>(x.data_ptr<at::BFloat16>()); }

/// Whether kernels.h has loops for it; tensor operations do the same on other devices, and in double precision.
bool has_kernels(const Tensor& x) { return x.is_cpu() && x.scalar_type() != torch::kFloat64; }

/// The type of heads and of gradients of parameters.
torch::ScalarType wide(torch::ScalarType type) { return type == torch::kFloat64 ? type : torch::kFloat32; }

std::size_t positions(const Tensor& x) { return static_cast<std::size_t>(x.numel() / x.size(1)); }

template <typename T>
T* image(T* of_batch, std::int64_t n, std::size_t size) {
  return of_batch == nullptr ? nullptr : of_batch + static_cast<std::size_t>(n) * size;
}

/// y = clamp(y + bias + skip), in place. bias: [channels], or [images, channels].
void add_and_clamp(Tensor& y, const Tensor& skip, const Tensor& bias, bool quantised) {
  if (!has_kernels(y)) {
    y.add_(bias.view({bias.dim() == 1 ? 1 : y.size(0), -1, 1, 1}));
    if (skip.defined()) y.add_(skip);
    if (quantised) y.mul_(kActivationUnit).add_(0.5).floor_().div_(kActivationUnit);
    y.clamp_(0, kLargest);
    return;
  }
  const auto channels = static_cast<int>(y.size(1));
  const std::int64_t images = bias.dim() == 1 ? 1 : y.size(0);
  const std::size_t count = positions(y) / static_cast<std::size_t>(images);
  const std::size_t size = count * static_cast<std::size_t>(channels);
  for (std::int64_t n = 0; n < images; ++n) {
    const float* from = image(bias.data_ptr<float>(), n, static_cast<std::size_t>(channels));
    if (y.scalar_type() == torch::kBFloat16) {
      activate(image(bfloat16_data(y), n, size), image(skip.defined() ? bfloat16_data(skip) : nullptr, n, size), from,
               count, channels, quantised);
    } else {
      activate(image(y.data_ptr<float>(), n, size), image(skip.defined() ? skip.data_ptr<float>() : nullptr, n, size),
               from, count, channels, quantised);
    }
  }
}

/// gradient = (gradient + more) where y is inside its range, in place; bias_gradient = its sum, of the whole batch or,
/// if it is [images, channels], of each image.
void clamp_backward(Tensor& gradient, const Tensor& more, const Tensor& y, Tensor bias_gradient) {
  if (!has_kernels(y)) {
    if (more.defined()) gradient.add_(more);
    gradient.mul_((y > 0).logical_and_(y < kLargest));
    const std::vector<std::int64_t> over =
        bias_gradient.dim() == 1 ? std::vector<std::int64_t>{0, 2, 3} : std::vector<std::int64_t>{2, 3};
    bias_gradient.copy_(gradient.sum(over, false, bias_gradient.scalar_type()));
    return;
  }
  bias_gradient.zero_();
  const auto channels = static_cast<int>(y.size(1));
  const std::int64_t images = bias_gradient.dim() == 1 ? 1 : y.size(0);
  const std::size_t count = positions(y) / static_cast<std::size_t>(images);
  const std::size_t size = count * static_cast<std::size_t>(channels);
  for (std::int64_t n = 0; n < images; ++n) {
    float* to = image(bias_gradient.data_ptr<float>(), n, static_cast<std::size_t>(channels));
    if (y.scalar_type() == torch::kBFloat16) {
      activate_backward(image(bfloat16_data(gradient), n, size),
                        image(more.defined() ? bfloat16_data(more) : nullptr, n, size),
                        image(bfloat16_data(y), n, size), to, count, channels);
    } else {
      activate_backward(image(gradient.data_ptr<float>(), n, size),
                        image(more.defined() ? more.data_ptr<float>() : nullptr, n, size),
                        image(y.data_ptr<float>(), n, size), to, count, channels);
    }
  }
}

/// What a convolution sends to its input (undefined unless needed) and to its weights.
Tensor convolution_back(const Tensor& gradient, const Tensor& input, const Tensor& weight, bool needs_input,
                        Tensor weight_gradient) {
  const std::int64_t padding = weight.size(2) / 2;
  auto [down, by_weight, none] =
      at::convolution_backward(gradient, input, weight, c10::nullopt, {1, 1}, {padding, padding}, {1, 1}, false, {0, 0},
                               1, {needs_input, true, false});
  weight_gradient.copy_(by_weight);
  return needs_input ? channels_last(down) : Tensor();
}

void add_to(Tensor& sum, const Tensor& more) { sum = sum.defined() ? sum + more : more; }

class NetworkPass : public torch::autograd::Function<NetworkPass> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& input, const Tensor& state,
                               const Tensor& conditions, const Tensor& /*parameters*/, const NetworkSpec* spec,
                               const NetworkNumbers& numbers, bool quantised, bool keep, bool wants_features) {
    const auto exact = split(*spec, numbers.exact), fast = split(*spec, numbers.fast);
    const auto type = numbers.fast.scalar_type();
    const std::size_t trunk = spec->layers.size() - (spec->has_head() ? 1 : 0);
    Tensor raw;                                            // what the conditions add before it is clamped
    std::vector<Tensor> x{channels_last(input.to(type))};  // x[i] goes into layer i
    for (std::size_t i = 0; i < trunk; ++i) {
      const LayerSpec& layer = spec->layers[i];
      Tensor y = channels_last(torch::conv2d(x[i], fast[i].weight, {}, 1, layer.kernel / 2));
      Tensor bias = exact[i].bias;
      if (layer.conditioned) {
        raw = torch::mm(conditions, condition_weights(*spec, numbers.exact).t());
        if (quantised) raw = (raw * kHeadUnit + 0.5).floor() / kHeadUnit;
        bias = (raw.clamp(-kLargestCondition, kLargestCondition) + bias).contiguous();
      }
      Tensor skip;
      if (layer.skip > 0) skip = x[i + 1 - static_cast<std::size_t>(layer.skip)];
      if (layer.state) skip = channels_last(state.to(type));
      add_and_clamp(y, skip, bias, quantised);
      x.push_back(y);
      if (!keep && i > 0) x[i - 1].reset();
    }
    variable_list results;
    if (spec->has_head()) {
      // Heads reach from 1/128 to 256: too much for bfloat16.
      Tensor head = torch::conv2d(x.back().to(wide(type)), exact.back().weight, exact.back().bias);
      if (quantised) head.mul_(kHeadUnit).add_(0.5).floor_().div_(kHeadUnit);
      results.push_back(head);
    }
    if (wants_features || !spec->has_head()) results.push_back(x.back());

    variable_list saved = std::move(x);
    saved.push_back(numbers.fast);
    saved.push_back(conditions);
    saved.push_back(raw);
    context->save_for_backward(saved);
    context->set_materialize_grads(false);
    context->saved_data["spec"] = reinterpret_cast<std::int64_t>(spec);
    context->saved_data["input"] = input.requires_grad();
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& result_gradients) {
    const auto saved = context->get_saved_variables();  // inputs of all layers, numbers, conditions and what they add
    const std::size_t inputs = saved.size() - 3;
    const auto& spec = *reinterpret_cast<const NetworkSpec*>(context->saved_data["spec"].toInt());
    const bool needs_input = context->saved_data["input"].toBool();
    const Tensor &numbers = saved[inputs], &conditions = saved[inputs + 1], &raw = saved[inputs + 2];
    const auto fast = split(spec, numbers);
    const auto type = numbers.scalar_type();
    Tensor flat = torch::empty({numbers.numel()}, numbers.options().dtype(wide(type)));
    const auto gradients = split(spec, flat);

    std::vector<Tensor> extra(inputs);  // what reaches x[i] past the layer that reads it
    Tensor g;
    std::size_t i = spec.layers.size();
    if (spec.has_head()) {
      --i;
      if (result_gradients.size() > 1 && result_gradients[1].defined()) {
        extra.back() = channels_last(result_gradients[1].to(type));
      }
      if (result_gradients[0].defined()) {
        gradients[i].bias.copy_(result_gradients[0].sum({0, 2, 3}));
        g = convolution_back(channels_last(result_gradients[0].to(type)), saved[i], fast[i].weight, true,
                             gradients[i].weight);
      } else {
        gradients[i].bias.zero_();
        gradients[i].weight.zero_();
        g = torch::zeros_like(saved[i]);
      }
    } else {
      g = channels_last(result_gradients[0].to(type)).clone();  // changed in place
    }
    Tensor state_gradient;
    while (i-- > 0) {
      const LayerSpec& layer = spec.layers[i];
      if (layer.conditioned) {
        Tensor each = torch::empty({g.size(0), layer.out}, flat.options());
        clamp_backward(g, extra[i + 1], saved[i + 1], each);
        gradients[i].bias.copy_(each.sum(0));
        const Tensor inside = raw.abs() <= kLargestCondition;
        condition_weights(spec, flat).copy_(torch::mm((each * inside).t(), conditions.to(each.scalar_type())));
      } else {
        clamp_backward(g, extra[i + 1], saved[i + 1], gradients[i].bias);
      }
      if (layer.skip > 0) add_to(extra[i + 1 - static_cast<std::size_t>(layer.skip)], g);
      if (layer.state) state_gradient = g;
      g = convolution_back(g, saved[i], fast[i].weight, i > 0 || needs_input, gradients[i].weight);
    }
    if (needs_input && extra[0].defined()) g = g + extra[0];
    return {needs_input ? g : Tensor(), state_gradient, {}, flat, {}, {}, {}, {}, {}};
  }
};

}  // namespace

std::int64_t number_count(const LayerSpec& layer) { return static_cast<std::int64_t>(parameter_count(layer)); }

std::int64_t number_count(const NetworkSpec& spec) {
  std::int64_t count = 0;
  for (const LayerSpec& layer : spec.layers) count += number_count(layer);
  const LayerSpec* conditioned = conditioned_layer(spec);
  return count + (conditioned == nullptr ? 0 : std::int64_t{conditioned->out} * spec.conditions);
}

NetworkOutputs run_network(const NetworkSpec& spec, const NetworkInputs& inputs, const Tensor& parameters,
                           const NetworkNumbers& numbers, bool quantised, bool wants_features) {
  const bool keep = torch::GradMode::is_enabled();                 // apply() turns it off
  const Tensor none = torch::empty({0}, numbers.exact.options());  // apply() takes no undefined tensors
  const variable_list results = NetworkPass::apply(inputs.input, inputs.state.defined() ? inputs.state : none,
                                                   inputs.conditions.defined() ? inputs.conditions : none, parameters,
                                                   &spec, numbers, quantised, keep, wants_features);
  NetworkOutputs outputs;
  if (spec.has_head()) outputs.head = results.front();
  if (wants_features || !spec.has_head()) outputs.features = results.back();
  return outputs;
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
