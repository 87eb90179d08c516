// SPDX-License-Identifier: GPL-3.0-or-later
// The released models. They are part of the program, so that an archive opens for ever without any other file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/model.h"

namespace bitswap {

struct ReleasedModel {
  std::string_view name;
  std::string_view family;  ///< models that share out the pictures of a job by their domain; named after one of them
  ByteView file;            ///< the model file's bytes; lives as long as the program
  std::string_view golden;  ///< what `bitswap selftest` must compute with it, as it was written at the release
};

/// The models of a job, one a domain.
struct ModelFamily {
  std::shared_ptr<const Model> any;   ///< RGB: codes whatever comes; never null
  std::shared_ptr<const Model> ycc;   ///< luma and chroma (image/ycc_colours.h); null: `any` codes these pictures, too
  std::shared_ptr<const Model> jpeg;  ///< coefficients of JPEG files; null: there is none
};

/// The default model first.
std::span<const ReleasedModel> released_models();

/// Their families, each once, the default one first: what a user chooses from.
std::vector<std::string_view> released_families();

/// By name, by a prefix of at least 8 digits of the hash, or a path to a model file; empty: the default model.
/// Errors: NotFound, and those of read_model().
Result<std::shared_ptr<const Model>> load_model(std::string_view which);

/// The model that load_model() finds in its own domain, and the released ones of its family in the others. The family
/// of a model that is not released is that of the released model whose configuration it has by name; missing models of
/// RGB and of JPEG coefficients are the default ones. Errors: those of load_model().
Result<ModelFamily> load_family(std::string_view which);

/// Null if no released model has this hash.
const ReleasedModel* find_released(const Hash128& hash);

/// The released model with this hash. Errors: NotFound.
Result<std::shared_ptr<const Model>> load_model(const Hash128& hash);

}  // namespace bitswap
