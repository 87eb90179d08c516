// Training loop, schedule and log.
#include "engine/training/trainer.h"

#include <chrono>
#include <cmath>
#include <fstream>
#include <numbers>

#include "engine/training/checkpoint.h"
#include "engine/training/trainable_model.h"

namespace bitswap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;
constexpr double kWarmUpSteps = 200;
constexpr double kLargestGradient = 1.0;  ///< norm, for bits per subpixel

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

class Training {
 public:
  Training(const ModelConfig& config, const PhotoSet& photos, const TrainOptions& options, const TrainHooks& hooks)
      : photos_(photos),
        options_(options),
        hooks_(hooks),
        model_(config, torch::Device(options.device)),
        random_(options.seed),
        average_(model_.values().clone()),
        first_(torch::zeros_like(average_)),
        second_(torch::zeros_like(average_)) {
    const int unit = model_.alignment();
    crop_ = (options.crop + unit - 1) / unit * unit;
  }

  Status resume() {
    BITSWAP_TRY_ASSIGN(const Checkpoint c, read_checkpoint(options_.checkpoint));
    if (!(c.config == model_.plan().config)) {
      return Error{Error::Code::InvalidArgument, 0, "the checkpoint is of another model; choose its --config"};
    }
    model_.values().copy_(c.values);
    average_.copy_(c.average);
    first_.copy_(c.first);
    second_.copy_(c.second);
    step_ = c.step;
    minutes_before_ = c.minutes;
    random_.seed(options_.seed + c.step);
    return {};
  }

  Status run(const CancelToken* cancel) {
    const torch::NoGradGuard no_grad;
    begin_ = Clock::now();
    double next_checkpoint = options_.checkpoint_minutes * 60;
    double next_validation = options_.validate_minutes * 60;
    double next_report = 0;
    const double total = options_.minutes * 60;
    while (true) {
      const double elapsed = seconds_since(begin_);
      const bool cancelled = cancel != nullptr && cancel->cancelled();
      const double progress =
          options_.steps > 0 ? static_cast<double>(steps_here_) / static_cast<double>(options_.steps) : elapsed / total;
      if (cancelled || progress >= 1) {
        BITSWAP_TRY(save_checkpoint());
        if (cancelled) return Error{Error::Code::Cancelled, 0, "training stopped; it goes on from its checkpoint"};
        return validate();
      }
      one_step(progress);
      seconds_left_ = progress > 0 ? elapsed * (1 - progress) / progress : total;
      if (elapsed >= next_report) {
        report({});
        next_report = elapsed + 10;
      }
      if (elapsed >= next_checkpoint) {
        BITSWAP_TRY(save_checkpoint());
        next_checkpoint = seconds_since(begin_) + options_.checkpoint_minutes * 60;
      }
      if (elapsed >= next_validation) {
        BITSWAP_TRY(validate());
        next_validation = seconds_since(begin_) + options_.validate_minutes * 60;
      }
    }
  }

 private:
  void one_step(double progress) {
    quantised_ = progress >= options_.float_share;
    const double warm_up = std::min(1.0, static_cast<double>(++steps_here_) / kWarmUpSteps);
    learning_rate_ =
        options_.learning_rate * warm_up * (0.01 + 0.99 * 0.5 * (1 + std::cos(std::numbers::pi * progress)));
    torch::Tensor batch = torch::empty({options_.batch, 3, crop_, crop_}, torch::kUInt8);
    photos_.sample(options_.batch, crop_, random_, batch.data_ptr<std::uint8_t>());
    batch = batch.to(model_.device());

    torch::Tensor& gradient = model_.gradient();
    gradient.zero_();
    double loss = 0;
    {
      const torch::AutoGradMode gradients(true);
      const torch::Tensor bits = model_.forward(batch, quantised_).total() / static_cast<double>(batch.numel());
      bits.backward();
      loss = bits.item<double>();
    }
    ++step_;
    const double norm = gradient.norm().item<double>();
    // A batch that is not a number leaves no trace; the norm limit tames single outliers.
    if (!std::isfinite(norm) || !std::isfinite(loss)) return;
    if (norm > kLargestGradient) gradient.mul_(kLargestGradient / norm);
    first_.mul_(kBeta1).add_(gradient, 1 - kBeta1);
    second_.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
    const double correct1 = 1 - std::pow(kBeta1, static_cast<double>(step_));
    const double correct2 = 1 - std::pow(kBeta2, static_cast<double>(step_));
    const torch::Tensor root = (second_ / correct2).sqrt_().add_(1e-8);
    model_.values().addcdiv_(first_, root, -learning_rate_ / correct1);
    const double decay = std::min(options_.average, static_cast<double>(step_) / (static_cast<double>(step_) + 10));
    average_.lerp_(model_.values(), 1 - decay);

    running_ = running_ == 0 ? loss : 0.98 * running_ + 0.02 * loss;
    pixels_ += static_cast<std::uint64_t>(options_.batch) * crop_ * crop_;
  }

