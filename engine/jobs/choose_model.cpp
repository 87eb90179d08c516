// SPDX-License-Identifier: GPL-3.0-or-later
// The decision is made on windows of the pictures, coded with both models: seconds, whatever the size of the folder.
#include "engine/jobs/choose_model.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <random>

#include "engine/codec/image_codec.h"
#include "engine/image/format.h"
#include "engine/image/pixels/drawn.h"
#include "engine/image/pixels/pixels_png.h"
#include "engine/image/pixels/tiles.h"
#include "engine/jobs/open_file.h"
#include "engine/storage/storage_form.h"

namespace bitswap {
namespace {

constexpr std::size_t kSampleFiles = 24;
constexpr std::size_t kSampleWindows = 48;
constexpr std::uint32_t kWindowSide = 256;
/// Decoding a larger file for a few windows takes too long.
constexpr std::uint64_t kMaxSampleFileBytes = std::uint64_t{128} << 20;

std::string text(std::uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

/// By its first bytes: whether the networks may code it.
bool may_become_pixels(const InputItem& item) {
  constexpr std::array<std::string_view, 5> kFormats = {"png", "tiff", "webp", "bmp", "pnm"};
  if (!is_readable_file(item) || item.size == 0 || item.size > kMaxSampleFileBytes) return false;
  if (!item.pixel_path.empty()) return true;
  const Bytes start = read_start(item);
  const ImageFormat* format = find_format(start);
  return format != nullptr && std::ranges::find(kFormats, format->name()) != kFormats.end() && !may_be_lossy(start);
}

Result<double> ideal_bits(const CodingModel& coding, const Picture& window, const CancelToken* cancel) {
  const ImageEncoder encoder(coding, window);
  double bits = 0;
  for (std::size_t k = 0; k < encoder.segments().size(); ++k) {
    BITSWAP_TRY_ASSIGN(const EncodedSegment segment, encoder.encode(k, false, cancel));
    bits += segment.ledger.elbo_bits();
  }
  return bits;
}

/// Decodes up to kSampleFiles of the files, spread over all of them, on all threads. `use` gets the index among those
/// and the picture; files that cannot be decoded, and drawings, which JPEG XL gets, are passed over.
Status for_sample(CompressJob& job, std::span<const InputItem* const> files,
                  const std::function<Status(std::size_t, const Picture&)>& use) {
  const std::size_t count = std::min(files.size(), kSampleFiles);
  return parallel_for(count, job.threads, job.options.cancel, [&](std::size_t i) -> Status {
    return guarded([&]() -> Status {
      const auto open = open_file(files[i * files.size() / count]->source);
      if (!open.ok()) return {};
      const auto content = read_whole(*open);
      const ImageFormat* format = content.ok() ? find_format(*content) : nullptr;
      if (format == nullptr) return {};
      const auto picture = format->view(*content);
      if (!picture.ok() || (!job.options.form && looks_drawn(*picture))) return {};
      return use(i, *picture);
    });
  });
}

/// Which of the two models more of the pixels would be coded with, in a sample of the files.
Result<bool> mostly_ycc(CompressJob& job, std::span<const InputItem* const> files) {
  std::atomic<std::int64_t> balance{0};
  BITSWAP_TRY(for_sample(job, files, [&](std::size_t, const Picture& picture) -> Status {
    const auto pixels = static_cast<std::int64_t>(picture.pixel_count());
    balance += suits_ycc(picture) ? pixels : -pixels;
    return {};
  }));
  return balance > 0;
}

/// What `adapted` saves on all files together that are coded with it, its own bytes not counted; negative if it loses.
Result<double> estimate_saving(CompressJob& job, std::span<const InputItem* const> files,
                               const std::shared_ptr<const Model>& base, const std::shared_ptr<const Model>& adapted) {
  BITSWAP_TRY_ASSIGN(const CodingModel before, job.models.add(base));
  BITSWAP_TRY_ASSIGN(const CodingModel after, job.models.add(adapted));
  const std::size_t count = std::min(files.size(), kSampleFiles);
  const std::size_t windows = std::max<std::size_t>(2, kSampleWindows / count);
  const bool only_ycc = base->config().ycc, only_other = !only_ycc && job.chosen->ycc != nullptr;
  std::vector<double> saved(count);
  double sampled_bytes = 0, all_bytes = 0;
  for (const InputItem* file : files) all_bytes += static_cast<double>(file->size);
  for (std::size_t i = 0; i < count; ++i) sampled_bytes += static_cast<double>(files[i * files.size() / count]->size);
  BITSWAP_TRY(for_sample(job, files, [&](std::size_t i, const Picture& picture) -> Status {
    if ((only_ycc || only_other) && suits_ycc(picture).has_value() != only_ycc) return {};
    std::mt19937_64 random(i);
    double bits = 0, subpixels = 0;
    for (std::size_t w = 0; w < windows; ++w) {
      const std::uint32_t width = std::min(picture.width, kWindowSide);
      const std::uint32_t height = std::min(picture.height, kWindowSide);
      const Picture window =
          crop(picture, {static_cast<std::uint32_t>(random() % (picture.width - width + 1)),
                         static_cast<std::uint32_t>(random() % (picture.height - height + 1)), width, height});
      BITSWAP_TRY_ASSIGN(const double with_base, ideal_bits(before, window, job.options.cancel));
      BITSWAP_TRY_ASSIGN(const double with_adapted, ideal_bits(after, window, job.options.cancel));
      bits += with_base - with_adapted;
      subpixels += static_cast<double>(window.samples.size());
      if (width == picture.width && height == picture.height) break;
    }
    saved[i] = bits / 8 / subpixels * static_cast<double>(picture.samples.size());
    return {};
  }));
  double sum = 0;
  for (const double s : saved) sum += s;
  return sum * all_bytes / sampled_bytes;
}

/// `base` adapted to the files, or the reason why not.
Result<std::shared_ptr<const Model>> adapt_model(CompressJob& job, const std::shared_ptr<const Model>& base,
                                                 std::span<const InputItem* const> files) {
  AdaptRequest request;
  request.base = base;
  request.has_counterpart = job.chosen->ycc != nullptr && !base->config().ycc;
  for (const InputItem* file : files) request.photos.push_back(file->source);
  request.threads = job.threads;
  request.device = job.options.device;
  request.cancel = job.options.cancel;
  BITSWAP_TRY_ASSIGN(Model model, job.options.adapt(request));
  return std::shared_ptr<const Model>(std::make_shared<Model>(std::move(model)));
}

}  // namespace

Status choose_model(CompressJob& job) {
  if (job.options.form && !find_form(*job.options.form)->uses_models()) return {};
  BITSWAP_TRY_ASSIGN(job.chosen, load_family(job.options.model));
  return {};
}

Status settle_model(CompressJob& job, std::span<const InputItem> items, const ArchiveReader* old) {
  if (!job.chosen) return {};
  const auto is_own = [](const std::shared_ptr<const Model>& model) {
    return model && find_released(model->hash) == nullptr;
  };
  std::vector<const InputItem*> files;
  if (job.options.adapt || is_own(job.chosen->any) || is_own(job.chosen->ycc)) {
    for (const InputItem& item : items) {
      if (may_become_pixels(item)) files.push_back(&item);
    }
  }
  // At most one of the two is not a released one: the one that was given, or is adapted now.
  bool ycc = is_own(job.chosen->ycc);
  bool adapted = false;
  std::shared_ptr<const Model> base;
  if (job.options.adapt && !files.empty()) {
    if (job.chosen->ycc && !ycc && !is_own(job.chosen->any)) {
      BITSWAP_TRY_ASSIGN(ycc, mostly_ycc(job, files));
    }
    std::shared_ptr<const Model>& model = ycc ? job.chosen->ycc : job.chosen->any;
    base = model;
    auto changed = adapt_model(job, base, files);
    if (changed.ok()) {
      adapted = (*changed)->hash != base->hash;
      if (!adapted)
        job.report.adaptation = ModelAdaptation{false, 0, 0, "adapting the model to these pictures saves nothing"};
      model = std::move(changed).value();
    } else if (changed.error().code == Error::Code::Cancelled) {
      return changed.error();
    } else {
      job.report.warnings.push_back("the model could not be adapted, so it is used as it is: " +
                                    changed.error().detail);
    }
  }
  std::shared_ptr<const Model>& model = ycc ? job.chosen->ycc : job.chosen->any;
  if (!base) base = model;
  if (!is_own(model)) return {};

  BITSWAP_TRY_ASSIGN(CarriedModel carried, carry_model(*model));
  const bool is_there = old != nullptr && old->find_model(carried.header.path).has_value();
  if (!adapted && carried.base != nullptr) {
    BITSWAP_TRY_ASSIGN(base, load_model(carried.base->name));
    adapted = true;
  }
  if (adapted && !files.empty()) {
    const std::uint64_t price = is_there ? 0 : carried.bytes();
    BITSWAP_TRY_ASSIGN(const double saving, estimate_saving(job, files, base, model));
    ModelAdaptation& report = job.report.adaptation.emplace();
    report.model_bytes = price;
    report.saved_bytes = static_cast<std::int64_t>(saving);
    report.used = saving > static_cast<double>(price);
    const std::string gain = text(static_cast<std::uint64_t>(std::max(0.0, saving)));
    report.note = report.used
                      ? "the adapted model takes " + text(price) + " and saves about " + gain
                      : "the adapted model is not used: it would take " + text(price) + " and save about " + gain;
    if (!report.used) model = base;
  }
  // The base itself may be a file that no program brings along.
  if (!is_own(model)) return {};
  if (hex(model->hash) != carried.header.path) {
    BITSWAP_TRY_ASSIGN(carried, carry_model(*model));
  }
  if (old == nullptr || !old->find_model(carried.header.path)) job.carried_model = std::move(carried);
  return {};
}

}  // namespace bitswap
