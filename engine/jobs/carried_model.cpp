// Which bases there are decides the program that writes; the entry names the one that was taken.
#include "engine/jobs/carried_model.h"

#include "engine/archive/zstd_payload.h"
#include "engine/jobs/content.h"
#include "engine/model/model_delta.h"
#include "engine/models/models.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{1} << 28;
constexpr int kDeltaLevel = 19;
/// Marker to checksum of the header, head of the section, end record, and the record in the index, about.
constexpr std::uint64_t kFramingBytes = 292;

}  // namespace

Status CarriedModel::write(ArchiveWriter& writer) const {
  BITSWAP_TRY(writer.begin_entry(header));
  BITSWAP_TRY(writer.add_section(SectionType::Data, payload));
  const auto sizes = writer.end_entry();
  return sizes.ok() ? Status() : Status(sizes.error());
}

std::uint64_t CarriedModel::bytes() const { return payload.size() + kFramingBytes; }

Result<CarriedModel> carry_model(const Model& model) {
  Model copy = model;
  const Bytes file = write_model(copy);
  BITSWAP_TRY_ASSIGN(PackedContent packed, pack_content(file));
  CarriedModel carried;
  carried.header.kind = EntryKind::Model;
  carried.header.path = hex(copy.hash);
  carried.header.codec = packed.codec;
  carried.header.original_size = file.size();
  carried.header.original_hash = content_hash(file);
  carried.payload = packed.codec == kStored ? file : std::move(packed.data);
  for (const ReleasedModel& released : released_models()) {
    if (released.file.size() != file.size()) continue;
    BITSWAP_TRY_ASSIGN(const Bytes delta, write_model_delta(released.file, file));
    BITSWAP_TRY_ASSIGN(Bytes frame, zstd_compress(delta, kDeltaLevel));
    if (frame.size() >= carried.payload.size()) continue;
    carried.header.codec = kModelDelta;
    carried.payload = std::move(frame);
    carried.base = &released;
  }
  return carried;
}

Result<Bytes> read_model_entry(const ArchiveReader& archive, const Entry& entry) {
  const EntryHeader& header = entry.header;
  if (header.original_size > kMaxModelBytes) {
    return Error{Error::Code::LimitExceeded, entry.offset, "a model of impossible size"};
  }
  if (header.codec != kModelDelta) return read_content(archive, entry);
  // A header without sections is not checked by reading them.
  BITSWAP_TRY(archive.check_entry(entry));
  Bytes frame;
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (entry.sections[k].type != SectionType::Data) continue;
    BITSWAP_TRY_ASSIGN(const Bytes payload, archive.read_section(entry, k));
    frame.insert(frame.end(), payload.begin(), payload.end());
    if (frame.size() > kMaxModelBytes) break;
  }
  BITSWAP_TRY_ASSIGN(const Bytes delta, zstd_decompress(frame, header.original_size + kModelDeltaHeaderBytes));
  BITSWAP_TRY_ASSIGN(const Hash128 hash, model_delta_base(delta));
  const ReleasedModel* base = find_released(hash);
  if (base == nullptr) {
    return Error{Error::Code::NotFound, entry.offset,
                 "this archive needs the model " + hex(hash) + ", which this version of the program does not have"};
  }
  BITSWAP_TRY_ASSIGN(Bytes file, apply_model_delta(base->file, delta));
  if (file.size() != header.original_size || content_hash(file) != header.original_hash) {
    return Error{Error::Code::Corrupt, entry.offset, "the content does not have the hash that it should have"};
  }
  return file;
}

}  // namespace bitswap
