// Files and folders into one archive.
#pragma once

#include <filesystem>

#include "engine/jobs/job.h"

namespace bitswap {

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
  std::string codec = "auto";  ///< "auto": the smaller of pixels and bytes; "bitswap": pixels where possible; "zstd"
  std::string model;           ///< name or hash prefix of a shipped model, or a model file; empty: the default
  std::vector<std::string> exclude;  ///< shell patterns (fnmatch) on the path and on each part of it
};

/// Errors (of the whole job; the target is then as before): Exists, NotFound (an input), Cancelled, NoSpace, Io,
/// InvalidArgument, OutOfMemory, Internal.
Result<JobReport> compress(const CompressOptions& options);

}  // namespace bitswap
