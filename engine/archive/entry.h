// SPDX-License-Identifier: GPL-3.0-or-later
// What an archive says about each thing it keeps: the header of an entry, its sections and what they cost.
// The layout in the file is in FORMAT.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/archive/content_hash.h"
#include "engine/base/bytes.h"
#include "engine/base/file_time.h"
#include "engine/base/hash.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Numbers are part of the format.
enum class EntryKind : std::uint8_t {
  File = 1,
  Directory = 2,
  Symlink = 3,    ///< link_target is what the link says
  Duplicate = 4,  ///< same content as the File whose path is link_target; that entry comes earlier in the archive
  Model = 5,      ///< a model that the archive carries; path is its hash in hex; never extracted
};

/// Numbers are part of the format. A reader skips types that it does not know, unless kMustUnderstand is set.
enum class SectionType : std::uint16_t {
  Data = 1,         ///< bytes of the codec; the Data sections of an entry are parts of one stream, in order
  Recipe = 2,       ///< how the original file is rebuilt around its pixels
  ImageHeader = 3,  ///< size, channels, tiles
  Segment = 4,      ///< one independently coded set of tiles
  Metadata = 5,     ///< EXIF, ICC and the like, where they are not part of the recipe
  ModelUpdate = 6,  ///< an adapted model, for this entry only
};
inline constexpr std::uint16_t kMustUnderstand = 0x8000;

/// Whether this version knows the type, kMustUnderstand aside.
bool is_known(SectionType type);

/// Limits of the format; writers refuse to pass them and readers reject what does.
inline constexpr std::size_t kMaxPathBytes = 4096;
inline constexpr std::size_t kMaxPathPartBytes = 255;
inline constexpr std::size_t kMaxLinkTargetBytes = 4096;
inline constexpr std::size_t kMaxNameBytes = 32;  // codec, format
inline constexpr std::uint64_t kMaxOriginalSize = (std::uint64_t{1} << 63) - 1;
inline constexpr std::uint64_t kMaxSectionBytes = std::uint64_t{1} << 30;  // longer data goes into several sections
inline constexpr std::uint64_t kMaxSectionsPerEntry = std::uint64_t{1} << 22;
inline constexpr std::uint64_t kMaxEntries = std::uint64_t{1} << 24;
inline constexpr std::uint64_t kMaxIndexBytes = std::uint64_t{1} << 32;

struct EntryHeader {
  EntryKind kind = EntryKind::File;
  std::string path;    ///< bytes as the file system gives them; see check_entry_path
  std::string codec;   ///< [a-z0-9.+_-]*: "stored", "zstd", "bitswap", …; empty where there is no content
  std::string format;  ///< name of the image format, same letters, or empty
  Exactness exactness = Exactness::Bytes;
  std::uint64_t original_size = 0;  ///< of the file that was given; a claim: take no memory on its word alone
  FileTime modified;
  std::uint32_t permissions = 0644;  ///< at most 07777
  ContentHash original_hash{};       ///< of the file that was given; zero where there is no content
  std::string link_target;           ///< Symlink and Duplicate only

  friend bool operator==(const EntryHeader&, const EntryHeader&) = default;
};

/// What an entry costs, in bytes. The totals of all entries, kFileHeaderBytes, the count in front of the index and
/// kFooterBytes (see format.h) add up to the size of the archive.
struct EntrySizes {
  std::uint64_t header_bytes = 0;   ///< the entry's header with marker and checksum
  std::uint64_t framing_bytes = 0;  ///< heads of the sections and the end record
  std::uint64_t payload_bytes = 0;  ///< contents of the sections
  std::uint64_t index_bytes = 0;    ///< the entry's record in the index

  [[nodiscard]] std::uint64_t total() const { return header_bytes + framing_bytes + payload_bytes + index_bytes; }
  friend bool operator==(const EntrySizes&, const EntrySizes&) = default;
};

struct Section {
  SectionType type = SectionType::Data;
  std::uint64_t offset = 0;  ///< of its head in the file
  std::uint32_t length = 0;  ///< of its payload

  friend bool operator==(const Section&, const Section&) = default;
};

struct Entry {
  EntryHeader header;
  std::uint64_t offset = 0;  ///< of its header in the file
  EntrySizes sizes;
  std::vector<Section> sections;
  bool unsupported = false;        ///< has a must-understand section of an unknown type: listed, copied, never decoded
  bool damaged = false;            ///< by salvage only: something is missing or does not match its checksum
  bool header_from_index = false;  ///< by salvage only: the header in place is broken, the index had a copy
};

/// A path of an entry: relative, parts joined by one '/', no part empty, "." or "..", no NUL, within the limits.
/// Errors: InvalidArgument.
Status check_entry_path(std::string_view path);

/// All rules for a header that need no other entry. Errors: InvalidArgument.
Status check_entry_header(const EntryHeader& header);

}  // namespace bitswap
