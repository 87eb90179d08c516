// SPDX-License-Identifier: GPL-3.0-or-later
// One program at a time changes an archive: whoever reads it to write it anew holds this lock from before the reading
// until the new one is in place. Advisory (flock), on the archive itself, so that nothing is left behind.
#pragma once

#include <chrono>
#include <filesystem>

#include "engine/archive/file_io.h"
#include "engine/base/parallel.h"

namespace bitswap {

class ArchiveLock {
 public:
  /// How long another program may take before this one gives up.
  static constexpr std::chrono::seconds kPatience{30};

  /// Waits for another program that holds it. An archive that does not exist needs no lock: ArchiveWriter replaces
  /// nothing that was not there when it began. Nor has one on a file system without locks, where ArchiveWriter still
  /// notices that the archive is no longer the one that was read.
  /// Errors: Io (another program is changing the archive), Cancelled.
  static Result<ArchiveLock> acquire(const std::filesystem::path& archive, const CancelToken* cancel,
                                     std::chrono::milliseconds patience = kPatience);

 private:
  explicit ArchiveLock(FileHandle file) : file_(std::move(file)) {}
  FileHandle file_;
};

}  // namespace bitswap
