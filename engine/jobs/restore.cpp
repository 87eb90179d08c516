// Folders and links first, then files in batches: segments of all pictures in parallel, then whole files in parallel.
#include "engine/jobs/restore.h"

#include <algorithm>
#include <map>

#include "engine/jobs/content.h"
#include "engine/jobs/jxl_content.h"
#include "engine/jobs/stored_picture.h"
#include "engine/jobs/support.h"

namespace bitswap {
namespace {

constexpr std::size_t kBatchFiles = 64;
constexpr std::uint64_t kBatchSamples = std::uint64_t{96} << 20;
constexpr std::uint64_t kBatchBytes = std::uint64_t{256} << 20;
/// Contents above this go to the disk piece by piece.
constexpr std::uint64_t kWholeBytes = std::uint64_t{64} << 20;

/// A file and all entries that get its content.
struct Task {
  const Entry* source = nullptr;
  std::vector<std::size_t> wanted;  ///< indices of reports
  std::uint64_t bytes = 0;          ///< original bytes of all of them, for progress
  std::unique_ptr<StoredPicture> picture;
  std::vector<Status> outcomes;
  std::atomic<std::uint64_t> credited{0};
};

class Restorer {
 public:
  Restorer(const JobOptions& options, const ArchiveReader& archive, const std::vector<std::size_t>& selected,
           const RestoreTarget& target, BackendSource source)
      : options_(options),
        archive_(archive),
        selected_(selected),
        target_(target),
        threads_(resolve_threads(options.threads)),
        meter_(options),
        models_(std::move(source)) {}

  Result<JobReport> run() {
    std::uint64_t bytes = 0;
    bool pixels = false;
    for (const std::size_t position : selected_) {
      const Entry& entry = archive_.entries()[position];
      report_.files.push_back(entry_report(entry));
      bytes += report_.files.back().original_bytes;
      pixels = pixels || source_of(entry).header.codec == kBitswap;
    }
    meter_.expect(selected_.size(), bytes);
    if (pixels) BITSWAP_TRY(models_.open());
    BITSWAP_TRY(start_small_things());
    BITSWAP_TRY(restore_files());
    if (target_.folder != nullptr) settle(target_.folder->finish());
    for (const FileReport& file : report_.files) {
      using enum FileReport::Status;
      if (file.status == Ok || file.status == Warning) report_.original_bytes += file.original_bytes;
    }
    report_.archive_bytes = archive_.file_size();
    report_.seconds = meter_.seconds();
    meter_.finish();
    return std::move(report_);
  }

 private:
  [[nodiscard]] const Entry& entry_of(std::size_t report) const { return archive_.entries()[selected_[report]]; }

  /// The file that a duplicate points to, which opening the archive made sure of; anything else is its own source.
  [[nodiscard]] const Entry& source_of(const Entry& entry) const {
    if (entry.header.kind != EntryKind::Duplicate) return entry;
    const auto original = archive_.find(entry.header.link_target);
    return original ? archive_.entries()[*original] : entry;
  }

  /// Folders, links, and what is in the way of files.
  Status start_small_things() {
    for (std::size_t i = 0; i < report_.files.size(); ++i) {
      if (is_cancelled(options_.cancel)) return cancelled_error();
      const Entry& entry = entry_of(i);
      FileReport& file = report_.files[i];
      const bool folder = entry.header.kind == EntryKind::Directory;
      if (!folder && entry.header.kind != EntryKind::Symlink) continue;
      if (Status whole = archive_.check_entry(entry); !whole.ok()) {
        set_failed(file, whole.error());
      } else if (target_.folder != nullptr) {
        BITSWAP_TRY(folder ? make_folder(entry.header, file) : add_link(entry.header, file));
      }
      meter_.file_done(file);
    }
    return {};
  }

  Status make_folder(const EntryHeader& header, FileReport& file) {
    const auto made =
        target_.folder->make_directory(header.path, {header.permissions, header.modified_ns}, target_.on_conflict);
    if (made.ok()) return {};
    if (made.error().code == Error::Code::NoSpace) return made.error();
    set_failed(file, made.error());
    return {};
  }

