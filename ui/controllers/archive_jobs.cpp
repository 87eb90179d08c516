// The jobs of the window's controller: compress, extract, test, remove.
#include <QFile>
#include <algorithm>

#include "ui/controllers/archive_controller.h"
#include "ui/controllers/job_channel.h"
#include "ui/controllers/settings.h"
#include "ui/models/error_text.h"
#include "ui/models/format_text.h"

namespace bitswap::ui {
namespace {

using Status = FileReport::Status;

constexpr int kConflictExamples = 5;

int count_files(const JobReport& report, std::initializer_list<Status> wanted) {
  return static_cast<int>(std::ranges::count_if(report.files, [&](const FileReport& file) {
    return file.kind != "directory" && std::ranges::find(wanted, file.status) != wanted.end();
  }));
}

}  // namespace

void ArchiveController::start_job(const QString& title, JobOptions& options,
                                  std::function<Completion(const CancelToken&)> job) {
  set_problems({});
  for (std::string& path : touched_) {
    FileReport file;
    file.path = std::move(path);
    updates_.push_back({std::move(file), Update::Kind::Reset});
  }
  touched_.clear();
  settled_.clear();
  current_.clear();
  channel_ = std::make_shared<JobChannel>();
  settings_.apply(options);
  options.progress = [channel = channel_](const JobProgress& progress) { channel->set_progress(progress); };
  options.file_done = [channel = channel_](const FileReport& file) { channel->settle(file); };
  job_running_ = true;
  speed_.start();
  timer_.start();
  Q_EMIT job_started(title);
  worker_.start(std::move(job));
}

void ArchiveController::when_drained(std::function<void()> call) {
  for (FileReport& file : channel_->take().settled) updates_.push_back({std::move(file), Update::Kind::Settled});
  channel_.reset();
  when_shown(std::move(call));
}

void ArchiveController::finish(const QString& summary, Outcome outcome) {
  job_running_ = false;
  set_busy();
  Q_EMIT finished(summary, outcome);
}

void ArchiveController::finish_job(const JobReport& report, const std::function<QString(int files)>& summary) {
  std::vector<Problem> problems;
  for (const std::string& warning : report.warnings) problems.push_back({{}, QString::fromStdString(warning), true});
  for (const FileReport& file : report.files) {
    if (file.error) problems.push_back(problem_of(file));
  }
  const bool fine = problems.empty();
  set_problems(std::move(problems));
  finish(summary(count_files(report, {Status::Ok, Status::Warning})), fine ? Outcome::Done : Outcome::Problems);
}

void ArchiveController::fail(const Error& error) {
  channel_.reset();
  updates_.clear();
  const bool cancelled = error.code == Error::Code::Cancelled;
  for (std::string& path : touched_) {
    FileReport file;
    file.path = std::move(path);
    updates_.push_back({std::move(file), Update::Kind::Reset});
  }
  touched_.clear();
  const QString sentence = error_text(error);
  if (!cancelled) {
    problems_.insert(problems_.begin(), {{}, sentence});
    Q_EMIT problems_changed();
  }
  const Outcome outcome = cancelled ? Outcome::Cancelled : Outcome::Failed;
  if (!job_running_) return finish(sentence, outcome);  // an archive that could not be opened
  when_shown([this, sentence, outcome] { finish(sentence, outcome); });
}

void ArchiveController::compress(const QString& target, CompressOptions::Existing existing) {
  if (busy() || inputs_.empty() || mode_ == Mode::Archive) return;
  CompressOptions options;
  options.inputs = inputs_.inputs();
  options.exclude = inputs_.excluded();
  options.archive = std::filesystem::absolute(QFile::encodeName(target).toStdString());
  options.existing = existing;
  run_compress(std::move(options));
}

void ArchiveController::run_compress(CompressOptions options) {
  if (busy()) return;
  options.verify = settings_.verify();
  options.require_exact_bytes = settings_.exact_bytes();
  options.model = settings_.model().toStdString();
  const bool update = options.existing == CompressOptions::Existing::Update;
  auto job = std::make_shared<CompressOptions>(std::move(options));
  const QString name = path_text(job->archive.filename().string());
  start_job(update ? tr("Adding to %1").arg(name) : tr("Compressing to %1").arg(name), *job,
            [this, job, update](const CancelToken& cancel) -> Completion {
              job->cancel = &cancel;
              auto report = std::make_shared<Result<JobReport>>(engine_.compress(*job));
              if (!report->ok()) return [this, report] { fail(report->error()); };
              auto listed = std::make_shared<Result<JobReport>>(engine_.list(job->archive));
              return [this, job, report, listed, update] {
                if (!listed->ok()) return fail(listed->error());
                channel_.reset();
                show_archive(job->archive, **listed, !update);
                when_shown([this, report] {
                  finish_job(**report, [&](int files) {
                    std::uint64_t before = 0, after = 0;
                    for (const FileReport& file : (*report)->files) {
                      if (file.status == Status::Failed) continue;
                      before += file.original_bytes;
                      after += file.stored_bytes;
                    }
                    const double share = before == 0 ? 1 : static_cast<double>(after) / static_cast<double>(before);
                    return tr("%n file(s) compressed: %1 became %2 (%3), in %4.", nullptr, files)
                        .arg(format_bytes(before), format_bytes(after), format_percent(share),
                             format_duration(speed_.seconds()));
                  });
                });
              };
            });
}

void ArchiveController::extract(const std::vector<std::string>& paths, const QString& folder) {
  if (busy() || mode_ != Mode::Archive) return;
  QModelIndexList indices;
  for (const std::string& path : paths) indices.push_back(model_.index_of(path));
  auto targets = std::make_shared<std::vector<std::string>>();
  for (const FileItem* file : model_.files_under(indices)) targets->push_back(file->path);
  ExtractOptions options;
  options.archive = archive_;
  options.folder = std::filesystem::absolute(QFile::encodeName(folder).toStdString());
  options.entries = patterns_of(paths);
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
    if (item != nullptr && item->folder && pattern != path) {
      // The engine takes a folder by its plain name only, which would be read as a pattern here.
      for (const FileItem* file : model_.files_under({model_.index_of(path)})) {
        patterns.push_back(exact_pattern(file->path));
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
                if (!report->ok()) return fail(report->error());
                when_drained([this, job, report] {
                  finish_job(**report, [&](int files) {
                    const int skipped = count_files(**report, {Status::Skipped});
                    QString text =
                        tr("%n file(s) extracted to %1.", nullptr, files).arg(path_text(job->folder.string()));
                    if (skipped > 0) text += QLatin1Char(' ') + tr("%n file(s) skipped.", nullptr, skipped);
                    return text;
                  });
                });
              };
            });
}

