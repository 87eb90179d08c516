// A model inside an archive: whole, or as its difference from a released model that every program has.
#pragma once

#include <memory>

#include "engine/archive/reader.h"
#include "engine/archive/writer.h"
#include "engine/model/model.h"

namespace bitswap {

struct ReleasedModel;

/// The codec of a model entry whose Data is a delta (engine/model/model_delta.h) in a zstd frame.
inline constexpr std::string_view kModelDelta = "model-delta";

/// An entry ready to be written.
struct CarriedModel {
  EntryHeader header;
  Bytes payload;
  const ReleasedModel* base = nullptr;  ///< the released model that it is the difference from; null if it is whole

  /// Takes its place in the archive. Errors: those of the writer.
  Status write(ArchiveWriter& writer) const;
  /// All that it adds to an archive.
  [[nodiscard]] std::uint64_t bytes() const;
};

/// Whichever is smaller. Errors: OutOfMemory.
Result<CarriedModel> carry_model(const Model& model);

/// The model file that a model entry holds, its hash as the header says. Errors: NotFound (the base), Corrupt,
/// Truncated, Unsupported, LimitExceeded, and those of read_section().
Result<Bytes> read_model_entry(const ArchiveReader& archive, const Entry& entry);

}  // namespace bitswap
