// SPDX-License-Identifier: GPL-3.0-or-later
// The list: walking, opening, and what waits until it can be done.
#include "ui/controllers/archive_controller.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "ui/controllers/job_channel.h"
#include "ui/controllers/settings.h"
#include "ui/items/error_text.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

std::filesystem::path to_path(const QString& text) { return QFile::encodeName(text).toStdString(); }
QString to_text(const std::filesystem::path& path) { return QFile::decodeName(path.c_str()); }

}  // namespace

ArchiveController::ArchiveController(Engine& engine, Settings& settings, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings), feed_(model_) {
  connect(&worker_, &Worker::busy_changed, this, [this](bool busy) {
    set_busy();
    // After the completion of the job, which comes now.
    if (!busy) QMetaObject::invokeMethod(this, &ArchiveController::next, Qt::QueuedConnection);
  });
  connect(&feed_, &RowFeed::progress, this, [this](const JobProgress& news) {
    speed_.add(news.bytes_done);
    Q_EMIT progress(news, speed_.speed(), speed_.left(news.bytes_total));
  });
  connect(&feed_, &RowFeed::problem, this, [this](const FileReport& report) { add_problem(problem_of(report)); });
  connect(&feed_, &RowFeed::advanced, this, [this] {
    set_busy();
    next();
  });
  model_.set_codecs(settings_.codecs());
  connect(&settings_, &Settings::changed, this, [this] { model_.set_codecs(settings_.codecs()); });
}

ArchiveController::~ArchiveController() = default;

QString ArchiveController::archive() const { return to_text(archive_); }

QString ArchiveController::suggested_target() const { return to_text(inputs_.suggested_archive()); }

QString ArchiveController::suggested_folder() const {
  const QFileInfo archive(this->archive());
  const QString name = archive.completeBaseName();
  const QDir beside = archive.absoluteDir();
  QString folder = beside.filePath(name.isEmpty() ? archive.fileName() : name);
  const QString first = folder;
  for (int i = 1; QFileInfo::exists(folder) || QFileInfo(folder).isSymLink(); ++i) {
    folder = first + QStringLiteral(" (%1)").arg(i);
  }
  return folder;
}

bool ArchiveController::is_archive_name(const QString& path) {
  return path.endsWith(".bswap"_L1, Qt::CaseInsensitive) && !QFileInfo(path).isDir();
}

std::string ArchiveController::path_of(const PictureSource& source) const {
  if (!source.entry.empty()) return source.file == archive_ ? source.entry : std::string();
  return feed_.path_of(source.file);
}

std::size_t ArchiveController::queued_files() const { return mode_ == Mode::Queue ? model_.files_under({}).size() : 0; }

QString ArchiveController::damaged_archive() const { return to_text(damaged_); }

bool ArchiveController::takes_files() const {
  if (job_running_ || to_open_) return false;
  return mode_ == Mode::Queue ? !worker_.busy() || walking_ : !busy();
}

void ArchiveController::add(const QStringList& paths) {
  if (paths.isEmpty()) return;
  if (paths.size() == 1 && is_archive_name(paths.first())) return open(paths.first());
  if (!takes_files()) {
    to_add_ += paths;
    return;
  }
  if (mode_ == Mode::Archive) {
    CompressOptions options;
    options.archive = archive_;
    options.existing = CompressOptions::Existing::Update;
    for (const QString& path : paths) options.inputs.push_back(to_path(path));
    return run_compress(std::move(options));
  }
  if (!busy()) set_problems({});
  for (const QString& text : paths) {
    const std::filesystem::path path = to_path(text);
    if (inputs_.add(path) == InputList::Added::NameTaken) {
      add_problem({text, tr("The list already holds something of this name. Rename it, or add the folder that holds "
                            "both.")});
    } else {
      unwalked_.push_back(path);
    }
  }
  if (!worker_.busy()) walk();
}

void ArchiveController::walk() {
  if (unwalked_.empty()) return;
  walking_ = true;
  worker_.start([this, inputs = std::exchange(unwalked_, {}), excluded = inputs_.excluded(),
                 list = list_number_](const CancelToken& cancel) {
    auto items = std::make_shared<std::vector<FileItem>>();
    auto failed = std::make_shared<std::vector<std::pair<std::filesystem::path, Error>>>();
    for (const std::filesystem::path& input : inputs) {
      WalkOptions options;
      options.inputs = {input};
      options.exclude = excluded;
      options.cancel = &cancel;
      auto found = engine_.walk(options);
      if (!found.ok()) {
        failed->emplace_back(input, found.error());
        continue;
      }
      for (InputItem& item : *found) items->push_back(make_item(std::move(item)));
    }
    return [this, items, failed, list] {
      walking_ = false;
      if (list != list_number_) return walk();  // of a list that is gone
      for (const auto& [input, error] : *failed) {
        inputs_.remove(input.filename().string());
        if (error.code != Error::Code::Cancelled) add_problem({to_text(input), error_text(error)});
      }
      for (const FileItem& item : *items) {
        if (item.left_out && item.state == FileItem::State::Failed) {
          add_problem({path_text(item.path), item.message});
        }
      }
      feed_.show(std::move(*items));
      set_busy();
      walk();
    };
  });
}

