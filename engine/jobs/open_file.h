// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are taken in: opened once, so that what is read and what is said about it belong together.
#pragma once

#include <filesystem>

#include "engine/archive/file_identity.h"
#include "engine/archive/file_io.h"

namespace bitswap {

/// Contents above this are never held in memory as a whole, unless they are a picture.
inline constexpr std::uint64_t kInMemoryBytes = std::uint64_t{256} << 20;
/// The same for a picture.
inline constexpr std::uint64_t kInMemoryPictureBytes = std::uint64_t{1} << 30;

/// What a file was when it was opened.
struct OpenFile {
  FileHandle handle;
  FileStamp stamp;
  std::uint32_t permissions = 0;
};

/// Never follows a link and never waits for a pipe. Errors: NotFound, Io.
Result<OpenFile> open_file(const std::filesystem::path& path);

/// Whether the open file is no longer what it was, as far as the system's clock can tell.
bool has_changed(const OpenFile& file);

/// All of it; shorter than its size if it shrank meanwhile. Errors: Io, OutOfMemory.
Result<Bytes> read_whole(const OpenFile& file);

/// What the file held at one moment: a file that changes while it is read is read again, a few times. `held_still` says
/// whether that came to an end; if not, the content may be of several moments. Errors: Io, OutOfMemory.
Result<Bytes> read_at_one_moment(OpenFile& file, bool& held_still);

}  // namespace bitswap
