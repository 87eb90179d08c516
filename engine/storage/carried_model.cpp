// SPDX-License-Identifier: GPL-3.0-or-later
// Model entries are packed and opened like all others, but by forms that need no model themselves.
#include "engine/storage/carried_model.h"

#include "engine/base/spare_threads.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/storage_form.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{1} << 28;
/// Marker to checksum of the header, head of the section, end record, and the record in the index, about.
constexpr std::uint64_t kFramingBytes = 292;

/// A job without models: what forms get that use none.
struct NoModels {
  CodingModels models{[]() -> Result<std::unique_ptr<Backend>> {
    return Error{Error::Code::Internal, 0, "a model that needs a model"};
  }};
  SpareThreads spare{1};
};

Result<Bytes> read_model_file(const EntrySections& sections) {
  if (sections.header().original_size > kMaxModelBytes) {
    return Error{Error::Code::LimitExceeded, sections.offset(), "a model of impossible size"};
  }
  BITSWAP_TRY_ASSIGN(const StorageForm* form, form_for(sections));
  if (form->uses_models()) return sections.corrupt("a model that needs a model");
  NoModels none;
  OpenContext context{none.models, none.spare};
  BITSWAP_TRY_ASSIGN(const std::unique_ptr<OpenedContent> opened, form->open(sections, context));
  BITSWAP_TRY_ASSIGN(Restored restored, opened->finish(1));
  BITSWAP_TRY(check_content(sections, restored.content));
  return std::move(restored.content);
}

}  // namespace

Status CarriedModel::write(ArchiveWriter& writer) const {
  BITSWAP_TRY(writer.begin_entry(header));
  for (const PackedSection& section : packing.sections)
    BITSWAP_TRY(writer.add_section(section.type, section.payload()));
  const auto sizes = writer.end_entry();
  return sizes.ok() ? Status() : Status(sizes.error());
}

std::uint64_t CarriedModel::bytes() const { return packing.payload_bytes() + kFramingBytes; }

Result<CarriedModel> carry_model(const Model& model) {
  Model copy = model;
  CarriedModel carried;
  carried.file = write_model(copy);
  carried.header.kind = EntryKind::Model;
  carried.header.path = hex(copy.hash);
  carried.header.original_size = carried.file.size();
  carried.header.original_hash = content_hash(carried.file);
  const Material material{EntryKind::Model, carried.file, {}, nullptr, {}};
  NoModels none;
  PackContext context{none.models, nullptr, none.spare, {}};
  std::vector<Packing> candidates;
  for (const StorageForm* form : storage_forms()) {
    BITSWAP_TRY_ASSIGN(const std::unique_ptr<Packer> packer, form->begin(material, context));
    if (!packer) continue;
    auto packing = packer->finish(1, UINT64_MAX);
    if (!packing.ok() && packing.error().code != Error::Code::Unsupported) return packing.error();
    if (packing.ok()) candidates.push_back(std::move(*packing));
  }
  carried.packing = *smallest(std::move(candidates));
  carried.header.codec = form_name(carried.packing.form);
  if (!carried.packing.models.empty()) carried.base = find_released(carried.packing.models.front());
  BITSWAP_TRY_ASSIGN(const Bytes again, read_model_file(PackedSections(carried.header, carried.packing)));
  return carried;
}

Result<Bytes> read_model_entry(const ArchiveReader& archive, const Entry& entry) {
  return read_model_file(ArchivedSections(archive, entry));
}

Result<std::shared_ptr<const Model>> read_carried_model(const ArchiveReader& archive, const Hash128& hash) {
  const auto position = archive.find_model(hex(hash));
  if (!position) return Error{Error::Code::NotFound, 0, "the archive has no model " + hex(hash)};
  const Entry& entry = archive.entries()[*position];
  BITSWAP_TRY_ASSIGN(const Bytes file, read_model_entry(archive, entry));
  BITSWAP_TRY_ASSIGN(Model model, read_model(file));
  if (model.hash != hash) return Error{Error::Code::Corrupt, entry.offset, "a model under a false name"};
  return std::shared_ptr<const Model>(std::make_shared<Model>(std::move(model)));
}

}  // namespace bitswap
