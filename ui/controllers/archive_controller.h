// What the window does with files: fills the list, and runs one job at a time on it. Either files wait in a queue to be
// compressed, or an archive is open.
#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "ui/controllers/engine.h"
#include "ui/controllers/speed_meter.h"
#include "ui/controllers/worker.h"
#include "ui/models/file_tree_model.h"
#include "ui/models/input_list.h"

namespace bitswap::ui {

class JobChannel;
class Settings;

/// Lives on the window's thread and never blocks it: walking and jobs run on a worker, rows come and change in small
/// portions. Engine and settings must outlive it. Calls that begin a job do nothing while another one runs.
class ArchiveController : public QObject {
  Q_OBJECT
 public:
  enum class Mode : std::uint8_t { Queue, Archive };
  enum class Outcome : std::uint8_t { Done, Problems, Failed, Cancelled };
  Q_ENUM(Outcome)
  struct Problem {
    QString path;  ///< empty: the job as a whole
    QString message;
    bool warning = false;
  };

  ArchiveController(Engine& engine, Settings& settings, QObject* parent = nullptr);
  ~ArchiveController() override;

  [[nodiscard]] FileTreeModel& model() { return model_; }
  [[nodiscard]] Mode mode() const { return mode_; }
  [[nodiscard]] QString archive() const;  ///< empty in the queue
  [[nodiscard]] std::uint64_t archive_size() const { return archive_size_; }
  [[nodiscard]] bool busy() const { return worker_.busy() || job_running_ || !additions_.empty() || !updates_.empty(); }
  /// A job that writes or checks, not only the reading of names.
  [[nodiscard]] bool job_running() const { return job_running_; }
  [[nodiscard]] bool paused() const { return worker_.paused(); }
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }
  [[nodiscard]] QString suggested_target() const;
  /// To extract into: beside the archive, named after it, and not there yet.
  [[nodiscard]] QString suggested_folder() const;
  /// Path in the list of a picture that is in it; empty if it is not.
  [[nodiscard]] std::string path_of(const PictureSource& source) const;
  [[nodiscard]] static bool is_archive_name(const QString& path);

  /// A single archive is opened; anything else goes into the queue, or into the archive that is open.
  void add(const QStringList& paths);
  void open(const QString& archive);
  void compress(const QString& target, CompressOptions::Existing existing);
  /// Empty `paths`: everything. Asks through conflicts_found() if something is there already.
  void extract(const std::vector<std::string>& paths, const QString& folder);
  /// The answer to conflicts_found(); empty: nothing is extracted.
  void answer_conflicts(std::optional<OnConflict> answer);
  void test();
  void remove(const std::vector<std::string>& paths);
  /// Closes the archive or empties the queue; files stay as they are.
  void clear() { clear_list(false); }
  void cancel();
  void pause(bool paused);

 Q_SIGNALS:
  void mode_changed();
  void busy_changed(bool busy);
  void job_started(const QString& title);
  void progress(const bitswap::JobProgress& progress, double bytes_per_second, double seconds_left);
  void finished(const QString& summary, bitswap::ui::ArchiveController::Outcome outcome);
  void problems_changed();
  void conflicts_found(const QStringList& examples, int count);

 private:
  struct Update {
    enum class Kind : std::uint8_t { Settled, Working, Reset };
    FileReport report;
    Kind kind = Kind::Settled;
  };
  using Completion = Worker::Completion;

  // archive_controller.cpp
  void clear_list(bool keep_thumbnails);
  void walk();
  static FileItem make_item(InputItem&& input);
  /// `same_files`: those that are in the list already are the same content.
  void show_archive(const std::filesystem::path& archive, const JobReport& report, bool same_files);
  void show_items(std::vector<FileItem> items);
  void tick();
  void apply(const Update& update);
  /// After all rows that wait are in the list.
  void when_shown(std::function<void()> call);
  static Problem problem_of(const FileReport& report);
  void set_problems(std::vector<Problem> problems);
  void set_busy();

  // archive_jobs.cpp
  /// `options` get device, threads and where to report to.
  void start_job(const QString& title, JobOptions& options, std::function<Completion(const CancelToken&)> job);
  /// After everything that the job reported is in the list.
  void when_drained(std::function<void()> call);
  void finish(const QString& summary, Outcome outcome);
  void finish_job(const JobReport& report, const std::function<QString(int files)>& summary);
  void fail(const Error& error);
  void run_compress(CompressOptions options);
  void remove_entries(const std::vector<std::string>& paths);
  [[nodiscard]] std::vector<std::string> patterns_of(const std::vector<std::string>& paths) const;

  Engine& engine_;
  Settings& settings_;
  FileTreeModel model_;
  Mode mode_ = Mode::Queue;
  std::filesystem::path archive_;
  std::uint64_t archive_size_ = 0;
  InputList inputs_;
  std::vector<std::filesystem::path> unwalked_;
  std::unordered_map<std::string, std::string> path_by_file_;
  std::deque<FileItem> additions_;
  std::deque<Update> updates_;
  std::vector<std::string> touched_;         ///< by the job
  std::unordered_set<std::string> settled_;  ///< by the job
  std::function<void()> shown_;
  std::shared_ptr<JobChannel> channel_;  ///< of the job that runs
  std::string current_;                  ///< that it says to be at
  SpeedMeter speed_;
  QTimer timer_;
  std::vector<Problem> problems_;
  std::optional<ExtractOptions> wanted_;
  bool job_running_ = false;
  bool was_busy_ = false;
  Worker worker_;  // the last member: its job ends before what it uses goes
};

}  // namespace bitswap::ui
