// SPDX-License-Identifier: GPL-3.0-or-later
// Reports, tables and pictures that the program writes beside archives: whole or not at all, as archives are.
#pragma once

#include <filesystem>
#include <string_view>

#include "engine/base/result.h"

namespace bitswap {

/// Temporary file beside the target, fsync, rename. A link at the target is followed to the file that it names, whose
/// permissions stay. What is no regular file (a pipe, a terminal) is written to as it is.
/// Errors: NotFound, NoSpace, Io.
Status write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace bitswap
