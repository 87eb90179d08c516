// The list: walking, opening, and bringing what a job reports into the rows without stalling the window.
#include "ui/controllers/archive_controller.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "ui/controllers/job_channel.h"
#include "ui/controllers/settings.h"
#include "ui/models/error_text.h"
#include "ui/models/format_text.h"

namespace bitswap::ui {
namespace {

using Qt::StringLiterals::operator""_L1;

constexpr int kTick = 20;          // milliseconds between two looks at what a job reported
constexpr qint64 kTickBudget = 8;  // milliseconds that one look may take
constexpr std::size_t kRowsAtOnce = 100;

std::filesystem::path to_path(const QString& text) { return QFile::encodeName(text).toStdString(); }
QString to_text(const std::filesystem::path& path) { return QFile::decodeName(path.c_str()); }

}  // namespace

ArchiveController::ArchiveController(Engine& engine, Settings& settings, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings) {
  timer_.setInterval(kTick);
  connect(&timer_, &QTimer::timeout, this, &ArchiveController::tick);
  connect(&worker_, &Worker::busy_changed, this, &ArchiveController::set_busy);
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
  const auto found = path_by_file_.find(source.file.string());
  return found == path_by_file_.end() ? std::string() : found->second;
}

void ArchiveController::add(const QStringList& paths) {
  if (paths.isEmpty() || job_running_) return;
  if (paths.size() == 1 && is_archive_name(paths.first())) return open(paths.first());
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
      problems_.push_back({text, tr("Something of this name is in the list already. Give it another name, or add the "
                                    "folder that holds both.")});
      Q_EMIT problems_changed();
    } else {
      unwalked_.push_back(path);
    }
  }
  if (!worker_.busy()) walk();
}

