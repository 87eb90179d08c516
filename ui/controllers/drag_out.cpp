// SPDX-License-Identifier: GPL-3.0-or-later
// The extraction begins with the drag, so that it is often done before the drop. Who asks what is dragged is told at
// once where the files will be; the drop waits until they are there.
#include "ui/controllers/drag_out.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QMimeData>
#include <QPointer>
#include <QUrl>
#include <algorithm>

#include "ui/controllers/drop_gate.h"
#include "ui/controllers/engine.h"
#include "ui/controllers/worker.h"
#include "ui/items/error_text.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

namespace fs = std::filesystem;

QString uri_list() { return QStringLiteral("text/uri-list"); }

// Entries of an archive that are still being extracted into a folder of their own.
class LazyFiles : public QMimeData {
 public:
  LazyFiles(Engine& engine, ExtractOptions options, QPointer<DragOut> owner)
      : folder_(options.folder), owner_(std::move(owner)) {
    for (const std::string& entry : options.entries) {
      urls_.push_back(QUrl::fromLocalFile(QFile::decodeName((folder_ / entry).c_str())));
    }
    options.progress = [this](const JobProgress& progress) {
      worker_->post([this, progress] {
        if (owner_ && gate_.holding()) Q_EMIT owner_->preparing(progress);
      });
    };
    worker_->start([this, &engine, options = std::move(options)](const CancelToken& cancel) mutable {
      options.cancel = &cancel;
      auto report = std::make_shared<const Result<JobReport>>(engine.extract(options));
      return [this, report] { finish(*report); };
    });
    if (!DropGate::possible()) return;
    // When the drag's own loop runs, which is after it has begun.
    QMetaObject::invokeMethod(&gate_, &DropGate::begin, Qt::QueuedConnection);
    QObject::connect(&gate_, &DropGate::held, &gate_, [this] {
      if (owner_) Q_EMIT owner_->preparing({});
    });
  }

  ~LazyFiles() override {
    const bool unfinished = worker_->busy();
    worker_.reset();  // ends what is still at work
    const bool taken = DropGate::possible() ? gate_.released() : asked_;
    if (unfinished || !taken || !message_.isEmpty()) QDir(QFile::decodeName(folder_.c_str())).removeRecursively();
    if (!owner_) return;
    const QString message = taken || asked_ || gate_refused_ ? message_ : QString();
    QMetaObject::invokeMethod(
        owner_, [owner = owner_, message] { Q_EMIT owner->over(message); }, Qt::QueuedConnection);
  }

  [[nodiscard]] QStringList formats() const override { return {uri_list()}; }
  [[nodiscard]] bool hasFormat(const QString& type) const override { return type == uri_list(); }

 protected:
  QVariant retrieveData(const QString& type, QMetaType) const override {
    if (type != uri_list()) return {};
    asked_ = true;
    if (!DropGate::possible() && worker_->busy()) {
      // Here the drop cannot be held back: whoever asks has to wait.
      QEventLoop loop;
      QObject::connect(worker_.get(), &Worker::busy_changed, &loop, &QEventLoop::quit);
      loop.exec(QEventLoop::ExcludeUserInputEvents);
    }
    return message_.isEmpty() ? QVariant(urls_) : QVariant();
  }

 private:
  void finish(const Result<JobReport>& report) {
    message_ = failure(report);
    if (message_.isEmpty()) return gate_.open();
    gate_refused_ = gate_.holding();
    gate_.refuse();
  }

  static QString failure(const Result<JobReport>& report) {
    if (!report.ok()) return error_text(report.error());
    for (const FileReport& file : report->files) {
      if (file.status != FileReport::Status::Failed) continue;
      const QString why = file.error ? error_text(*file.error) : QString();
      return DragOut::tr("%1 could not be extracted, so nothing was dropped. %2", "file and reason")
          .arg(path_text(file.path), why);
    }
    return {};
  }

  fs::path folder_;
  QPointer<DragOut> owner_;
  QVariantList urls_;
  QString message_;
  mutable bool asked_ = false;
  bool gate_refused_ = false;
  DropGate gate_;
  std::unique_ptr<Worker> worker_ = std::make_unique<Worker>();
};

}  // namespace

DragOut::DragOut(Engine& engine, QObject* parent) : QObject(parent), engine_(engine) {}

DragOut::~DragOut() = default;

QMimeData* DragOut::entries(const fs::path& archive, const std::vector<std::string>& paths,
                            const std::vector<const FileItem*>& files, const JobOptions& options) {
  std::uint64_t bytes = 0;
  for (const FileItem* file : files) bytes += std::min(file->original_bytes, kMaxBytes + 1);  // the sum cannot overflow
  if (files.size() > kMaxFiles || bytes > kMaxBytes) {
    QMetaObject::invokeMethod(
        this, [this, paths] { Q_EMIT too_large(paths); }, Qt::QueuedConnection);
    return nullptr;
  }
  if (!folder_) folder_ = std::make_unique<QTemporaryDir>();
  if (!folder_->isValid()) {
    const QString message = tr("No temporary folder could be created. %1").arg(folder_->errorString());
    folder_.reset();
    QMetaObject::invokeMethod(
        this, [this, message] { Q_EMIT over(message); }, Qt::QueuedConnection);
    return nullptr;
  }
  ExtractOptions extract;
  static_cast<JobOptions&>(extract) = options;
  extract.archive = archive;
  extract.folder = QFile::encodeName(folder_->filePath(QString::number(++next_))).toStdString();
  extract.entries = paths;
  return new LazyFiles(engine_, std::move(extract), this);
}

QMimeData* DragOut::queued(const std::vector<const FileItem*>& files) {
  QList<QUrl> urls;
  for (const FileItem* file : files) {
    if (!file->source.file.empty()) urls << QUrl::fromLocalFile(QFile::decodeName(file->source.file.c_str()));
  }
  if (urls.isEmpty()) return nullptr;
  auto* data = new QMimeData;
  data->setUrls(urls);
  return data;
}

}  // namespace bitswap::ui
