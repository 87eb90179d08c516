// SPDX-License-Identifier: GPL-3.0-or-later
// Compression from the outside in: inputs, target, and the moment when the archive takes its place.
#include "engine/jobs/compress.h"
#include "engine/devices/devices.h"

#include <sys/stat.h>

#include <algorithm>
#include <set>

#include "engine/archive/archive_lock.h"
#include "engine/archive/extraction.h"
#include "engine/archive/file_identity.h"
#include "engine/image/format.h"
#include "engine/image/pixels/pixels_png.h"
#include "engine/jobs/choose_model.h"
#include "engine/jobs/compress_job.h"
#include "engine/jobs/open_file.h"
#include "engine/jobs/pipeline.h"
#include "engine/storage/storage_form.h"

namespace bitswap {
namespace {

/// Where files go that become pixels: never in place of another file, be it one of the items or of the old archive.
void plan_pixel_paths(std::vector<InputItem>& items, const ArchiveReader* old) {
  constexpr std::string_view kSuffix = ".png";
  std::set<std::string> paths;
  for (const InputItem& item : items) paths.insert(item.path);
  const auto is_kept = [&](const std::string& path) {
    const auto position = old != nullptr ? old->find(path) : std::nullopt;
    return position && old->entries()[*position].header.exactness == Exactness::Bytes;  // was nobody's pixels
  };
  for (InputItem& item : items) {
    if (!is_readable_file(item) || item.size > kInMemoryPictureBytes || !may_be_lossy(read_start(item))) continue;
    item.pixel_path = item.path;
    item.pixel_path += kSuffix;
    const std::size_t name = item.pixel_path.size() - (item.pixel_path.rfind('/') + 1);
    item.pixel_path_taken = paths.contains(item.pixel_path) || is_kept(item.pixel_path) || name > kMaxPathPartBytes ||
                            item.pixel_path.size() > kMaxPathBytes;
  }
}

/// The same input gives the same archive, byte for byte; different ones almost surely differ in their id.
std::uint64_t archive_id(std::span<const InputItem> items, std::uint64_t old_id) {
  ByteWriter names;
  names.u64(old_id);
  for (const InputItem& item : items) {
    names.text(item.pixel_path.empty() ? item.path : item.pixel_path);
    names.u8(static_cast<std::uint8_t>(item.kind));
    names.u64(item.size);
    names.u64(static_cast<std::uint64_t>(item.modified.seconds));
    names.u32(item.modified.nanoseconds);
  }
  return std::max<std::uint64_t>(1, hash64(names.bytes()));
}

Status check_options(const CompressOptions& options) {
  if (options.form && *options.form != Form::Zstd && !keeps_pixels(*options.form)) {
    return Error{Error::Code::InvalidArgument, 0, "files and pixels cannot be asked to be kept in this form"};
  }
  if (options.as_pixels && options.require_exact_bytes) {
    return Error{Error::Code::InvalidArgument, 0, "decoded pixels cannot come back as the file that they were"};
  }
  if (options.inputs.empty()) return Error{Error::Code::InvalidArgument, 0, "nothing to archive was named"};
  return check_not_input(options.archive, options.inputs);
}

/// Files were to be read, and this is why the first of them could not be; null if any could.
const Error* why_nothing_was_read(const JobReport& report) {
  const Error* why = nullptr;
  for (const FileReport& file : report.files) {
    if (file.kind != "file" && file.status != FileReport::Status::Failed) continue;
    if (file.status == FileReport::Status::Ok || file.status == FileReport::Status::Warning) return nullptr;
    if (why == nullptr && file.status == FileReport::Status::Failed) why = &*file.error;
  }
  return why;
}

}  // namespace

bool is_readable_file(const InputItem& item) { return item.kind == EntryKind::File && !item.problem && !item.skipped; }

Bytes read_start(const InputItem& item) {
  Bytes start(64);
  std::size_t count = 0;
  if (const auto file = open_file(item.source); file.ok()) {
    if (const auto got = read_at(file->handle.get(), 0, start); got.ok()) count = *got;
  }
  start.resize(count);
  return start;
}

Weight weigh(const InputItem& item) {
  // libjxl takes some 18 bytes for a pixel, and 3 pixels are the usual for a byte of JPEG.
  constexpr std::uint64_t kPerByteOfJpeg = 54;
  constexpr std::uint64_t kMostPixels = std::uint64_t{1} << 30;
  Weight weight;
  weight.memory = kLeastMemory;
  if (!is_readable_file(item)) return weight;
  weight.memory += item.size;
  const Bytes head = read_start(item);
  const ImageFormat* format = find_format(head);
  weight.stream = item.size > (format != nullptr ? kInMemoryPictureBytes : kInMemoryBytes);
  if (format == nullptr) return weight;
  if (format->name() == "jpeg") {
    weight.memory += item.size * kPerByteOfJpeg;
  } else if (format->name() == "png" && head.size() >= 25) {
    const auto number = [&](std::size_t at) {
      return std::uint64_t{head[at]} << 24 | std::uint64_t{head[at + 1]} << 16 | std::uint64_t{head[at + 2]} << 8 |
             head[at + 3];
    };
    const std::uint64_t planes = head[24] == 16 ? 2 : 1;
    weight.memory += std::min(number(16) * number(20), kMostPixels) * planes * kMemoryPerPixel;
  } else {
    weight.memory += item.size / 3 * kMemoryPerPixel;
  }
  return weight;
}

EntryHeader entry_header(const InputItem& item) {
  EntryHeader header;
  header.kind = item.kind;
  header.path = item.path;
  header.modified = item.modified;
  header.permissions = item.permissions;
  header.link_target = item.link_target;
  return header;
}

FileReport file_report(const InputItem& item) {
  FileReport report;
  report.path = item.path;
  report.original_bytes = item.size;
  if (item.kind == EntryKind::Directory) report.kind = "directory";
  if (item.kind == EntryKind::Symlink) report.kind = "symlink";
  return report;
}

const KnownContent* CompressJob::find_content(std::uint64_t size, const ContentHash& hash) const {
  const auto known = contents.find({size, hash});
  return size == 0 || known == contents.end() ? nullptr : &known->second;
}

bool CompressJob::had(const std::string& path) const {
  const auto position = old != nullptr ? old->find(path) : std::nullopt;
  return position && old->entries()[*position].header.kind != EntryKind::Directory;
}

void CompressJob::remember_content(const EntryHeader& header, const InputItem& item, bool converted) {
  contents.try_emplace({header.original_size, header.original_hash},
                       KnownContent{header.path, header.format, header.exactness, &item, converted, 0});
}

Status CompressJob::write_entry(const EntryHeader& header, std::span<const std::pair<SectionType, ByteView>> sections,
                                FileReport& file) {
  const auto refused = [&](const Error& error) -> Status {
    if (ends_job(error)) return error;
    set_failed(file, error);
    return {};
  };
  if (Status begun = writer->begin_entry(header); !begun.ok()) return refused(begun.error());
  for (const auto& [type, payload] : sections) {
    if (Status added = writer->add_section(type, payload); !added.ok()) {
      if (!ends_job(added.error())) BITSWAP_TRY(writer->drop_entry());
      return refused(added.error());
    }
  }
  BITSWAP_TRY_ASSIGN(const EntrySizes sizes, writer->end_entry());
  file.stored_bytes = sizes.total();
  file.form = form_of(header);
  file.exactness = header.exactness;
  if (header.kind == EntryKind::Symlink && file.status == FileReport::Status::Ok) {
    Status restorable = check_link_target(header.path, header.link_target, NamePolicy::Native);
    if (!restorable.ok()) set_warning(file, restorable.error());
  }
  return {};
}

Status CompressJob::write_duplicate(EntryHeader header, const KnownContent& original, FileReport& file) {
  header.kind = EntryKind::Duplicate;
  header.link_target = original.path;
  header.exactness = original.exactness;
  header.format = original.format;
  header.codec.clear();
  file.format = original.format;
  return write_entry(header, {}, file);
}

void CompressJob::finish_file(FileReport file, std::uint64_t bytes) {
  using Status = FileReport::Status;
  if (file.status == Status::Ok || file.status == Status::Warning) report.original_bytes += file.original_bytes;
  report.files.push_back(std::move(file));
  meter.add_bytes(bytes);
  meter.file_done(report.files.back());
}

Result<JobReport> compress_with(const CompressOptions& options, BackendSource source) {
  return guarded([&]() -> Result<JobReport> {
    using Existing = CompressOptions::Existing;
    BITSWAP_TRY(check_options(options));
    struct stat info {};
    const bool there = ::lstat(options.archive.c_str(), &info) == 0;
    if (there && options.existing == Existing::Refuse) {
      return Error{Error::Code::Exists, 0, options.archive.string() + " is already there"};
    }
    CompressJob job(options, std::move(source));
    std::optional<ArchiveLock> lock;
    if (there) {
      BITSWAP_TRY_ASSIGN(lock, ArchiveLock::acquire(options.archive, options.cancel));
    }
    BITSWAP_TRY(choose_model(job));
    std::optional<ArchiveReader> old;
    if (there && options.existing == Existing::Update) {
      BITSWAP_TRY_ASSIGN(old, ArchiveReader::open(options.archive));
    }
    BITSWAP_TRY_ASSIGN(std::vector<InputItem> items,
                       walk_inputs({options.inputs, options.exclude, options.archive, options.cancel}));
    std::uint64_t bytes = 0;
    for (InputItem& item : items) {
      bytes += item.size;
      if (!old || item.kind != EntryKind::File || item.problem || item.skipped) continue;
      if (auto file = open_file(item.source); !file.ok()) item.problem = file.error();
    }
    if (options.as_pixels) plan_pixel_paths(items, old ? &*old : nullptr);
    BITSWAP_TRY(settle_model(job, items, old ? &*old : nullptr));
    job.meter.expect(items.size(), bytes);

    const std::uint64_t id = archive_id(items, old ? old->archive_id() : 0);
    BITSWAP_TRY_ASSIGN(ArchiveWriter writer,
                       ArchiveWriter::create(options.archive, {options.existing != Existing::Refuse, id,
                                                               old ? &*old : nullptr, options.verify}));
    job.writer = std::make_unique<ArchiveWriter>(std::move(writer));
    if (old) {
      job.old = &*old;
      BITSWAP_TRY(copy_kept_entries(job, *old, items));
    }
    BITSWAP_TRY(compress_items(job, items));
    if (old) {
      BITSWAP_TRY(bring_back_old_copies(job, *old, items));
    } else if (const Error* why = there ? why_nothing_was_read(job.report) : nullptr) {
      return Error{
          why->code, 0,
          "none of the files could be read, so " + options.archive.string() + " stays as it is: " + why->detail};
    }
    for (std::string& warning : job.models.take_warnings()) job.report.warnings.push_back(std::move(warning));
    // The last chance to stop is the last call of progress: after finish() the archive is there.
    job.meter.finish();
    if (is_cancelled(options.cancel)) return cancelled_error();
    BITSWAP_TRY(job.writer->finish());
    job.report.archive_bytes = job.writer->size();
    job.report.seconds = job.meter.seconds();
    return std::move(job.report);
  });
}

Result<JobReport> compress(const CompressOptions& options) {
  return compress_with(options, [device = options.device] { return open_backend(device); });
}

}  // namespace bitswap
