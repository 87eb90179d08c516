// SPDX-License-Identifier: GPL-3.0-or-later
// Writing through one buffer into a temporary file, which takes the target's name only when it is complete and safe.
#include "engine/archive/writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <vector>

#include "engine/archive/file_identity.h"
#include "engine/archive/file_io.h"
#include "engine/archive/format.h"
#include "engine/archive/path_set.h"
#include "engine/archive/reader_impl.h"

namespace bitswap {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

Error misuse(std::string detail) { return Error{Error::Code::InvalidArgument, 0, std::move(detail)}; }

}  // namespace

struct ArchiveWriter::Impl {
  FileHandle folder;
  FileHandle file;
  std::string path;  // of the target, for messages
  std::string name;  // of the target within the folder
  std::string temporary;
  std::optional<FileStamp> replaced;  // what has the name now; nothing: nobody may have it in the end
  bool verify = true;
  unsigned mode = 0;
  std::uint64_t archive_id = 0;

  Bytes buffer;
  std::uint64_t written = 0;  // bytes in the file; the buffer follows them
  std::optional<Error> failure;
  bool finished = false;

  std::vector<EntryHeader> headers;  // by position, for duplicates
  PathSet paths;
  ByteWriter index;

  struct Open {
    EntryHeader header;
    std::uint64_t offset = 0;
    std::uint64_t header_bytes = 0;
    std::uint64_t header_checksum = 0;
    std::vector<Section> sections;
  };
  std::optional<Open> open;

  ~Impl() {
    if (!finished && !temporary.empty()) ::unlinkat(folder.get(), temporary.c_str(), 0);
  }

  [[nodiscard]] std::uint64_t position() const { return written + buffer.size(); }

  Status fail(Error error) {
    failure = error;
    return error;
  }

  Status usable() const {
    if (failure) return *failure;
    if (finished) return misuse("the archive is finished");
    return {};
  }

  Status flush() {
    if (Status status = write_all(file.get(), buffer, path); !status.ok()) return fail(status.error());
    written += buffer.size();
    buffer.clear();
    return {};
  }

  Status append(ByteView bytes) {
    if (buffer.size() + bytes.size() > kBufferBytes) BITSWAP_TRY(flush());
    if (bytes.size() < kBufferBytes) {
      buffer.insert(buffer.end(), bytes.begin(), bytes.end());
      return {};
    }
    if (Status status = write_all(file.get(), bytes, path); !status.ok()) return fail(status.error());
    written += bytes.size();
    return {};
  }

  Status write_frame_end() {
    format::Footer footer;
    footer.index_offset = position();
    Bytes whole = format::write_index_count(headers.size());
    const Bytes records = index.take();
    whole.insert(whole.end(), records.begin(), records.end());
    if (whole.size() > kMaxIndexBytes)
      return fail(Error{Error::Code::LimitExceeded, 0, "the index is larger than the format allows"});
    footer.index_length = whole.size();
    footer.index_checksum = hash64(whole);
    footer.archive_id = archive_id;
    BITSWAP_TRY(append(whole));
    BITSWAP_TRY(append(format::write_footer(footer)));
    return flush();
  }

