// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be archived, in an order that depends on names alone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/archive/entry.h"
#include "engine/jobs/job.h"

namespace bitswap {

struct InputItem {
  std::filesystem::path source;
  std::string path;  ///< in the archive
  EntryKind kind = EntryKind::File;
  std::uint64_t size = 0;
  FileTime modified;
  std::uint32_t permissions = 0;
  std::string link_target;
  std::optional<Error> problem;   ///< why it cannot be taken in
  bool skipped = false;           ///< the problem is its kind (a socket, a device) or that it is the archive itself
  std::string pixel_path{};       ///< with as_pixels: in the archive, if it becomes a PNG
  bool pixel_path_taken = false;  ///< by another item, or too long
};

struct WalkOptions {
  std::vector<std::filesystem::path> inputs;
  std::vector<std::string> exclude;
  std::filesystem::path archive;  ///< being written, never taken in
  const CancelToken* cancel = nullptr;
};

/// Each input under the last part of its path, folders before what is in them, names in the order of their bytes.
/// Links are never followed, but an input that ends in '/' is what it leads to. "." and ".." get the name of the folder
/// that they are. Errors: NotFound (an input), InvalidArgument (two inputs of one name), Io, Cancelled.
Result<std::vector<InputItem>> walk_inputs(const WalkOptions& options);

}  // namespace bitswap
