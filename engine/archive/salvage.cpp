// SPDX-License-Identifier: GPL-3.0-or-later
// Finds what is left of a damaged archive: by its index if that is whole, else by scanning for entry markers.
#include <algorithm>
#include <new>

#include "engine/archive/reader_impl.h"

namespace bitswap {
namespace {

using Impl = ArchiveReader::Impl;

// The header at `offset` if there is a valid one; `size` becomes its length in the file.
Result<EntryHeader> read_entry_header(const Impl& archive, std::uint64_t offset, std::uint64_t& archive_id,
                                      std::uint64_t& size) {
  BITSWAP_TRY_ASSIGN(const Bytes prefix, archive.read_exact(offset, format::kEntryPrefixBytes));
  ByteReader in(prefix);
  BITSWAP_TRY_ASSIGN(const ByteView marker, in.raw(format::kEntryMarker.size()));
  if (!std::equal(marker.begin(), marker.end(), format::kEntryMarker.begin()))
    return Error{Error::Code::Corrupt, offset, "no entry here"};
  BITSWAP_TRY_ASSIGN(archive_id, in.u64());
  BITSWAP_TRY_ASSIGN(const std::uint16_t body, in.u16());
  size = format::kEntryPrefixBytes + body + format::kChecksumBytes;
  BITSWAP_TRY_ASSIGN(const Bytes bytes, archive.read_exact(offset, size));
  const ByteView guarded = ByteView(bytes).first(bytes.size() - format::kChecksumBytes);
  if (hash64(guarded) != format::checksum_of(bytes))
    return Error{Error::Code::Corrupt, offset, "a broken entry header"};
  return format::parse_entry_body(guarded.subspan(format::kEntryPrefixBytes));
}

class Scanner {
 public:
  Scanner(Impl& archive, bool id_known)
      : archive_(archive), id_known_(id_known), budget_(8 * archive.size + (std::uint64_t{64} << 20)) {}

  Status run() {
    std::uint64_t offset = 0;
    while (true) {
      BITSWAP_TRY_ASSIGN(const std::uint64_t found, next_marker(offset));
      if (found >= archive_.size) return {};
      std::uint64_t id = 0;
      std::uint64_t header_size = 0;
      auto header = read_entry_header(archive_, found, id, header_size);
      // An archive inside this one, as the content of an entry, has another id.
      if (!header.ok() || (id_known_ && id != archive_.archive_id)) {
        offset = found + 1;
        continue;
      }
      if (!id_known_) {
        archive_.archive_id = id;
        id_known_ = true;
      }
      Entry entry;
      entry.header = std::move(header).value();
      entry.offset = found;
      entry.sizes.header_bytes = header_size;
      offset = walk(entry);
      format::measure(entry);
      entry.unsupported = format::needs_later_version(entry.sections);
      archive_.entries.push_back(std::move(entry));
    }
  }

 private:
  // Offset of the next marker from `offset` on, or the size of the file.
  Result<std::uint64_t> next_marker(std::uint64_t offset) {
    constexpr std::uint64_t kOverlap = format::kEntryMarker.size() - 1;
    while (offset < archive_.size) {
      if (offset < window_start_ || offset + kOverlap >= window_start_ + window_.size()) {
        window_start_ = offset;
        window_.resize(
            static_cast<std::size_t>(std::min<std::uint64_t>(std::uint64_t{1} << 20, archive_.size - offset)));
        BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(archive_.file.get(), offset, window_));
        window_.resize(count);
        if (count <= kOverlap) return archive_.size;
      }
      const auto from = window_.begin() + static_cast<std::ptrdiff_t>(offset - window_start_);
      const auto hit = std::search(from, window_.end(), format::kEntryMarker.begin(), format::kEntryMarker.end());
      if (hit != window_.end()) return window_start_ + static_cast<std::uint64_t>(hit - window_.begin());
      offset = window_start_ + window_.size() - kOverlap;
      if (window_start_ + window_.size() >= archive_.size) return archive_.size;
    }
    return archive_.size;
  }

  bool payload_matches(std::uint64_t offset, const format::SectionHead& head) {
    // Made-up entries inside each other could have the same bytes hashed over and over.
    if (head.length > budget_) return false;
    budget_ -= head.length;
    auto payload = archive_.read_exact(offset, head.length);
    return payload.ok() && hash64(*payload) == head.checksum;
  }

