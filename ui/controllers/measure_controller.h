// SPDX-License-Identifier: GPL-3.0-or-later
// Measures pictures for the tabs in the background: all codecs, ledgers and heat maps, metadata. Remembers the results.
#pragma once

#include <QObject>
#include <deque>
#include <memory>
#include <optional>

#include "engine/jobs/inspect.h"
#include "ui/controllers/comparer.h"
#include "ui/items/details.h"
#include "ui/items/named_source.h"

namespace bitswap::ui {

class Engine;
class Settings;

/// Lives on the window's thread. Results are remembered by source, time and size of its file, and model. What is
/// already known is told before the call returns, everything else later. Nothing that is wanted waits for something
/// that is not wanted any more.
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
  /// Ledger, heat map and pixels of one picture; an inspection of another one is cancelled. Of a large picture an
  /// estimate comes first, without a heat map.
  void inspect(const NamedSource& source);
  void stop_inspecting();
  /// Format, sizes, checksum and metadata of one picture; a description of another one is cancelled.
  void describe(const NamedSource& source);
  /// While a job of the window needs the machine: what runs is paused, nothing begins.
  void set_suspended(bool suspended);

  [[nodiscard]] bool suspended() const { return suspended_; }
  [[nodiscard]] bool comparing() const { return comparer_.busy(); }
  [[nodiscard]] bool busy() const;
  /// What is known of the picture under the codecs of the settings; null if nothing was measured.
  [[nodiscard]] const CompareImage* known(const PictureSource& source) const;

 Q_SIGNALS:
  /// `image` holds what is known of the picture so far, only codecs of the settings; `complete`: nothing else will
  /// come.
  void compared(const bitswap::PictureSource& source, const bitswap::CompareImage& image, bool complete);
  void inspected(const bitswap::PictureSource& source, std::shared_ptr<const bitswap::InspectReport> report,
                 std::shared_ptr<const bitswap::LoadedPicture> picture);
  /// Share of the inspection that is done, 0 to 1.
  void inspecting(const bitswap::PictureSource& source, double share);
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
  struct Inspected {
    MeasureKey key;
    std::shared_ptr<const InspectReport> report;
    std::shared_ptr<const LoadedPicture> picture;
  };

  [[nodiscard]] MeasureKey key_of(const PictureSource& source) const { return MeasureKey::of(source, model_); }
  void start_inspect();
  void inspect_done(const MeasureKey& key, Result<Inspected> result);
  void remember(Inspected inspected);
  void start_describe();
  void describe_done(const MeasureKey& key, Result<Details> details);
  void report_busy();

  Engine& engine_;
  Settings& settings_;
  std::string model_;
  bool suspended_ = false;
  bool was_busy_ = false;

  std::optional<MeasureKey> to_inspect_, to_describe_;    ///< next
  std::optional<MeasureKey> inspecting_, describing_;     ///< what the workers are at
  std::deque<Inspected> inspected_;                       ///< the latest last
  std::deque<std::pair<MeasureKey, Details>> described_;  ///< the latest last

  // Last, so that they are gone before what their jobs use.
  Comparer comparer_;
  LatestWorker inspect_worker_, describe_worker_;
};

}  // namespace bitswap::ui
