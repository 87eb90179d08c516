// SPDX-License-Identifier: GPL-3.0-or-later
// Training loop, schedule and log.
#include "engine/training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <future>
#include <limits>
#include <numbers>

#include "engine/model/describe_config.h"
#include "engine/training/batch_source.h"
#include "engine/training/checkpoint.h"
#include "engine/training/data_parallel.h"
#include "engine/training/kernels.h"
#include "engine/training/widen.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bitswap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;
constexpr double kWarmUpSteps = 200;
constexpr double kLargestGradient = 1.0;                      ///< norm, for bits per subpixel
constexpr int kValidationBatch = 2, kValidationBatches = 24;  ///< of JPEG crops
constexpr std::uint64_t kValidationSeed = 7;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// A step takes and frees the same megabytes as the one before: asking the system for them each time costs a tenth.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
#endif
}

/// How many of the parameters, from the first on, belong to the prior, the latents and the coarse stages.
std::int64_t coarse_parameters(const Plan& plan) {
  std::size_t fine = 0;
  while (fine < plan.stages.size() && is_coarse(plan, fine)) ++fine;
  // Networks are in the order of the stages, behind those of the latents, of which stage 0 uses one.
  const auto end = fine == plan.stages.size()
                       ? plan.networks.size()
                       : static_cast<std::size_t>(plan.conditionals[plan.stages[fine].conditional].network);
  std::int64_t count = 2 * plan.planes[plan.latents.back().plane].channels;
  for (std::size_t n = 0; n < end; ++n) count += number_count(plan.networks[n]);
  return count;
}

int crop_side(const TrainableModel& model, const TrainOptions& options) {
  const int unit = model.alignment();
  return (options.crop + unit - 1) / unit * unit;
}

std::unique_ptr<BatchSource> make_source(const TrainableModel& model, const PhotoSet& photos,
                                         const TrainOptions& options) {
  return make_pixel_source(model, photos, options.batch, crop_side(model, options));
}
std::unique_ptr<BatchSource> make_source(const TrainableModel& model, const JpegSet& files,
                                         const TrainOptions& options) {
  return make_jpeg_source(model, files, options.batch);
}

class Training {
 public:
  template <typename Config, typename Set>
  Training(const Config& config, const Set& data, const TrainOptions& options, const TrainHooks& hooks)
      : options_(options),
        hooks_(hooks),
        model_(config, torch::Device(options.device)),
        source_(make_source(model_, data, options)),
        parallel_(model_, resolve_threads(options.threads)),
        random_(options.seed),
        large_random_(options.seed + 1),
        average_(model_.values().clone()),
        first_(torch::zeros_like(average_)),
        second_(torch::zeros_like(average_)),
        coarse_(coarse_parameters(model_.plan())) {}

  Status resume() {
    BITSWAP_TRY_ASSIGN(const Checkpoint c, read_checkpoint(options_.checkpoint));
    if (!(c.config == model_.config())) {
      return Error{Error::Code::InvalidArgument, 0, "the checkpoint is of another model; choose its --config"};
    }
    model_.values().copy_(c.values);
    average_.copy_(c.average);
    first_.copy_(c.first);
    second_.copy_(c.second);
    step_ = c.step;
    averaged_ = c.step;
    minutes_before_ = c.minutes;
    random_.seed(options_.seed + c.step);
    large_random_.seed(options_.seed + c.step + 1);
    return {};
  }

  Status start() {
    const Model& model = *options_.start;
    if (!std::holds_alternative<ModelConfig>(model.parameters)) {
      return Error{Error::Code::InvalidArgument, 0, "only models for pixels can be started from"};
    }
    BITSWAP_TRY_ASSIGN(const torch::Tensor values, widen(model.plan, model_.plan(), values_of(model)));
    model_.values().copy_(values);
    average_.copy_(values);
    return {};
  }

  Status run(const CancelToken* cancel) {
    const torch::NoGradGuard no_grad;
    begin_ = Clock::now();
    BITSWAP_TRY(begin_log());
    double next_checkpoint = options_.checkpoint_minutes * 60;
    double next_validation = options_.validate_minutes * 60;
    double next_report = 0;
    const double total = options_.minutes * 60;
    while (true) {
      const double elapsed = seconds_since(begin_);
      const bool cancelled = cancel != nullptr && cancel->cancelled();
      const double progress = progress_at(elapsed / total);
      if (cancelled || progress >= 1) {
        BITSWAP_TRY(save_checkpoint());
        if (cancelled) return Error{Error::Code::Cancelled, 0, "training stopped; it goes on from its checkpoint"};
        return validate(cancel);
      }
      one_step(progress);
      training_seconds_ += seconds_since(begin_) - elapsed;
      seconds_left_ = progress > 0 ? elapsed * (1 - progress) / progress : total;
      if (elapsed >= next_report) {
        report({}, {});
        next_report = elapsed + 10;
      }
      if (elapsed >= next_checkpoint) {
        BITSWAP_TRY(save_checkpoint());
        next_checkpoint = seconds_since(begin_) + options_.checkpoint_minutes * 60;
      }
      if (elapsed >= next_validation) {
        const Status measured = validate(cancel);
        // If that was cancelled, the next turn saves a checkpoint and ends.
        if (!measured.ok() && measured.error().code != Error::Code::Cancelled) return measured;
        next_validation = seconds_since(begin_) + options_.validate_minutes * 60;
      }
    }
  }

 private:
  /// Where in the schedule we are. The clock ends the float phase, but the quantised one takes its share of the steps,
  /// however long: other work on the machine must not leave a model half quantised.
  [[nodiscard]] double progress_at(double time) const {
    if (options_.steps > 0) return static_cast<double>(steps_here_) / static_cast<double>(options_.steps);
    const double share = options_.float_share;
    if (!quantised_ || float_steps_ == 0 || share >= 1) return time;
    const double rest = static_cast<double>(float_steps_) * (1 - share) / share;
    return share + (1 - share) * static_cast<double>(steps_here_ - float_steps_) / rest;
  }

