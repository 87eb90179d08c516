// SPDX-License-Identifier: GPL-3.0-or-later
// Measurements in the order of the pictures, so that a picture is decoded when its first codec begins and freed when
// its last one ends: whatever is held decoded is being measured, but for the one picture whose turn has just come.
#include "engine/jobs/compare.h"
#include "engine/devices/devices.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>

#include "engine/compare/bitswap_codec.h"
#include "engine/image/pixels/shrink.h"
#include "engine/image/pixels/tiles.h"
#include "engine/image/png/png_write.h"
#include "engine/jobs/support.h"
#include "engine/storage/coding_models.h"

namespace bitswap {
namespace {

std::optional<Schedule> schedule_of(const std::string& name) {
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
    if (name == schedule_name(schedule)) return schedule;
  }
  return std::nullopt;
}

/// A released family of models by its name: Bit-Swap with these in a row of its own, beside the chosen model's.
bool is_family(std::string_view name) {
  return std::ranges::any_of(released_families(), [&](std::string_view family) { return family == name; });
}

/// Each once, in the given order.
Result<std::vector<std::string>> check_codecs(const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const std::string& name : wanted.empty() ? usual_codecs() : wanted) {
    if (!schedule_of(name) && !is_family(name) && find_compare_codec(name) == nullptr) {
      std::string known;
      for (const std::string& one : known_codecs()) known += " " + one;
      return Error{Error::Code::InvalidArgument, 0, "there is no codec \"" + name + "\"; known are" + known};
    }
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

/// Slow codecs of a picture begin first: then no thread is left alone with one at the end.
std::vector<std::size_t> slowest_first(const std::vector<std::string>& names) {
  constexpr std::array<std::string_view, 10> kSlowest = {"jpegxl-9", "bb-ans", "bit-swap", "webp", "lzma",
                                                         "jpegxl",   "png",    "bzip2",    "gzip", "raw"};
  std::vector<std::size_t> order(names.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return std::ranges::find(kSlowest, names[i]); });
  return order;
}

/// What becomes of one picture; every measurement and every warning has its own place, so that the order of the
/// threads does not show.
struct Slot {
  std::mutex loading;
  std::optional<Picture> picture;
  bool loaded = false;  ///< or failed to
  std::string warning;  ///< why it could not be read
  Bytes thumbnail;
  double factor = 1;   ///< by which the picture is larger than what is measured of it
  CompareImage image;  ///< without codecs until the end
  std::vector<std::optional<CompareMeasurement>> measured;
  std::vector<std::string> warnings;  ///< of the codecs
  std::atomic<std::size_t> left{0};   ///< measurements to come
};

class Comparison {
 public:
  Comparison(const CompareOptions& options, std::vector<std::string> codecs)
      : options_(options),
        codecs_(std::move(codecs)),
        order_(slowest_first(codecs_)),
        slots_(options.pictures.size()),
        meter_(options),
        models_([device = options.device] { return open_backend(device); }) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const PictureSource& source = options_.pictures[i];
      slots_[i].image.path = source.entry.empty() ? source.file.string() : source.entry;
      slots_[i].measured.resize(codecs_.size());
      slots_[i].warnings.resize(codecs_.size());
      slots_[i].left = codecs_.size();
    }
  }

  Result<CompareOutcome> run() {
    // The other codecs start without a model and its backend.
    for (const std::string& name : codecs_) {
      if (!schedule_of(name) && !is_family(name)) continue;
      BITSWAP_TRY_ASSIGN(families_[name], load_family(is_family(name) ? name : options_.model));
      BITSWAP_TRY(models_.open());
    }
    const std::size_t count = slots_.size() * codecs_.size();
    meter_.expect(count, 0);
    BITSWAP_TRY(parallel_for(count, resolve_threads(options_.threads), options_.cancel, [this](std::size_t i) {
      return guarded(
          [&] { return measure_in(slots_[i / codecs_.size()], i / codecs_.size(), order_[i % codecs_.size()]); });
    }));
    meter_.finish();
    return outcome();
  }

 private:
  Status measure_in(Slot& slot, std::size_t index, std::size_t codec) {
    meter_.begin(slot.image.path);
    BITSWAP_TRY(load(slot, options_.pictures[index]));
    if (slot.picture) BITSWAP_TRY(measure_loaded(slot, index, codec));
    if (--slot.left == 0) slot.picture.reset();
    meter_.file_done();
    return {};
  }

  /// Whoever comes first decodes, the others wait for it. A picture that cannot be read is only a warning.
  Status load(Slot& slot, const PictureSource& source) {
    const std::scoped_lock lock(slot.loading);
    if (slot.loaded) return {};
    slot.loaded = true;
    // Neither progress nor files of this are those of the comparison.
    JobOptions options;
    options.threads = options_.threads;
    options.device = options_.device;
    options.cancel = options_.cancel;
    Result<LoadedPicture> loaded = load_picture(source, options);
    if (!loaded.ok()) {
      const Error& error = loaded.error();
      if (error.code == Error::Code::OutOfMemory || error.code == Error::Code::Cancelled) return error;
      slot.warning = slot.image.path + ": " + error.detail + "; it is left out";
      return {};
    }
    slot.picture = crop_to_multiple(std::move(loaded->rgb), options_.crop);
    slot.image.width = slot.picture->width;
    slot.image.height = slot.picture->height;
    slot.image.raw_bytes = slot.picture->samples.size();
    if (options_.thumbnail_side > 0) {
      BITSWAP_TRY_ASSIGN(slot.thumbnail, write_png(thumbnail(*slot.picture, options_.thumbnail_side)));
    }
    const double whole = static_cast<double>(slot.picture->pixel_count());
    if (options_.sample > 0) slot.picture = sample_patches(*slot.picture, options_.sample);
    slot.factor = whole / static_cast<double>(std::max<std::size_t>(1, slot.picture->pixel_count()));
    return {};
  }

  Status measure_loaded(Slot& slot, std::size_t index, std::size_t codec) {
    Result<CompareMeasurement> measured = measure_one(codecs_[codec], *slot.picture);
    if (!measured.ok()) {
      Error error = std::move(measured).error();
      if (error.code == Error::Code::Cancelled) return error;
      error.detail = slot.image.path + ": " + error.detail;
      if (error.code != Error::Code::Unsupported) return error;
      slot.warnings[codec] = error.detail + "; its totals leave this picture out";
      return {};
    }
    meter_.add_bytes(slot.image.raw_bytes);
    if (slot.factor > 1) {
      measured->estimate = true;
      measured->bytes = static_cast<std::uint64_t>(static_cast<double>(measured->bytes) * slot.factor);
      measured->encode_seconds *= slot.factor;
      measured->decode_seconds *= slot.factor;
    }
    const std::scoped_lock lock(measured_);
    slot.measured[codec] = std::move(measured).value();
    if (options_.measured) options_.measured(index, image_of(slot));
    return {};
  }

  [[nodiscard]] Result<CompareMeasurement> measure_one(const std::string& name, const Picture& picture) {
    const auto family = families_.find(name);
    if (family == families_.end()) return measure(*find_compare_codec(name), picture);
    BITSWAP_TRY_ASSIGN(const CodingModel coding, models_.add_for(picture, family->second));
    const Schedule schedule = schedule_of(name).value_or(Schedule::BitSwap);
    BITSWAP_TRY_ASSIGN(CompareMeasurement measured, measure_model(coding, schedule, picture, options_.cancel));
    measured.codec = name;
    return measured;
  }

  static CompareImage image_of(const Slot& slot) {
    CompareImage image = slot.image;
    for (const auto& measured : slot.measured) {
      if (measured) image.codecs.push_back(*measured);
    }
    return image;
  }

  CompareOutcome outcome() {
    CompareOutcome outcome;
    for (Slot& slot : slots_) {
      if (!slot.warning.empty()) {
        outcome.warnings.push_back(std::move(slot.warning));
        continue;
      }
      outcome.report.add(image_of(slot));
      if (options_.thumbnail_side > 0) outcome.thumbnails.push_back(std::move(slot.thumbnail));
      for (std::string& warning : slot.warnings) {
        if (!warning.empty()) outcome.warnings.push_back(std::move(warning));
      }
    }
    for (const std::string& name : codecs_) outcome.settings.push_back({name, settings_of(name)});
    return outcome;
  }

  [[nodiscard]] std::string settings_of(const std::string& name) const {
    const auto found = families_.find(name);
    if (found == families_.end()) return std::string(codec_settings(name));
    const ModelFamily& family = found->second;
    const ModelConfig& config = family.any->config();
    const auto called = [](const Model& model) { return model.name() + " (" + hex(model.hash).substr(0, 8) + ")"; };
    const std::string other =
        family.ycc ? ", for pixels made of luma and chroma " + called(*family.ycc) : std::string();
    return "model " + called(*family.any) + other + ", tiles of up to " + std::to_string(config.tile_size) + " × " +
           std::to_string(config.tile_size) + " pixels, " +
           (schedule_of(name) != Schedule::BbAns ? "one latent layer after another" : "all latent layers popped first");
  }

  const CompareOptions& options_;
  const std::vector<std::string> codecs_;
  const std::vector<std::size_t> order_;
  std::vector<Slot> slots_;
  ProgressMeter meter_;
  CodingModels models_;
  std::map<std::string, ModelFamily, std::less<>> families_;  ///< of the codecs that use models
  std::mutex measured_;  // guards the slots' measurements, and is held during the callback
};

}  // namespace

std::vector<std::string> usual_codecs() {
  std::vector<std::string> names;
  for (const CompareCodec* codec : default_compare_codecs()) names.emplace_back(codec->name());
  names.emplace_back(schedule_name(Schedule::BbAns));
  names.emplace_back(schedule_name(Schedule::BitSwap));
  return names;
}

std::vector<std::string> known_codecs() {
  std::vector<std::string> names = usual_codecs();
  for (const CompareCodec* codec : compare_codecs()) {
    if (std::ranges::find(names, codec->name()) == names.end()) names.emplace_back(codec->name());
  }
  for (const std::string_view family : released_families()) names.emplace_back(family);
  return names;
}

Result<CompareOutcome> compare(const CompareOptions& options) {
  return guarded([&]() -> Result<CompareOutcome> {
    BITSWAP_TRY_ASSIGN(std::vector<std::string> codecs, check_codecs(options.codecs));
    return Comparison(options, std::move(codecs)).run();
  });
}

}  // namespace bitswap
