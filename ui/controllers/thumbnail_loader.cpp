// SPDX-License-Identifier: GPL-3.0-or-later
// The threads are plain ones: they take the next request, decode, make it small and post it to the window's thread.
#include "ui/controllers/thumbnail_loader.h"

#include <QFile>
#include <QImageReader>
#include <QMetaObject>
#include <algorithm>
#include <iterator>

#include "ui/controllers/engine.h"
#include "ui/items/file_tree_model.h"

namespace bitswap::ui {
namespace {

namespace fs = std::filesystem;

constexpr int kCacheBytes = 64 << 20;

std::string key_of(const PictureSource& source) { return source.file.string() + '\0' + source.entry; }

// Changes when the file does: a replaced picture or archive is read anew.
QString cache_key(const PictureSource& source) {
  std::error_code error;
  const auto size = fs::file_size(source.file, error);
  const auto time = fs::last_write_time(source.file, error).time_since_epoch().count();
  return QString::fromStdString(key_of(source)) + QStringLiteral("|%1|%2").arg(size).arg(time);
}

bool small_enough(const PictureSource& source) {
  std::error_code error;
  if (!fs::is_regular_file(source.file, error)) return false;
  if (!source.entry.empty()) return true;  // the list knows the size of an entry and does not ask for large ones
  if (fs::file_size(source.file, error) > ThumbnailLoader::kMaxFileBytes || error) return false;
  QImageReader reader(QFile::decodeName(source.file.c_str()));
  reader.setDecideFormatFromContent(true);
  const QSize size = reader.size();  // from the header, where Qt knows the format
  return !size.isValid() ||
         static_cast<std::uint64_t>(size.width()) * static_cast<std::uint64_t>(size.height()) <= kMaxThumbnailPixels;
}

// The mean of squares of pixels, down to about twice the side of a thumbnail: Qt would first make a copy of the whole
// picture, four bytes a pixel.
QImage reduce(const Picture& rgb) {
  const std::size_t width = rgb.width, height = rgb.height;
  const std::size_t step = std::max<std::size_t>(1, std::max(width, height) / (2 * ThumbnailLoader::kSide));
  const std::size_t columns = std::max<std::size_t>(1, width / step);
  const std::size_t rows = std::max<std::size_t>(1, height / step);
  QImage small(static_cast<int>(columns), static_cast<int>(rows), QImage::Format_RGB888);
  if (small.isNull()) return small;
  for (std::size_t row = 0; row < rows; ++row) {
    std::uint8_t* out = small.scanLine(static_cast<int>(row));
    const std::size_t y1 = std::min(height, (row + 1) * step);
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t x1 = std::min(width, (column + 1) * step);
      std::uint64_t sum[3] = {};
      for (std::size_t y = row * step; y < y1; ++y) {
        const std::uint8_t* in = rgb.samples.data() + (y * width + column * step) * 3;
        for (std::size_t x = column * step; x < x1; ++x, in += 3) {
          for (int c = 0; c < 3; ++c) sum[c] += in[c];
        }
      }
      const std::uint64_t count = (y1 - row * step) * (x1 - column * step);
      for (int c = 0; c < 3; ++c) *out++ = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
    }
  }
  return small;
}

}  // namespace

ThumbnailLoader::ThumbnailLoader(Engine& engine, QObject* parent)
    : QObject(parent), engine_(engine), cache_(kCacheBytes) {
  const int count = std::thread::hardware_concurrency() >= 4 ? 2 : 1;
  for (int i = 0; i < count; ++i) threads_.emplace_back([this] { work(); });
}

ThumbnailLoader::~ThumbnailLoader() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    cancel_->cancel();
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThumbnailLoader::connect_to(FileTreeModel& model) {
  connect(&model, &FileTreeModel::thumbnail_wanted, this, &ThumbnailLoader::request);
  connect(this, &ThumbnailLoader::loaded, &model, &FileTreeModel::set_thumbnail);
  connect(this, &ThumbnailLoader::dropped, &model, &FileTreeModel::forget_thumbnail_request);
}

void ThumbnailLoader::set_device(const std::string& device) {
  const std::scoped_lock lock(mutex_);
  device_ = device;
}

