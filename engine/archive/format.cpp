// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and parsing of headers, heads, index and footer; see FORMAT.md for the layout.
#include "engine/archive/format.h"

#include <algorithm>

namespace bitswap::format {
namespace {

constexpr std::size_t kSmallestBody = 56 + 4 + 1;  // fixed fields, four length bytes, a path of one byte

Error corrupt(std::uint64_t offset, std::string detail) {
  return Error{Error::Code::Corrupt, offset, std::move(detail)};
}

// The lengths of a parsed structure are checked by ByteReader; these bytes only have to be there.
ContentHash take_hash(ByteView bytes) {
  ContentHash hash;
  std::copy_n(bytes.begin(), hash.size(), hash.begin());
  return hash;
}

}  // namespace

Bytes write_file_header(const FileHeader& header) {
  ByteWriter out;
  for (const std::uint8_t byte : kMagic) out.u8(byte);
  out.u16(kMajorVersion);
  out.u16(kMinorVersion);
  out.u32(0);
  out.u64(header.archive_id);
  out.u64(hash64(out.bytes()));
  return out.take();
}

Result<FileHeader> parse_file_header(ByteView bytes) {
  const std::size_t common = std::min(bytes.size(), kMagic.size());
  if (common == 0 || !std::equal(kMagic.begin(), kMagic.begin() + common, bytes.begin()))
    return Error{Error::Code::NotAnArchive, 0, "the file does not begin like a .bswap archive"};
  if (bytes.size() < kFileHeaderBytes)
    return Error{Error::Code::Truncated, bytes.size(), "the file ends inside its header"};
  ByteReader in(bytes.first(kFileHeaderBytes));
  BITSWAP_TRY_ASSIGN(const ByteView guarded, in.raw(kFileHeaderBytes - kChecksumBytes));
  BITSWAP_TRY_ASSIGN(const std::uint64_t checksum, in.u64());
  if (checksum != hash64(guarded)) return corrupt(0, "the checksum of the file header does not match");
  ByteReader fields(guarded.subspan(kMagic.size()));
  BITSWAP_TRY_ASSIGN(const std::uint16_t major, fields.u16());
  BITSWAP_TRY_ASSIGN(const std::uint16_t minor, fields.u16());
  BITSWAP_TRY_ASSIGN(const std::uint32_t features, fields.u32());
  if (major != kMajorVersion || features != 0)
    return Error{Error::Code::Unsupported, kMagic.size(),
                 "the archive has format version " + std::to_string(major) + "." + std::to_string(minor) +
                     (features != 0 ? " with features of a later version" : "")};
  FileHeader header;
  BITSWAP_TRY_ASSIGN(header.archive_id, fields.u64());
  return header;
}

Bytes write_entry_body(const EntryHeader& header) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(header.kind));
  out.u8(static_cast<std::uint8_t>(header.exactness));
  out.u16(static_cast<std::uint16_t>(header.permissions));
  out.u64(header.original_size);
  out.u64(static_cast<std::uint64_t>(header.modified.seconds));
  out.u32(header.modified.nanoseconds);
  out.raw(header.original_hash);
  out.text(header.codec);
  out.text(header.format);
  out.text(header.path);
  out.text(header.link_target);
  return out.take();
}

