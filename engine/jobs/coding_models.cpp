// Released models first: they cannot be damaged.
#include "engine/jobs/coding_models.h"

#include "engine/jobs/content.h"
#include "engine/jobs/support.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{1} << 28;

}  // namespace

Status CodingModels::open() {
  if (backend_) return {};
  BITSWAP_TRY_ASSIGN(backend_, source_());
  return {};
}

Result<CodingModel> CodingModels::add(std::shared_ptr<const Model> model) {
  BITSWAP_TRY(open());
  const Hash128 hash = model->hash;
  if (const auto known = loaded_.find(hash); known != loaded_.end()) {
    return CodingModel{known->second.model.get(), known->second.networks.get()};
  }
  BITSWAP_TRY_ASSIGN(std::unique_ptr<BackendModel> networks, backend_->load(*model));
  const Loaded& loaded = loaded_[hash] = Loaded{std::move(model), std::move(networks)};
  return CodingModel{loaded.model.get(), loaded.networks.get()};
}

Result<CodingModel> CodingModels::get(const Hash128& hash, const ArchiveReader* archive) {
  if (const auto known = loaded_.find(hash); known != loaded_.end()) {
    return CodingModel{known->second.model.get(), known->second.networks.get()};
  }
  auto model = load_model(hash);
  if (!model.ok() && model.error().code == Error::Code::NotFound && archive != nullptr &&
      archive->find_model(hex(hash))) {
    model = read_carried_model(*archive, hash);
  }
  if (!model.ok()) return model.error();
  return add(std::move(model).value());
}

Result<std::shared_ptr<const Model>> read_carried_model(const ArchiveReader& archive, const Hash128& hash) {
  const auto position = archive.find_model(hex(hash));
  if (!position) return Error{Error::Code::NotFound, 0, "the archive has no model " + hex(hash)};
  const Entry& entry = archive.entries()[*position];
  if (entry.header.original_size > kMaxModelBytes) {
    return Error{Error::Code::LimitExceeded, entry.offset, "a model of impossible size"};
  }
  BITSWAP_TRY_ASSIGN(const Bytes file, read_content(archive, entry));
  BITSWAP_TRY_ASSIGN(Model model, read_model(file));
  if (model.hash != hash) return Error{Error::Code::Corrupt, entry.offset, "a model under a false name"};
  return std::shared_ptr<const Model>(std::make_shared<Model>(std::move(model)));
}

}  // namespace bitswap
