// SPDX-License-Identifier: GPL-3.0-or-later
// Three workers, so that a long comparison keeps nobody from a heat map, and neither keeps anybody from the metadata.
#include "ui/controllers/measure_controller.h"

#include <algorithm>

#include "ui/controllers/engine.h"
#include "ui/controllers/picture_details.h"
#include "ui/controllers/settings.h"
#include "ui/items/error_text.h"

namespace bitswap::ui {
namespace {

constexpr std::size_t kDescribedPictures = 200;
// A heat map takes a float for every pixel and stage, so few are kept.
constexpr std::size_t kInspectedPictures = 6;
constexpr std::uint64_t kInspectedBytes = 768'000'000;
constexpr std::uint64_t kHeatMapPixels = 64'000'000;

std::uint64_t memory_of(const InspectReport& report, const LoadedPicture& picture) {
  std::uint64_t bytes = picture.rgb.samples.size();
  for (const std::vector<float>& map : report.heat.bits) bytes += map.size() * sizeof(float);
  return bytes;
}

}  // namespace

MeasureController::MeasureController(Engine& engine, Settings& settings, QObject* parent)
    : QObject(parent),
      engine_(engine),
      settings_(settings),
      model_(settings.model().toStdString()),
      comparer_(engine, settings) {
  connect(&comparer_, &Comparer::compared, this, &MeasureController::compared);
  connect(&comparer_, &Comparer::progress, this, &MeasureController::progress);
  connect(&comparer_, &Comparer::busy_changed, this, &MeasureController::report_busy);
  connect(&comparer_, &Comparer::failed, this, [this](const PictureSource& source, const QString& message) {
    Q_EMIT failed(source, message, Task::Compare);
  });
  connect(&settings_, &Settings::changed, this, [this] {
    std::string model = settings_.model().toStdString();
    if (model == model_) return;
    model_ = std::move(model);
    Q_EMIT model_changed();
  });
}

MeasureController::~MeasureController() = default;

bool MeasureController::busy() const { return comparer_.busy() || inspect_worker_.busy() || describe_worker_.busy(); }

const CompareImage* MeasureController::known(const PictureSource& source) const {
  return comparer_.known(key_of(source));
}

void MeasureController::set_suspended(bool suspended) {
  if (suspended_ == suspended) return;
  suspended_ = suspended;
  comparer_.set_suspended(suspended);
  for (LatestWorker* worker : {&inspect_worker_, &describe_worker_}) worker->pause(suspended);
  Q_EMIT suspended_changed(suspended);
  start_inspect();
  start_describe();
}

void MeasureController::report_busy() {
  if (busy() == was_busy_) return;
  was_busy_ = !was_busy_;
  Q_EMIT busy_changed(was_busy_);
}

void MeasureController::compare(const NamedSources& sources) {
  std::vector<MeasureKey> wanted;
  wanted.reserve(sources.size());
  for (const NamedSource& source : sources) wanted.push_back(key_of(source.source));
  std::vector<std::string> codecs = settings_.codecs();
  comparer_.compare(std::move(wanted), codecs.empty() ? usual_codecs() : std::move(codecs));
  report_busy();
}

void MeasureController::inspect(const NamedSource& source) {
  const MeasureKey key = key_of(source.source);
  to_inspect_.reset();
  if (inspecting_ && *inspecting_ != key) stop_inspecting();
  const auto found = std::ranges::find(inspected_, key, &Inspected::key);
  if (found != inspected_.end()) {
    const Inspected known = *found;
    inspected_.erase(found);
    inspected_.push_back(known);
    Q_EMIT inspected(source.source, known.report, known.picture);
  } else if (inspecting_ != key) {
    to_inspect_ = key;
    start_inspect();
  }
}

void MeasureController::stop_inspecting() {
  inspect_worker_.cancel();
  inspecting_.reset();
  to_inspect_.reset();
  report_busy();
}

void MeasureController::start_inspect() {
  if (suspended_ || inspect_worker_.busy() || !to_inspect_) return;
  const MeasureKey key = *to_inspect_;
  to_inspect_.reset();
  inspecting_ = key;
  InspectOptions options;
  settings_.apply(options);
  options.file = key.source.file;
  options.entry = key.source.entry;
  options.model = key.model;
  inspect_worker_.start([this, options, key](Worker& worker, const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    const auto look = [&]() -> Result<Inspected> {
      BITSWAP_TRY_ASSIGN(LoadedPicture loaded, engine_.load_picture(key.source, options));
      const auto picture = std::make_shared<const LoadedPicture>(std::move(loaded));
      if (picture->rgb.pixel_count() > 4 * kSamplePixels) {
        options.sample = kSamplePixels;
        BITSWAP_TRY_ASSIGN(InspectReport estimate, engine_.inspect(options));
        options.sample = 0;
        const Inspected first{key, std::make_shared<const InspectReport>(std::move(estimate)), picture};
        worker.post([this, first] { Q_EMIT inspected(first.key.source, first.report, first.picture); });
      }
      options.progress = [this, &worker, source = key.source](const JobProgress& progress) {
        if (progress.bytes_total == 0) return;
        const double share = static_cast<double>(progress.bytes_done) / static_cast<double>(progress.bytes_total);
        worker.post([this, source, share] { Q_EMIT inspecting(source, std::min(1.0, share)); });
      };
      options.heat_map = picture->rgb.pixel_count() <= kHeatMapPixels;
      BITSWAP_TRY_ASSIGN(InspectReport report, engine_.inspect(options));
      return Inspected{key, std::make_shared<const InspectReport>(std::move(report)), picture};
    };
    auto result = std::make_shared<Result<Inspected>>(look());
    return [this, key, result] { inspect_done(key, std::move(*result)); };
  });
  report_busy();
}

void MeasureController::inspect_done(const MeasureKey& key, Result<Inspected> result) {
  inspecting_.reset();
  report_busy();
  if (result.ok()) {
    remember(*result);
    Q_EMIT inspected(key.source, result->report, result->picture);
  } else if (result.error().code != Error::Code::Cancelled) {
    Q_EMIT failed(key.source, error_text(result.error()), Task::Inspect);
  }
  start_inspect();
}

void MeasureController::remember(Inspected inspected) {
  inspected_.push_back(std::move(inspected));
  std::uint64_t bytes = 0;
  for (const Inspected& known : inspected_) bytes += memory_of(*known.report, *known.picture);
  while (inspected_.size() > 1 && (inspected_.size() > kInspectedPictures || bytes > kInspectedBytes)) {
    bytes -= memory_of(*inspected_.front().report, *inspected_.front().picture);
    inspected_.pop_front();
  }
}

void MeasureController::describe(const NamedSource& source) {
  const MeasureKey key = key_of(source.source);
  to_describe_.reset();
  if (describing_ && *describing_ != key) {
    describe_worker_.cancel();
    describing_.reset();
  }
  const auto found = std::ranges::find(described_, key, &std::pair<MeasureKey, Details>::first);
  if (found != described_.end()) {
    const Details details = found->second;
    Q_EMIT described(source.source, details);
  } else if (describing_ != key) {
    to_describe_ = key;
    start_describe();
  }
}

void MeasureController::start_describe() {
  if (suspended_ || describe_worker_.busy() || !to_describe_) return;
  const MeasureKey key = *to_describe_;
  to_describe_.reset();
  describing_ = key;
  JobOptions options;
  settings_.apply(options);
  describe_worker_.start([this, options, key](Worker&, const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    auto details = std::make_shared<Result<Details>>(read_details(engine_, key.source, options));
    return [this, key, details] { describe_done(key, std::move(*details)); };
  });
  report_busy();
}

void MeasureController::describe_done(const MeasureKey& key, Result<Details> details) {
  describing_.reset();
  report_busy();
  if (details.ok()) {
    described_.emplace_back(key, *details);
    if (described_.size() > kDescribedPictures) described_.pop_front();
    Q_EMIT described(key.source, *details);
  } else if (details.error().code != Error::Code::Cancelled) {
    Q_EMIT failed(key.source, error_text(details.error()), Task::Describe);
  }
  start_describe();
}

}  // namespace bitswap::ui
