// SPDX-License-Identifier: GPL-3.0-or-later
// Small archives with known content, whole and broken on purpose, for the tests and for the golden files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/archive/format.h"
#include "engine/archive/reader.h"
#include "engine/archive/writer.h"

namespace bitswap::samples {

struct SectionSample {
  SectionType type;
  Bytes payload;
};
struct EntrySample {
  EntryHeader header;
  std::vector<SectionSample> sections;
};

inline constexpr std::uint64_t kArchiveId = 0x1122334455667788;

Bytes bytes_of(std::string_view text);
/// Reproducible noise.
Bytes noise(std::size_t size, std::uint64_t seed);

/// "f12": a name and a number.
std::string name_of(std::string_view name, std::size_t number);

EntryHeader file_header(std::string path, ByteView content);
EntrySample stored_file(std::string path, std::string_view content);

/// The archive of FORMAT.md: one file of three bytes.
std::vector<EntrySample> tiny();
/// Every kind of entry, several sections, an unknown section that may be skipped and one that may not.
std::vector<EntrySample> all_kinds();

/// An archive built straight from the format's pieces, without the writer and its checks; `index_entries`, if given,
/// are what the index claims instead of the entries.
Bytes assemble(const std::vector<EntrySample>& entries, const std::vector<EntrySample>* index_entries = nullptr);
/// The same, with the bytes of the index given.
Bytes assemble_with_index(const std::vector<EntrySample>& entries, ByteView index);

Status write_with_writer(const std::filesystem::path& path, const std::vector<EntrySample>& entries,
                         WriteOptions options);

struct Golden {
  std::string name;
  Bytes content;
  /// Bad files only: what open() must answer; Internal stands for "opens, but reading its first section is Corrupt".
  Error::Code expected = Error::Code::Internal;
};
std::vector<Golden> good_files();
std::vector<Golden> bad_files();

void write_file(const std::filesystem::path& path, ByteView content);
Bytes read_file(const std::filesystem::path& path);

}  // namespace bitswap::samples
