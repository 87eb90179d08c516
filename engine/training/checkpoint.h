// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that training needs to go on, in files that stay under 15 MB each.
#pragma once

#include <torch/torch.h>

#include <filesystem>

#include "engine/model/model.h"

namespace bitswap {

struct Checkpoint {
  AnyConfig config;
  std::uint64_t step = 0;
  double minutes = 0;
  torch::Tensor values, average;  ///< float [parameters]
  torch::Tensor first, second;    ///< Adam's moments, kept as bfloat16 in the file
};

/// Writes PREFIX.0, PREFIX.1, …; each through a temporary file and a rename. Errors: Io.
Status write_checkpoint(const std::filesystem::path& prefix, const Checkpoint& checkpoint);
/// Errors: NotFound, Corrupt (also when the parts are of different saves).
Result<Checkpoint> read_checkpoint(const std::filesystem::path& prefix);

}  // namespace bitswap
