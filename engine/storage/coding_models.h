// SPDX-License-Identifier: GPL-3.0-or-later
// Models made ready for a backend, each read once in a job however many pictures name it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "engine/archive/reader.h"
#include "engine/base/scratch_pool.h"
#include "engine/codec/segment_batch.h"
#include "engine/model/released/models.h"

namespace bitswap {

/// How a job gets at its backend; tests put another one in.
using BackendSource = std::function<Result<std::unique_ptr<Backend>>()>;

/// Owns backend and models; what was added lives as long as it does. Thread-safe.
class CodingModels {
 public:
  explicit CodingModels(BackendSource source) : source_(std::move(source)) {}

  /// Opens the backend if that was not done yet. Errors: those of open_backend().
  Status open();
  /// A released model, or one that `archive` (may be null) carries; release() it when it is no longer needed, because
  /// an archive may carry any number. Errors: NotFound, and those of opening, reading and loading it.
  Result<CodingModel> get(const Hash128& hash, const ArchiveReader* archive);
  void release(const CodingModel& coding);
  Result<CodingModel> add(std::shared_ptr<const Model> model);
  /// The one of the two that suits the picture.
  Result<CodingModel> add_for(const Picture& picture, const ModelFamily& models);
  /// Where segments of a model that was got or added are coded.
  SegmentBatch& batch(const CodingModel& coding);
  /// What the user should know of the device; each only once.
  std::vector<std::string> take_warnings();

 private:
  struct Loaded {
    std::shared_ptr<const Model> model;
    std::unique_ptr<BackendModel> networks;
    std::unique_ptr<SegmentBatch> batch;
    std::size_t users = 0;  ///< that will release it
    bool stays = false;     ///< was added
  };
  void drop_unused_locked();
  Status open_locked();
  Result<CodingModel> add_locked(std::shared_ptr<const Model> model);
  [[nodiscard]] std::optional<CodingModel> find_locked(const Hash128& hash);
  CodingModel coding(const Model* model, const BackendModel* networks);

  std::mutex mutex_;  // guards the rest; also held while a model is read, so that nobody reads it twice
  BackendSource source_;
  ScratchPool scratch_;
  std::unique_ptr<Backend> backend_;
  std::map<Hash128, Loaded> loaded_;
  std::vector<std::string> warnings_;  ///< of models that are gone
};

}  // namespace bitswap