  Status add_link(const EntryHeader& header, FileReport& file) {
    const Status added =
        target_.folder->add_link(header.path, header.link_target, header.modified_ns, target_.on_conflict);
    if (added.ok()) return {};
    file.status = FileReport::Status::Skipped;  // nothing is damaged: such links are not made on purpose
    file.error = added.error();
    return {};
  }

  /// True, with the report settled, if the target is there already and stays.
  bool stays(const EntryHeader& header, FileReport& file) const {
    if (target_.folder == nullptr) return false;
    if (target_.on_conflict != OnConflict::Fail && target_.on_conflict != OnConflict::Skip) return false;
    // Only saves work: ExtractionFolder looks again, without following links.
    std::error_code error;
    const auto there = std::filesystem::symlink_status(target_.place / header.path, error);
    if (there.type() == std::filesystem::file_type::not_found || error) return false;
    if (target_.on_conflict == OnConflict::Skip) {
      file.status = FileReport::Status::Skipped;
    } else {
      set_failed(file, {Error::Code::Exists, 0, header.path + " is already there"});
    }
    return true;
  }

  Status restore_files() {
    std::map<const Entry*, std::vector<std::size_t>> wanted;
    for (std::size_t i = 0; i < report_.files.size(); ++i) {
      const Entry& entry = entry_of(i);
      if (entry.header.kind != EntryKind::File && entry.header.kind != EntryKind::Duplicate) continue;
      if (stays(entry.header, report_.files[i])) {
        meter_.add_bytes(entry.header.original_size);
        meter_.file_done(report_.files[i]);
        continue;
      }
      if (Status whole = archive_.check_entry(entry); !whole.ok()) {
        set_failed(report_.files[i], whole.error());
        meter_.file_done(report_.files[i]);
        continue;
      }
      wanted[&source_of(entry)].push_back(i);
    }
    // Entries lie in one array, so the order of their addresses is the order of the archive.
    std::vector<std::unique_ptr<Task>> batch;
    std::uint64_t samples = 0;
    std::uint64_t bytes = 0;
    for (auto& [entry, reports] : wanted) {
      auto task = std::make_unique<Task>();
      task->source = entry;
      task->wanted = std::move(reports);
      for (const std::size_t i : task->wanted) task->bytes += report_.files[i].original_bytes;
      std::uint64_t raw = 0;
      if (entry->header.codec == kBitswap) {
        if (const auto image = read_image_section(archive_, *entry); image.ok()) raw = raw_size(image->header);
      } else if (entry->header.codec == kJxl) {
        if (const auto shape = read_jxl_shape(archive_, *entry); shape.ok()) raw = raw_size(*shape);
      }
      const std::uint64_t size = entry->header.original_size <= kWholeBytes ? entry->header.original_size : 0;
      if (batch.size() >= kBatchFiles || samples + raw > kBatchSamples || bytes + size > kBatchBytes) {
        BITSWAP_TRY(restore_batch(batch));
        batch.clear();
        samples = bytes = 0;
      }
      samples += raw;
      bytes += size;
      batch.push_back(std::move(task));
    }
    return restore_batch(batch);
  }

