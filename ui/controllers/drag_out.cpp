// The extraction begins with the drag, so that it is often done before the drop; asking for the data waits for it.
#include "ui/controllers/drag_out.h"

#include <QCursor>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QPointer>
#include <QUrl>
#include <algorithm>

#include "ui/controllers/engine.h"
#include "ui/controllers/worker.h"
#include "ui/models/error_text.h"
#include "ui/models/format_text.h"

namespace bitswap::ui {
namespace {

namespace fs = std::filesystem;

QString uri_list() { return QStringLiteral("text/uri-list"); }

// Entries of an archive that are still being extracted into a folder of their own.
class LazyFiles : public QMimeData {
 public:
  /// `failed` is called when the drag is over, if somebody asked for files and they could not be had.
  LazyFiles(Engine& engine, ExtractOptions options, std::function<void(const QString&)> failed)
      : folder_(options.folder), entries_(options.entries), failed_(std::move(failed)) {
    worker_->start([this, &engine, options = std::move(options)](const CancelToken& cancel) mutable {
      options.cancel = &cancel;
      auto report = std::make_shared<const Result<JobReport>>(engine.extract(options));
      return [this, report] { finish(*report); };
    });
  }

  ~LazyFiles() override {
    worker_.reset();  // ends what is still at work
    if (!asked_ || !message_.isEmpty()) QDir(QFile::decodeName(folder_.c_str())).removeRecursively();
    if (asked_ && !message_.isEmpty()) failed_(message_);
  }

  [[nodiscard]] QStringList formats() const override { return {uri_list()}; }
  [[nodiscard]] bool hasFormat(const QString& type) const override { return type == uri_list(); }

 protected:
  QVariant retrieveData(const QString& type, QMetaType) const override {
    if (type != uri_list()) return {};
    asked_ = true;
    if (worker_->busy()) {
      QEventLoop loop;
      QObject::connect(worker_.get(), &Worker::busy_changed, &loop, &QEventLoop::quit);
      QGuiApplication::setOverrideCursor(Qt::WaitCursor);
      loop.exec(QEventLoop::ExcludeUserInputEvents);
      QGuiApplication::restoreOverrideCursor();
    }
    return urls_.isEmpty() ? QVariant() : QVariant(urls_);
  }

 private:
  void finish(const Result<JobReport>& report) {
    if (!report.ok()) {
      message_ = error_text(report.error());
      return;
    }
    for (const FileReport& file : report->files) {
      if (file.status != FileReport::Status::Failed) continue;
      const QString why = file.error ? error_text(*file.error) : QString();
      message_ = DragOut::tr("%1 could not be extracted. %2", "file and reason").arg(path_text(file.path), why);
      return;
    }
    for (const std::string& entry : entries_) {
      urls_.push_back(QUrl::fromLocalFile(QFile::decodeName((folder_ / entry).c_str())));
    }
  }

  fs::path folder_;
  std::vector<std::string> entries_;
  std::function<void(const QString&)> failed_;
  QVariantList urls_;
  QString message_;
  mutable bool asked_ = false;
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
  const QPointer<DragOut> self(this);
  const auto report = [self](const QString& message) {
    if (self)
      QMetaObject::invokeMethod(
          self, [self, message] { Q_EMIT self->failed(message); }, Qt::QueuedConnection);
  };
  if (!folder_) folder_ = std::make_unique<QTemporaryDir>();
  if (!folder_->isValid()) {
    report(tr("No temporary folder could be made. %1").arg(folder_->errorString()));
    folder_.reset();
    return nullptr;
  }
  ExtractOptions extract;
  static_cast<JobOptions&>(extract) = options;
  extract.archive = archive;
  extract.folder = QFile::encodeName(folder_->filePath(QString::number(++next_))).toStdString();
  extract.entries = paths;
  return new LazyFiles(engine_, std::move(extract), report);
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
