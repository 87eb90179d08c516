// SPDX-License-Identifier: GPL-3.0-or-later
// Opening by the index, and reading with every claim of the index held against the bytes in place.
#include "engine/archive/reader.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "engine/archive/reader_impl.h"

namespace bitswap {
namespace {

Error corrupt(std::uint64_t offset, std::string detail) {
  return Error{Error::Code::Corrupt, offset, std::move(detail)};
}

Error at(Error error, std::uint64_t offset) {
  error.offset += offset;
  return error;
}

}  // namespace

Result<FileHandle> ArchiveReader::Impl::open_file(const std::filesystem::path& path) {
  // O_NONBLOCK: a pipe must not make us wait for its other end.
  FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.valid()) return system_error(errno, "opening", path.string());
  return file;
}

Result<std::unique_ptr<ArchiveReader::Impl>> ArchiveReader::Impl::adopt(FileHandle file, std::string name) {
  auto impl = std::make_unique<Impl>();
  impl->path = std::move(name);
  impl->file = std::move(file);
  struct stat info {};
  if (::fstat(impl->file.get(), &info) != 0) return system_error(errno, "opening", impl->path);
  if (!S_ISREG(info.st_mode)) return Error{Error::Code::NotAnArchive, 0, impl->path + " is not a regular file"};
  impl->stamp = stamp_of(info);
  impl->size = impl->stamp.size;
  return impl;
}

Result<Bytes> ArchiveReader::Impl::read_exact(std::uint64_t offset, std::uint64_t length) const {
  if (offset > size || length > size - offset) return Error{Error::Code::Truncated, offset, "the archive ends early"};
  Bytes bytes;
  try {
    bytes.resize(static_cast<std::size_t>(length));
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, offset, "not enough memory for a part of the archive"};
  }
  BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.get(), offset, bytes));
  if (count != length) return Error{Error::Code::Truncated, offset + count, "the archive became shorter"};
  return bytes;
}

Result<format::Footer> ArchiveReader::Impl::read_footer() const {
  if (size < format::kFileHeaderBytes + 1 + format::kFooterBytes)
    return Error{Error::Code::Truncated, size, "the archive is shorter than its frame"};
  const std::uint64_t offset = size - format::kFooterBytes;
  BITSWAP_TRY_ASSIGN(const Bytes bytes, read_exact(offset, format::kFooterBytes));
  auto footer = format::parse_footer(bytes);
  if (!footer.ok()) return at(footer.error(), offset);
  if (footer->index_offset < format::kFileHeaderBytes || footer->index_offset > offset ||
      footer->index_length != offset - footer->index_offset)
    return corrupt(offset, "the index is not where the footer says");
  if (footer->index_length > kMaxIndexBytes)
    return Error{Error::Code::LimitExceeded, offset, "the index is larger than the format allows"};
  return footer;
}

Result<std::vector<Entry>> ArchiveReader::Impl::read_index(const format::Footer& footer) const {
  BITSWAP_TRY_ASSIGN(const Bytes index, read_exact(footer.index_offset, footer.index_length));
  if (hash64(index) != footer.index_checksum)
    return corrupt(footer.index_offset, "the checksum of the index does not match");
  auto parsed = format::parse_index(index, footer.index_offset);
  if (!parsed.ok()) return at(parsed.error(), footer.index_offset);
  return parsed;
}

Status ArchiveReader::Impl::check_header(const Entry& entry) const {
  if (entry.header_from_index) return {};
  // Encoding is one to one, so equal bytes are an equal header.
  const Bytes expected = format::write_entry_header(entry.header, archive_id);
  BITSWAP_TRY_ASSIGN(const Bytes found, read_exact(entry.offset, expected.size()));
  if (found != expected)
    return corrupt(entry.offset, "the header of " + entry.header.path + " is not what the index says");
  return {};
}

Result<format::SectionHead> ArchiveReader::Impl::read_head(std::uint64_t offset) const {
  BITSWAP_TRY_ASSIGN(const Bytes bytes, read_exact(offset, format::kSectionHeadBytes));
  auto head = format::parse_section_head(bytes);
  if (!head.ok()) return at(head.error(), offset);
  return head;
}

Result<format::SectionHead> ArchiveReader::Impl::read_head_of(const Entry& entry, std::size_t k) const {
  const Section& section = entry.sections[k];
  BITSWAP_TRY_ASSIGN(const format::SectionHead head, read_head(section.offset));
  if (head.type != static_cast<std::uint16_t>(section.type) || head.length != section.length)
    return corrupt(section.offset, "a section of " + entry.header.path + " is not what the index says");
  return head;
}

