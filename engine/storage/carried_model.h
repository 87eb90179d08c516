// SPDX-License-Identifier: GPL-3.0-or-later
// A model inside an archive: in whichever form takes least, often as its difference from a released model.
#pragma once

#include "engine/archive/reader.h"
#include "engine/archive/writer.h"
#include "engine/model/model.h"
#include "engine/storage/packing.h"

namespace bitswap {

struct ReleasedModel;

/// An entry ready to be written.
struct CarriedModel {
  EntryHeader header;
  Bytes file;  ///< the model file
  Packing packing;
  const ReleasedModel* base = nullptr;  ///< the released model that it is the difference from; null if it is whole

  /// Takes its place in the archive. Errors: those of the writer.
  Status write(ArchiveWriter& writer) const;
  /// All that it adds to an archive.
  [[nodiscard]] std::uint64_t bytes() const;
};

/// The smallest form that gives the model back. Errors: OutOfMemory, and those of opening what was packed.
Result<CarriedModel> carry_model(const Model& model);

/// The model file that a model entry holds, its hash as the header says. Errors: NotFound (the base), Corrupt,
/// Truncated, Unsupported, LimitExceeded, and those of read_section().
Result<Bytes> read_model_entry(const ArchiveReader& archive, const Entry& entry);

/// The model entry of an archive. Errors: NotFound, and those of read_model_entry() and read_model().
Result<std::shared_ptr<const Model>> read_carried_model(const ArchiveReader& archive, const Hash128& hash);

}  // namespace bitswap