Result<EntryHeader> parse_entry_body(ByteView body) {
  ByteReader in(body);
  EntryHeader header;
  BITSWAP_TRY_ASSIGN(const std::uint8_t kind, in.u8());
  if (kind < static_cast<std::uint8_t>(EntryKind::File)) return corrupt(0, "an entry without a kind");
  if (kind > static_cast<std::uint8_t>(EntryKind::Model))
    return Error{Error::Code::Unsupported, 0, "an entry of a kind of a later version"};
  header.kind = static_cast<EntryKind>(kind);
  BITSWAP_TRY_ASSIGN(const std::uint8_t exactness, in.u8());
  header.exactness = static_cast<Exactness>(exactness);
  BITSWAP_TRY_ASSIGN(header.permissions, in.u16());
  BITSWAP_TRY_ASSIGN(header.original_size, in.u64());
  BITSWAP_TRY_ASSIGN(const std::uint64_t seconds, in.u64());
  header.modified.seconds = static_cast<std::int64_t>(seconds);
  BITSWAP_TRY_ASSIGN(header.modified.nanoseconds, in.u32());
  BITSWAP_TRY_ASSIGN(const ByteView hash, in.raw(header.original_hash.size()));
  header.original_hash = take_hash(hash);
  BITSWAP_TRY_ASSIGN(header.codec, in.text(kMaxNameBytes));
  BITSWAP_TRY_ASSIGN(header.format, in.text(kMaxNameBytes));
  BITSWAP_TRY_ASSIGN(header.path, in.text(kMaxPathBytes));
  BITSWAP_TRY_ASSIGN(header.link_target, in.text(kMaxLinkTargetBytes));
  if (!in.at_end()) return corrupt(in.position(), "an entry's header is longer than its fields");
  if (Status valid = check_entry_header(header); !valid.ok()) return corrupt(0, valid.error().detail);
  return header;
}

Bytes write_entry_header(const EntryHeader& header, std::uint64_t archive_id) {
  const Bytes body = write_entry_body(header);
  ByteWriter out;
  for (const std::uint8_t byte : kEntryMarker) out.u8(byte);
  out.u64(archive_id);
  out.u16(static_cast<std::uint16_t>(body.size()));
  out.raw(body);
  out.u64(hash64(out.bytes()));
  return out.take();
}

std::uint64_t checksum_of(ByteView entry_header) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i)
    value |= std::uint64_t{entry_header[entry_header.size() - kChecksumBytes + i]} << (8 * i);
  return value;
}

Bytes write_section_head(const SectionHead& head) {
  ByteWriter out;
  out.u16(head.type);
  out.u32(head.length);
  out.u64(head.checksum);
  out.u32(static_cast<std::uint32_t>(hash64(out.bytes())));
  return out.take();
}

Result<SectionHead> parse_section_head(ByteView bytes) {
  ByteReader in(bytes);
  SectionHead head;
  BITSWAP_TRY_ASSIGN(head.type, in.u16());
  BITSWAP_TRY_ASSIGN(head.length, in.u32());
  BITSWAP_TRY_ASSIGN(head.checksum, in.u64());
  BITSWAP_TRY_ASSIGN(const std::uint32_t check, in.u32());
  if (check != static_cast<std::uint32_t>(hash64(bytes.first(kSectionHeadBytes - 4))))
    return corrupt(0, "the head of a section does not match its checksum");
  if (head.type != kEndType && head.length > kMaxSectionBytes)
    return Error{Error::Code::LimitExceeded, 0, "a section is longer than the format allows"};
  return head;
}

Bytes write_index_record(const EntryHeader& header, const std::vector<Section>& sections) {
  ByteWriter out;
  out.blob(write_entry_body(header));
  out.varint(sections.size());
  for (const Section& section : sections) {
    out.varint(static_cast<std::uint16_t>(section.type));
    out.varint(section.length);
  }
  return out.take();
}

Bytes write_index_count(std::uint64_t entries) {
  ByteWriter out;
  out.varint(entries);
  return out.take();
}

