// SPDX-License-Identifier: GPL-3.0-or-later
// Puts extracted files into a folder and nowhere else, whatever the archive says and whoever plants links meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/archive/file_identity.h"
#include "engine/base/bytes.h"
#include "engine/base/file_time.h"
#include "engine/base/result.h"

namespace bitswap {

enum class OnConflict : std::uint8_t {
  Fail,       ///< Error Exists
  Overwrite,  ///< replaces a file or a link (never follows it), never a folder
  Skip,       ///< keeps what is there
  Rename,     ///< "name (1).ext", "name (2).ext", …
};

enum class NamePolicy : std::uint8_t {
  Portable,  ///< also refuses what would leave the folder or name a device on Windows: CON, "nul.txt", "C:x", "..\x"
  Native,    ///< only what this system itself forbids
};

struct Attributes {
  std::uint32_t permissions = 0644;  ///< masked to 0777 without the umask: no set-user-id, no sticky bit
  FileTime modified;
};

struct Written {
  std::string path;              ///< below the folder, as it was written
  bool skipped = false;          ///< OnConflict::Skip, something was there
  std::optional<Error> warning;  ///< what the file system did not take: permissions, time
};

/// Takes the bytes of one file, in order. Errors: NoSpace, Io.
class FileSink {
 public:
  Status write(ByteView bytes);

 private:
  friend class ExtractionFolder;
  explicit FileSink(int file) : file_(file) {}
  int file_;
};

/// What could only be done at the end.
struct FinishReport {
  struct Problem {
    std::string path;
    Error error;
  };
  std::vector<Written> links;
  std::vector<Problem> problems;  ///< links that were not made, folders whose attributes were not restored
};

/// The folder is opened once; below it every step is taken with the handle of the step before and never through a
/// symbolic link. Thread-safe. Errors of all calls: InvalidArgument (an unsafe or too long path), Exists, NoSpace, Io.
class ExtractionFolder {
 public:
  /// Makes the folder, and those above it, if it is not there. The folder itself may be reached through links.
  static Result<ExtractionFolder> open(const std::filesystem::path& folder, NamePolicy names = NamePolicy::Portable);
  ExtractionFolder(ExtractionFolder&&) noexcept;
  ExtractionFolder& operator=(ExtractionFolder&&) noexcept;
  ~ExtractionFolder();

  /// A file that Overwrite never replaces: the archive itself.
  void keep(const FileIdentity& file);

  /// Appears under its name complete, with attributes, or not at all. Folders above it are made.
  Result<Written> write_file(std::string_view path, ByteView content, const Attributes& attributes,
                             OnConflict conflict);
  /// `produce` gives the content to the sink in pieces; when it returns an error nothing is left behind and the error
  /// is passed on: check hashes there. It is not called for a file that is skipped, nor when Fail is certain.
  Result<Written> write_file(std::string_view path, const std::function<Status(FileSink&)>& produce,
                             const Attributes& attributes, OnConflict conflict);

  /// Attributes are restored by finish(). A folder that was there before is used as it is (skipped is true); its own
  /// attributes change only with Overwrite. Errors also: Exists when something else has the name.
  Result<Written> make_directory(std::string_view path, const Attributes& attributes, OnConflict conflict);

  /// Made by finish(). The target must be relative, ".." only at its start, and stay inside the folder.
  /// Errors: InvalidArgument.
  Status add_link(std::string_view path, std::string_view target, FileTime modified, OnConflict conflict);

  /// Makes the links, then restores attributes of folders, deepest first. Call once, after everything else.
  FinishReport finish();

 private:
  struct Impl;
  explicit ExtractionFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Whether a path of an entry may be written below a folder. Errors: InvalidArgument.
Status check_extraction_path(std::string_view path, NamePolicy names);

/// Whether a link at `path` with this target stays inside, also when it runs through other links that pass this
/// check: that is why ".." is allowed at the start only. Errors: InvalidArgument.
Status check_link_target(std::string_view path, std::string_view target, NamePolicy names);

}  // namespace bitswap
