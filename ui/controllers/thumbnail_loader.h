// SPDX-License-Identifier: GPL-3.0-or-later
// Small pictures for the list, decoded away from the window's thread, what was seen last first.
#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSize>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "engine/base/parallel.h"
#include "ui/items/named_source.h"

namespace bitswap::ui {

class Engine;
class FileTreeModel;

/// Lives on the window's thread; `engine` must outlive it. Pictures that cannot be read, and those over a limit, are
/// passed over in silence. Keeps the latest thumbnails in memory, so that going back to an archive is quick.
class ThumbnailLoader : public QObject {
  Q_OBJECT
 public:
  static constexpr int kSide = 96;  ///< of the square that a thumbnail fits
  static constexpr std::size_t kMaxPending = 2000;
  static constexpr std::uint64_t kMaxFileBytes = 512'000'000;

  explicit ThumbnailLoader(Engine& engine, QObject* parent = nullptr);
  ~ThumbnailLoader() override;

  /// Serves a model: its requests come here, the thumbnails go there.
  void connect_to(FileTreeModel& model);

  /// Name as for open_backend(), for entries of archives; "auto" at first.
  void set_device(const std::string& device);

  /// What is asked for in one turn of the event loop (rows that are painted together) is loaded in that order, and
  /// before all that was asked for earlier.
  void request(const NamedSource& picture);
  /// Forgets all requests; nothing that was asked for before is loaded afterwards.
  void clear();
  /// The picture at hand is finished; then the workers wait.
  void pause(bool paused);

 Q_SIGNALS:
  void loaded(const bitswap::PictureSource& source, const QImage& thumbnail, const QSize& original_size);
  /// Too many newer requests came: it may be asked for again.
  void dropped(const bitswap::PictureSource& source);

 private:
  struct Loaded {
    QImage thumbnail;
    QSize original_size;
  };
  using Token = std::shared_ptr<CancelToken>;

  void work();
  void end_batch();
  /// Nothing if it cannot be read or is too large.
  [[nodiscard]] std::optional<Loaded> load(const PictureSource& source, const std::string& device,
                                           const CancelToken& cancel) const;

  Engine& engine_;
  std::mutex mutex_;  ///< of all below
  std::condition_variable wake_;
  std::list<PictureSource> pending_;  ///< the next one first
  std::unordered_map<std::string, std::list<PictureSource>::iterator> pending_by_key_;
  std::list<PictureSource>::iterator batch_end_ = pending_.end();  ///< where the next one of a batch goes
  bool in_batch_ = false;
  Token cancel_ = std::make_shared<CancelToken>();  ///< of the requests since the last clear()
  QCache<QString, Loaded> cache_;                   ///< by source, time and size of its file
  std::string device_ = "auto";
  bool paused_ = false;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bitswap::ui
