// SPDX-License-Identifier: GPL-3.0-or-later
// Measures pictures under all codecs in the background, and remembers the results.
#pragma once

#include <QObject>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/jobs/compare.h"
#include "ui/controllers/latest_worker.h"
#include "ui/controllers/measure_key.h"

namespace bitswap::ui {

class Engine;
class Settings;

/// Lives on the window's thread. What is already known is told before the call returns, everything else later. A large
/// picture that is wanted alone is estimated first, from a sample, and then measured.
class Comparer : public QObject {
  Q_OBJECT
 public:
  Comparer(Engine& engine, Settings& settings, QObject* parent = nullptr);

  /// From now on these are wanted, under these codecs, in this order. Empty: nothing is.
  void compare(std::vector<MeasureKey> wanted, std::vector<std::string> codecs);
  void set_suspended(bool suspended);
  [[nodiscard]] bool busy() const { return worker_.busy(); }
  /// Null if nothing was measured.
  [[nodiscard]] const CompareImage* known(const MeasureKey& key) const;

 Q_SIGNALS:
  /// `complete`: nothing else will come.
  void compared(const bitswap::PictureSource& source, const bitswap::CompareImage& image, bool complete);
  void failed(const bitswap::PictureSource& source, const QString& message);
  void progress(int done, int total);
  void busy_changed();

 private:
  struct Measured {
    CompareImage image;
    std::set<std::string> tried;  ///< codecs that will bring nothing new: measured, or they do not take the picture
    bool sampled = false;         ///< there is an estimate, or none is needed
  };

  [[nodiscard]] std::vector<std::string> missing(const MeasureKey& key) const;
  void start();
  void take(const MeasureKey& key, const CompareImage& image, bool complete);
  void done(const MeasureKey& key, const std::vector<std::string>& codecs, bool sample, Result<CompareOutcome> outcome);
  void report_progress();

  Engine& engine_;
  Settings& settings_;
  bool suspended_ = false;
  std::vector<MeasureKey> wanted_;
  std::vector<std::string> codecs_;
  std::set<MeasureKey> failed_;  ///< of wanted_
  std::map<MeasureKey, Measured> measured_;
  std::optional<MeasureKey> comparing_;
  LatestWorker worker_;  // the last member: its jobs end before what they use goes
};

}  // namespace bitswap::ui