  void report(std::optional<double> validation) {
    const double elapsed = seconds_since(begin_);
    TrainProgress p;
    p.step = step_;
    p.minutes = minutes_before_ + elapsed / 60;
    p.seconds_left = seconds_left_;
    p.bits_per_subpixel = running_;
    p.pixels_per_second = static_cast<double>(pixels_) / std::max(elapsed, 1e-3);
    p.learning_rate = learning_rate_;
    p.quantised = quantised_;
    p.validation = validation;
    if (hooks_.progress) hooks_.progress(p);
    if (options_.log.empty()) return;
    const bool fresh = !std::filesystem::exists(options_.log);
    std::ofstream log(options_.log, std::ios::app);
    if (fresh) log << "step,minutes,phase,bits_per_subpixel,pixels_per_second,learning_rate,validation\n";
    log << p.step << ',' << p.minutes << ',' << (p.quantised ? "quantised" : "float") << ',' << p.bits_per_subpixel
        << ',' << p.pixels_per_second << ',' << p.learning_rate << ',';
    if (validation) log << *validation;
    log << '\n';
  }

  Status save_checkpoint() {
    if (options_.checkpoint.empty()) return {};
    return write_checkpoint(options_.checkpoint,
                            {model_.plan().config, step_, minutes_before_ + seconds_since(begin_) / 60, model_.values(),
                             average_, first_, second_});
  }

  Status validate() {
    Model model = model_.export_integers(average_);
    const Bytes bytes = write_model(model);
    if (hooks_.validate) {
      const Result<double> measured = hooks_.validate(model);
      at::set_num_threads(resolve_threads(options_.threads));  // a backend may have changed it
      if (!measured.ok()) return measured.error();
      const double rate = *measured;
      report(rate);
    }
    if (hooks_.save) return hooks_.save(model);
    return {};
  }

  const PhotoSet& photos_;
  const TrainOptions& options_;
  const TrainHooks& hooks_;
  TrainableModel model_;
  std::mt19937_64 random_;
  torch::Tensor average_, first_, second_;
  Clock::time_point begin_;
  int crop_ = 64;
  std::uint64_t step_ = 0;
  std::uint64_t steps_here_ = 0;
  std::uint64_t pixels_ = 0;
  double minutes_before_ = 0;
  double running_ = 0;
  double learning_rate_ = 0;
  double seconds_left_ = 0;
  bool quantised_ = false;
};

}  // namespace

Status train(const ModelConfig& config, const PhotoSet& photos, const TrainOptions& options, const TrainHooks& hooks,
             const CancelToken* cancel) {
  if (photos.size() == 0) return Error{Error::Code::InvalidArgument, 0, "no photos to train on"};
  if (options.device != "cpu" && !(options.device == "cuda" && torch::cuda::is_available())) {
    return Error{Error::Code::InvalidArgument, 0, "no such device for training: " + options.device};
  }
  try {
    torch::manual_seed(options.seed);
    at::set_num_threads(resolve_threads(options.threads));
    Training training(config, photos, options, hooks);
    if (options.resume) BITSWAP_TRY(training.resume());
    return training.run(cancel);
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "training needs more memory; take a smaller --batch"};
  } catch (const std::exception& e) {
    return Error{Error::Code::Internal, 0, std::string("LibTorch: ") + e.what()};
  }
}

}  // namespace bitswap
