// Folders and links first, then files: each takes its steps as soon as a thread is free for them, as many as memory
// allows are under way, and each goes to its place when it is whole.
#include "engine/jobs/restore.h"

#include <algorithm>
#include <map>

#include "engine/base/memory.h"
#include "engine/base/spare_threads.h"
#include "engine/base/work_queue.h"
#include "engine/jobs/content.h"
#include "engine/jobs/jxl_content.h"
#include "engine/jobs/stored_picture.h"
#include "engine/jobs/support.h"

namespace bitswap {
namespace {

/// Further on means sooner: what is nearly done gives its memory back.
enum Step : int { kOpen, kDecode, kFinish };

constexpr std::uint64_t kMemory = std::uint64_t{512} << 20;
constexpr std::uint64_t kMemoryPerThread = std::uint64_t{64} << 20;
/// Contents above this go to the disk piece by piece.
constexpr std::uint64_t kWholeBytes = std::uint64_t{64} << 20;

/// A file and all entries that get its content.
struct Task {
  const Entry* source = nullptr;
  std::vector<std::size_t> wanted;  ///< indices of reports
  std::uint64_t bytes = 0;          ///< original bytes of all of them, for progress
  std::unique_ptr<StoredPicture> picture;
  std::vector<Status> outcomes;  ///< of the segments, or that it could not be opened
  std::atomic<std::size_t> open_parts{0};
  std::atomic<std::uint64_t> credited{0};
  std::uint64_t memory = 0;  ///< what it will hold
};

std::uint64_t weigh(const ArchiveReader& archive, const Entry& entry) {
  constexpr std::uint64_t kLeast = std::uint64_t{4} << 10;
  constexpr std::uint64_t kPerPixelOfJpeg = 18;  // in libjxl
  const std::uint64_t size = entry.header.original_size;
  // A picture, and what rebuilding its file needs for a while.
  if (entry.header.codec == kBitswap) {
    const auto image = read_image_section(archive, entry);
    return kLeast + size + (image.ok() ? 2 * raw_size(image->header) : 0);
  }
  if (entry.header.codec == kJxl || entry.header.codec == kJpegJxl) {
    const auto shape = read_jxl_shape(archive, entry);
    if (!shape.ok()) return kLeast;
    if (entry.header.codec == kJxl) return kLeast + size + 3 * raw_size(*shape);
    return kLeast + size + kPerPixelOfJpeg * shape->width * shape->height;
  }
  return kLeast + (size <= kWholeBytes ? size : kPieceBytes);
}

class Restorer {
 public:
  Restorer(const JobOptions& options, const ArchiveReader& archive, const std::vector<std::size_t>& selected,
           const RestoreTarget& target, BackendSource source)
      : options_(options),
        archive_(archive),
        selected_(selected),
        target_(target),
        threads_(resolve_threads(options.threads)),
        budget_(kMemory + kMemoryPerThread * static_cast<std::uint64_t>(threads_)),
        spare_(threads_),
        queue_(threads_, options.cancel),
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
    report_.warnings = models_.take_warnings();
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
        target_.folder->make_directory(header.path, {header.permissions, header.modified}, target_.on_conflict);
    if (made.ok()) return {};
    if (made.error().code == Error::Code::NoSpace) return made.error();
    set_failed(file, made.error());
    return {};
  }

  Status add_link(const EntryHeader& header, FileReport& file) {
    const Status added =
        target_.folder->add_link(header.path, header.link_target, header.modified, target_.on_conflict);
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
    for (auto& [entry, reports] : wanted) {
      auto task = std::make_unique<Task>();
      task->source = entry;
      task->wanted = std::move(reports);
      for (const std::size_t i : task->wanted) task->bytes += report_.files[i].original_bytes;
      tasks_.push_back(std::move(task));
    }
    left_ = tasks_.size();
    return queue_.run([this](std::span<const Work> works) { return do_work(works); }, [this] { return admit(); });
  }

  /// The next file, if there is memory for it; one that is larger than all of it goes alone.
  Result<bool> admit() {
    return guarded([&]() -> Result<bool> {
      if (admitted_ == tasks_.size()) return false;
      Task& task = *tasks_[admitted_];
      if (task.memory == 0) task.memory = weigh(archive_, *task.source);
      const std::uint64_t held = held_;
      if (held > 0 && held + task.memory > std::max<std::uint64_t>(budget_, batch_memory_)) {
        return false;
      }
      held_ += task.memory;
      queue_.add({task.source->header.codec == kBitswap ? kOpen : kFinish, admitted_});
      ++admitted_;
      return true;
    });
  }

  Status do_work(std::span<const Work> works) {
    return guarded([&]() -> Status {
      const Work& work = works.front();
      const SpareThreads::Busy busy(work.step == kDecode ? nullptr : &spare_);  // segments count themselves
      switch (work.step) {
        case kOpen: open(work.item); return {};
        case kDecode: return decode(works);
        default: return finish(work.item);
      }
    });
  }

  void open(std::size_t item) {
    Task& task = *tasks_[item];
    auto picture = guarded([&]() -> Result<std::unique_ptr<StoredPicture>> {
      BITSWAP_TRY(check_memory(task.memory, "this picture"));
      return StoredPicture::open(archive_, *task.source, models_, spare_);
    });
    if (!picture.ok()) {
      task.outcomes.emplace_back(picture.error());
      return queue_.add({kFinish, item});
    }
    task.picture = std::move(picture).value();
    gather_for(models_.batch(task.picture->coding()));
    std::vector<Work> parts;
    for (const SegmentPlan& segment : task.picture->plans()) {
      parts.push_back({kDecode, item, parts.size(), pixels_of(segment)});
    }
    task.outcomes.resize(parts.size());
    task.open_parts = parts.size();
    for (const Work& part : parts) queue_.add(part);
  }

  Status decode(std::span<const Work> works) {
    // Pictures of one archive may have different models, but hardly ever do.
    for (std::size_t first = 0; first < works.size();) {
      const CodingModel& coding = tasks_[works[first].item]->picture->coding();
      std::size_t last = first + 1;
      while (last < works.size() && tasks_[works[last].item]->picture->coding().model == coding.model) ++last;
      BITSWAP_TRY(decode(works.subspan(first, last - first), models_.batch(coding)));
      first = last;
    }
    return {};
  }

  Status decode(std::span<const Work> works, SegmentBatch& batch) {
    std::vector<Result<Bytes>> payloads;
    std::vector<DecodeTask> segments;
    for (const Work& work : works) {
      Task& task = *tasks_[work.item];
      meter_.begin(task.source->header.path);
      payloads.push_back(guarded([&]() -> Result<Bytes> { return task.picture->read_segment(work.part); }));
    }
    for (std::size_t i = 0; i < works.size(); ++i) {
      if (payloads[i].ok()) segments.push_back(tasks_[works[i].item]->picture->segment(works[i].part, *payloads[i]));
    }
    const Status ran = guarded([&]() -> Status {
      batch.decode(segments, options_.cancel);
      return {};
    });
    gather_for(batch);
    for (std::size_t i = 0, s = 0; i < works.size(); ++i) {
      Status status = payloads[i].ok() ? std::move(segments[s++].status) : Status(payloads[i].error());
      if (!ran.ok() && payloads[i].ok()) status = ran;
      if (!status.ok() && status.error().code == Error::Code::Cancelled) return status;
      Task& task = *tasks_[works[i].item];
      task.outcomes[works[i].part] = std::move(status);
      const std::uint64_t share = task.bytes / task.outcomes.size();
      task.credited += share;
      meter_.add_bytes(share);
      if (--task.open_parts == 0) queue_.add({kFinish, works[i].item});
    }
    return {};
  }

  /// A device takes the segments of many pictures at once, which have to be in memory then.
  void gather_for(const SegmentBatch& batch) {
    const std::uint64_t pixels = batch.batch_pixels();
    queue_.gather(kDecode, pixels);
    batch_memory_ = 2 * pixels * kMemoryPerPixel;
  }

  Status finish(std::size_t item) {
    Task& task = *tasks_[item];
    meter_.begin(task.source->header.path);
    // libjxl can spread one picture over threads, which only pays when there is nothing else for them.
    const int threads = std::max(1, threads_ / static_cast<int>(std::clamp<std::size_t>(left_, 1, 1024)));
    Status status = guarded([&]() -> Status { return restore(task, threads); });
    task.picture.reset();
    if (!status.ok()) {
      if (status.error().code == Error::Code::NoSpace || status.error().code == Error::Code::Cancelled) return status;
      for (const std::size_t k : task.wanted) set_failed(report_.files[k], status.error());
    }
    meter_.add_bytes(task.bytes - std::min<std::uint64_t>(task.credited, task.bytes));
    for (const std::size_t k : task.wanted) meter_.file_done(report_.files[k]);
    held_ -= task.memory;
    --left_;
    tasks_[item].reset();
    return {};
  }

  /// The content of a task into all its targets. An error is one of all of them.
  Status restore(Task& task, int threads) {
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
    BITSWAP_TRY(check_memory(task.memory, "this picture"));
    BITSWAP_TRY_ASSIGN(const JxlSections sections, read_jxl_sections(archive_, *task.source));
    BITSWAP_TRY_ASSIGN(const Picture picture, unpack_jxl(sections, threads));
    BITSWAP_TRY_ASSIGN(const Bytes content, rebuild_file(picture, sections.recipe, task.source->header));
    return deliver_rebuilt(task, picture, content);
  }

  Status deliver_rebuilt(const Task& task, const Picture& picture, const Bytes& content) {
    const EntryHeader& header = task.source->header;
    const bool same = content_hash(content) == header.original_hash;
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
    return settle_file(
        report_.files[i],
        target_.folder->write_file(header.path, content, {header.permissions, header.modified}, target_.on_conflict));
  }

  Status stream(const Entry& source, std::size_t i) {
    const EntryHeader& header = entry_of(i).header;
    const auto unpack = [&](const PieceTarget& put) -> Status {
      ContentHasher hasher;
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
    return settle_file(
        report_.files[i],
        target_.folder->write_file(header.path, produce, {header.permissions, header.modified}, target_.on_conflict));
  }

  static Status settle_file(FileReport& file, const Result<Written>& written) {
    if (written.ok()) {
      if (written->skipped) file.status = FileReport::Status::Skipped;
      if (written->warning && file.status == FileReport::Status::Ok) set_warning(file, *written->warning);
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
  std::uint64_t budget_;
  SpareThreads spare_;
  WorkQueue queue_;
  ProgressMeter meter_;
  CodingModels models_;
  JobReport report_;
  std::vector<std::unique_ptr<Task>> tasks_;  ///< in the order of the archive
  std::size_t admitted_ = 0;                  ///< admit()'s own
  std::atomic<std::uint64_t> batch_memory_{0};
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::size_t> left_{0};
};

}  // namespace

Result<JobReport> restore(const JobOptions& options, const ArchiveReader& archive,
                          const std::vector<std::size_t>& selected, const RestoreTarget& target, BackendSource source) {
  return guarded(
      [&]() -> Result<JobReport> { return Restorer(options, archive, selected, target, std::move(source)).run(); });
}

}  // namespace bitswap
