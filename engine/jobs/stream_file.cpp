// SPDX-License-Identifier: GPL-3.0-or-later
// Files too large for memory: one pass for the hash, which the header needs first, and one to write.
#include "engine/jobs/compress_job.h"
#include "engine/jobs/open_file.h"
#include "engine/jobs/same_content.h"
#include "engine/storage/byte_forms.h"
#include "engine/storage/storage_form.h"

namespace bitswap {
namespace {

constexpr std::size_t kReadBytes = std::size_t{4} << 20;
constexpr int kLevel = 3;
/// A file that is written to all the time never comes to an end.
constexpr int kMostTries = 3;

/// Calls body with the file's bytes in order, as many as it had when it was opened.
template <typename Body>
Status each_piece(const OpenFile& file, const CancelToken* cancel, Body&& body) {
  Bytes buffer(kReadBytes);
  for (std::uint64_t at = 0; at < file.stamp.size;) {
    if (is_cancelled(cancel)) return cancelled_error();
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), file.stamp.size - at));
    BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.handle.get(), at, std::span(buffer).first(wanted)));
    if (count == 0) return {};
    at += count;
    BITSWAP_TRY(body(ByteView(buffer).first(count), at >= file.stamp.size));
  }
  return {};
}

/// The first pieces tell whether zstd is worth it.
Result<bool> shrinks(const OpenFile& file) {
  Bytes start(kReadBytes);
  BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.handle.get(), 0, start));
  start.resize(count);
  BITSWAP_TRY_ASSIGN(const std::optional<Bytes> packed, shrink_with_zstd(start));
  return packed && static_cast<double>(packed->size()) <= kIncompressible * static_cast<double>(count);
}

enum class Attempt : std::uint8_t { Done, Changed, NotSmaller };

/// The entry's sections; `verify` reads back what was packed.
Result<Attempt> write_content(CompressJob& job, const OpenFile& file, const EntryHeader& header) {
  const bool zstd = form_of(header) == Form::Zstd;
  ArchiveWriter& writer = *job.writer;
  Bytes section;
  std::uint64_t written = 0;
  const auto flush = [&]() -> Status {
    if (section.empty()) return {};
    BITSWAP_TRY(writer.add_section(SectionType::Data, section));
    written += section.size();
    section.clear();
    return {};
  };
  ContentHasher hasher;
  ContentHasher back;
  ZstdUnpacker unpacker;
  const PieceTarget put = [&](ByteView packed) -> Status {
    if (zstd && job.options.verify) {
      BITSWAP_TRY(unpacker.add(packed, [&](ByteView piece) -> Status {
        back.add(piece);
        return {};
      }));
    }
    section.insert(section.end(), packed.begin(), packed.end());
    return section.size() >= kPieceBytes ? flush() : Status();
  };
  ZstdStream packer(kLevel);
  std::uint64_t size = 0;
  bool closed = false;
  BITSWAP_TRY(each_piece(file, job.options.cancel, [&](ByteView piece, bool last) -> Status {
    hasher.add(piece);
    size += piece.size();
    job.meter.add_bytes(piece.size() / 2);
    closed = last;
    return zstd ? packer.add(piece, last, put) : put(piece);
  }));
  BITSWAP_TRY(flush());
  if (!closed || size != header.original_size || hasher.finish() != header.original_hash) return Attempt::Changed;
  if (!zstd) return Attempt::Done;
  // What zstd does not give back is stored as well.
  if (written >= size || (job.options.verify && back.finish() != header.original_hash)) return Attempt::NotSmaller;
  return Attempt::Done;
}

Status write_file(CompressJob& job, const InputItem& item, EntryHeader& header, FileReport& report) {
  job.meter.begin(item.path);
  BITSWAP_TRY_ASSIGN(OpenFile file, open_file(item.source));
  BITSWAP_TRY_ASSIGN(const bool zstd, shrinks(file));
  header.codec = form_name(zstd ? Form::Zstd : Form::Stored);
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    ContentHasher hasher;
    std::uint64_t size = 0;
    BITSWAP_TRY(each_piece(file, job.options.cancel, [&](ByteView piece, bool) -> Status {
      hasher.add(piece);
      size += piece.size();
      if (attempt == 0) job.meter.add_bytes(piece.size() / 2);
      return {};
    }));
    header.original_size = report.original_bytes = size;
    header.original_hash = hasher.finish();
    header.modified = file.stamp.modified;
    header.permissions = file.permissions;
    const ContentReader again = [&](std::uint64_t at, std::span<std::uint8_t> into) {
      return read_at(file.handle.get(), at, into);
    };
    const KnownContent* original = job.find_content(header.original_size, header.original_hash);
    if (original != nullptr && !original->converted && is_same_content(job, *original, header.original_size, again)) {
      return job.write_duplicate(header, *original, report);
    }
    BITSWAP_TRY(job.writer->begin_entry(header));
    auto written = write_content(job, file, header);
    const bool changed = has_changed(file);
    const bool last = attempt + 1 == kMostTries;
    // A copy of several moments must not push out an old one that is whole.
    if (written.ok() && *written == Attempt::Done && (!changed || (last && !job.had(header.path)))) {
      BITSWAP_TRY_ASSIGN(const EntrySizes sizes, job.writer->end_entry());
      report.stored_bytes = sizes.total();
      report.form = form_of(header);
      job.remember_content(header, item, false);
      if (changed) set_warning(report, {Error::Code::Io, 0, "the file changed while it was read"});
      return {};
    }
    BITSWAP_TRY(job.writer->drop_entry());
    if (!written.ok()) return written.error();
    if (*written == Attempt::NotSmaller) header.codec = form_name(Form::Stored);
    BITSWAP_TRY_ASSIGN(file, open_file(item.source));
  }
  return Error{Error::Code::Io, 0, "the file does not stop changing while it is read"};
}

}  // namespace

Status stream_file(CompressJob& job, const InputItem& item) {
  EntryHeader header = entry_header(item);
  FileReport report = file_report(item);
  if (Status status = guarded([&]() -> Status { return write_file(job, item, header, report); }); !status.ok()) {
    // An error of reading is this file's own; one of writing comes again with the next entry and ends the job there.
    if (status.error().code == Error::Code::Cancelled || status.error().code == Error::Code::NoSpace) return status;
    set_failed(report, status.error());
  }
  job.finish_file(std::move(report), 0);
  return {};
}

}  // namespace bitswap
