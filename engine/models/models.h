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
  ByteView file;            ///< the model file's bytes; lives as long as the program
  std::string_view golden;  ///< what `bitswap selftest` must compute with it, as it was written at the release
  /// The model that takes over where a picture is made of luma and chroma (image/ycc_colours.h); empty: none does.
  std::string_view for_ycc;
  bool retired = false;  ///< a newer one has taken its place; here for the archives that name it
};

/// The models of a job: one that codes whatever comes, and one for luma and chroma, which may be null.
struct ModelPair {
  std::shared_ptr<const Model> any, ycc;
};

/// The default model first.
std::span<const ReleasedModel> released_models();

/// By name, by a prefix of at least 8 digits of the hash, or a path to a model file; empty: the default model.
/// Errors: NotFound, and those of read_model().
Result<std::shared_ptr<const Model>> load_model(std::string_view which);

/// The model that load_model() finds, and its counterpart for the other pictures: a released one of its own, or that of
/// the released model that it has the architecture of. Errors: those of load_model().
Result<ModelPair> load_models(std::string_view which);

/// Null if no released model has this hash.
const ReleasedModel* find_released(const Hash128& hash);

/// The released model with this hash. Errors: NotFound.
Result<std::shared_ptr<const Model>> load_model(const Hash128& hash);

}  // namespace bitswap
