// SPDX-License-Identifier: GPL-3.0-or-later
// Files and folders into one archive.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/jobs/job.h"
#include "engine/model/model.h"

namespace bitswap {

/// What somebody who can train gets told.
struct AdaptRequest {
  std::shared_ptr<const Model> base;
  bool has_counterpart = false;               ///< another model codes the pictures made of luma and chroma
  std::vector<std::filesystem::path> photos;  ///< files that are going to be coded
  int threads = 1;
  std::string device;
  const CancelToken* cancel = nullptr;  ///< may be null
};

struct CompressOptions : JobOptions {
  enum class Existing : std::uint8_t {
    Refuse,
    Replace,
    Update
  };  ///< Update: add to it, files of the same path replaced
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path archive;
  Existing existing = Existing::Refuse;
  bool verify = true;                ///< read everything back before the archive takes its place
  bool require_exact_bytes = false;  ///< a picture that would only come back pixel-exact is kept as bytes
  /// Nothing: whatever is smallest; Picture, JpegXl: this one for all pixels; Zstd: for every file. But for Zstd a JPEG
  /// is kept as JPEG XL that gives the same JPEG back, where that is smaller.
  std::optional<Form> form;
  /// A JPEG or a still lossy WebP is given up for its decoded pixels: photo.jpg comes back as photo.jpg.png, with the
  /// same metadata. Contradicts require_exact_bytes.
  bool as_pixels = false;
  std::string model;  ///< name or hash prefix of a shipped model, or a model file; empty: the default
  /// Adapts the model to the pictures before they are coded (training is not part of the engine's jobs); what it gives
  /// is used where it pays. Empty: the model is taken as it is.
  std::function<Result<Model>(const AdaptRequest&)> adapt;
  std::vector<std::string> exclude;  ///< shell patterns (fnmatch) on the path and on each part of it
};

/// Errors (of the whole job; the target is then as before): Exists, NotFound (an input), Cancelled, NoSpace, Io,
/// InvalidArgument, OutOfMemory, Internal.
Result<JobReport> compress(const CompressOptions& options);

}  // namespace bitswap