  Status restore_batch(std::vector<std::unique_ptr<Task>>& tasks) {
    std::vector<std::pair<Task*, std::size_t>> segments;
    for (const auto& task : tasks) {
      if (task->source->header.codec != kBitswap) continue;
      if (is_cancelled(options_.cancel)) return cancelled_error();
      auto picture = StoredPicture::open(archive_, *task->source, models_);
      if (!picture.ok()) {
        task->outcomes.emplace_back(picture.error());
        continue;
      }
      task->picture = std::move(picture).value();
      task->outcomes.resize(task->picture->segments());
      for (std::size_t s = 0; s < task->outcomes.size(); ++s) segments.emplace_back(task.get(), s);
    }
    BITSWAP_TRY(parallel_for(segments.size(), threads_, options_.cancel, [&](std::size_t i) -> Status {
      Task& task = *segments[i].first;
      meter_.begin(task.source->header.path);
      Status& outcome = task.outcomes[segments[i].second];
      outcome = guarded([&]() -> Status { return task.picture->decode(segments[i].second, options_.cancel); });
      if (!outcome.ok() && outcome.error().code == Error::Code::Cancelled) return outcome;
      const std::uint64_t share = task.bytes / task.outcomes.size();
      task.credited += share;
      meter_.add_bytes(share);
      return {};
    }));
    return parallel_for(tasks.size(), threads_, options_.cancel, [&](std::size_t i) -> Status {
      Task& task = *tasks[i];
      meter_.begin(task.source->header.path);
      const int threads = std::max(1, threads_ / static_cast<int>(tasks.size()));
      Status status = guarded([&]() -> Status { return finish(task, threads); });
      task.picture.reset();
      if (!status.ok()) {
        if (status.error().code == Error::Code::NoSpace || status.error().code == Error::Code::Cancelled) return status;
        for (const std::size_t k : task.wanted) set_failed(report_.files[k], status.error());
      }
      meter_.add_bytes(task.bytes - std::min<std::uint64_t>(task.credited, task.bytes));
      for (const std::size_t k : task.wanted) meter_.file_done(report_.files[k]);
      return {};
    });
  }

  /// The content of a task into all its targets. An error is one of all of them.
  Status finish(Task& task, int threads) {
    const Entry& source = *task.source;
    if (source.header.codec == kBitswap) return finish_picture(task);
    if (source.header.codec == kJxl) return finish_jxl(task, threads);
    if (source.header.original_size > kWholeBytes) {
      for (const std::size_t i : task.wanted) BITSWAP_TRY(stream(source, i));
      return {};
    }
    BITSWAP_TRY_ASSIGN(const Bytes content, read_content(archive_, source));
    for (const std::size_t i : task.wanted) BITSWAP_TRY(deliver(i, content));
    return {};
  }

  Status finish_picture(Task& task) {
    for (const Status& outcome : task.outcomes) BITSWAP_TRY(outcome);
    BITSWAP_TRY_ASSIGN(const Picture picture, task.picture->take());
    BITSWAP_TRY_ASSIGN(const Bytes content, task.picture->rebuild(picture));
    return deliver_rebuilt(task, picture, content);
  }

  Status finish_jxl(Task& task, int threads) {
    BITSWAP_TRY_ASSIGN(const JxlSections sections, read_jxl_sections(archive_, *task.source));
    BITSWAP_TRY_ASSIGN(const Picture picture, unpack_jxl(sections, threads));
    BITSWAP_TRY_ASSIGN(const Bytes content, rebuild_file(picture, sections.recipe, task.source->header));
    return deliver_rebuilt(task, picture, content);
  }

  Status deliver_rebuilt(const Task& task, const Picture& picture, const Bytes& content) {
    const EntryHeader& header = task.source->header;
    const bool same = hash128(content) == header.original_hash;
    for (const std::size_t i : task.wanted) {
      report_.files[i].raw_bytes = picture.samples.size();
      if (header.exactness == Exactness::Bytes && !same) {
        set_warning(report_.files[i],
                    {Error::Code::Corrupt, 0, "same pixels, but the file could not be rebuilt byte for byte"});
      }
      BITSWAP_TRY(deliver(i, content));
    }
    return {};
  }

  Status deliver(std::size_t i, ByteView content) {
    if (target_.content != nullptr) target_.content->assign(content.begin(), content.end());
    if (target_.folder == nullptr) return {};
    const EntryHeader& header = entry_of(i).header;
    return settle_file(report_.files[i],
                       target_.folder->write_file(header.path, content, {header.permissions, header.modified_ns},
                                                  target_.on_conflict));
  }