void ThumbnailLoader::request(const NamedSource& picture) {
  std::optional<PictureSource> too_old;
  {
    const std::scoped_lock lock(mutex_);
    if (!in_batch_) {
      in_batch_ = true;
      batch_end_ = pending_.begin();
      QMetaObject::invokeMethod(
          this, [this] { end_batch(); }, Qt::QueuedConnection);
    }
    const std::string key = key_of(picture.source);
    if (const auto found = pending_by_key_.find(key); found != pending_by_key_.end()) {
      if (batch_end_ == found->second) ++batch_end_;
      pending_.splice(batch_end_, pending_, found->second);
      return;
    }
    pending_by_key_.emplace(key, pending_.insert(batch_end_, picture.source));
    if (pending_.size() > kMaxPending) {
      if (batch_end_ == std::prev(pending_.end())) batch_end_ = pending_.end();
      too_old = std::move(pending_.back());
      pending_by_key_.erase(key_of(*too_old));
      pending_.pop_back();
    }
  }
  wake_.notify_one();
  if (too_old) Q_EMIT dropped(*too_old);
}

void ThumbnailLoader::end_batch() {
  const std::scoped_lock lock(mutex_);
  in_batch_ = false;
}

void ThumbnailLoader::clear() {
  std::list<PictureSource> forgotten;
  {
    const std::scoped_lock lock(mutex_);
    forgotten.splice(forgotten.end(), pending_);
    pending_by_key_.clear();
    batch_end_ = pending_.end();
    cancel_->cancel();
    cancel_ = std::make_shared<CancelToken>();
  }
  for (const PictureSource& source : forgotten) Q_EMIT dropped(source);
}

void ThumbnailLoader::pause(bool paused) {
  {
    const std::scoped_lock lock(mutex_);
    paused_ = paused;
  }
  wake_.notify_all();
}

void ThumbnailLoader::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || (!paused_ && !pending_.empty()); });
    if (stopping_) return;
    if (batch_end_ == pending_.begin()) ++batch_end_;
    const PictureSource source = std::move(pending_.front());
    pending_.pop_front();
    pending_by_key_.erase(key_of(source));
    const Token cancel = cancel_;
    const std::string device = device_;
    lock.unlock();

    const QString key = cache_key(source);
    std::optional<Loaded> loaded;
    lock.lock();
    if (const Loaded* kept = cache_.object(key)) loaded = *kept;
    lock.unlock();
    const bool known = loaded.has_value();
    if (!known) loaded = load(source, device, *cancel);

    lock.lock();
    if (cancel->cancelled() || stopping_) {
      // Nobody waits for it any more, but whoever asks again shall be answered.
      QMetaObject::invokeMethod(
          this, [this, source] { Q_EMIT dropped(source); }, Qt::QueuedConnection);
      continue;
    }
    if (!loaded) continue;
    if (!known) cache_.insert(key, new Loaded(*loaded), static_cast<int>(loaded->thumbnail.sizeInBytes()));
    const auto deliver = [this, source, cancel, loaded = std::move(*loaded)] {
      if (cancel->cancelled()) {
        Q_EMIT dropped(source);
      } else {
        Q_EMIT this->loaded(source, loaded.thumbnail, loaded.original_size);
      }
    };
    QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
  }
}

std::optional<ThumbnailLoader::Loaded> ThumbnailLoader::load(const PictureSource& source, const std::string& device,
                                                             const CancelToken& cancel) const {
  if (!small_enough(source)) return {};
  JobOptions options;
  options.threads = 1;
  options.device = device;
  options.cancel = &cancel;
  const Result<LoadedPicture> picture = engine_.load_picture(source, options);
  if (!picture.ok()) return {};
  const Picture& rgb = picture->rgb;
  if (rgb.channels != 3 || rgb.pixel_count() == 0 || rgb.samples.size() != rgb.pixel_count() * 3) return {};
  QImage small = reduce(rgb);
  if (small.width() > kSide || small.height() > kSide) {
    const QSizeF exact = QSizeF(rgb.width, rgb.height).scaled(kSide, kSide, Qt::KeepAspectRatio);
    small = small.scaled(exact.toSize().expandedTo({1, 1}), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  }
  if (small.isNull()) return {};
  return Loaded{small, QSize(static_cast<int>(rgb.width), static_cast<int>(rgb.height))};
}

}  // namespace bitswap::ui
