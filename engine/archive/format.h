// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of FORMAT.md and nothing else: what is fixed, written and parsed without a file at hand.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/archive/entry.h"

namespace bitswap::format {

inline constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 'B', 'S', 'W', 'P', 0x0D, 0x0A, 0x1A};
inline constexpr std::array<std::uint8_t, 4> kEntryMarker = {0xE5, 'B', 'S', 'E'};
inline constexpr std::array<std::uint8_t, 8> kEndMagic = {'B', 'S', 'W', 'P', 'E', 'N', 'D', 0x0A};
inline constexpr std::uint16_t kMajorVersion = 1;
inline constexpr std::uint16_t kMinorVersion = 0;

inline constexpr std::size_t kFileHeaderBytes = 32;
inline constexpr std::size_t kEntryPrefixBytes = 14;  // marker, archive id, length of the body
inline constexpr std::size_t kChecksumBytes = 8;
inline constexpr std::size_t kMaxEntryBodyBytes = 56 + kMaxPathBytes + kMaxLinkTargetBytes + 2 * kMaxNameBytes + 6;
inline constexpr std::size_t kMaxEntryHeaderBytes = kEntryPrefixBytes + kMaxEntryBodyBytes + kChecksumBytes;
inline constexpr std::size_t kSectionHeadBytes = 18;
inline constexpr std::size_t kFooterBytes = 48;
inline constexpr std::uint16_t kEndType = 0;

struct FileHeader {
  std::uint64_t archive_id = 0;
};
Bytes write_file_header(const FileHeader& header);
/// Errors: NotAnArchive, Truncated, Corrupt, Unsupported.
Result<FileHeader> parse_file_header(ByteView bytes);

Bytes write_entry_body(const EntryHeader& header);
/// Errors: Truncated, Corrupt, Unsupported (a kind of a later version), LimitExceeded.
Result<EntryHeader> parse_entry_body(ByteView body);

/// Marker, id, length, body, checksum: the header as it stands in front of the sections.
Bytes write_entry_header(const EntryHeader& header, std::uint64_t archive_id);
/// Its checksum is its last eight bytes.
std::uint64_t checksum_of(ByteView entry_header);

/// Eighteen bytes in front of a payload; the end record of an entry has type kEndType, the number of sections as
/// length and the checksum of the entry's header.
struct SectionHead {
  std::uint16_t type = 0;
  std::uint32_t length = 0;
  std::uint64_t checksum = 0;
  friend bool operator==(const SectionHead&, const SectionHead&) = default;
};
Bytes write_section_head(const SectionHead& head);
/// Errors: Truncated, Corrupt.
Result<SectionHead> parse_section_head(ByteView bytes);

/// One entry's record in the index.
Bytes write_index_record(const EntryHeader& header, const std::vector<Section>& sections);
Bytes write_index_count(std::uint64_t entries);
/// Fills offsets and sizes: the entries of an archive follow each other without gaps from kFileHeaderBytes on and must
/// end at `index_offset`. Errors: Truncated, Corrupt, Unsupported, LimitExceeded.
Result<std::vector<Entry>> parse_index(ByteView index, std::uint64_t index_offset);

struct Footer {
  std::uint64_t index_offset = 0;
  std::uint64_t index_length = 0;
  std::uint64_t index_checksum = 0;
  std::uint64_t archive_id = 0;
};
Bytes write_footer(const Footer& footer);
/// Errors: Truncated (no end magic: the file ends early), Corrupt.
Result<Footer> parse_footer(ByteView bytes);

/// Sets sizes.header_bytes, framing_bytes and payload_bytes from header and sections.
void measure(Entry& entry);
/// Whether a section of the entry must be understood and is not known.
bool needs_later_version(const std::vector<Section>& sections);

}  // namespace bitswap::format
