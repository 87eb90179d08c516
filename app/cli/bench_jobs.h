// SPDX-License-Identifier: GPL-3.0-or-later
// What a user waits for: whole files into an archive and back, beside the parts that are not coding.
#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "app/cli/command.h"

namespace bitswap::cli {

/// Seconds of wall time.
struct JobTimes {
  double decode_files = 0;   ///< reading the files and decoding them to pixels, nothing else going on
  double write_archive = 0;  ///< writing as many bytes as the archive has, through to the disk
  double compress = 0;       ///< the whole job without reading back
  double extract = 0;        ///< the whole job
  std::uint64_t file_bytes = 0;
  std::uint64_t archive_bytes = 0;
};

/// Works in a folder of its own in the system's place for temporary files, and removes it. Nothing in the minimal
/// build, which has no archives. Errors: those of the jobs; Internal when a file does not come back.
Result<std::optional<JobTimes>> time_jobs(const CommonOptions& options, std::span<const std::filesystem::path> files,
                                          int threads);

}  // namespace bitswap::cli
