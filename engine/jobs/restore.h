// The way out of an archive that extract(), test() and list() share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/archive/extraction.h"
#include "engine/archive/reader.h"
#include "engine/jobs/coding_models.h"
#include "engine/jobs/job.h"

namespace bitswap {

/// What the index says about an entry.
FileReport entry_report(const Entry& entry);

struct RestoreTarget {
  ExtractionFolder* folder = nullptr;  ///< null: only check, or into memory
  std::filesystem::path place;         ///< of the folder
  OnConflict on_conflict = OnConflict::Fail;
  Bytes* content = nullptr;  ///< without a folder and with a single entry: gets what the entry gives back
};

/// Restores the entries of these positions (in rising order), duplicates from their file, which is decoded once.
/// Errors: those of the job as a whole.
Result<JobReport> restore(const JobOptions& options, const ArchiveReader& archive,
                          const std::vector<std::size_t>& selected, const RestoreTarget& target, BackendSource source);

/// What one file entry gives back, in memory; the caller bounds its original_size. Errors: those of the job and of the
/// entry.
Result<Bytes> restore_content(const JobOptions& options, const ArchiveReader& archive, std::size_t position);

/// Positions of the entries that a path, a folder's path or, where no entry has it as one of these, a shell pattern
/// means; all but models if none is given.
/// Errors: NotFound (a name that means nothing).
Result<std::vector<std::size_t>> select_entries(const ArchiveReader& archive, const std::vector<std::string>& names);

}  // namespace bitswap