void ArchiveController::walk() {
  if (unwalked_.empty()) return;
  worker_.start(
      [this, inputs = std::exchange(unwalked_, {}), excluded = inputs_.excluded()](const CancelToken& cancel) {
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
        return [this, items, failed] {
          for (const auto& [input, error] : *failed) {
            inputs_.remove(input.filename().string());
            if (error.code == Error::Code::Cancelled) continue;
            problems_.push_back({to_text(input), error_text(error)});
          }
          if (!failed->empty()) Q_EMIT problems_changed();
          show_items(std::move(*items));
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
    item.state = input.skipped ? FileItem::State::Skipped : FileItem::State::Warning;
    item.message = error_text(*input.problem);
  }
  return item;
}

void ArchiveController::open(const QString& archive) {
  if (job_running_ || worker_.busy()) return;
  set_problems({});
  worker_.start([this, path = std::filesystem::absolute(to_path(archive))](const CancelToken&) -> Completion {
    auto report = std::make_shared<Result<JobReport>>(engine_.list(path));
    return [this, path, report] {
      if (!report->ok()) return fail(report->error());
      show_archive(path, **report, false);
      when_shown([this] { Q_EMIT mode_changed(); });
    };
  });
}

void ArchiveController::show_archive(const std::filesystem::path& archive, const JobReport& report, bool same_files) {
  clear_list(same_files);
  mode_ = Mode::Archive;
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
    item.codec = file.codec;
    item.format = file.format;
    item.exactness = file.exactness;
    items.push_back(std::move(item));
  }
  show_items(std::move(items));
  Q_EMIT mode_changed();
}

void ArchiveController::show_items(std::vector<FileItem> items) {
  std::ranges::move(items, std::back_inserter(additions_));
  if (!additions_.empty()) timer_.start();
  set_busy();
}

void ArchiveController::remove(const std::vector<std::string>& paths) {
  if (paths.empty() || busy()) return;
  if (mode_ == Mode::Archive) return remove_entries(paths);
  for (const std::string& path : paths) inputs_.remove(path);
  model_.remove(paths);
  if (inputs_.empty()) clear();
  Q_EMIT mode_changed();
}

void ArchiveController::clear_list(bool keep_thumbnails) {
  if (channel_) return;
  if (!job_running_) cancel();
  additions_.clear();
  updates_.clear();
  touched_.clear();
  path_by_file_.clear();
  inputs_.clear();
  unwalked_.clear();
  archive_.clear();
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

void ArchiveController::tick() {
  QElapsedTimer time;
  time.start();
  if (channel_) {
    JobChannel::News news = channel_->take();
    for (FileReport& file : news.settled) updates_.push_back({std::move(file), Update::Kind::Settled});
    if (news.progress) {
      speed_.add(news.progress->bytes_done);
      if (!news.progress->current.empty() && news.progress->current != current_) {
        current_ = news.progress->current;
        if (!settled_.contains(current_)) {
          FileReport file;
          file.path = current_;
          updates_.push_front({std::move(file), Update::Kind::Working});
        }
      }
      Q_EMIT progress(*news.progress, speed_.speed(), speed_.left(news.progress->bytes_total));
    }
  }
  const std::size_t problems = problems_.size();
  while (time.elapsed() < kTickBudget && !updates_.empty()) {
    const Update update = std::move(updates_.front());
    updates_.pop_front();
    apply(update);
  }
  if (problems_.size() != problems) Q_EMIT problems_changed();
  while (time.elapsed() < kTickBudget && !additions_.empty()) {
    std::vector<FileItem> rows;
    while (rows.size() < kRowsAtOnce && !additions_.empty()) {
      FileItem& item = additions_.front();
      if (item.source.entry.empty()) path_by_file_[item.source.file.string()] = item.path;
      rows.push_back(std::move(item));
      additions_.pop_front();
    }
    model_.add(std::move(rows));
  }
  if (!additions_.empty() || !updates_.empty()) return;
  if (!channel_) timer_.stop();
  if (shown_) std::exchange(shown_, nullptr)();
  set_busy();
}

void ArchiveController::apply(const Update& update) {
  const FileReport& report = update.report;
  using State = FileItem::State;
  if (update.kind == Update::Kind::Reset) {
    model_.update(report.path, [this](FileItem& item) {
      item.state = mode_ == Mode::Queue ? State::Queued : State::Stored;
      item.message.clear();
      if (mode_ == Mode::Queue) item.archive_bytes.reset();
    });
    return;
  }
  touched_.push_back(report.path);
  if (update.kind == Update::Kind::Working) {
    model_.update(report.path, [](FileItem& item) { item.state = State::Working; });
    return;
  }
  settled_.insert(report.path);
  if (report.error) problems_.push_back(problem_of(report));
  model_.update(report.path, [&](FileItem& item) {
    switch (report.status) {
      case FileReport::Status::Ok: item.state = State::Done; break;
      case FileReport::Status::Warning: item.state = State::Warning; break;
      case FileReport::Status::Failed: item.state = State::Failed; break;
      case FileReport::Status::Skipped: item.state = State::Skipped; break;
    }
    item.message = report.error ? error_text(*report.error) : QString();
    if (mode_ == Mode::Archive || item.folder || report.status == FileReport::Status::Failed) return;
    item.archive_bytes = report.stored_bytes;
    item.codec = report.codec;
    item.format = report.format;
    item.exactness = report.exactness;
    if (item.width > 0) return;  // by its thumbnail
    item.width = report.width;
    item.height = report.height;
  });
}

void ArchiveController::when_shown(std::function<void()> call) {
  shown_ = std::move(call);
  timer_.start();
}

ArchiveController::Problem ArchiveController::problem_of(const FileReport& report) {
  return {path_text(report.path), error_text(*report.error), report.status != FileReport::Status::Failed};
}

void ArchiveController::set_problems(std::vector<Problem> problems) {
  if (problems.empty() && problems_.empty()) return;
  problems_ = std::move(problems);
  Q_EMIT problems_changed();
}

void ArchiveController::set_busy() {
  const bool now = busy();
  if (now == was_busy_) return;
  was_busy_ = now;
  Q_EMIT busy_changed(now);
}

}  // namespace bitswap::ui
