// Writes an archive so that the target is either the whole new archive or what it was before, whatever happens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "engine/archive/entry.h"

namespace bitswap {

class ArchiveReader;

struct WriteOptions {
  bool replace_existing = false;
  std::uint64_t archive_id = 0;  ///< ties entries to their archive (see FORMAT.md); 0 draws a random one
};

/// Goes to a temporary file beside the target, through one buffer; finish() puts it in place. Destroyed before
/// finish(), it removes the temporary file. Not thread-safe. After an error of the file system every call returns that
/// error. A refused argument (InvalidArgument, Exists, LimitExceeded) leaves the writer usable.
/// Errors of all calls: NoSpace, Io.
class ArchiveWriter {
 public:
  /// The folder of `target` must exist. A symbolic link at the target is followed when it is replaced.
  /// Errors also: Exists (without replace_existing), NotFound, InvalidArgument (the target is no regular file).
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
  /// Takes back the entry that was begun, as if it had never been.
  Status drop_entry();

  /// An entry of another archive as it is, known codec or not, after its checksums were checked; nothing is added
  /// when it is damaged. Errors also: those of begin_entry and of ArchiveReader::read_section.
  Result<EntrySizes> copy_entry(const ArchiveReader& reader, std::size_t index);

  /// Index, fsync, rename, fsync of the folder; nothing but destruction may follow. Errors also: Exists when the
  /// target appeared meanwhile and may not be replaced.
  Status finish();

  /// Bytes of the archive so far; after finish() its size.
  [[nodiscard]] std::uint64_t size() const;

 private:
  struct Impl;
  explicit ArchiveWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitswap
