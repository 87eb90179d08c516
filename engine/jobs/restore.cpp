// SPDX-License-Identifier: GPL-3.0-or-later
// Folders and links first, then files, each of which goes to its place when it is whole.
#include "engine/jobs/restore.h"

#include <algorithm>
#include <map>

#include "engine/base/memory.h"
#include "engine/jobs/pipeline.h"
#include "engine/storage/byte_forms.h"

namespace bitswap {
namespace {

/// Contents above this go to the disk piece by piece, if their form allows it.
constexpr std::uint64_t kWholeBytes = std::uint64_t{64} << 20;

/// A file and all entries that get its content.
struct Task : PipelineItem {
  const Entry* source = nullptr;
  std::vector<std::size_t> wanted;  ///< indices of reports
  bool in_pieces = false;
};

bool comes_in_pieces(const Entry& entry) {
  const StorageForm* form = find_form(form_of(entry.header));
  return form != nullptr && form->streams() && entry.header.original_size > kWholeBytes;
}

std::uint64_t weigh(const Task& task) {
  if (task.in_pieces) return kLeastMemory + kPieceBytes;
  const StorageForm* form = find_form(form_of(task.source->header));
  if (form == nullptr) return kLeastMemory;
  const auto facts = form->facts(*task.sections);
  return kLeastMemory + (facts.ok() ? facts->memory : 0);
}

class Restorer final : public Pipeline {
 public:
  Restorer(const JobOptions& options, const ArchiveReader& archive, const std::vector<std::size_t>& selected,
           const RestoreTarget& target, BackendSource source)
      : Pipeline(options, own_meter_, own_models_),
        archive_(archive),
        selected_(selected),
        target_(target),
        own_meter_(options),
        own_models_(std::move(source)) {}

  Result<JobReport> run() {
    std::uint64_t bytes = 0;
    bool models = false;
    for (const std::size_t position : selected_) {
      const Entry& entry = archive_.entries()[position];
      report_.files.push_back(entry_report(entry));
      bytes += report_.files.back().original_bytes;
      const StorageForm* form = find_form(form_of(source_of(entry).header));
      models = models || (form != nullptr && form->uses_models());
    }
    meter_.expect(selected_.size(), bytes);
    if (models) BITSWAP_TRY(models_.open());
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
      task->path = entry->header.path;
      task->sections = std::make_unique<ArchivedSections>(archive_, *entry);
      task->in_pieces = comes_in_pieces(*entry);
      task->wanted = std::move(reports);
      for (const std::size_t i : task->wanted) task->share += report_.files[i].original_bytes;
      tasks_.push_back(std::move(task));
    }
    unfinished_ = tasks_.size();
    return run_items();
  }

  std::optional<std::uint64_t> next_memory() override {
    if (admitted_ == tasks_.size()) return {};
    Task& task = *tasks_[admitted_];
    if (task.memory == 0) task.memory = weigh(task);
    return task.memory;
  }

  void start_next() override { add(kOpen, admitted_++); }

  PipelineItem& item_at(std::size_t item) override { return *tasks_[item]; }

  Status do_step(Step step, std::size_t item) override {
    if (step == kFinish) return finish(item);
    Task& task = *tasks_[item];
    task.open_outcome = check_memory(task.memory, task.path);
    if (!task.open_outcome.ok()) {
      add(kFinish, item);
      return {};
    }
    start_opening(item);
    return {};
  }

  Status finish(std::size_t item) {
    Task& task = *tasks_[item];
    meter_.begin(task.path);
    Status status = guarded([&]() -> Status { return restore(task); });
    if (!status.ok()) {
      if (status.error().code == Error::Code::NoSpace || status.error().code == Error::Code::Cancelled) return status;
      for (const std::size_t k : task.wanted) set_failed(report_.files[k], status.error());
    }
    meter_.add_bytes(task.share - std::min<std::uint64_t>(task.credited, task.share));
    for (const std::size_t k : task.wanted) meter_.file_done(report_.files[k]);
    budget_.give_back(task.memory);
    --unfinished_;
    tasks_[item].reset();
    return {};
  }

  /// The content of a task into all its targets. An error is one of all of them.
  Status restore(Task& task) {
    BITSWAP_TRY(task.open_outcome);
    if (task.in_pieces) {
      for (const std::size_t i : task.wanted) BITSWAP_TRY(stream(task, i));
      return {};
    }
    BITSWAP_TRY_ASSIGN(const Restored restored, task.opened->finish(threads_per_file()));
    const Status same = check_content(*task.sections, restored.content);
    // Of pixels it is known that they are right: the file around them was compressed anew.
    if (!restored.picture) BITSWAP_TRY(same);
    for (const std::size_t i : task.wanted) {
      if (restored.picture) report_.files[i].raw_bytes = restored.picture->samples.size();
      if (task.source->header.exactness == Exactness::Bytes && !same.ok()) {
        set_warning(report_.files[i],
                    {Error::Code::Corrupt, 0, "same pixels, but the file could not be rebuilt byte for byte"});
      }
      BITSWAP_TRY(deliver(i, restored.content));
    }
    return {};
  }

  Status deliver(std::size_t i, ByteView content) {
    if (target_.folder == nullptr) return target_.pieces ? target_.pieces(content) : Status();
    const EntryHeader& header = entry_of(i).header;
    return settle_file(
        report_.files[i],
        target_.folder->write_file(header.path, content, {header.permissions, header.modified}, target_.on_conflict));
  }

  Status stream(const Task& task, std::size_t i) {
    const EntryHeader& header = entry_of(i).header;
    const auto unpack = [&](const PieceTarget& put) -> Status {
      ContentHasher hasher;
      BITSWAP_TRY(task.opened->stream([&](ByteView piece) -> Status {
        if (is_cancelled(options_.cancel)) return cancelled_error();
        hasher.add(piece);
        return put(piece);
      }));
      if (hasher.finish() == header.original_hash) return {};
      return task.sections->corrupt("the content does not have the hash that it should have");
    };
    if (target_.folder == nullptr) {
      return unpack([this](ByteView piece) -> Status { return target_.pieces ? target_.pieces(piece) : Status(); });
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

  const ArchiveReader& archive_;
  const std::vector<std::size_t>& selected_;
  const RestoreTarget& target_;
  ProgressMeter own_meter_;
  CodingModels own_models_;
  JobReport report_;
  std::vector<std::unique_ptr<Task>> tasks_;  ///< in the order of the archive
  std::size_t admitted_ = 0;                  ///< for one thread at a time
};

}  // namespace

Result<JobReport> restore(const JobOptions& options, const ArchiveReader& archive,
                          const std::vector<std::size_t>& selected, const RestoreTarget& target, BackendSource source) {
  return guarded(
      [&]() -> Result<JobReport> { return Restorer(options, archive, selected, target, std::move(source)).run(); });
}

}  // namespace bitswap
