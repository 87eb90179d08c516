// SPDX-License-Identifier: GPL-3.0-or-later
// Opens an archive by its index, or by scanning when the index is lost; every byte it hands out was checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "engine/archive/entry.h"
#include "engine/archive/file_identity.h"
#include "engine/archive/file_io.h"

namespace bitswap {

struct SalvageReport {
  bool index_usable = false;  ///< entries came from the index; otherwise from scanning
  std::uint64_t whole_entries = 0;
  std::uint64_t damaged_entries = 0;   ///< listed, with `damaged` set
  std::uint64_t dropped_entries = 0;   ///< not listed: their path clashes with an earlier entry
  std::uint64_t unreadable_bytes = 0;  ///< bytes of the file that belong to no entry, the file's own frame aside
};

/// Owns the open file; entries() live as long as the reader, also when it is moved. All const calls are thread-safe.
class ArchiveReader {
 public:
  /// Reads the index only. Errors: NotFound, Io, NotAnArchive, Truncated, Corrupt, Unsupported (a newer major
  /// version), LimitExceeded, OutOfMemory.
  static Result<ArchiveReader> open(const std::filesystem::path& path);

  /// The same of an open file; `name` is for messages.
  static Result<ArchiveReader> open(FileHandle file, std::string name);

  /// Everything that can still be found in a damaged or truncated archive; reads the whole file and checks each
  /// section. Entries that lost something are listed with `damaged`; their sections that are whole can be read.
  /// Errors: NotFound, Io, NotAnArchive (nothing of ours in it), Unsupported, OutOfMemory.
  static Result<ArchiveReader> salvage(const std::filesystem::path& path, SalvageReport* report = nullptr);

  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) noexcept;
  ~ArchiveReader();

  /// In the order of the file.
  [[nodiscard]] std::span<const Entry> entries() const;
  /// Position in entries() of a path; models are found by find_model only.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view path) const;
  [[nodiscard]] std::optional<std::size_t> find_model(std::string_view hash) const;

  /// The payload of section `k` of an entry of this reader. The entry's header and the section's head in the file
  /// must agree with the index, and the payload with its checksum. Errors: Io, Truncated, Corrupt, Unsupported,
  /// InvalidArgument (no such section), OutOfMemory.
  Result<Bytes> read_section(const Entry& entry, std::size_t k) const;

  /// Header, heads of all sections and end record of an entry against the index, payloads left alone: what to ask
  /// before an entry without sections is used. Errors as read_section.
  Status check_entry(const Entry& entry) const;

  [[nodiscard]] std::uint64_t file_size() const;
  /// Bytes that belong to no entry: file header, footer, and the count in front of the index.
  [[nodiscard]] std::uint64_t frame_bytes() const;
  [[nodiscard]] std::uint64_t archive_id() const;
  /// Of the file when it was opened.
  [[nodiscard]] const FileStamp& stamp() const;

  struct Impl;  // in reader_impl.h, for this folder only

 private:
  friend class ArchiveWriter;
  explicit ArchiveReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace bitswap