Result<std::vector<Entry>> parse_index(ByteView index, std::uint64_t index_offset) {
  ByteReader in(index);
  BITSWAP_TRY_ASSIGN(const std::uint64_t count, in.varint());
  if (count > kMaxEntries) return Error{Error::Code::LimitExceeded, 0, "more entries than the format allows"};
  // A count may lie: room is made for what has been read, and what is read is bounded by the file.
  if (count > in.remaining() / kSmallestBody) return corrupt(0, "the index is too short for its entries");
  std::vector<Entry> entries;
  std::uint64_t offset = kFileHeaderBytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t start = in.position();
    Entry entry;
    BITSWAP_TRY_ASSIGN(const ByteView body, in.blob(kMaxEntryBodyBytes));
    BITSWAP_TRY_ASSIGN(entry.header, parse_entry_body(body));
    entry.offset = offset;
    offset += kEntryPrefixBytes + body.size() + kChecksumBytes;
    BITSWAP_TRY_ASSIGN(const std::uint64_t sections, in.varint());
    if (sections > kMaxSectionsPerEntry || sections > in.remaining() / 2)
      return Error{Error::Code::LimitExceeded, start, "more sections than the format or the index allows"};
    for (std::uint64_t k = 0; k < sections; ++k) {
      BITSWAP_TRY_ASSIGN(const std::uint64_t type, in.varint());
      BITSWAP_TRY_ASSIGN(const std::uint64_t length, in.varint());
      if (type == kEndType || type > 0xFFFF || length > kMaxSectionBytes)
        return corrupt(in.position(), "a section in the index that cannot be");
      entry.sections.push_back({static_cast<SectionType>(type), offset, static_cast<std::uint32_t>(length)});
      offset += kSectionHeadBytes + length;
      if (offset > index_offset) return corrupt(in.position(), "the index speaks of bytes past the end");
    }
    offset += kSectionHeadBytes;
    if (offset > index_offset) return corrupt(in.position(), "the index speaks of bytes past the end");
    measure(entry);
    entry.sizes.index_bytes = in.position() - start;
    entry.unsupported = needs_later_version(entry.sections);
    entries.push_back(std::move(entry));
  }
  if (!in.at_end()) return corrupt(in.position(), "the index is longer than its entries");
  if (offset != index_offset) return corrupt(offset, "the entries do not end where the index begins");
  return entries;
}

Bytes write_footer(const Footer& footer) {
  ByteWriter out;
  out.u64(footer.index_offset);
  out.u64(footer.index_length);
  out.u64(footer.index_checksum);
  out.u64(footer.archive_id);
  out.u64(hash64(out.bytes()));
  out.raw(kEndMagic);
  return out.take();
}

Result<Footer> parse_footer(ByteView bytes) {
  if (bytes.size() != kFooterBytes || !std::equal(kEndMagic.begin(), kEndMagic.end(), bytes.end() - kEndMagic.size()))
    return Error{Error::Code::Truncated, 0, "the archive has no end: it was cut off, or writing did not finish"};
  ByteReader in(bytes);
  Footer footer;
  BITSWAP_TRY_ASSIGN(footer.index_offset, in.u64());
  BITSWAP_TRY_ASSIGN(footer.index_length, in.u64());
  BITSWAP_TRY_ASSIGN(footer.index_checksum, in.u64());
  BITSWAP_TRY_ASSIGN(footer.archive_id, in.u64());
  const std::uint64_t expected = hash64(bytes.first(in.position()));
  BITSWAP_TRY_ASSIGN(const std::uint64_t checksum, in.u64());
  if (checksum != expected) return corrupt(0, "the checksum of the footer does not match");
  return footer;
}

void measure(Entry& entry) {
  entry.sizes.header_bytes = kEntryPrefixBytes + write_entry_body(entry.header).size() + kChecksumBytes;
  entry.sizes.framing_bytes = kSectionHeadBytes * (entry.sections.size() + 1);
  entry.sizes.payload_bytes = 0;
  for (const Section& section : entry.sections) entry.sizes.payload_bytes += section.length;
}

bool needs_later_version(const std::vector<Section>& sections) {
  return std::any_of(sections.begin(), sections.end(), [](const Section& section) {
    return (static_cast<std::uint16_t>(section.type) & kMustUnderstand) != 0 && !is_known(section.type);
  });
}

}  // namespace bitswap::format
