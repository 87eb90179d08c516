// SPDX-License-Identifier: GPL-3.0-or-later
// An archive's files back into a folder, or only checked.
#pragma once

#include <filesystem>

#include "engine/archive/extraction.h"
#include "engine/jobs/job.h"

namespace bitswap {

struct ExtractOptions : JobOptions {
  std::filesystem::path archive;
  std::filesystem::path folder;      ///< made if it is missing
  std::vector<std::string> entries;  ///< paths, folders or shell patterns; empty: everything
  OnConflict on_conflict = OnConflict::Fail;
};

/// A damaged entry is Failed in the report and the others come out. Errors of the whole job: NotFound (archive, or an
/// entry that was named), NotAnArchive, Corrupt, Cancelled, NoSpace, Io.
Result<JobReport> extract(const ExtractOptions& options);

struct TestOptions : JobOptions {
  std::filesystem::path archive;
};

/// Decodes every entry and compares hashes; writes nothing. Errors as extract().
Result<JobReport> test(const TestOptions& options);

/// What an archive holds, without decoding anything. Errors: as opening it.
Result<JobReport> list(const std::filesystem::path& archive);

struct RepairOptions : JobOptions {
  std::filesystem::path archive;
  std::filesystem::path repaired;  ///< new archive with every entry that is whole; must not exist
};

/// The report lists what was saved (Ok) and what was lost (Failed). Errors: NotFound, Exists, Io, NoSpace, Corrupt
/// (nothing could be saved).
Result<JobReport> repair(const RepairOptions& options);

}  // namespace bitswap