void ArchiveController::test() {
  if (busy() || mode_ != Mode::Archive) return;
  auto job = std::make_shared<TestOptions>();
  job->archive = archive_;
  start_job(tr("Testing %1").arg(path_text(archive_.filename().string())), *job,
            [this, job](const CancelToken& cancel) -> Completion {
              job->cancel = &cancel;
              auto report = std::make_shared<Result<JobReport>>(engine_.test(*job));
              return [this, report] {
                if (!report->ok()) return fail(report->error());
                when_drained([this, report] {
                  finish_job(**report, [&](int files) {
                    const int bad = count_files(**report, {Status::Failed});
                    return bad > 0 ? tr("%n file(s) are damaged, see below.", nullptr, bad)
                                   : tr("%n file(s) tested: everything comes back exactly.", nullptr, files);
                  });
                });
              };
            });
}

void ArchiveController::remove_entries(const std::vector<std::string>& paths) {
  auto job = std::make_shared<RemoveOptions>();
  job->archive = archive_;
  job->entries = patterns_of(paths);
  const auto files = static_cast<int>(paths.size());
  start_job(tr("Removing from %1").arg(path_text(archive_.filename().string())), *job,
            [this, job, files](const CancelToken& cancel) -> Completion {
              job->cancel = &cancel;
              auto report = std::make_shared<Result<JobReport>>(engine_.remove(*job));
              if (!report->ok()) return [this, report] { fail(report->error()); };
              auto listed = std::make_shared<Result<JobReport>>(engine_.list(job->archive));
              return [this, job, report, listed, files] {
                if (!listed->ok()) return fail(listed->error());
                channel_.reset();
                show_archive(job->archive, **listed, true);
                when_shown([this, report, files] {
                  finish_job(**report, [&](int) { return tr("%n item(s) removed.", nullptr, files); });
                });
              };
            });
}

}  // namespace bitswap::ui
