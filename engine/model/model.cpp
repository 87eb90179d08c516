// SPDX-License-Identifier: GPL-3.0-or-later
// Model files, and the checks that make a loaded network safe to run anywhere.
#include "engine/model/model.h"

#include <algorithm>
#include <array>

#include "engine/model/jpeg_plan.h"
#include "engine/model/pixel_plan.h"

namespace bitswap {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'B', 'S', 'W', 'M'};
constexpr std::uint16_t kPixelVersion = 1;
constexpr std::uint16_t kYccVersion = 2;  ///< and nothing else is different
constexpr std::uint16_t kJpegVersion = 3;

std::uint16_t version_of(const AnyConfig& config) {
  const auto* const pixels = std::get_if<ModelConfig>(&config);
  return pixels == nullptr ? kJpegVersion : pixels->ycc ? kYccVersion : kPixelVersion;
}

Error corrupt(const char* what) { return {Error::Code::Corrupt, 0, std::string("model file: ") + what}; }

void write_tables(const DistributionTables& tables, ByteWriter& out) {
  for (const auto v : tables.logistic) out.u32(v);
  for (const auto v : tables.inverse_scale) out.u32(v);
  for (const auto v : tables.weight) out.u8(v);
}

Result<DistributionTables> read_tables(ByteReader& in) {
  DistributionTables tables{};
  for (auto& v : tables.logistic) {
    BITSWAP_TRY_ASSIGN(v, in.u32());
  }
  for (auto& v : tables.inverse_scale) {
    BITSWAP_TRY_ASSIGN(v, in.u32());
    if (v == 0 || v > (1U << 24)) return corrupt("scale out of range");
  }
  for (auto& v : tables.weight) {
    BITSWAP_TRY_ASSIGN(v, in.u8());
    if (v < 1 || v >= kWeightOne) return corrupt("mixture weight out of range");
  }
  // The interpolation multiplies a difference by 63 in 32 bits, and every value needs a rising cumulative probability.
  for (int i = 0; i < kLogisticSize; ++i) {
    if (tables.logistic[i] > tables.logistic[i + 1] || tables.logistic[i + 1] - tables.logistic[i] > (1U << 25)) {
      return corrupt("distribution table does not rise");
    }
  }
  if (tables.logistic[0] != 0 || tables.logistic[kLogisticSize] != 65280U * 256U) {
    return corrupt("distribution table has the wrong ends");
  }
  return tables;
}

Result<IntegerLayer> read_layer(const LayerSpec& spec, ByteReader& in) {
  IntegerLayer layer{spec, {}, {}, {}};
  BITSWAP_TRY_ASSIGN(const ByteView shift, in.raw(spec.out));
  layer.shift.assign(shift.begin(), shift.end());
  layer.bias.resize(spec.out);
  for (auto& bias : layer.bias) {
    BITSWAP_TRY_ASSIGN(const std::uint32_t bits, in.u32());
    bias = static_cast<std::int32_t>(bits);
  }
  BITSWAP_TRY_ASSIGN(const ByteView weights, in.raw(weight_count(spec)));
  layer.weights.assign(weights.begin(), weights.end());
  return layer;
}

Result<IntegerNetwork> read_network(const NetworkSpec& spec, ByteReader& in) {
  IntegerNetwork network;
  for (const LayerSpec& layer_spec : spec.layers) {
    BITSWAP_TRY_ASSIGN(IntegerLayer layer, read_layer(layer_spec, in));
    network.layers.push_back(std::move(layer));
  }
  if (const LayerSpec* const conditioned = conditioned_layer(spec)) {
    BITSWAP_TRY_ASSIGN(network.condition_shift, in.u8());
    BITSWAP_TRY_ASSIGN(const ByteView weights, in.raw(static_cast<std::uint64_t>(spec.conditions) * conditioned->out));
    network.condition_weights.assign(weights.begin(), weights.end());
  }
  BITSWAP_TRY(validate(spec, network));
  return network;
}