  // Follows the sections of an entry; returns where scanning goes on.
  std::uint64_t walk(Entry& entry) {
    const std::uint64_t header_checksum =
        format::checksum_of(format::write_entry_header(entry.header, archive_.archive_id));
    std::uint64_t offset = entry.offset + entry.sizes.header_bytes;
    bool last_payload_good = true;
    while (true) {
      auto head = archive_.read_head(offset);
      if (!head.ok() || entry.sections.size() >= kMaxSectionsPerEntry) {
        entry.damaged = true;
        if (last_payload_good) return offset;
        // Bytes may be missing from the payload before: the next entry can begin inside of it.
        const std::uint64_t payload = entry.sections.back().offset + format::kSectionHeadBytes;
        entry.sections.pop_back();
        return payload;
      }
      const std::uint64_t payload = offset + format::kSectionHeadBytes;
      if (head->type == format::kEndType) {
        if (head->length != entry.sections.size() || head->checksum != header_checksum) entry.damaged = true;
        return payload;
      }
      if (head->length > archive_.size - payload) {
        entry.damaged = true;
        return payload;
      }
      last_payload_good = payload_matches(payload, *head);
      if (!last_payload_good) entry.damaged = true;
      entry.sections.push_back({static_cast<SectionType>(head->type), offset, head->length});
      offset = payload + head->length;
    }
  }

  Impl& archive_;
  bool id_known_;
  std::uint64_t budget_;
  Bytes window_;
  std::uint64_t window_start_ = 0;
};

// Holds an entry of an intact index against the file.
void check_in_place(const Impl& archive, Entry& entry) {
  if (!archive.check_header(entry).ok()) {
    std::uint64_t id = 0;
    std::uint64_t size = 0;
    if (read_entry_header(archive, entry.offset, id, size).ok()) {
      entry.damaged = true;  // a valid header of something else: whom to believe?
      return;
    }
    entry.header_from_index = true;
  }
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (!archive.read_payload(entry, k).ok()) entry.damaged = true;
  }
}

// Builds the paths, drops what clashes, and marks duplicates whose file is damaged or lost.
void settle(Impl& archive, SalvageReport& report) {
  std::vector<Entry> found;
  found.swap(archive.entries);
  for (Entry& entry : found) {
    if (!archive.paths.check(entry.header.kind, entry.header.path).ok()) {
      ++report.dropped_entries;
      continue;
    }
    const auto earlier = [&](std::size_t k) -> const EntryHeader& { return archive.entries[k].header; };
    if (!archive.paths.check_duplicate(entry.header, earlier).ok()) {
      entry.damaged = true;
    } else if (entry.header.kind == EntryKind::Duplicate) {
      entry.damaged |= archive.entries[*archive.paths.find(entry.header.link_target)].damaged;
    }
    ++(entry.damaged ? report.damaged_entries : report.whole_entries);
    archive.paths.add(entry.header.kind, entry.header.path, archive.entries.size());
    archive.entries.push_back(std::move(entry));
  }
}

}  // namespace

Result<ArchiveReader> ArchiveReader::salvage(const std::filesystem::path& path, SalvageReport* report) {
  try {
    SalvageReport local;
    BITSWAP_TRY_ASSIGN(FileHandle file, Impl::open_file(path));
    BITSWAP_TRY_ASSIGN(std::unique_ptr<Impl> impl, Impl::adopt(std::move(file), path.string()));
    BITSWAP_TRY_ASSIGN(const Bytes start,
                       impl->read_exact(0, std::min<std::uint64_t>(impl->size, format::kFileHeaderBytes)));
    const auto header = format::parse_file_header(start);
    if (!header.ok() && header.error().code == Error::Code::Unsupported) return header.error();
    const auto footer = impl->read_footer();
    if (header.ok()) impl->archive_id = header->archive_id;
    if (!header.ok() && footer.ok()) impl->archive_id = footer->archive_id;

    std::uint64_t frame = header.ok() ? format::kFileHeaderBytes : 0;
    if (footer.ok() && footer->archive_id == impl->archive_id) {
      if (auto entries = impl->read_index(*footer); entries.ok()) {
        impl->entries = std::move(entries).value();
        for (Entry& entry : impl->entries) check_in_place(*impl, entry);
        local.index_usable = true;
        frame = impl->size;
        for (const Entry& entry : impl->entries) frame -= entry.sizes.total();
      }
    }
    if (!local.index_usable) BITSWAP_TRY(Scanner(*impl, header.ok() || footer.ok()).run());
    if (impl->entries.empty() && !header.ok() && !footer.ok())
      return Error{Error::Code::NotAnArchive, 0, "nothing of a .bswap archive was found in the file"};
    settle(*impl, local);
    std::uint64_t used = frame;
    for (const Entry& entry : impl->entries) used += entry.sizes.total();
    local.unreadable_bytes = impl->size - std::min(used, impl->size);
    if (report != nullptr) *report = local;
    return ArchiveReader(std::move(impl));
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "not enough memory to search the archive"};
  }
}

}  // namespace bitswap
