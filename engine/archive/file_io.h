// SPDX-License-Identifier: GPL-3.0-or-later
// The few calls of the operating system that archive and extraction share, with errors as values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"

namespace bitswap {

/// Owns a file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}
  FileHandle(FileHandle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] bool valid() const { return descriptor_ >= 0; }
  /// Closes and says whether the system had kept an error for this moment (network file systems do).
  Status close();

 private:
  int descriptor_ = -1;
};

/// The error of a failed call: what was tried, on which path, and the system's reason. A full disk, a quota and a
/// file-size limit are NoSpace, EEXIST is Exists, ENOENT is NotFound, ENOMEM is OutOfMemory, all else Io.
Error system_error(int error_number, std::string_view action, std::string_view path);

Status write_all(int file, ByteView bytes, std::string_view path);

/// As many bytes as there are from `offset`, at most the size of `into`; less only at the end of the file.
Result<std::size_t> read_at(int file, std::uint64_t offset, std::span<std::uint8_t> into);

/// Renames within one folder; Exists if `to` is there, whatever it is.
Status rename_without_replacing(int folder, const std::string& from, const std::string& to);

/// Permissions that the user wants nobody to get.
unsigned process_umask();

/// The permissions that a new file gets: 0666 without the process's mask.
unsigned new_file_mode();

std::uint64_t random_number();

/// A new file in `folder` that nobody else has, readable by its owner only; `name` becomes what it is called. While the
/// handle is open it is locked, which tells others that it is in use.
Result<FileHandle> create_temporary(int folder, std::string& name);

/// Whether create_temporary() makes such names: files that are never anybody's own.
bool is_temporary_name(std::string_view name);

/// Removes what a program that was killed left in the folder: temporary files that nobody has open.
void sweep_temporaries(int folder);

/// Removes a temporary name when it goes; once the file has its final name, that finds nothing.
class TemporaryName {
 public:
  TemporaryName(int folder, const std::string& name) : folder_(folder), name_(name) {}
  ~TemporaryName();
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;

 private:
  int folder_;
  std::string name_;
};

/// Makes sure that a name in the folder survives a crash.
Status sync_folder(int folder, std::string_view path);

}  // namespace bitswap
