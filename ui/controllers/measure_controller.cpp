// Three workers, so that a long comparison keeps nobody from a heat map, and neither keeps anybody from the metadata.
#include "ui/controllers/measure_controller.h"

#include <algorithm>

#include "engine/base/hash.h"
#include "engine/image/format.h"
#include "ui/controllers/engine.h"
#include "ui/controllers/settings.h"
#include "ui/models/error_text.h"

namespace bitswap::ui {
namespace {

constexpr std::size_t kMeasuredPictures = 10'000;
constexpr std::size_t kDescribedPictures = 200;
// A heat map takes a float for every pixel and stage, so few are kept.
constexpr std::size_t kInspectedPictures = 6;
constexpr std::uint64_t kInspectedBytes = 768'000'000;
constexpr std::uint64_t kHeatMapPixels = 64'000'000;
constexpr std::uint64_t kReadBytes = 1'000'000'000;

std::uint64_t memory_of(const InspectReport& report, const LoadedPicture& picture) {
  std::uint64_t bytes = picture.rgb.samples.size();
  for (const std::vector<float>& map : report.heat.bits) bytes += map.size() * sizeof(float);
  return bytes;
}

/// What the archive's index says, so that nothing has to be decoded for it.
Status read_listing(Engine& engine, const PictureSource& source, Details& details) {
  BITSWAP_TRY_ASSIGN(const JobReport listing, engine.list(source.file));
  const auto entry = std::find_if(listing.files.begin(), listing.files.end(),
                                  [&](const FileReport& file) { return file.path == source.entry; });
  if (entry == listing.files.end()) return {};
  details.form = entry->form;
  details.format = entry->format;
  details.exactness = entry->exactness;
  details.width = entry->width;
  details.height = entry->height;
  details.file_bytes = entry->original_bytes;
  details.stored_bytes = entry->stored_bytes;
  details.pixel_bytes = entry->pixel_bytes;
  if (auto coding = engine.read_coding(source); coding.ok()) details.coding = std::move(*coding);
  return {};
}

/// Files that are no pictures have details, too.
Result<Details> read_details(Engine& engine, const PictureSource& source, const JobOptions& options) {
  Details details;
  details.source = source;
  if (!source.entry.empty()) BITSWAP_TRY(read_listing(engine, source, details));
  if (details.width == 0 && (source.entry.empty() || !details.format.empty())) {
    if (auto picture = engine.load_picture(source, options); picture.ok()) {
      details.width = picture->rgb.width;
      details.height = picture->rgb.height;
      details.format = picture->format;
      details.file_bytes = picture->file_bytes;
    } else if (picture.error().code != Error::Code::Unsupported && picture.error().code != Error::Code::LimitExceeded) {
      return std::move(picture).error();
    }
  }
  auto content = engine.load_content(source, kReadBytes, options);
  if (content.ok()) {
    details.file_bytes = content->size();
    details.checksum = hex(content_hash(*content));
    // Samples of more than 8 bits are coded as a picture of twice the height; the file knows better.
    const bool pixels = keeps_pixels(details.form);
    if (const ImageFormat* format = pixels && details.height % 2 == 0 ? find_format(*content) : nullptr) {
      if (const auto picture = format->view(*content); picture.ok()) {
        details.width = picture->width;
        details.height = picture->height;
      }
    }
    if (auto metadata = engine.read_metadata(*content); metadata.ok()) details.metadata = std::move(*metadata);
  } else if (content.error().code != Error::Code::LimitExceeded) {
    return std::move(content).error();
  }
  return details;
}

}  // namespace

MeasureController::MeasureController(Engine& engine, Settings& settings, QObject* parent)
    : QObject(parent), engine_(engine), settings_(settings), model_(settings.model().toStdString()) {
  connect(&settings_, &Settings::changed, this, [this] {
    std::string model = settings_.model().toStdString();
    if (model == model_) return;
    model_ = std::move(model);
    Q_EMIT model_changed();
  });
}

MeasureController::~MeasureController() = default;

MeasureController::Key MeasureController::key_of(const PictureSource& source) const {
  Key key{source, 0, 0, model_};
  std::error_code error;
  const auto time = std::filesystem::last_write_time(source.file, error);
  if (!error) key.time = time.time_since_epoch().count();
  const std::uintmax_t size = std::filesystem::file_size(source.file, error);
  if (!error) key.size = size;
  return key;
}

bool MeasureController::comparing() const { return comparing_.has_value(); }

bool MeasureController::busy() const {
  return compare_worker_.busy() || inspect_worker_.busy() || describe_worker_.busy();
}

const CompareImage* MeasureController::known(const PictureSource& source) const {
  const auto found = measured_.find(key_of(source));
  return found == measured_.end() || found->second.image.codecs.empty() ? nullptr : &found->second.image;
}

void MeasureController::cancel() {
  compare({});
  to_inspect_.reset();
  to_describe_.reset();
  stop_inspecting();
  stop_describing();
}

void MeasureController::stop_inspecting() {
  inspect_worker_.cancel();
  inspecting_.reset();
}

void MeasureController::stop_describing() {
  describe_worker_.cancel();
  describing_.reset();
}

void MeasureController::set_suspended(bool suspended) {
  if (suspended_ == suspended) return;
  suspended_ = suspended;
  for (Worker* worker : {&compare_worker_, &inspect_worker_, &describe_worker_}) {
    if (worker->busy()) worker->pause(suspended);
  }
  Q_EMIT suspended_changed(suspended);
  start_compare();
  start_inspect();
  start_describe();
}

void MeasureController::report_busy() {
  if (busy() == was_busy_) return;
  was_busy_ = !was_busy_;
  Q_EMIT busy_changed(was_busy_);
}

std::vector<std::string> MeasureController::missing(const Key& key) const {
  const auto found = measured_.find(key);
  std::vector<std::string> codecs;
  for (const std::string& codec : codecs_) {
    if (found == measured_.end() || !found->second.tried.contains(codec)) codecs.push_back(codec);
  }
  return codecs;
}

void MeasureController::compare(const NamedSources& sources) {
  std::vector<Key> wanted;
  wanted.reserve(sources.size());
  for (const NamedSource& source : sources) wanted.push_back(key_of(source.source));
  codecs_ = settings_.codecs();
  if (codecs_.empty()) codecs_ = usual_codecs();
  wanted_ = wanted;
  failed_.clear();
  if (comparing_ && std::find(wanted_.begin(), wanted_.end(), *comparing_) == wanted_.end()) compare_worker_.cancel();
  for (const Key& key : wanted) {
    if (const auto found = measured_.find(key); found != measured_.end()) {
      take_measured(key, {}, missing(key).empty());
    }
  }
  report_progress();
  start_compare();
}

/// Merges what is new into what is known, and tells of those codecs that are wanted.
void MeasureController::take_measured(const Key& key, const CompareImage& image, bool complete) {
  Measured& known = measured_[key];
  if (known.image.raw_bytes == 0) {
    known.image = image;
    known.image.codecs.clear();
  }
  for (const CompareMeasurement& measurement : image.codecs) {
    known.tried.insert(measurement.codec);
    const auto same = std::find_if(known.image.codecs.begin(), known.image.codecs.end(),
                                   [&](const auto& other) { return other.codec == measurement.codec; });
    if (same == known.image.codecs.end()) {
      known.image.codecs.push_back(measurement);
    } else {
      *same = measurement;
    }
  }
  CompareImage told = known.image;
  std::erase_if(told.codecs, [&](const CompareMeasurement& measurement) {
    return std::find(codecs_.begin(), codecs_.end(), measurement.codec) == codecs_.end();
  });
  Q_EMIT compared(key.source, told, complete);
}

void MeasureController::start_compare() {
  if (suspended_ || compare_worker_.busy()) return;
  const auto next = std::find_if(wanted_.begin(), wanted_.end(),
                                 [&](const Key& key) { return !failed_.contains(key) && !missing(key).empty(); });
  if (next == wanted_.end()) return report_busy();
  const Key key = *next;
  comparing_ = key;
  CompareOptions options;
  settings_.apply(options);
  options.pictures = {key.source};
  options.codecs = missing(key);
  options.model = key.model;
  options.measured = [this, key](std::size_t, const CompareImage& image) {
    compare_worker_.post([this, key, image] {
      take_measured(key, image, false);
      report_progress();
    });
  };
  compare_worker_.start([this, options, key](const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    auto outcome = std::make_shared<Result<CompareOutcome>>(engine_.compare(options));
    return [this, key, codecs = options.codecs, outcome] { compare_done(key, codecs, std::move(*outcome)); };
  });
  report_busy();
}

void MeasureController::compare_done(const Key& key, const std::vector<std::string>& codecs,
                                     Result<CompareOutcome> outcome) {
  comparing_.reset();
  const bool wanted = std::find(wanted_.begin(), wanted_.end(), key) != wanted_.end();
  if (outcome.ok() && !outcome->report.images().empty()) {
    if (measured_.size() > std::max(kMeasuredPictures, wanted_.size())) measured_.erase(measured_.begin());
    measured_[key].tried.insert(codecs.begin(), codecs.end());
    take_measured(key, outcome->report.images().front(), missing(key).empty());
  } else if (outcome.ok()) {
    failed_.insert(key);
    std::string why = outcome->warnings.empty() ? std::string() : outcome->warnings.front();
    const std::string name = (key.source.entry.empty() ? key.source.file.string() : key.source.entry) + ": ";
    if (why.starts_with(name)) why.erase(0, name.size());  // whoever shows it names the picture
    Q_EMIT failed(key.source, why.empty() ? tr("This picture cannot be read.") : QString::fromStdString(why),
                  Task::Compare);
  } else if (outcome.error().code != Error::Code::Cancelled) {
    failed_.insert(key);
    if (wanted) Q_EMIT failed(key.source, error_text(outcome.error()), Task::Compare);
  }
  report_progress();
  start_compare();
}

void MeasureController::report_progress() {
  std::size_t done = 0;
  for (const Key& key : wanted_) done += failed_.contains(key) ? codecs_.size() : codecs_.size() - missing(key).size();
  Q_EMIT progress(static_cast<int>(done), static_cast<int>(wanted_.size() * codecs_.size()));
}

void MeasureController::inspect(const NamedSource& source) {
  const Key key = key_of(source.source);
  to_inspect_.reset();
  const auto found =
      std::find_if(inspected_.begin(), inspected_.end(), [&](const Inspected& known) { return known.key == key; });
  if (inspecting_ && *inspecting_ != key) stop_inspecting();
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

void MeasureController::start_inspect() {
  if (suspended_ || inspect_worker_.busy() || !to_inspect_) return;
  const Key key = *to_inspect_;
  to_inspect_.reset();
  inspecting_ = key;
  InspectOptions options;
  settings_.apply(options);
  options.file = key.source.file;
  options.entry = key.source.entry;
  options.model = key.model;
  inspect_worker_.start([this, options, key](const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    const auto look = [&]() -> Result<Inspected> {
      BITSWAP_TRY_ASSIGN(LoadedPicture picture, engine_.load_picture(key.source, options));
      options.heat_map = picture.rgb.pixel_count() <= kHeatMapPixels;
      BITSWAP_TRY_ASSIGN(InspectReport report, engine_.inspect(options));
      return Inspected{key, std::make_shared<const InspectReport>(std::move(report)),
                       std::make_shared<const LoadedPicture>(std::move(picture))};
    };
    auto result = std::make_shared<Result<Inspected>>(look());
    return [this, key, result] { inspect_done(key, std::move(*result)); };
  });
  report_busy();
}

void MeasureController::inspect_done(const Key& key, Result<Inspected> result) {
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
  const Key key = key_of(source.source);
  to_describe_.reset();
  const auto found =
      std::find_if(described_.begin(), described_.end(), [&](const auto& known) { return known.first == key; });
  if (describing_ && *describing_ != key) stop_describing();
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
  const Key key = *to_describe_;
  to_describe_.reset();
  describing_ = key;
  JobOptions options;
  settings_.apply(options);
  describe_worker_.start([this, options, key](const CancelToken& cancel) mutable -> Worker::Completion {
    options.cancel = &cancel;
    auto details = std::make_shared<Result<Details>>(read_details(engine_, key.source, options));
    return [this, key, details] { describe_done(key, std::move(*details)); };
  });
  report_busy();
}

void MeasureController::describe_done(const Key& key, Result<Details> details) {
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
