// SPDX-License-Identifier: GPL-3.0-or-later
// Dragging from the list into a file manager: files of the queue as they are, entries of an archive by extracting them.
#pragma once

#include <QObject>
#include <QString>
#include <QTemporaryDir>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/jobs/job.h"
#include "ui/items/file_item.h"

class QMimeData;

namespace bitswap::ui {

class Engine;

/// Lives on the window's thread; `engine` must outlive it. What was extracted stays until this is destroyed (the
/// program ends), because file managers copy it after the drop.
class DragOut : public QObject {
  Q_OBJECT
 public:
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{512} << 20;
  static constexpr std::size_t kMaxFiles = 200;

  explicit DragOut(Engine& engine, QObject* parent = nullptr);
  ~DragOut() override;

  /// `paths` are entries or folders of the archive, `files` all files that they stand for (FileView::selected_files()).
  /// Starts to extract at once; where the files will be is told at once, and the drop is held back until they are there
  /// (DropGate). Null if that would be too much: too_large() follows. `options`: device and threads.
  [[nodiscard]] QMimeData* entries(const std::filesystem::path& archive, const std::vector<std::string>& paths,
                                   const std::vector<const FileItem*>& files, const JobOptions& options);
  /// What was extracted so far is deleted.
  void remove_files() { folder_.reset(); }
  /// The files themselves: their own places on the disk. Null if there are none.
  [[nodiscard]] static QMimeData* queued(const std::vector<const FileItem*>& files);

 Q_SIGNALS:
  /// From the event loop, instead of a drag.
  void too_large(const std::vector<std::string>& paths);
  /// The drop waits for the files; how far they are. Without totals when it begins to wait.
  void preparing(const bitswap::JobProgress& progress);
  /// From the event loop, when a drag is over. `message` is empty, or a sentence for people: no files were given.
  void over(const QString& message);

 private:
  Engine& engine_;
  std::unique_ptr<QTemporaryDir> folder_;
  int next_ = 0;
};

}  // namespace bitswap::ui
