// SPDX-License-Identifier: GPL-3.0-or-later
// A trained model: configuration, integer networks, tables and prior, with its file format.
//
// File (little-endian): "BSWM", u16 version (1 pixels, 2 luma and chroma, 3 JPEG coefficients), configuration
// (config.h, jpeg_config.h), tables, prior, the networks in the plan's order (layers, then u8 shift and weights of the
// conditions if it has any), XXH3-128 of all that precedes. About one byte a parameter. The hash is the model's name in
// archives.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/hash.h"
#include "engine/model/config.h"
#include "engine/model/distribution.h"
#include "engine/model/jpeg_config.h"
#include "engine/model/network.h"
#include "engine/model/plan.h"

namespace bitswap {

/// The configuration of each kind of model.
using AnyConfig = std::variant<ModelConfig, JpegConfig>;

/// A JPEG model's is that of three components; a picture of another shape has its own with the same networks.
Plan make_plan(const AnyConfig& config);

struct Model {
  AnyConfig parameters;
  Plan plan;
  DistributionTables tables;
  std::vector<IntegerNetwork> networks;   ///< as plan.networks
  std::vector<std::int16_t> prior_mean;   ///< of zL, per channel, in 1/16
  std::vector<std::uint8_t> prior_scale;  ///< index, per channel
  Hash128 hash{};

  [[nodiscard]] bool is_jpeg() const { return std::holds_alternative<JpegConfig>(parameters); }
  /// Of a pixel model, and of a JPEG model.
  [[nodiscard]] const ModelConfig& config() const { return std::get<ModelConfig>(parameters); }
  [[nodiscard]] const JpegConfig& jpeg_config() const { return std::get<JpegConfig>(parameters); }
  [[nodiscard]] const std::string& name() const {
    return std::visit([](const auto& config) -> const std::string& { return config.name; }, parameters);
  }
  [[nodiscard]] std::size_t parameter_count() const;
};

/// Bytes of the file; sets model.hash.
Bytes write_model(Model& model);
/// Errors: Truncated, Corrupt, Unsupported, InvalidArgument. Nothing is trusted: every size, range and bound is
/// checked.
Result<Model> read_model(ByteView file);

}  // namespace bitswap
