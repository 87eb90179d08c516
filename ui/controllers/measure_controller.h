// Measures pictures for the tabs in the background: all codecs, ledgers and heat maps, metadata. Remembers the results.
#pragma once

#include <QObject>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>

#include "engine/jobs/compare.h"
#include "engine/jobs/inspect.h"
#include "ui/controllers/worker.h"
#include "ui/models/details.h"
#include "ui/models/named_source.h"

namespace bitswap::ui {

class Engine;
class Settings;

/// Lives on the window's thread. Results are remembered by source, time and size of its file, and model. What is
/// already known is told before the call returns, everything else later.
class MeasureController : public QObject {
  Q_OBJECT
 public:
  enum class Task : std::uint8_t { Compare, Inspect, Describe };
  Q_ENUM(Task)

  MeasureController(Engine& engine, Settings& settings, QObject* parent = nullptr);
  ~MeasureController() override;

  /// From now on these pictures are wanted, under the codecs of the settings, one after another in this order; a
  /// measurement of another picture is cancelled. Empty: nothing is wanted.
  void compare(const NamedSources& sources);
  /// Ledger, heat map and pixels of one picture; an inspection of another one is cancelled.
  void inspect(const NamedSource& source);
  /// Format, sizes, checksum and metadata of one picture; a description of another one is cancelled.
  void describe(const NamedSource& source);
  /// Nothing is wanted any more.
  void cancel();
  /// While a job of the window needs the machine: what runs is paused, nothing begins.
  void set_suspended(bool suspended);

  [[nodiscard]] bool suspended() const { return suspended_; }
  [[nodiscard]] bool comparing() const;
  [[nodiscard]] bool busy() const;
  /// What is known of the picture under the codecs of the settings; null if nothing was measured.
  [[nodiscard]] const CompareImage* known(const PictureSource& source) const;

 Q_SIGNALS:
  /// `image` holds what is known of the picture so far, only codecs of the settings; `complete`: nothing else will
  /// come.
  void compared(const bitswap::PictureSource& source, const bitswap::CompareImage& image, bool complete);
  void inspected(const bitswap::PictureSource& source, std::shared_ptr<const bitswap::InspectReport> report,
                 std::shared_ptr<const bitswap::LoadedPicture> picture);
  void described(const bitswap::PictureSource& source, const bitswap::ui::Details& details);
  /// `message` is a sentence for people.
  void failed(const bitswap::PictureSource& source, const QString& message, bitswap::ui::MeasureController::Task task);
  /// Of compare(): measurements (a picture under a codec) that are done, and all that are wanted.
  void progress(int done, int total);
  void busy_changed(bool busy);
  void suspended_changed(bool suspended);
  /// The settings name another model: what was shown so far is of the old one.
  void model_changed();

 private:
  /// What a result depends on besides its codec.
  struct Key {
    PictureSource source;
    std::int64_t time = 0;
    std::uint64_t size = 0;
    std::string model;
    friend bool operator==(const Key&, const Key&) = default;
    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.source.file, a.source.entry, a.time, a.size, a.model) <
             std::tie(b.source.file, b.source.entry, b.time, b.size, b.model);
    }
  };
  struct Measured {
    CompareImage image;
    std::set<std::string> tried;  ///< codecs that will bring nothing new: measured, or they do not take the picture
  };
  struct Inspected {
    Key key;
    std::shared_ptr<const InspectReport> report;
    std::shared_ptr<const LoadedPicture> picture;
  };

  [[nodiscard]] Key key_of(const PictureSource& source) const;
  [[nodiscard]] std::vector<std::string> missing(const Key& key) const;
  void start_compare();
  void take_measured(const Key& key, const CompareImage& image, bool complete);
  void compare_done(const Key& key, const std::vector<std::string>& codecs, Result<CompareOutcome> outcome);
  void report_progress();
  void start_inspect();
  void stop_inspecting();
  void inspect_done(const Key& key, Result<Inspected> result);
  void remember(Inspected inspected);
  void start_describe();
  void stop_describing();
  void describe_done(const Key& key, Result<Details> details);
  void report_busy();

  Engine& engine_;
  Settings& settings_;
  std::string model_;
  bool suspended_ = false;
  bool was_busy_ = false;

  std::vector<Key> wanted_;          ///< to compare, in order
  std::vector<std::string> codecs_;  ///< to compare with
  std::set<Key> failed_;             ///< of wanted_
  std::map<Key, Measured> measured_;
  std::optional<Key> comparing_;  ///< what compare_worker_ is at

  std::optional<Key> to_inspect_, to_describe_;    ///< next
  std::optional<Key> inspecting_, describing_;     ///< what the workers are at, unless it was cancelled
  std::deque<Inspected> inspected_;                ///< the latest last
  std::deque<std::pair<Key, Details>> described_;  ///< the latest last

  // Last, so that they are gone before what their jobs use.
  Worker compare_worker_, inspect_worker_, describe_worker_;
};

}  // namespace bitswap::ui