Result<AnyConfig> read_any_config(std::uint16_t version, ByteReader& in) {
  if (version == kJpegVersion) {
    BITSWAP_TRY_ASSIGN(JpegConfig config, read_jpeg_config(in));
    return AnyConfig(std::move(config));
  }
  BITSWAP_TRY_ASSIGN(ModelConfig config, read_config(in));
  if (config.ycc != (version == kYccVersion)) return corrupt("the version does not fit");
  return AnyConfig(std::move(config));
}

}  // namespace

Plan make_plan(const AnyConfig& config) {
  if (const auto* const pixels = std::get_if<ModelConfig>(&config)) return make_pixel_plan(*pixels);
  return make_jpeg_plan(std::get<JpegConfig>(config), {});
}

std::size_t Model::parameter_count() const {
  std::size_t count = prior_mean.size() + prior_scale.size();
  for (const auto& network : networks) {
    for (const auto& layer : network.layers) count += bitswap::parameter_count(layer.spec);
    count += network.condition_weights.size();
  }
  return count;
}

Bytes write_model(Model& model) {
  ByteWriter out;
  out.raw(kMagic);
  out.u16(version_of(model.parameters));
  std::visit([&out](const auto& config) { write_config(config, out); }, model.parameters);
  write_tables(model.tables, out);
  for (const auto mean : model.prior_mean) out.u16(static_cast<std::uint16_t>(mean));
  for (const auto scale : model.prior_scale) out.u8(scale);
  for (const auto& network : model.networks) {
    for (const auto& layer : network.layers) {
      out.raw(layer.shift);
      for (const auto bias : layer.bias) out.u32(static_cast<std::uint32_t>(bias));
      for (const auto weight : layer.weights) out.u8(static_cast<std::uint8_t>(weight));
    }
    if (network.condition_weights.empty()) continue;
    out.u8(network.condition_shift);
    for (const auto weight : network.condition_weights) out.u8(static_cast<std::uint8_t>(weight));
  }
  model.hash = hash128(out.bytes());
  out.raw(model.hash);
  return out.take();
}

Result<Model> read_model(ByteView file) {
  if (file.size() < kMagic.size() + 2 + 16) return Error{Error::Code::Truncated, file.size(), "model file: too short"};
  if (!std::equal(kMagic.begin(), kMagic.end(), file.begin())) return corrupt("not a model");
  const ByteView body = file.first(file.size() - 16);
  ByteReader in(body.subspan(kMagic.size()));
  BITSWAP_TRY_ASSIGN(const std::uint16_t version, in.u16());
  if (version < kPixelVersion || version > kJpegVersion) {
    return Error{Error::Code::Unsupported, 4, "model file: made by a newer version of this program"};
  }
  Model model{};
  model.hash = hash128(body);
  if (!std::equal(model.hash.begin(), model.hash.end(), file.end() - 16)) return corrupt("checksum differs");
  BITSWAP_TRY_ASSIGN(model.parameters, read_any_config(version, in));
  model.plan = make_plan(model.parameters);
  BITSWAP_TRY_ASSIGN(model.tables, read_tables(in));
  const int channels = model.plan.planes[model.plan.latents.back().plane].channels;
  model.prior_mean.resize(channels);
  model.prior_scale.resize(channels);
  for (auto& mean : model.prior_mean) {
    BITSWAP_TRY_ASSIGN(const std::uint16_t bits, in.u16());
    mean = static_cast<std::int16_t>(bits);
    if (mean < kMeanMin || mean > kMeanMax) return corrupt("prior out of range");
  }
  for (auto& scale : model.prior_scale) {
    BITSWAP_TRY_ASSIGN(scale, in.u8());
    if (scale >= kScaleCount) return corrupt("prior out of range");
  }
  for (const NetworkSpec& spec : model.plan.networks) {
    BITSWAP_TRY_ASSIGN(IntegerNetwork network, read_network(spec, in));
    model.networks.push_back(std::move(network));
  }
  if (!in.at_end()) return corrupt("bytes after the last layer");
  return model;
}

}  // namespace bitswap