  void one_step(double progress) {
    if (!quantised_ && progress >= options_.float_share) {
      quantised_ = true;
      float_steps_ = steps_here_;
      // Rounded weights move elsewhere: the average starts again.
      average_.copy_(model_.values());
      averaged_ = 0;
    }
    const double warm_up = std::min(1.0, static_cast<double>(++steps_here_) / kWarmUpSteps);
    learning_rate_ =
        options_.learning_rate * warm_up * (0.01 + 0.99 * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
    const Batch batch = next_batch();
    torch::Tensor loss;
    {
      const torch::AutoGradMode gradients(true);
      loss = parallel_.bits(batch, quantised_);
    }
    torch::Tensor& gradient = model_.gradient();
    ++step_;
    pixels_ += static_cast<double>(batch.samples()) / source_->samples_per_pixel();
    // The norm limit tames single outliers; a batch that is not a number leaves no trace.
    const torch::Tensor norm = gradient.norm(), scale = (kLargestGradient / norm).clamp_max(1);
    const torch::Tensor finite = norm.isfinite().logical_and_(loss.isfinite());
    running_ = running_.defined() ? torch::where(finite, 0.98 * running_ + 0.02 * loss, running_) : loss;
    ++averaged_;
    update(scale, finite, gradient.numel());
    const bool has_fine = coarse_ < gradient.numel();
    if (has_fine && options_.large_crop_every > 0 &&
        steps_here_ % static_cast<std::uint64_t>(options_.large_crop_every) == 0) {
      coarse_step();
    }
  }

  void coarse_step() {
    const std::optional<Batch> crop = source_->large(large_random_);
    if (!crop) return;
    torch::Tensor loss;
    {
      const torch::AutoGradMode gradients(true);
      loss = parallel_.bits(to_device(*crop, model_.device()), quantised_, /*only_coarse=*/true);
    }
    const torch::Tensor gradient = model_.gradient().narrow(0, 0, coarse_), norm = gradient.norm();
    update((kLargestGradient / norm).clamp_max(1), norm.isfinite().logical_and_(loss.isfinite()), coarse_);
  }

  /// Of the first `count` parameters, by their gradient times `scale`; none if that is not `finite`.
  void update(const torch::Tensor& scale, const torch::Tensor& finite, std::int64_t count) {
    torch::Tensor gradient = model_.gradient().narrow(0, 0, count);
    AdamStep update{.learning_rate = learning_rate_, .beta1 = kBeta1, .beta2 = kBeta2, .step = step_};
    update.average = std::min(options_.average, static_cast<double>(averaged_) / (static_cast<double>(averaged_) + 10));
    if (model_.device().is_cpu()) {
      if (!finite.item<bool>()) return;
      update.gradient_scale = scale.item<double>();
    } else {  // to look at the numbers would make the host wait for the device in every step
      gradient.copy_(torch::where(finite, gradient * scale, torch::zeros_like(gradient)));
    }
    adam(update, count);
  }

  /// While a step runs, another thread cuts the crops of the next; unless the step has the only thread.
  Batch next_batch() {
    const auto cut = [this] { return source_->next(random_); };
    const bool alone = model_.device().is_cpu() && resolve_threads(options_.threads) == 1;
    const Batch batch = batches_.valid() ? batches_.get() : cut();
    batches_ = std::async(alone ? std::launch::deferred : std::launch::async, cut);
    return to_device(batch, model_.device());
  }

  /// Of the first `count` parameters.
  void adam(const AdamStep& update, std::int64_t count) {
    const auto part = [count](const torch::Tensor& all) { return all.narrow(0, 0, count); };
    torch::Tensor values = part(model_.values()), first = part(first_), second = part(second_);
    torch::Tensor average = part(average_);
    const torch::Tensor gradient = part(model_.gradient());
    if (values.is_cpu()) {
      adam_step(update, gradient.data_ptr<float>(), values.data_ptr<float>(), first.data_ptr<float>(),
                second.data_ptr<float>(), average.data_ptr<float>(), static_cast<std::size_t>(count));
      return;
    }
    first.mul_(update.beta1).add_(gradient, 1 - update.beta1);
    second.mul_(update.beta2).addcmul_(gradient, gradient, 1 - update.beta2);
    const auto steps = static_cast<double>(update.step);
    const torch::Tensor root = (second / (1 - std::pow(update.beta2, steps))).sqrt_().add_(1e-8);
    values.addcdiv_(first, root, -update.learning_rate / (1 - std::pow(update.beta1, steps)));
    average.lerp_(values, 1 - update.average);
  }

  /// What this schedule trains and on what, in lines before its own; the names of the columns head a new file.
  Status begin_log() const {
    if (options_.log.empty()) return {};
    const bool fresh = !std::filesystem::exists(options_.log);
    std::ofstream log(options_.log, std::ios::app);
    const auto* pixels = std::get_if<ModelConfig>(&model_.config());
    log << "# " << (pixels != nullptr ? describe(*pixels) : std::get<JpegConfig>(model_.config()).name)
        << (options_.resume ? ", resumed at step " : ", from step ") << step_;
    if (options_.start) log << ", with the weights of " << hex(options_.start->hash);
    log << "\n# " << options_.data << "\n# ";
    if (options_.steps > 0) {
      log << options_.steps << " steps";
    } else {
      log << options_.minutes << " minutes";
    }
    log << ", batch " << options_.batch << ", crop " << options_.crop << ", large crops every "
        << options_.large_crop_every << ", learning rate " << options_.learning_rate << ", float share "
        << options_.float_share << ", average " << options_.average << ", seed " << options_.seed << ", "
        << options_.device << '\n';
    if (fresh) {
      log << "step,minutes,phase,bits_per_subpixel,pixels_per_second,learning_rate,validation,validation_float\n";
    }
    log.close();
    if (!log) return Error{Error::Code::Io, 0, "cannot write " + options_.log.string()};
    return {};
  }

  void report(std::optional<double> validation, std::optional<double> validation_float) {
    const double elapsed = seconds_since(begin_);
    TrainProgress p;
    p.step = step_;
    p.minutes = minutes_before_ + elapsed / 60;
    p.seconds_left = seconds_left_;
    p.bits_per_subpixel = running_.defined() ? running_.item<double>() : 0;
    p.pixels_per_second = pixels_ / std::max(training_seconds_, 1e-3);  // since the last report
    pixels_ = 0;
    training_seconds_ = 0;
    p.learning_rate = learning_rate_;
    p.quantised = quantised_;
    p.validation = validation;
    p.validation_float = validation_float;
    if (hooks_.progress) hooks_.progress(p);
    if (options_.log.empty()) return;
    std::ofstream log(options_.log, std::ios::app);
    log << p.step << ',' << p.minutes << ',' << (p.quantised ? "quantised" : "float") << ',' << p.bits_per_subpixel
        << ',' << p.pixels_per_second << ',' << p.learning_rate << ',';
    if (validation) log << *validation;
    log << ',';
    if (validation_float) log << *validation_float;
    log << '\n';
  }

  Status save_checkpoint() {
    if (options_.checkpoint.empty()) return {};
    return write_checkpoint(options_.checkpoint, {model_.config(), step_, minutes_before_ + seconds_since(begin_) / 60,
                                                  model_.values(), average_, first_, second_});
  }

  Status validate(const CancelToken* cancel) {
    Model model = model_.export_integers(average_);
    const Bytes bytes = write_model(model);
    if (hooks_.validate) {
      BITSWAP_TRY_ASSIGN(const double rate, hooks_.validate(model));
      std::optional<double> rate_as_floats;
      if (!hooks_.validation_photos.empty()) {
        BITSWAP_TRY_ASSIGN(rate_as_floats, float_rate(cancel));
      }
      report(rate, rate_as_floats);
    } else if (hooks_.validation_jpegs != nullptr) {
      report(jpeg_rate(true), jpeg_rate(false));
    }
    if (hooks_.save) return hooks_.save(model);
    return {};
  }

  /// Bits per pixel of the averaged weights on crops that are always the same.
  double jpeg_rate(bool quantised) {
    const torch::Tensor values = model_.values().clone();
    model_.values().copy_(average_);
    const auto source = make_jpeg_source(model_, *hooks_.validation_jpegs, kValidationBatch);
    std::mt19937_64 random(kValidationSeed);
    torch::manual_seed(kValidationSeed);
    double bits = 0, pixels = 0;
    for (int i = 0; i < kValidationBatches; ++i) {
      const Batch batch = to_device(source->next(random), model_.device());
      const auto samples = static_cast<double>(batch.samples());
      bits += parallel_.bits(batch, quantised).item<double>() * samples;
      pixels += samples;
    }
    model_.values().copy_(values);
    return bits / pixels;
  }

  /// Of the averaged weights.
  Result<double> float_rate(const CancelToken* cancel) {
    const torch::Tensor values = model_.values().clone();
    model_.values().copy_(average_);
    Result<double> rate = parallel_.photo_rate(hooks_.validation_photos, cancel);
    model_.values().copy_(values);
    return rate;
  }

  const TrainOptions& options_;
  const TrainHooks& hooks_;
  TrainableModel model_;
  std::unique_ptr<BatchSource> source_;
  DataParallel parallel_;
  std::mt19937_64 random_, large_random_;  ///< of the crops; another thread uses the first
  torch::Tensor average_, first_, second_;
  torch::Tensor running_;  ///< mean loss of late, a scalar on the device
  Clock::time_point begin_;
  std::int64_t coarse_;  ///< parameters that learn from large crops
  std::uint64_t step_ = 0;
  std::uint64_t steps_here_ = 0;
  std::uint64_t float_steps_ = 0;  ///< of this schedule, known when they are over
  std::uint64_t averaged_ = 0;     ///< steps in the average
  double pixels_ = 0;              ///< since the last report
  double training_seconds_ = 0;    ///< since the last report
  double minutes_before_ = 0;
  double learning_rate_ = 0;
  double seconds_left_ = 0;
  bool quantised_ = false;
  std::future<Batch> batches_;  ///< of the next step; the last member: ends first
};

}  // namespace

