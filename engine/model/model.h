// A trained model: configuration, integer networks, tables and prior, with its file format.
//
// File (little-endian): "BSWM", u16 version (1, or 2 for luma and chroma), configuration (config.h), tables, prior,
// layers in the plan's order, XXH3-128 of all that precedes. About one byte a parameter. The hash is the model's name
// in archives.
#pragma once

#include <memory>
#include <vector>

#include "engine/base/hash.h"
#include "engine/model/distribution.h"
#include "engine/model/network.h"

namespace bitswap {

struct Model {
  Plan plan;
  DistributionTables tables;
  std::vector<IntegerNetwork> networks;   ///< as plan.networks
  std::vector<std::int16_t> prior_mean;   ///< of zL, per channel, in 1/16
  std::vector<std::uint8_t> prior_scale;  ///< index, per channel
  Hash128 hash{};

  [[nodiscard]] const ModelConfig& config() const { return plan.config; }
  [[nodiscard]] std::size_t parameter_count() const;
};

/// Bytes of the file; sets model.hash.
Bytes write_model(Model& model);
/// Errors: Truncated, Corrupt, Unsupported, InvalidArgument. Nothing is trusted: every size, range and bound is
/// checked.
Result<Model> read_model(ByteView file);

}  // namespace bitswap