Result<Bytes> ArchiveReader::Impl::read_payload(const Entry& entry, std::size_t k) const {
  if (k >= entry.sections.size())
    return Error{Error::Code::InvalidArgument, entry.offset, "no such section in " + entry.header.path};
  BITSWAP_TRY(check_header(entry));
  BITSWAP_TRY_ASSIGN(const format::SectionHead head, read_head_of(entry, k));
  const std::uint64_t offset = entry.sections[k].offset + format::kSectionHeadBytes;
  BITSWAP_TRY_ASSIGN(Bytes payload, read_exact(offset, head.length));
  if (hash64(payload) != head.checksum)
    return corrupt(offset,
                   "section " + std::to_string(k) + " of " + entry.header.path + " does not match its checksum");
  return payload;
}

Status ArchiveReader::Impl::check_end(const Entry& entry) const {
  const std::uint64_t offset = entry.offset + entry.sizes.header_bytes + entry.sizes.payload_bytes +
                               format::kSectionHeadBytes * entry.sections.size();
  BITSWAP_TRY_ASSIGN(const format::SectionHead end, read_head(offset));
  const format::SectionHead expected{format::kEndType, static_cast<std::uint32_t>(entry.sections.size()),
                                     format::checksum_of(format::write_entry_header(entry.header, archive_id))};
  if (end != expected) return corrupt(offset, "the end of " + entry.header.path + " is not where it should be");
  return {};
}

Result<ArchiveReader> ArchiveReader::open(const std::filesystem::path& path) {
  BITSWAP_TRY_ASSIGN(FileHandle file, Impl::open_file(path));
  return open(std::move(file), path.string());
}

Result<ArchiveReader> ArchiveReader::open(FileHandle file, std::string name) {
  try {
    BITSWAP_TRY_ASSIGN(std::unique_ptr<Impl> impl, Impl::adopt(std::move(file), std::move(name)));
    BITSWAP_TRY_ASSIGN(const Bytes start,
                       impl->read_exact(0, std::min<std::uint64_t>(impl->size, format::kFileHeaderBytes)));
    BITSWAP_TRY_ASSIGN(const format::FileHeader header, format::parse_file_header(start));
    BITSWAP_TRY_ASSIGN(const format::Footer footer, impl->read_footer());
    if (header.archive_id != footer.archive_id) return corrupt(0, "header and footer are of different archives");
    impl->archive_id = header.archive_id;
    BITSWAP_TRY_ASSIGN(impl->entries, impl->read_index(footer));
    for (std::size_t i = 0; i < impl->entries.size(); ++i) {
      const Entry& entry = impl->entries[i];
      Status valid = impl->paths.check(entry.header.kind, entry.header.path);
      if (valid.ok())
        valid = impl->paths.check_duplicate(
            entry.header, [&](std::size_t k) -> const EntryHeader& { return impl->entries[k].header; });
      if (!valid.ok()) return corrupt(entry.offset, valid.error().detail);
      impl->paths.add(entry.header.kind, entry.header.path, i);
    }
    return ArchiveReader(std::move(impl));
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "not enough memory for the index of the archive"};
  }
}

ArchiveReader::ArchiveReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;
ArchiveReader& ArchiveReader::operator=(ArchiveReader&&) noexcept = default;
ArchiveReader::~ArchiveReader() = default;

std::span<const Entry> ArchiveReader::entries() const { return impl_->entries; }
std::optional<std::size_t> ArchiveReader::find(std::string_view path) const { return impl_->paths.find(path); }
std::optional<std::size_t> ArchiveReader::find_model(std::string_view hash) const {
  return impl_->paths.find_model(hash);
}

Result<Bytes> ArchiveReader::read_section(const Entry& entry, std::size_t k) const {
  if (entry.unsupported)
    return Error{Error::Code::Unsupported, entry.offset, entry.header.path + " needs a later version of this program"};
  return impl_->read_payload(entry, k);
}

Status ArchiveReader::check_entry(const Entry& entry) const {
  BITSWAP_TRY(impl_->check_header(entry));
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (auto head = impl_->read_head_of(entry, k); !head.ok()) return head.error();
  }
  return impl_->check_end(entry);
}

std::uint64_t ArchiveReader::file_size() const { return impl_->size; }

std::uint64_t ArchiveReader::frame_bytes() const {
  std::uint64_t used = 0;
  for (const Entry& entry : impl_->entries) used += entry.sizes.total();
  return impl_->size - std::min(used, impl_->size);
}

std::uint64_t ArchiveReader::archive_id() const { return impl_->archive_id; }

const FileStamp& ArchiveReader::stamp() const { return impl_->stamp; }

}  // namespace bitswap
