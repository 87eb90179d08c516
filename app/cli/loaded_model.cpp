// SPDX-License-Identifier: GPL-3.0-or-later
// Opens what a command that runs networks itself needs; jobs do it on their own.
#include "app/cli/loaded_model.h"

#include <algorithm>

#include "engine/devices/devices.h"
#include "engine/model/released/models.h"

namespace bitswap::cli {

Result<LoadedModel> open_model(const CommonOptions& options) {
  LoadedModel loaded;
  BITSWAP_TRY_ASSIGN(ModelFamily models, load_family(options.model));
  loaded.model = std::move(models.any);
  loaded.ycc_model = std::move(models.ycc);
  BITSWAP_TRY_ASSIGN(loaded.backend, open_backend(options.device));
  BITSWAP_TRY_ASSIGN(loaded.networks, loaded.backend->load(*loaded.model));
  if (loaded.ycc_model) {
    BITSWAP_TRY_ASSIGN(loaded.ycc_networks, loaded.backend->load(*loaded.ycc_model));
  }
  return loaded;
}

std::string model_name(const Model& model) {
  for (const ReleasedModel& released : released_models()) {
    if (std::ranges::equal(released.file.last(model.hash.size()), model.hash)) return std::string(released.name);
  }
  return model.name();
}

}  // namespace bitswap::cli
