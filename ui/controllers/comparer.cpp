// SPDX-License-Identifier: GPL-3.0-or-later
// One picture at a time; results come codec by codec.
#include "ui/controllers/comparer.h"

#include <algorithm>

#include "ui/controllers/engine.h"
#include "ui/controllers/settings.h"
#include "ui/items/error_text.h"

namespace bitswap::ui {
namespace {

constexpr std::size_t kMeasuredPictures = 10'000;

}  // namespace

Comparer::Comparer(Engine& engine, Settings& settings, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings) {}

const CompareImage* Comparer::known(const MeasureKey& key) const {
  const auto found = measured_.find(key);
  return found == measured_.end() || found->second.image.codecs.empty() ? nullptr : &found->second.image;
}

void Comparer::set_suspended(bool suspended) {
  suspended_ = suspended;
  worker_.pause(suspended);
  start();
}

std::vector<std::string> Comparer::missing(const MeasureKey& key) const {
  const auto found = measured_.find(key);
  std::vector<std::string> codecs;
  for (const std::string& codec : codecs_) {
    if (found == measured_.end() || !found->second.tried.contains(codec)) codecs.push_back(codec);
  }
  return codecs;
}

void Comparer::compare(std::vector<MeasureKey> wanted, std::vector<std::string> codecs) {
  wanted_ = std::move(wanted);
  codecs_ = std::move(codecs);
  failed_.clear();
  if (comparing_ && std::ranges::find(wanted_, *comparing_) == wanted_.end()) {
    worker_.cancel();
    comparing_.reset();
  }
  for (const MeasureKey& key : wanted_) {
    if (measured_.contains(key)) take(key, {}, missing(key).empty());
  }
  report_progress();
  start();
}

/// Merges what is new into what is known, and tells of those codecs that are wanted.
void Comparer::take(const MeasureKey& key, const CompareImage& image, bool complete) {
  Measured& known = measured_[key];
  if (known.image.raw_bytes == 0) {
    known.image = image;
    known.image.codecs.clear();
  }
  for (const CompareMeasurement& measurement : image.codecs) {
    if (!measurement.estimate) known.tried.insert(measurement.codec);
    const auto same = std::ranges::find(known.image.codecs, measurement.codec, &CompareMeasurement::codec);
    if (same == known.image.codecs.end()) {
      known.image.codecs.push_back(measurement);
    } else if (!measurement.estimate || same->estimate) {
      *same = measurement;
    }
  }
  CompareImage told = known.image;
  std::erase_if(told.codecs, [&](const CompareMeasurement& measurement) {
    return std::ranges::find(codecs_, measurement.codec) == codecs_.end();
  });
  Q_EMIT compared(key.source, told, complete);
}

void Comparer::start() {
  if (suspended_ || worker_.busy()) return;
  const auto next = std::ranges::find_if(
      wanted_, [&](const MeasureKey& key) { return !failed_.contains(key) && !missing(key).empty(); });
  if (next == wanted_.end()) {
    Q_EMIT busy_changed();
    return;
  }
  const MeasureKey key = *next;
  comparing_ = key;
  CompareOptions options;
  settings_.apply(options);
  options.pictures = {key.source};
  options.codecs = missing(key);
  options.model = key.model;
  const bool sample = wanted_.size() == 1 && !measured_[key].sampled;
  if (sample) options.sample = kSamplePixels;
  worker_.start([this, options, key, sample](Worker& worker, const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    options.measured = [this, key, &worker](std::size_t, const CompareImage& image) {
      worker.post([this, key, image] {
        take(key, image, false);
        report_progress();
      });
    };
    auto outcome = std::make_shared<Result<CompareOutcome>>(engine_.compare(options));
    return [this, key, codecs = options.codecs, sample, outcome] { done(key, codecs, sample, std::move(*outcome)); };
  });
  Q_EMIT busy_changed();
}

void Comparer::done(const MeasureKey& key, const std::vector<std::string>& codecs, bool sample,
                    Result<CompareOutcome> outcome) {
  comparing_.reset();
  const bool wanted = std::ranges::find(wanted_, key) != wanted_.end();
  if (outcome.ok() && !outcome->report.images().empty()) {
    if (measured_.size() > std::max(kMeasuredPictures, wanted_.size())) measured_.erase(measured_.begin());
    const CompareImage& image = outcome->report.images().front();
    const bool estimate = std::ranges::any_of(image.codecs, &CompareMeasurement::estimate);
    measured_[key].sampled = true;
    if (!estimate && (!sample || !image.codecs.empty())) measured_[key].tried.insert(codecs.begin(), codecs.end());
    take(key, image, missing(key).empty());
  } else if (outcome.ok()) {
    failed_.insert(key);
    std::string why = outcome->warnings.empty() ? std::string() : outcome->warnings.front();
    const std::string name = (key.source.entry.empty() ? key.source.file.string() : key.source.entry) + ": ";
    if (why.starts_with(name)) why.erase(0, name.size());  // whoever shows it names the picture
    Q_EMIT failed(key.source, why.empty() ? tr("This picture cannot be read.") : QString::fromStdString(why));
  } else if (outcome.error().code != Error::Code::Cancelled) {
    failed_.insert(key);
    if (wanted) Q_EMIT failed(key.source, error_text(outcome.error()));
  }
  report_progress();
  start();
}

void Comparer::report_progress() {
  std::size_t done = 0;
  for (const MeasureKey& key : wanted_) {
    done += failed_.contains(key) ? codecs_.size() : codecs_.size() - missing(key).size();
  }
  Q_EMIT progress(static_cast<int>(done), static_cast<int>(wanted_.size() * codecs_.size()));
}

}  // namespace bitswap::ui
