// SPDX-License-Identifier: GPL-3.0-or-later
// What a file is, whatever its names: so that nothing is written over what is being read, nor over what somebody else
// has put there meanwhile.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "engine/base/file_time.h"
#include "engine/base/result.h"

namespace bitswap {

/// Two names with equal identities are one file.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t number = 0;  ///< its inode
  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

/// A file at a moment: it was written to since, or is another one, if this differs.
struct FileStamp {
  FileIdentity identity;
  std::uint64_t size = 0;
  FileTime modified;
  FileTime changed;  ///< as the system counts it: nobody can set it back

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
  /// The same but for permissions, owner and names.
  [[nodiscard]] bool has_same_content(const FileStamp& other) const {
    return identity == other.identity && size == other.size && modified == other.modified;
  }
};

FileStamp stamp_of(const struct stat& info);

/// Links are followed; nothing if there is no such file.
std::optional<FileIdentity> identity_of(const std::filesystem::path& path);

/// Refuses an output that is one of the inputs under any name. Errors: InvalidArgument.
Status check_not_input(const std::filesystem::path& output, std::span<const std::filesystem::path> inputs);

}  // namespace bitswap