FileItem ArchiveController::make_item(InputItem&& input) {
  FileItem item;
  item.path = std::move(input.path);
  item.source.file = std::move(input.source);
  item.folder = input.kind == EntryKind::Directory;
  item.original_bytes = input.size;
  if (input.problem) {
    item.state = input.skipped ? FileItem::State::Skipped : FileItem::State::Failed;
    item.left_out = true;
    item.message = error_text(*input.problem);
  }
  return item;
}

void ArchiveController::open(const QString& archive) {
  to_open_ = archive;
  if (worker_.busy() && !job_running_) cancel();  // the reading of names, or of another archive
  next();
}

void ArchiveController::next() {
  if (job_running_ || worker_.busy()) return;
  if (to_open_) return start_opening(*std::exchange(to_open_, {}));
  if (!to_add_.isEmpty() && takes_files()) add(std::exchange(to_add_, {}));
}

void ArchiveController::start_opening(const QString& archive) {
  set_problems({});
  worker_.start([this, path = std::filesystem::absolute(to_path(archive)),
                 list = list_number_](const CancelToken& cancel) -> Completion {
    auto report = std::make_shared<Result<JobReport>>(engine_.list(path));
    if (cancel.cancelled()) return {};  // something else is wanted by now
    return [this, path, report, list] {
      if (list != list_number_) return;
      if (!report->ok()) {
        return fail(report->error(), path, tr("“%1” could not be opened.").arg(path_text(path.filename().string())));
      }
      show_archive(path, **report, false);
      feed_.when_shown([this] { Q_EMIT mode_changed(); });
    };
  });
}

void ArchiveController::show_archive(const std::filesystem::path& archive, const JobReport& report, bool same_files,
                                     std::vector<FileItem> left_out) {
  clear_list(same_files);
  mode_ = Mode::Archive;
  feed_.set_resting(FileItem::State::Stored);
  archive_ = archive;
  archive_size_ = report.archive_bytes;
  settings_.add_recent(to_text(archive));
  std::vector<FileItem> items;
  items.reserve(report.files.size());
  for (const FileReport& file : report.files) {
    FileItem item;
    item.path = file.path;
    item.source = {archive, file.path};
    item.folder = file.kind == "directory";
    item.state = FileItem::State::Stored;
    item.original_bytes = file.original_bytes;
    if (!item.folder) item.archive_bytes = file.stored_bytes;
    item.width = file.width;
    item.height = file.height;
    item.form = file.form;
    item.format = file.format;
    item.exactness = file.exactness;
    items.push_back(std::move(item));
  }
  std::ranges::move(left_out, std::back_inserter(items));
  feed_.show(std::move(items));
  set_busy();
  Q_EMIT mode_changed();
}

void ArchiveController::remove(const std::vector<std::string>& paths) {
  if (paths.empty() || !can_start({})) return;
  if (mode_ == Mode::Archive) return remove_entries(paths);
  for (const std::string& path : paths) inputs_.remove(path);
  model_.remove(paths);
  if (inputs_.empty()) clear_list(false);
  Q_EMIT mode_changed();
}

void ArchiveController::clear() {
  if (job_running_) {
    Q_EMIT refused(tr("Wait for the running job, or cancel it."));
    return;
  }
  to_open_.reset();
  to_add_.clear();
  set_problems({});
  clear_list(false);
}

void ArchiveController::clear_list(bool keep_thumbnails) {
  if (!job_running_) cancel();
  ++list_number_;
  feed_.clear();
  feed_.set_resting(FileItem::State::Queued);
  inputs_.clear();
  unwalked_.clear();
  archive_.clear();
  damaged_.clear();
  archive_size_ = 0;
  mode_ = Mode::Queue;
  model_.clear(keep_thumbnails);
  Q_EMIT mode_changed();
  set_busy();
}

void ArchiveController::cancel() {
  unwalked_.clear();
  worker_.cancel();
}

void ArchiveController::pause(bool paused) {
  speed_.pause(paused);
  worker_.pause(paused);
}

void ArchiveController::add_problem(Problem problem) {
  if (!problem_keys_.insert((problem.path + u'\n' + problem.message).toStdString()).second) return;
  problems_.push_back(std::move(problem));
  if (std::exchange(problems_stale_, true)) return;
  const auto tell = [this] {
    problems_stale_ = false;
    Q_EMIT problems_changed();
  };
  QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);  // once for many
}

void ArchiveController::set_problems(std::vector<Problem> problems) {
  if (problems.empty() && problems_.empty()) return;
  problems_ = std::move(problems);
  problem_keys_.clear();
  for (const Problem& problem : problems_) problem_keys_.insert((problem.path + u'\n' + problem.message).toStdString());
  Q_EMIT problems_changed();
}

void ArchiveController::set_busy() {
  const bool now = busy();
  if (now == was_busy_) return;
  was_busy_ = now;
  Q_EMIT busy_changed(now);
}

}  // namespace bitswap::ui
