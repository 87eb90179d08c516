// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs of the window's controller: compress, extract, test, repair, remove.
#include <QFile>
#include <algorithm>
#include <unordered_set>

#include "ui/controllers/archive_controller.h"
#include "ui/controllers/job_channel.h"
#include "ui/controllers/settings.h"
#include "ui/items/error_text.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

constexpr int kConflictExamples = 5;

QString name_of(const std::filesystem::path& path) { return path_text(path.filename().string()); }

std::filesystem::path absolute_path(const QString& text) {
  return std::filesystem::absolute(QFile::encodeName(text).toStdString());
}

}  // namespace

bool ArchiveController::can_start(std::optional<Mode> needed) {
  QString reason;
  if (job_running_) {
    reason = tr("Wait for the running job, or cancel it.");
  } else if (busy()) {
    reason = tr("The list is still being read. Try again in a moment.");
  } else if (needed == Mode::Archive && mode_ != Mode::Archive) {
    reason = tr("Open an archive first.");
  } else if (needed == Mode::Queue && mode_ == Mode::Archive) {
    reason = tr("Begin a new list first: an archive is open.");
  } else if (needed == Mode::Queue && inputs_.empty()) {
    reason = tr("Add files first: the list is empty.");
  }
  if (!reason.isEmpty()) Q_EMIT refused(reason);
  return reason.isEmpty();
}

void ArchiveController::start_job(const QString& title, JobOptions& options,
                                  std::function<Completion(const CancelToken&)> job) {
  set_problems({});
  damaged_.clear();
  auto channel = std::make_shared<JobChannel>();
  feed_.begin(channel);
  settings_.apply(options);
  options.progress = [channel](const JobProgress& progress) { channel->set_progress(progress); };
  options.file_done = [channel](const FileReport& file) { channel->settle(file); };
  job_running_ = true;
  speed_.start();
  Q_EMIT job_started(title);
  worker_.start(std::move(job));
}

void ArchiveController::finish(const QString& summary, Outcome outcome) {
  job_running_ = false;
  set_busy();
  Q_EMIT finished(summary, outcome);
}

void ArchiveController::finish_job(const JobReport& report, const QString& summary) {
  std::vector<Problem> problems = problems_of(report);
  const bool fine = problems.empty();
  set_problems(std::move(problems));
  finish(summary, fine ? Outcome::Done : Outcome::Problems);
}

void ArchiveController::fail(const Error& error, const std::filesystem::path& place, const QString& consequence) {
  feed_.revert();
  const bool cancelled = error.code == Error::Code::Cancelled;
  const QString summary = cancelled ? tr("Stopped. %1").arg(consequence) : consequence;
  if (!cancelled) {
    if (is_damage(error)) damaged_ = place;
    set_problems({{path_text(place.string()), error_text(error)}});
  }
  const Outcome outcome = cancelled ? Outcome::Cancelled : Outcome::Failed;
  if (!job_running_) return finish(summary, outcome);  // an archive that could not be opened
  feed_.when_shown([this, summary, outcome] { finish(summary, outcome); });
}

void ArchiveController::compress(const QString& target, CompressOptions::Existing existing) {
  if (!can_start(Mode::Queue)) return;
  CompressOptions options;
  options.inputs = inputs_.inputs();
  options.exclude = inputs_.excluded();
  options.archive = absolute_path(target);
  options.existing = existing;
  run_compress(std::move(options));
}

