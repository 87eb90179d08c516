// SPDX-License-Identifier: GPL-3.0-or-later
// Between the worker threads and the list: new rows, and what a job reports about old ones, reach the model in small
// portions, so that ten thousand of them do not stall the window.
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/jobs/job.h"
#include "ui/items/file_item.h"

namespace bitswap::ui {

class FileTreeModel;
class JobChannel;

/// Lives on the window's thread. `model` must outlive it.
class RowFeed : public QObject {
  Q_OBJECT
 public:
  explicit RowFeed(FileTreeModel& model, QObject* parent = nullptr);

  /// What a row goes back to when the job that changed it is over: State::Queued, or State::Stored.
  void set_resting(FileItem::State state) { resting_ = state; }

  /// Rows that are to be added, behind those that still wait.
  void show(std::vector<FileItem> items);
  /// A job begins: rows that the last one changed are put back, and from now on `channel` is read.
  void begin(std::shared_ptr<JobChannel> channel);
  /// The job is over; what it reported last is still shown.
  void drain();
  /// The job failed: what it reported is not shown any more, and what it changed is put back.
  void revert();
  /// Nothing waits and nothing is remembered; for an empty model.
  void clear();

  /// When all that waits now is in the list; in the order of the calls.
  void when_shown(std::function<void()> call);
  [[nodiscard]] bool busy() const { return !additions_.empty() || !updates_.empty() || !shown_.empty(); }
  /// Path in the list of a file on the disk; empty if it is not in it.
  [[nodiscard]] std::string path_of(const std::filesystem::path& file) const;

 Q_SIGNALS:
  void progress(const bitswap::JobProgress& progress);
  /// Each file that came with an error, when its row changes.
  void problem(const bitswap::FileReport& report);
  /// After a look at which rows or updates arrived.
  void advanced();

 private:
  struct Update {
    enum class Kind : std::uint8_t { Settled, Working, Reset };
    FileReport report;
    Kind kind = Kind::Settled;
  };
  void tick();
  void take_news();
  void apply(const Update& update);
  void reset_touched();

  FileTreeModel& model_;
  FileItem::State resting_ = FileItem::State::Queued;
  std::deque<FileItem> additions_;
  std::deque<Update> updates_;
  std::deque<std::function<void()>> shown_;
  std::unordered_map<std::string, std::string> path_by_file_;
  std::vector<std::string> touched_;         ///< by the job
  std::unordered_set<std::string> settled_;  ///< by the job
  std::string current_;                      ///< that the job says to be at
  std::shared_ptr<JobChannel> channel_;      ///< of the job that runs
  QTimer timer_;
};

}  // namespace bitswap::ui
