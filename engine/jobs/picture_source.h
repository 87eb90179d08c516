// SPDX-License-Identifier: GPL-3.0-or-later
// A picture that somebody wants to look at or to measure: a file, or an entry of an archive.
#pragma once

#include <filesystem>
#include <string>

#include "engine/jobs/job.h"

namespace bitswap {

struct PictureSource {
  std::filesystem::path file;  ///< a picture, or an archive
  std::string entry;           ///< with an archive: the path of the entry
  friend bool operator==(const PictureSource&, const PictureSource&) = default;
};

struct LoadedPicture {
  Picture rgb;                     ///< 3 channels, 8 bits, as ImageFormat::view() gives them
  std::string format;              ///< "png", "jpeg", …
  Form form = Form::None;          ///< of the entry; None for a file
  std::uint64_t file_bytes = 0;    ///< of the file (as it was given)
  std::uint64_t stored_bytes = 0;  ///< of the entry
};

/// Decodes it, an entry from the archive alone. Errors: NotFound, Unsupported (no picture), Corrupt, Cancelled, Io,
/// LimitExceeded, OutOfMemory.
Result<LoadedPicture> load_picture(const PictureSource& source, const JobOptions& options = {});

/// The bytes of a file or what an entry gives back, at most `limit` of them (LimitExceeded). Errors: NotFound, Corrupt,
/// Cancelled, Io, OutOfMemory.
Result<Bytes> load_content(const PictureSource& source, std::uint64_t limit, const JobOptions& options = {});

}  // namespace bitswap