  // Nothing but an archive is ever replaced, whoever asks for it.
  Status check_is_archive() const {
    const FileHandle there(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!there.valid()) return system_error(errno, "opening", path);
    std::array<std::uint8_t, format::kMagic.size()> start{};
    BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(there.get(), 0, start));
    if (count == 0 || (count == start.size() && start == format::kMagic)) return {};
    return misuse(path + " is not a .bswap archive and will not be replaced");
  }

  // Every byte from the disk, as a reader finds it.
  Status read_back() {
    // What is still in memory would only tell that memory is well.
    ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    const auto damaged = [&](const Error& why) {
      return Error{Error::Code::Io, why.offset,
                   "the disk gives back other bytes than were written to " + path +
                       ", so it was not put in place: " + why.detail};
    };
    FileHandle again(::openat(folder.get(), temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!again.valid()) return system_error(errno, "opening", path);
    const auto reader = ArchiveReader::open(std::move(again), path);
    if (!reader.ok()) return damaged(reader.error());
    if (reader->entries().size() != headers.size()) return damaged({Error::Code::Corrupt, 0, "entries are missing"});
    for (std::size_t i = 0; i < headers.size(); ++i) {
      const Entry& entry = reader->entries()[i];
      if (entry.header != headers[i]) return damaged({Error::Code::Corrupt, entry.offset, "another entry"});
      if (Status whole = reader->check_entry(entry); !whole.ok()) return damaged(whole.error());
      for (std::size_t k = 0; k < entry.sections.size(); ++k) {
        if (const auto payload = reader->impl_->read_payload(entry, k); !payload.ok()) return damaged(payload.error());
      }
    }
    return {};
  }

  // The archive that is replaced must be the one that was there, and is.
  Status check_replaced() const {
    struct stat info {};
    if (::fstatat(folder.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
        stamp_of(info).has_same_content(*replaced))
      return {};
    return Error{Error::Code::Io, 0, "another program has changed " + path + " meanwhile: start again"};
  }

  Status put_in_place() {
    if (::fchmod(file.get(), mode) != 0 && errno != EPERM && errno != ENOTSUP)
      return fail(system_error(errno, "setting the permissions of", path));
    if (::fsync(file.get()) != 0) return fail(system_error(errno, "syncing", path));
    if (verify) {
      if (Status whole = read_back(); !whole.ok()) return fail(whole.error());
    }
    if (replaced) {
      if (Status same = check_replaced(); !same.ok()) return fail(same.error());
      if (::renameat(folder.get(), temporary.c_str(), folder.get(), name.c_str()) != 0)
        return fail(system_error(errno, "replacing", path));
    } else if (Status renamed = rename_without_replacing(folder.get(), temporary, name); !renamed.ok()) {
      return fail(renamed.error());
    }
    finished = true;
    if (Status closed = file.close(); !closed.ok()) return fail(closed.error());
    return sync_folder(folder.get(), path);
  }
};

ArchiveWriter::ArchiveWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ArchiveWriter::ArchiveWriter(ArchiveWriter&&) noexcept = default;
ArchiveWriter& ArchiveWriter::operator=(ArchiveWriter&&) noexcept = default;
ArchiveWriter::~ArchiveWriter() = default;

Result<ArchiveWriter> ArchiveWriter::create(const std::filesystem::path& target, WriteOptions options) {
  std::filesystem::path place = target;
  std::error_code ignored;
  if (options.replace_existing && std::filesystem::is_symlink(place, ignored)) {
    std::error_code error;
    place = std::filesystem::canonical(place, error);
    if (error) return system_error(error.value(), "following the link", target.string());
  }
  auto impl = std::make_unique<Impl>();
  impl->path = target.string();
  impl->name = place.filename().string();
  if (impl->name.empty() || impl->name == "." || impl->name == "..")
    return misuse("\"" + impl->path + "\" does not name a file");
  const std::filesystem::path folder = place.has_parent_path() ? place.parent_path() : ".";
  impl->folder = FileHandle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!impl->folder.valid()) return system_error(errno, "opening the folder", folder.string());

  struct stat info {};
  impl->mode = new_file_mode();
  if (::fstatat(impl->folder.get(), impl->name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    if (!options.replace_existing) return system_error(EEXIST, "creating", impl->path);
    if (!S_ISREG(info.st_mode)) return misuse(impl->path + " is not a regular file and will not be replaced");
    BITSWAP_TRY(impl->check_is_archive());
    impl->replaced = stamp_of(info);
    impl->mode = info.st_mode & 0777U;
  } else if (errno != ENOENT) {
    return system_error(errno, "looking at", impl->path);
  }
  if (options.replaces != nullptr) {
    if (!impl->replaced || !impl->replaced->has_same_content(options.replaces->stamp()))
      return Error{Error::Code::Io, 0, "another program has changed " + impl->path + " meanwhile: start again"};
  }
  impl->verify = options.verify;
  sweep_temporaries(impl->folder.get());
  BITSWAP_TRY_ASSIGN(impl->file, create_temporary(impl->folder.get(), impl->temporary));
  impl->archive_id = options.archive_id != 0 ? options.archive_id : random_number();
  BITSWAP_TRY(impl->append(format::write_file_header({impl->archive_id})));
  return ArchiveWriter(std::move(impl));
}

Status ArchiveWriter::begin_entry(const EntryHeader& header) {
  Impl& s = *impl_;
  BITSWAP_TRY(s.usable());
  if (s.open) return misuse("an entry is open already");
  BITSWAP_TRY(check_entry_header(header));
  BITSWAP_TRY(s.paths.check(header.kind, header.path));
  BITSWAP_TRY(s.paths.check_duplicate(header, [&](std::size_t i) -> const EntryHeader& { return s.headers[i]; }));
  if (s.headers.size() >= kMaxEntries)
    return Error{Error::Code::LimitExceeded, 0, "more entries than the format allows"};
  const Bytes bytes = format::write_entry_header(header, s.archive_id);
  s.open = Impl::Open{header, s.position(), bytes.size(), format::checksum_of(bytes), {}};
  return s.append(bytes);
}

Status ArchiveWriter::add_section(SectionType type, ByteView payload) {
  Impl& s = *impl_;
  BITSWAP_TRY(s.usable());
  if (!s.open) return misuse("no entry is open");
  if (static_cast<std::uint16_t>(type) == format::kEndType) return misuse("a section of type 0");
  if (payload.size() > kMaxSectionBytes || s.open->sections.size() >= kMaxSectionsPerEntry)
    return Error{Error::Code::LimitExceeded, 0, "a section longer, or more of them, than the format allows"};
  const auto length = static_cast<std::uint32_t>(payload.size());
  s.open->sections.push_back({type, s.position(), length});
  BITSWAP_TRY(s.append(format::write_section_head({static_cast<std::uint16_t>(type), length, hash64(payload)})));
  return s.append(payload);
}

Result<EntrySizes> ArchiveWriter::end_entry() {
  Impl& s = *impl_;
  BITSWAP_TRY(s.usable());
  if (!s.open) return misuse("no entry is open");
  BITSWAP_TRY(s.append(format::write_section_head(
      {format::kEndType, static_cast<std::uint32_t>(s.open->sections.size()), s.open->header_checksum})));
  Entry entry;
  entry.header = std::move(s.open->header);
  entry.sections = std::move(s.open->sections);
  s.open.reset();
  format::measure(entry);
  const Bytes record = format::write_index_record(entry.header, entry.sections);
  entry.sizes.index_bytes = record.size();
  s.index.raw(record);
  s.paths.add(entry.header.kind, entry.header.path, s.headers.size());
  s.headers.push_back(std::move(entry.header));
  return entry.sizes;
}

Status ArchiveWriter::check_path(EntryKind kind, std::string_view path) const { return impl_->paths.check(kind, path); }

Status ArchiveWriter::drop_entry() {
  Impl& s = *impl_;
  BITSWAP_TRY(s.usable());
  if (!s.open) return misuse("no entry is open");
  const std::uint64_t start = s.open->offset;
  s.open.reset();
  if (start >= s.written) {
    s.buffer.resize(static_cast<std::size_t>(start - s.written));
    return {};
  }
  s.buffer.clear();
  const auto length = static_cast<off_t>(start);
  if (::ftruncate(s.file.get(), length) != 0 || ::lseek(s.file.get(), length, SEEK_SET) != length)
    return s.fail(system_error(errno, "writing", s.path));
  s.written = start;
  return {};
}

Result<EntrySizes> ArchiveWriter::copy_entry(const ArchiveReader& reader, std::size_t index) {
  const ArchiveReader::Impl& source = *reader.impl_;
  if (index >= source.entries.size()) return misuse("no such entry in the other archive");
  const Entry& entry = source.entries[index];
  if (entry.damaged) return Error{Error::Code::Corrupt, entry.offset, entry.header.path + " is damaged"};
  BITSWAP_TRY(source.check_header(entry));
  BITSWAP_TRY(begin_entry(entry.header));
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    auto payload = source.read_payload(entry, k);
    const Status added = payload.ok() ? add_section(entry.sections[k].type, *payload) : Status(payload.error());
    if (added.ok()) continue;
    if (!impl_->failure) BITSWAP_TRY(drop_entry());
    return added.error();
  }
  return end_entry();
}

Status ArchiveWriter::finish() {
  Impl& s = *impl_;
  BITSWAP_TRY(s.usable());
  if (s.open) return misuse("an entry is still open");
  BITSWAP_TRY(s.write_frame_end());
  return s.put_in_place();
}

std::uint64_t ArchiveWriter::size() const { return impl_->position(); }

}  // namespace bitswap
