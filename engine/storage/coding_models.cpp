// SPDX-License-Identifier: GPL-3.0-or-later
// Released models first: they cannot be damaged.
#include "engine/storage/coding_models.h"

#include <utility>

#include "engine/codec/image_codec.h"
#include "engine/storage/carried_model.h"

namespace bitswap {

Status CodingModels::open() {
  const std::scoped_lock lock(mutex_);
  return open_locked();
}

Status CodingModels::open_locked() {
  if (backend_) return {};
  BITSWAP_TRY_ASSIGN(backend_, source_());
  return {};
}

CodingModel CodingModels::coding(const Model* model, const BackendModel* networks) {
  CodingModel coding{model, networks};
  coding.scratch = &scratch_;
  return coding;
}

std::optional<CodingModel> CodingModels::find_locked(const Hash128& hash) {
  const auto known = loaded_.find(hash);
  if (known == loaded_.end()) return {};
  return coding(known->second.model.get(), known->second.networks.get());
}

Result<CodingModel> CodingModels::add(std::shared_ptr<const Model> model) {
  const std::scoped_lock lock(mutex_);
  const Hash128 hash = model->hash;
  BITSWAP_TRY_ASSIGN(const CodingModel coding, add_locked(std::move(model)));
  loaded_.at(hash).stays = true;
  return coding;
}

void CodingModels::release(const CodingModel& coding) {
  const std::scoped_lock lock(mutex_);
  --loaded_.at(coding.model->hash).users;
}

void CodingModels::drop_unused_locked() {
  constexpr std::size_t kKept = 4;  // the next picture most likely has the model of the one before
  for (auto known = loaded_.begin(); known != loaded_.end() && loaded_.size() >= kKept;) {
    if (known->second.users > 0 || known->second.stays) {
      ++known;
      continue;
    }
    if (std::string warning = known->second.batch->take_warning(); !warning.empty()) {
      warnings_.push_back(std::move(warning));
    }
    known = loaded_.erase(known);
  }
}

Result<CodingModel> CodingModels::add_for(const Picture& picture, const ModelFamily& models) {
  return add(models.ycc && suits_ycc(picture) ? models.ycc : models.any);
}

Result<CodingModel> CodingModels::add_locked(std::shared_ptr<const Model> model) {
  BITSWAP_TRY(open_locked());
  const Hash128 hash = model->hash;
  if (const auto known = find_locked(hash)) return *known;
  BITSWAP_TRY_ASSIGN(std::unique_ptr<BackendModel> networks, backend_->load(*model));
  auto batch = std::make_unique<SegmentBatch>(coding(model.get(), networks.get()));
  loaded_[hash] = Loaded{std::move(model), std::move(networks), std::move(batch), 0, false};
  return *find_locked(hash);
}

SegmentBatch& CodingModels::batch(const CodingModel& coding) {
  const std::scoped_lock lock(mutex_);
  return *loaded_.at(coding.model->hash).batch;
}

std::vector<std::string> CodingModels::take_warnings() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> warnings = std::exchange(warnings_, {});
  for (const auto& [hash, loaded] : loaded_) {
    if (std::string warning = loaded.batch->take_warning(); !warning.empty()) warnings.push_back(std::move(warning));
  }
  return warnings;
}

Result<CodingModel> CodingModels::get(const Hash128& hash, const ArchiveReader* archive) {
  const std::scoped_lock lock(mutex_);
  if (const auto known = find_locked(hash)) {
    ++loaded_.at(hash).users;
    return *known;
  }
  drop_unused_locked();
  auto model = load_model(hash);
  if (!model.ok() && model.error().code == Error::Code::NotFound && archive != nullptr &&
      archive->find_model(hex(hash))) {
    model = read_carried_model(*archive, hash);
  }
  if (!model.ok()) return model.error();
  BITSWAP_TRY_ASSIGN(const CodingModel coding, add_locked(std::move(model).value()));
  ++loaded_.at(hash).users;
  return coding;
}

}  // namespace bitswap