void ArchiveController::run_compress(CompressOptions options) {
  if (!can_start({})) return;
  options.verify = settings_.verify();
  options.require_exact_bytes = settings_.exact_bytes();
  options.model = settings_.model().toStdString();
  const bool update = options.existing == CompressOptions::Existing::Update;
  auto job = std::make_shared<CompressOptions>(std::move(options));
  const QString name = name_of(job->archive);
  const QString consequence = update ? tr("The archive is as it was.") : tr("No archive was written.");
  start_job(
      update ? tr("Adding to %1").arg(name) : tr("Compressing to %1").arg(name), *job,
      [this, job, update, consequence](const CancelToken& cancel) -> Completion {
        job->cancel = &cancel;
        auto report = std::make_shared<Result<JobReport>>(engine_.compress(*job));
        if (!report->ok()) {
          return [this, job, report, consequence] { fail(report->error(), job->archive, consequence); };
        }
        auto listed = std::make_shared<Result<JobReport>>(engine_.list(job->archive));
        return [this, job, report, listed, update] {
          if (!listed->ok()) {
            return fail(listed->error(), job->archive, tr("The archive was written, but cannot be opened."));
          }
          show_archive(job->archive, **listed, !update, left_out_items(**report));
          feed_.when_shown([this, report] { finish_job(**report, compress_summary(**report, speed_.seconds())); });
        };
      });
}

std::vector<FileItem> ArchiveController::left_out_items(const JobReport& report) const {
  std::vector<FileItem> items;
  for (const FileReport& file : report.files) {
    if (file.status != FileReport::Status::Failed && file.status != FileReport::Status::Skipped) continue;
    FileItem item;
    item.path = file.path;
    item.folder = file.kind == "directory";
    item.left_out = true;
    item.state = file.status == FileReport::Status::Failed ? FileItem::State::Failed : FileItem::State::Skipped;
    item.original_bytes = file.original_bytes;
    if (file.error) item.message = error_text(*file.error);
    if (const FileItem* queued = model_.find(file.path)) item.source = queued->source;
    items.push_back(std::move(item));
  }
  return items;
}

void ArchiveController::extract(const std::vector<std::string>& paths, const QString& folder) {
  if (!can_start(Mode::Archive)) return;
  ExtractOptions options;
  options.archive = archive_;
  options.folder = absolute_path(folder);
  options.entries = patterns_of(paths);
  if (options.entries.empty() && !paths.empty()) {
    Q_EMIT refused(tr("What is selected is not in the archive."));
    return;
  }
  QModelIndexList indices;
  for (const std::string& path : paths) indices.push_back(model_.index_of(path));
  auto targets = std::make_shared<std::vector<std::string>>();
  for (const FileItem* file : model_.files_under(indices)) {
    if (!file->left_out) targets->push_back(file->path);
  }
  worker_.start([this, targets, place = options.folder](const CancelToken& cancel) -> Completion {
    QStringList examples;
    int count = 0;
    for (const std::string& target : *targets) {
      if (cancel.cancelled()) break;
      std::error_code error;
      if (!std::filesystem::exists(std::filesystem::symlink_status(place / target, error))) continue;
      if (count++ < kConflictExamples) examples.push_back(path_text(target));
    }
    return [this, examples, count, stopped = cancel.cancelled()] {
      if (stopped) {
        wanted_.reset();
      } else if (count == 0) {
        answer_conflicts(OnConflict::Fail);
      } else {
        Q_EMIT conflicts_found(examples, count);
      }
    };
  });
  wanted_ = std::move(options);
}

std::vector<std::string> ArchiveController::patterns_of(const std::vector<std::string>& paths) const {
  std::vector<std::string> patterns;
  for (const std::string& path : paths) {
    const std::string pattern = exact_pattern(path);
    const FileItem* item = model_.find(path);
    if (item != nullptr && item->left_out) continue;
    const std::vector<const FileItem*> files =
        item != nullptr && item->folder ? model_.files_under({model_.index_of(path)}) : std::vector<const FileItem*>();
    const bool left_out = std::ranges::any_of(files, &FileItem::left_out);
    if (!files.empty() && (pattern != path || left_out)) {
      // The engine takes a folder by its plain name only, which would be read as a pattern here.
      for (const FileItem* file : files) {
        if (!file->left_out) patterns.push_back(exact_pattern(file->path));
      }
    } else {
      patterns.push_back(pattern);
    }
  }
  return patterns;
}

