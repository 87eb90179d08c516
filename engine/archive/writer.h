// SPDX-License-Identifier: GPL-3.0-or-later
// Writes an archive so that the target is either the whole new archive or what it was before, whatever happens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

#include "engine/archive/entry.h"

namespace bitswap {

class ArchiveReader;

struct WriteOptions {
  bool replace_existing = false;
  std::uint64_t archive_id = 0;             ///< ties entries to their archive (see FORMAT.md); 0 draws a random one
  const ArchiveReader* replaces = nullptr;  ///< the only archive that may be replaced; null: any
  bool verify = true;                       ///< finish() reads everything back from the disk before it renames
};

/// Goes to a temporary file beside the target, through one buffer; finish() puts it in place. Destroyed before
/// finish(), it removes the temporary file. Not thread-safe. After an error of the file system every call returns that
/// error. A refused argument (InvalidArgument, Exists, LimitExceeded) leaves the writer usable.
/// Errors of all calls: NoSpace, Io.
class ArchiveWriter {
 public:
  /// The folder of `target` must exist; what killed programs left there goes. A symbolic link at the target is followed
  /// when it is replaced. Only an archive, or an empty file, is ever replaced.
  /// Errors also: Exists (without replace_existing), NotFound, InvalidArgument (the target is no archive).
  static Result<ArchiveWriter> create(const std::filesystem::path& target, WriteOptions options = {});
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) noexcept;
  ~ArchiveWriter();

  /// Errors also: InvalidArgument (header against the rules, a Duplicate without its File), Exists (the path, or a
  /// file where a folder is needed), LimitExceeded.
  Status begin_entry(const EntryHeader& header);
  /// Errors also: LimitExceeded.
  Status add_section(SectionType type, ByteView payload);
  Result<EntrySizes> end_entry();
  /// Whether an entry of this kind may have the path, given those that there are. Errors: Exists.
  [[nodiscard]] Status check_path(EntryKind kind, std::string_view path) const;
  /// Takes back the entry that was begun, as if it had never been.
  Status drop_entry();

  /// An entry of another archive as it is, known codec or not, after its checksums were checked; nothing is added
  /// when it is damaged. Errors also: those of begin_entry and of ArchiveReader::read_section.
  Result<EntrySizes> copy_entry(const ArchiveReader& reader, std::size_t index);

  /// Index, fsync, reading back, rename, fsync of the folder; nothing but destruction may follow. Errors also: Exists
  /// when the target appeared meanwhile, Io when it is no longer what it was at create() or when the disk does not give
  /// back what was written.
  Status finish();

  /// Bytes of the archive so far; after finish() its size.
  [[nodiscard]] std::uint64_t size() const;

 private:
  struct Impl;
  explicit ArchiveWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitswap
