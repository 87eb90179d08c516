// SPDX-License-Identifier: GPL-3.0-or-later
// The way out of an archive that extract(), test() and list() share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/archive/extraction.h"
#include "engine/archive/reader.h"
#include "engine/jobs/job.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/storage_form.h"

namespace bitswap {

/// What the index says about an entry.
FileReport entry_report(const Entry& entry);
/// Of these sections, the coded pixels.
std::uint64_t pixel_bytes(Form form, std::span<const Section> sections);
/// What the entry says of its content, as far as it is whole.
void add_facts(const EntrySections& sections, FileReport& report);

struct RestoreTarget {
  ExtractionFolder* folder = nullptr;  ///< null: only check, or into memory
  std::filesystem::path place;         ///< of the folder
  OnConflict on_conflict = OnConflict::Fail;
  PieceTarget pieces = {};  ///< without a folder and with a single entry: gets what the entry gives back, in order
};

/// Restores the entries of these positions (in rising order), duplicates from their file, which is decoded once.
/// Errors: those of the job as a whole.
Result<JobReport> restore(const JobOptions& options, const ArchiveReader& archive,
                          const std::vector<std::size_t>& selected, const RestoreTarget& target, BackendSource source);

/// What one file entry gives back, into `target`: in pieces where its form allows that, else all at once. Errors: those
/// of the job, of the entry and of `target`.
Status restore_pieces(const JobOptions& options, const ArchiveReader& archive, std::size_t position,
                      const PieceTarget& target);

/// The same in memory; the caller bounds its original_size.
Result<Bytes> restore_content(const JobOptions& options, const ArchiveReader& archive, std::size_t position);

/// Positions of the entries that a path, a folder's path or, where no entry has it as one of these, a shell pattern
/// means; all but models if none is given.
/// Errors: NotFound (a name that means nothing).
Result<std::vector<std::size_t>> select_entries(const ArchiveReader& archive, const std::vector<std::string>& names);

}  // namespace bitswap
