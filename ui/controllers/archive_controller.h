// SPDX-License-Identifier: GPL-3.0-or-later
// What the window does with files: fills the list, and runs one job at a time on it. Either files wait in a queue to be
// compressed, or an archive is open.
#pragma once

#include <QObject>
#include <QStringList>
#include <memory>
#include <optional>
#include <unordered_set>

#include "ui/controllers/engine.h"
#include "ui/controllers/row_feed.h"
#include "ui/controllers/speed_meter.h"
#include "ui/controllers/worker.h"
#include "ui/items/file_tree_model.h"
#include "ui/items/input_list.h"
#include "ui/items/job_summary.h"

namespace bitswap::ui {

class Settings;

/// Lives on the window's thread and never blocks it: walking and jobs run on a worker, rows come and change in small
/// portions. Engine and settings must outlive it. Nothing that is asked of it is dropped silently: files and archives
/// that come at a bad moment wait for a better one, and a job that cannot begin now is refused() with a reason.
class ArchiveController : public QObject {
  Q_OBJECT
 public:
  enum class Mode : std::uint8_t { Queue, Archive };
  enum class Outcome : std::uint8_t { Done, Problems, Failed, Cancelled };
  Q_ENUM(Outcome)

  ArchiveController(Engine& engine, Settings& settings, QObject* parent = nullptr);
  ~ArchiveController() override;

  [[nodiscard]] FileTreeModel& model() { return model_; }
  [[nodiscard]] Mode mode() const { return mode_; }
  [[nodiscard]] QString archive() const;  ///< empty in the queue
  [[nodiscard]] std::uint64_t archive_size() const { return archive_size_; }
  [[nodiscard]] bool busy() const { return worker_.busy() || job_running_ || feed_.busy(); }
  /// A job that writes or checks, not only the reading of names.
  [[nodiscard]] bool job_running() const { return job_running_; }
  [[nodiscard]] bool paused() const { return worker_.paused(); }
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  /// Files that wait to be compressed and that nobody has compressed yet: they are lost with the list.
  [[nodiscard]] std::size_t queued_files() const;
  /// The archive that is damaged, as far as that is known: the open one, or one that could not be opened; empty: none.
  [[nodiscard]] QString damaged_archive() const;
  [[nodiscard]] QString suggested_target() const;
  /// To extract into: beside the archive, named after it, and not there yet.
  [[nodiscard]] QString suggested_folder() const;
  /// Path in the list of a picture that is in it; empty if it is not.
  [[nodiscard]] std::string path_of(const PictureSource& source) const;
  [[nodiscard]] static bool is_archive_name(const QString& path);
  /// Whether add() would act at once; otherwise what it is given waits.
  [[nodiscard]] bool takes_files() const;

  /// A single archive is opened; anything else goes into the queue, or into the archive that is open.
  void add(const QStringList& paths);
  /// Ends the reading of names that may be going on; waits for the end of a job.
  void open(const QString& archive);
  void compress(const QString& target, CompressOptions::Existing existing);
  /// Empty `paths`: everything. Asks through conflicts_found() if something is there already.
  void extract(const std::vector<std::string>& paths, const QString& folder);
  /// The answer to conflicts_found(); empty: nothing is extracted.
  void answer_conflicts(std::optional<OnConflict> answer);
  void test();
  /// Saves what is whole in `damaged` in the new archive `repaired`, and opens that.
  void repair(const QString& damaged, const QString& repaired);
  void remove(const std::vector<std::string>& paths);
  /// Closes the archive or empties the queue; files stay as they are.
  void clear();
  void cancel();
  void pause(bool paused);

 Q_SIGNALS:
  void mode_changed();
  void busy_changed(bool busy);
  void job_started(const QString& title);
  void progress(const bitswap::JobProgress& progress, double bytes_per_second, double seconds_left);
  void finished(const QString& summary, bitswap::ui::ArchiveController::Outcome outcome);
  /// What was asked for cannot be done now; a sentence for people.
  void refused(const QString& reason);
  void problems_changed();
  void conflicts_found(const QStringList& examples, int count);

 private:
  using Completion = Worker::Completion;

  // archive_controller.cpp
  void clear_list(bool keep_thumbnails);
  void walk();
  void start_opening(const QString& archive);
  /// What waited for this moment.
  void next();
  static FileItem make_item(InputItem&& input);
  /// `same_files`: those that are in the list already are the same content.
  void show_archive(const std::filesystem::path& archive, const JobReport& report, bool same_files,
                    std::vector<FileItem> left_out = {});
  void set_problems(std::vector<Problem> problems);
  void add_problem(Problem problem);
  void set_busy();

  // archive_jobs.cpp
  /// False, and the reason is told, if a job cannot begin now.
  bool can_start(std::optional<Mode> needed);
  /// `options` get device, threads and where to report to.
  void start_job(const QString& title, JobOptions& options, std::function<Completion(const CancelToken&)> job);
  void finish(const QString& summary, Outcome outcome);
  void finish_job(const JobReport& report, const QString& summary);
  /// `place`: what the job was at; `consequence`: what that means for the archive or the files, as a sentence.
  void fail(const Error& error, const std::filesystem::path& place, const QString& consequence);
  void run_compress(CompressOptions options);
  void remove_entries(const std::vector<std::string>& paths);
  /// Remembers that the open archive is damaged, if a file of it was.
  void note_damage(const JobReport& report);
  /// Rows of what did not get into the archive.
  [[nodiscard]] std::vector<FileItem> left_out_items(const JobReport& report) const;
  [[nodiscard]] std::vector<std::string> patterns_of(const std::vector<std::string>& paths) const;

  Engine& engine_;
  Settings& settings_;
  FileTreeModel model_;
  RowFeed feed_;
  Mode mode_ = Mode::Queue;
  std::filesystem::path archive_;
  std::uint64_t archive_size_ = 0;
  InputList inputs_;
  std::vector<std::filesystem::path> unwalked_;
  QStringList to_add_;              ///< came while they could not be taken
  std::optional<QString> to_open_;  ///< the same
  SpeedMeter speed_;
  std::vector<Problem> problems_;
  std::unordered_set<std::string> problem_keys_;  ///< of problems_, so that each comes once
  bool problems_stale_ = false;                   ///< more came than was told
  int list_number_ = 0;                           ///< counts lists: what was read for an old one comes too late
  std::filesystem::path damaged_;
  std::optional<ExtractOptions> wanted_;
  bool walking_ = false;  ///< the worker reads names
  bool job_running_ = false;
  bool was_busy_ = false;
  Worker worker_;  // the last member: its job ends before what it uses goes
};

}  // namespace bitswap::ui