namespace {

template <typename Config, typename Set>
Status train_on(const Config& config, const Set& data, const TrainOptions& options, const TrainHooks& hooks,
                const CancelToken* cancel) {
  if (options.device != "cpu" && !(options.device == "cuda" && torch::cuda::is_available())) {
    return Error{Error::Code::InvalidArgument, 0, "no such device for training: " + options.device};
  }
  try {
    keep_freed_memory();
    torch::manual_seed(options.seed);
    Training training(config, data, options, hooks);
    if (options.start) BITSWAP_TRY(training.start());
    if (options.resume) BITSWAP_TRY(training.resume());
    return training.run(cancel);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "training needs more memory; take a smaller --batch"};
  } catch (const std::exception& e) {
    return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
  }
}

}  // namespace

Status train(const ModelConfig& config, const PhotoSet& photos, const TrainOptions& options, const TrainHooks& hooks,
             const CancelToken* cancel) {
  if (photos.size() == 0) return Error{Error::Code::InvalidArgument, 0, "no photos to train on"};
  return train_on(config, photos, options, hooks, cancel);
}

Status train(const JpegConfig& config, const JpegSet& files, const TrainOptions& options, const TrainHooks& hooks,
             const CancelToken* cancel) {
  if (files.empty()) return Error{Error::Code::InvalidArgument, 0, "no pictures to train on"};
  return train_on(config, files, options, hooks, cancel);
}

}  // namespace bitswap