  Status stream(const Entry& source, std::size_t i) {
    const EntryHeader& header = entry_of(i).header;
    const auto unpack = [&](const PieceTarget& put) -> Status {
      Hasher128 hasher;
      BITSWAP_TRY(unpack_content(archive_, source, [&](ByteView piece) -> Status {
        if (is_cancelled(options_.cancel)) return cancelled_error();
        hasher.add(piece);
        return put(piece);
      }));
      if (hasher.finish() == header.original_hash) return {};
      return Error{Error::Code::Corrupt, source.offset, "the content does not have the hash that it should have"};
    };
    if (target_.folder == nullptr) {
      return unpack([this](ByteView piece) -> Status {
        if (target_.content != nullptr) target_.content->insert(target_.content->end(), piece.begin(), piece.end());
        return {};
      });
    }
    const auto produce = [&](FileSink& sink) -> Status {
      return guarded([&]() -> Status { return unpack([&](ByteView piece) { return sink.write(piece); }); });
    };
    return settle_file(report_.files[i],
                       target_.folder->write_file(header.path, produce, {header.permissions, header.modified_ns},
                                                  target_.on_conflict));
  }

  static Status settle_file(FileReport& file, const Result<Written>& written) {
    if (written.ok()) {
      if (written->skipped) file.status = FileReport::Status::Skipped;
      return {};
    }
    if (written.error().code == Error::Code::NoSpace || written.error().code == Error::Code::Cancelled) {
      return written.error();
    }
    set_failed(file, written.error());
    return {};
  }

  void settle(const FinishReport& finished) {
    std::map<std::string, FileReport*> by_path;
    for (FileReport& file : report_.files) by_path.emplace(file.path, &file);
    for (const Written& link : finished.links) {
      const auto file = by_path.find(link.path);
      if (link.skipped && file != by_path.end()) file->second->status = FileReport::Status::Skipped;
    }
    for (const FinishReport::Problem& problem : finished.problems) {
      const auto file = by_path.find(problem.path);
      if (file == by_path.end()) continue;
      if (file->second->kind == "directory") {
        set_warning(*file->second, problem.error);
      } else {
        set_failed(*file->second, problem.error);
      }
    }
  }

  const JobOptions& options_;
  const ArchiveReader& archive_;
  const std::vector<std::size_t>& selected_;
  const RestoreTarget& target_;
  int threads_;
  ProgressMeter meter_;
  CodingModels models_;
  JobReport report_;
};

}  // namespace

FileReport entry_report(const Entry& entry) {
  FileReport report;
  report.path = entry.header.path;
  report.codec = entry.header.kind == EntryKind::Duplicate ? "duplicate" : entry.header.codec;
  report.format = entry.header.format;
  report.exactness = entry.header.exactness;
  report.original_bytes = entry.header.original_size;
  report.stored_bytes = entry.sizes.total();
  if (entry.header.kind == EntryKind::Directory) report.kind = "directory";
  if (entry.header.kind == EntryKind::Symlink) report.kind = "symlink";
  for (const Section& section : entry.sections) {
    const bool bitswap = entry.header.codec == kBitswap && section.type == SectionType::Segment;
    const bool jxl = entry.header.codec == kJxl && section.type == SectionType::Data;
    if (bitswap || jxl) report.pixel_bytes += section.length;
  }
  return report;
}

Result<JobReport> restore(const JobOptions& options, const ArchiveReader& archive,
                          const std::vector<std::size_t>& selected, const RestoreTarget& target, BackendSource source) {
  return guarded(
      [&]() -> Result<JobReport> { return Restorer(options, archive, selected, target, std::move(source)).run(); });
}

Result<Bytes> restore_content(const JobOptions& options, const ArchiveReader& archive, std::size_t position) {
  RestoreTarget target;
  Bytes content;
  target.content = &content;
  BITSWAP_TRY_ASSIGN(JobReport report, restore(options, archive, {position}, target,
                                               [device = options.device] { return open_backend(device); }));
  FileReport& file = report.files.front();
  if (file.status == FileReport::Status::Failed) return std::move(*file.error);
  return content;
}

}  // namespace bitswap