void ArchiveController::answer_conflicts(std::optional<OnConflict> answer) {
  if (!wanted_ || worker_.busy()) return;
  auto job = std::make_shared<ExtractOptions>(*std::exchange(wanted_, {}));
  if (!answer) return;
  job->on_conflict = *answer;
  start_job(tr("Extracting to %1").arg(path_text(job->folder.string())), *job,
            [this, job](const CancelToken& cancel) -> Completion {
              job->cancel = &cancel;
              auto report = std::make_shared<Result<JobReport>>(engine_.extract(*job));
              return [this, job, report] {
                if (!report->ok()) {
                  return fail(report->error(), job->archive, tr("Not everything was extracted."));
                }
                note_damage(**report);
                feed_.drain();
                feed_.when_shown([this, job, report] {
                  finish_job(**report, extract_summary(**report, path_text(job->folder.string())));
                });
              };
            });
}

void ArchiveController::note_damage(const JobReport& report) {
  const bool any =
      std::ranges::any_of(report.files, [](const FileReport& file) { return file.error && is_damage(*file.error); });
  if (any) damaged_ = archive_;
}

void ArchiveController::test() {
  if (!can_start(Mode::Archive)) return;
  auto job = std::make_shared<TestOptions>();
  job->archive = archive_;
  start_job(tr("Testing %1").arg(name_of(archive_)), *job, [this, job](const CancelToken& cancel) -> Completion {
    job->cancel = &cancel;
    auto report = std::make_shared<Result<JobReport>>(engine_.test(*job));
    return [this, job, report] {
      if (!report->ok()) return fail(report->error(), job->archive, tr("The test did not come to its end."));
      note_damage(**report);
      feed_.drain();
      feed_.when_shown([this, report] { finish_job(**report, test_summary(**report)); });
    };
  });
}

void ArchiveController::repair(const QString& damaged, const QString& repaired) {
  if (!can_start({})) return;
  auto job = std::make_shared<RepairOptions>();
  job->archive = absolute_path(damaged);
  job->repaired = absolute_path(repaired);
  start_job(tr("Repairing %1").arg(name_of(job->archive)), *job, [this, job](const CancelToken& cancel) -> Completion {
    job->cancel = &cancel;
    auto report = std::make_shared<Result<JobReport>>(engine_.repair(*job));
    if (!report->ok()) {
      return [this, job, report] { fail(report->error(), job->archive, tr("Nothing was saved.")); };
    }
    auto listed = std::make_shared<Result<JobReport>>(engine_.list(job->repaired));
    return [this, job, report, listed] {
      if (!listed->ok()) return fail(listed->error(), job->repaired, tr("What was saved cannot be opened."));
      show_archive(job->repaired, **listed, false);
      feed_.when_shown([this, job, report] { finish_job(**report, repair_summary(**report, name_of(job->repaired))); });
    };
  });
}

void ArchiveController::remove_entries(const std::vector<std::string>& paths) {
  auto job = std::make_shared<RemoveOptions>();
  job->archive = archive_;
  job->entries = patterns_of(paths);
  std::vector<std::string> left_out;
  for (const std::string& path : paths) {
    if (const FileItem* item = model_.find(path); item != nullptr && item->left_out) left_out.push_back(path);
  }
  model_.remove(left_out);  // they are rows only
  if (job->entries.empty()) {
    Q_EMIT mode_changed();
    return;
  }
  const auto files = static_cast<int>(paths.size());
  start_job(
      tr("Removing from %1").arg(name_of(archive_)), *job, [this, job, files](const CancelToken& cancel) -> Completion {
        job->cancel = &cancel;
        auto report = std::make_shared<Result<JobReport>>(engine_.remove(*job));
        if (!report->ok()) {
          return [this, job, report] { fail(report->error(), job->archive, tr("The archive is as it was.")); };
        }
        auto listed = std::make_shared<Result<JobReport>>(engine_.list(job->archive));
        return [this, job, report, listed, files] {
          if (!listed->ok()) {
            return fail(listed->error(), job->archive, tr("The archive was written, but cannot be opened."));
          }
          show_archive(job->archive, **listed, true);
          feed_.when_shown([this, report, files] { finish_job(**report, tr("%n item(s) removed.", nullptr, files)); });
        };
      });
}

}  // namespace bitswap::ui
