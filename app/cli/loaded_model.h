// SPDX-License-Identifier: GPL-3.0-or-later
// The models and the backend that the common options ask for.
#pragma once

#include <memory>

#include "app/cli/command.h"
#include "engine/base/scratch_pool.h"
#include "engine/codec/image_codec.h"
#include "engine/nn/backend.h"

namespace bitswap::cli {

struct LoadedModel {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Model> ycc_model;  ///< for pictures made of luma and chroma; may be null
  std::unique_ptr<Backend> backend;
  std::unique_ptr<BackendModel> networks, ycc_networks;
  std::unique_ptr<ScratchPool> scratch = std::make_unique<ScratchPool>();

  [[nodiscard]] CodingModel coding_for(const Picture& picture) const {
    CodingModel coding{model.get(), networks.get()};
    if (ycc_model && suits_ycc(picture)) coding = {ycc_model.get(), ycc_networks.get()};
    coding.scratch = scratch.get();
    return coding;
  }
};

/// Errors: those of load_model(), open_backend() and Backend::load().
Result<LoadedModel> open_model(const CommonOptions& options);

/// As it is; for a released model its name, which says more than the architecture's.
std::string model_name(const Model& model);

}  // namespace bitswap::cli
