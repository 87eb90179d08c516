// SPDX-License-Identifier: GPL-3.0-or-later
// Takes entries out of an archive, as safely as writing a new one.
#pragma once

#include <filesystem>

#include "engine/jobs/job.h"

namespace bitswap {

struct RemoveOptions : JobOptions {
  std::filesystem::path archive;
  std::vector<std::string> entries;  ///< paths, folders or shell patterns, as for extract()
};

/// Writes the archive anew without them and puts it in its place; what other entries need (the content of a duplicate)
/// stays. The report lists what is left. Errors (the archive is then as before): NotFound, NotAnArchive, Corrupt,
/// Cancelled, NoSpace, Io.
Result<JobReport> remove_entries(const RemoveOptions& options);

}  // namespace bitswap
