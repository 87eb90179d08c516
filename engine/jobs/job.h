// SPDX-License-Identifier: GPL-3.0-or-later
// What all jobs share: options, progress, and a report for every file. Jobs know no user interface; they report errors
// as values, go on after a bad file, and stop soon after cancel() without leaving anything half-written.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"
#include "engine/storage/form.h"

namespace bitswap {

struct JobProgress {
  std::uint64_t files_done = 0;
  std::uint64_t files_total = 0;
  std::uint64_t bytes_done = 0;  ///< of original bytes
  std::uint64_t bytes_total = 0;
  double seconds = 0;   ///< since the job began
  std::string current;  ///< path that is being worked on
};

struct FileReport;

struct JobOptions {
  int threads = 0;                      ///< 0: all of the machine
  std::string device = "auto";          ///< open_backend()
  const CancelToken* cancel = nullptr;  ///< may be null
  /// Called from any worker, one call at a time, at most about 20 times a second and at the end.
  std::function<void(const JobProgress&)> progress;
  /// Called for each file as soon as its fate is settled, from any worker, one call at a time, in no particular order.
  std::function<void(const FileReport&)> file_done;
};

struct FileReport {
  enum class Status : std::uint8_t { Ok, Warning, Failed, Skipped };
  std::string path;  ///< as in the archive
  Status status = Status::Ok;
  std::string kind = "file";  ///< "file", "directory", "symlink"
  Form form = Form::None;     ///< in which the archive keeps it
  std::string format;         ///< "png", …; empty for what is not a picture
  Exactness exactness = Exactness::Bytes;
  std::uint64_t original_bytes = 0;
  std::uint64_t stored_bytes = 0;       ///< all that the entry takes in the archive
  std::uint64_t pixel_bytes = 0;        ///< of these, the coded pixels (segments)
  std::uint32_t width = 0, height = 0;  ///< of a picture, where that is known without decoding it
  std::uint64_t raw_bytes = 0;          ///< size of the decoded samples of a picture coded as pixels
  std::optional<Error> error;           ///< why it is Failed, or what the Warning is
  bool old_copy_kept = false;           ///< Failed, but the archive still has what it had under this path
};

/// What became of a model that was adapted to the pictures.
struct ModelAdaptation {
  bool used = false;
  std::uint64_t model_bytes = 0;  ///< that it takes, or would take, in the archive
  std::int64_t saved_bytes = 0;   ///< of the pictures, as estimated before coding; without the model's own bytes
  std::string note;               ///< a sentence
};

struct JobReport {
  std::vector<FileReport> files;      ///< in the archive's order
  std::vector<std::string> warnings;  ///< about the job as a whole, a sentence each
  std::optional<ModelAdaptation> adaptation;
  std::uint64_t original_bytes = 0;
  std::uint64_t archive_bytes = 0;
  double seconds = 0;
  [[nodiscard]] std::size_t count(FileReport::Status status) const {
    std::size_t n = 0;
    for (const FileReport& file : files) n += file.status == status ? 1 : 0;
    return n;
  }
};

/// Stable lower-case names for JSON: "ok", "warning", "failed", "skipped"; "byte-exact", "pixel-exact".
const char* to_string(FileReport::Status status);
const char* to_string(Exactness exactness);

}  // namespace bitswap
