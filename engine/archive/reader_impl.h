// SPDX-License-Identifier: GPL-3.0-or-later
// What reader, salvage and the copying of entries share: the open file and checked reads from it. Not for others.
#pragma once

#include <string>
#include <vector>

#include "engine/archive/file_io.h"
#include "engine/archive/format.h"
#include "engine/archive/path_set.h"
#include "engine/archive/reader.h"

namespace bitswap {

struct ArchiveReader::Impl {
  FileHandle file;
  std::string path;
  FileStamp stamp;
  std::uint64_t size = 0;
  std::uint64_t archive_id = 0;
  std::vector<Entry> entries;
  PathSet paths;

  /// Errors: NotFound, Io.
  static Result<FileHandle> open_file(const std::filesystem::path& path);
  /// Errors: Io, NotAnArchive (no regular file).
  static Result<std::unique_ptr<Impl>> adopt(FileHandle file, std::string name);
  /// Exactly `length` bytes; memory is taken only after a look at the file's size. Errors: Truncated, Io.
  Result<Bytes> read_exact(std::uint64_t offset, std::uint64_t length) const;
  /// Errors: Truncated, Corrupt, LimitExceeded, Unsupported, Io.
  Result<format::Footer> read_footer() const;
  Result<std::vector<Entry>> read_index(const format::Footer& footer) const;
  /// Whether the header in the file is the one that the index (or the scan) told.
  Status check_header(const Entry& entry) const;
  Result<format::SectionHead> read_head(std::uint64_t offset) const;
  /// The head of section k, which must agree with the entry.
  Result<format::SectionHead> read_head_of(const Entry& entry, std::size_t k) const;
  Result<Bytes> read_payload(const Entry& entry, std::size_t k) const;
  Status check_end(const Entry& entry) const;
};

}  // namespace bitswap
