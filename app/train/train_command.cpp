// SPDX-License-Identifier: GPL-3.0-or-later
// Loads data, trains, prints progress, writes the model file.
#include "app/train/train_command.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <numeric>

#include "app/train/load_jpegs.h"
#include "app/train/load_photos.h"
#include "engine/codec/image_codec.h"
#include "engine/nn/torch/module.h"
#include "engine/training/adaptation.h"

namespace bitswap {
namespace {

/// Photos to validate on are cut to multiples of this, so that no model pads them.
constexpr std::uint32_t kValidationUnit = 32;

/// Progress on standard error: a line that is written over on a terminal; in a file a line of its own once a minute.
class Printer {
 public:
  void step(const TrainProgress& p) {
    constexpr std::chrono::seconds kLine(50);  // reports come every ten seconds
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ && !p.validation && printed_ && now - last_ < kLine) return;
    printed_ = true;
    last_ = now;
    const int left = static_cast<int>(p.seconds_left);
    std::fprintf(stderr, "%sstep %llu  %s  %.4f bits/subpixel  %.0f pixels/s  lr %.2g  %d:%02d left%s",
                 terminal_ ? "\r" : "", static_cast<unsigned long long>(p.step), p.quantised ? "quantised" : "float",
                 p.bits_per_subpixel, p.pixels_per_second, p.learning_rate, left / 60, left % 60,
                 terminal_ ? "   " : "\n");
    if (p.validation) std::fprintf(stderr, "%svalidation %.4f bits/subpixel", terminal_ ? "\n" : "", *p.validation);
    if (p.validation_float) std::fprintf(stderr, ", %.4f of the averaged weights as floats", *p.validation_float);
    if (p.validation) std::fputc('\n', stderr);
    std::fflush(stderr);
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) == 1;
  bool printed_ = false;
  std::chrono::steady_clock::time_point last_;
};

Status save_model(Model& model, const std::filesystem::path& path) {
  const Bytes bytes = write_model(model);
  const std::filesystem::path temporary = path.string() + ".tmp";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error;
  if (file) std::filesystem::rename(temporary, path, error);
  if (!file || error) return Error{Error::Code::Io, 0, "cannot write " + path.string()};
  return {};
}

/// Mean over the photos of the integer model's ideal bits per subpixel.
Result<double> validation_rate(const Model& model, const std::vector<Picture>& photos, int threads,
                               const CancelToken* cancel) {
  const std::unique_ptr<Backend> backend(make_reference_backend("cpu"));
  BITSWAP_TRY_ASSIGN(const auto networks, backend->load(model));
  std::vector<double> rates(photos.size());
  BITSWAP_TRY(parallel_for(photos.size(), threads, cancel, [&](std::size_t i) -> Status {
    const ImageEncoder encoder({&model, networks.get()}, photos[i]);
    double bits = 0;
    for (std::size_t k = 0; k < encoder.segments().size(); ++k) {
      BITSWAP_TRY_ASSIGN(const EncodedSegment segment, encoder.encode(k, false, cancel));
      bits += segment.ledger.elbo_bits();
    }
    rates[i] = bits / static_cast<double>(photos[i].samples.size());
    return {};
  }));
  return std::accumulate(rates.begin(), rates.end(), 0.0) / static_cast<double>(rates.size());
}

Status run_adaptation(const TrainArguments& arguments, const std::function<void(const TrainProgress&)>& progress,
                      const CancelToken* cancel) {
  // What its counterpart codes would only lead it astray.
  if (arguments.base->is_jpeg()) {
    return Error{Error::Code::InvalidArgument, 0, "models of JPEG coefficients cannot be adapted"};
  }
  const SampleKind kind = arguments.base->config().ycc ? SampleKind::OnlyYcc
                          : arguments.has_counterpart  ? SampleKind::NoYcc
                                                       : SampleKind::All;
  BITSWAP_TRY_ASSIGN(const PhotoSample sample,
                     load_sample(arguments.data, kind, resolve_threads(arguments.options.threads), cancel));
  if (!arguments.quiet && !arguments.progress) {
    std::fprintf(stderr, "%zu photos, %.1f megapixels of about %.1f\n", sample.photos.size(),
                 static_cast<double>(sample.photos.pixels()) / 1e6, sample.all_pixels / 1e6);
  }
  BITSWAP_TRY_ASSIGN(Model adapted,
                     adapt(*arguments.base, sample.photos, static_cast<std::uint64_t>(3 * sample.all_pixels),
                           arguments.options, progress, cancel));
  if (!arguments.output.empty()) BITSWAP_TRY(save_model(adapted, arguments.output));
  if (arguments.adapted != nullptr) *arguments.adapted = std::move(adapted);
  return {};
}

/// For the log: how many, and from where.
std::string data_in_words(const TrainArguments& arguments, std::size_t photos, std::uint64_t pixels) {
  std::string text =
      std::to_string(photos) + " photos, " + std::to_string((pixels + 500'000) / 1'000'000) + " megapixels:";
  if (!arguments.packed.empty()) {
    text += " packed in " + arguments.packed.filename().string();
  } else {
    for (const auto& path : arguments.data) text += " " + path.filename().string();
    text += ", large ones shrunk by " + std::to_string(arguments.shrink);
  }
  if (!arguments.validation.empty()) text += "; validation:";
  for (const auto& path : arguments.validation) text += " " + path.filename().string();
  return text;
}

Status train_jpeg(const JpegConfig& config, const TrainArguments& arguments, TrainHooks hooks,
                  const CancelToken* cancel) {
  const int threads = resolve_threads(arguments.options.threads);
  const auto load = [&](std::span<const std::filesystem::path> paths, bool clean) {
    return load_jpegs(paths, arguments.shrink, clean, threads, cancel);
  };
  BITSWAP_TRY_ASSIGN(const JpegSet files,
                     arguments.packed.empty() ? load(arguments.data, true) : JpegSet::read_packed(arguments.packed));
  if (!arguments.pack_to.empty()) {
    return files.write_packed(arguments.pack_to, arguments.pack_limit, arguments.options.seed);
  }
  if (!arguments.quiet) {
    std::fprintf(stderr, "%zu JPEGs, %.1f megapixels; %zu clean pictures, %.1f megapixels\n", files.files(),
                 static_cast<double>(files.pixels()) / 1e6, files.clean().size(),
                 static_cast<double>(files.clean().pixels()) / 1e6);
  }
  BITSWAP_TRY_ASSIGN(const JpegSet validation, load(arguments.validation, false));
  if (!validation.empty()) hooks.validation_jpegs = &validation;
  TrainOptions options = arguments.options;
  options.data =
      data_in_words(arguments, files.files() + files.clean().size(), files.pixels() + files.clean().pixels());
  return train(config, files, options, hooks, cancel);
}

}  // namespace

Status run_training(const TrainArguments& arguments, const CancelToken* cancel) {
  const int threads = resolve_threads(arguments.options.threads);
  Printer printer;
  TrainHooks hooks;
  hooks.progress = arguments.progress;
  if (!hooks.progress && !arguments.quiet) hooks.progress = [&](const TrainProgress& p) { printer.step(p); };
  if (arguments.base) return run_adaptation(arguments, hooks.progress, cancel);
  hooks.save = [&](Model& model) { return save_model(model, arguments.output); };
  if (const auto jpeg = named_jpeg_config(arguments.config); jpeg.ok()) {
    return train_jpeg(*jpeg, arguments, std::move(hooks), cancel);
  }
  ModelConfig config;
  if (arguments.config.empty() && arguments.options.start) {
    const auto* pixels = std::get_if<ModelConfig>(&arguments.options.start->parameters);
    if (pixels == nullptr) {
      return Error{Error::Code::InvalidArgument, 0, "only models for pixels can be started from"};
    }
    config = *pixels;
  } else {
    BITSWAP_TRY_ASSIGN(config, named_config(arguments.config.empty() ? "compact" : arguments.config));
  }
  PhotoSet photos;
  if (!arguments.packed.empty()) {
    BITSWAP_TRY_ASSIGN(photos, PhotoSet::read_packed(arguments.packed, config.ycc ? kYccGrid : 1));
  } else {
    BITSWAP_TRY_ASSIGN(auto pictures, load_photos(arguments.data, threads, cancel));
    if (config.ycc) pictures = with_ycc(std::move(pictures), threads);
    photos = make_training_set(std::move(pictures), arguments.shrink, config.ycc);
  }
  if (!arguments.pack_to.empty()) {
    return photos.write_packed(arguments.pack_to, arguments.pack_limit, arguments.options.seed);
  }
  TrainOptions options = arguments.options;
  options.data = data_in_words(arguments, photos.size(), photos.pixels());
  if (!arguments.quiet) std::fprintf(stderr, "%s\n", options.data.c_str());

  BITSWAP_TRY_ASSIGN(auto validation, load_photos(arguments.validation, threads, cancel));
  if (config.ycc) validation = with_ycc(std::move(validation), threads);
  for (Picture& photo : validation) photo = crop_to_multiple(std::move(photo), kValidationUnit);
  if (!validation.empty()) {
    hooks.validation_photos = validation;
    hooks.validate = [&](const Model& model) { return validation_rate(model, validation, threads, cancel); };
  }
  return train(config, photos, options, hooks, cancel);
}

}  // namespace bitswap
