// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap train`: reads the options; the work is in the shared object with LibTorch.
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/all_commands.h"
#include "app/cli/pictures.h"
#include "app/cli/trainer.h"
#include "engine/model/released/models.h"
#include "engine/training/adaptation.h"

namespace bitswap::cli {
namespace {

struct TrainCommand {
  CommonOptions common;
  TrainArguments train;
  std::string finetune;
  std::string start;
};

Error usage(std::string detail) { return {Error::Code::InvalidArgument, 0, std::move(detail)}; }

/// No photo, nor the packed file, may be written over, whatever its name.
Status check_outputs(const TrainArguments& train) {
  BITSWAP_TRY_ASSIGN(std::vector<PictureFile> inputs, find_files(train.data));
  if (!train.packed.empty()) inputs.push_back({train.packed});
  for (const std::filesystem::path& output : {train.output, train.pack_to, std::filesystem::path(train.options.log)}) {
    for (const PictureFile& input : inputs) {
      std::error_code none;
      if (!std::filesystem::equivalent(output, input.path, none)) continue;
      return usage(output.string() + " would be written over " + input.path.string() + ", which is an input");
    }
  }
  return {};
}

Status check(const TrainCommand& command) {
  const TrainArguments& train = command.train;
  if (train.data.empty() == train.packed.empty()) return usage("give either photos to train on or --packed FILE");
  if (train.pack_to.empty() == train.output.empty()) return usage("give either -o MODEL or --pack FILE");
  if (!train.pack_to.empty() && !train.packed.empty()) return usage("--pack takes photos, not another packed file");
  if (train.options.resume && !command.start.empty()) return usage("give either --resume or --start");
  if (train.options.resume && train.options.checkpoint.empty()) return usage("--resume needs --checkpoint PREFIX");
  return {};
}

/// An adaptation is short and has no checkpoints; its bits are weighed when an archive is made.
Status check_finetune(const TrainArguments& train) {
  const TrainOptions& options = train.options;
  if (!train.packed.empty() || !train.pack_to.empty()) return usage("--finetune takes photos, and no packed file");
  if (options.resume || !options.checkpoint.empty()) return usage("--finetune has no checkpoints");
  if (!train.validation.empty() || !options.log.empty()) return usage("--finetune knows neither --validate nor --log");
  return {};
}

int run(TrainCommand& command) {
  TrainArguments& train = command.train;
  if (const Status status = check(command); !status.ok()) return fail(command.common, status.error());
  if (!command.finetune.empty()) {
    if (const Status status = check_finetune(train); !status.ok()) return fail(command.common, status.error());
    auto base = load_model(command.finetune);
    if (!base.ok()) return fail(command.common, base.error());
    train.base = std::move(base).value();
    const auto pair = load_family(command.finetune);
    train.has_counterpart = pair.ok() && pair->ycc && pair->any->hash == train.base->hash;
  }
  if (!command.start.empty()) {
    auto start = load_model(command.start);
    if (!start.ok()) return fail(command.common, start.error());
    train.options.start = std::move(start).value();
  }
  Result<std::string> device = training_device(command.common.device);
  if (!device.ok()) return fail(command.common, device.error());
  train.options.device = std::move(device).value();
  if (const Status status = check_outputs(train); !status.ok()) return fail(command.common, status.error());
  train.options.threads = command.common.threads;
  train.quiet = command.common.quiet || command.common.json;

  const Result<Trainer> trainer = open_trainer();
  if (!trainer.ok()) return fail(command.common, trainer.error(), kNeedsLibTorch);
  const auto start = std::chrono::steady_clock::now();
  if (const Status trained = call(*trainer, train, &stop_requests()); !trained.ok()) {
    const bool resumable = trained.error().code == Error::Code::Cancelled && !train.options.checkpoint.empty();
    return fail(command.common, trained.error(), resumable ? "Go on from the checkpoint with --resume." : "");
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  nlohmann::ordered_json document = {{"device", train.options.device}, {"seconds", seconds}};
  const std::string written = (train.pack_to.empty() ? train.output : train.pack_to).string();
  document[train.pack_to.empty() ? "model" : "packed"] = written;
  if (train.pack_to.empty()) {
    const Result<std::shared_ptr<const Model>> model = load_model(written);
    if (!model.ok()) return fail(command.common, model.error());
    document["hash"] = hex((*model)->hash);
    if (train.base) {
      document["base"] = hex(train.base->hash);
      document["changed"] = (*model)->hash != train.base->hash;
    }
  }
  if (command.common.json) {
    return print(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", kFine);
  }
  if (command.common.quiet) return kFine;
  const bool same = document.contains("changed") && !document["changed"];
  return print(written + (same ? " is written; no change pays on these photos, so it is the model that it was\n"
                               : " is written\n"),
               kFine);
}

}  // namespace

void add_train(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("train", "Train a model on photos");
  auto arguments = std::make_shared<TrainCommand>();
  TrainArguments& train = arguments->train;
  TrainOptions& options = train.options;
  command->add_option("PATH,--data", train.data, "Photos, and folders of photos")->type_name("");
  command->add_option("-o,--output", train.output, "The model file to write");
  CLI::Option* start =
      command
          ->add_option("--start", arguments->start,
                       "Begin with the weights of this model: a name or hash (see `bitswap models`), or a model file. "
                       "Its networks have the same layers, as wide or narrower by a whole factor")
          ->type_name("MODEL");
  command->add_option("--config", train.config,
                      "Architecture: compact, compact-ycc, large, large-ycc, classic or tiny, with changes "
                      "behind it: compact,mixtures=1; for coefficients of JPEG files: jpeg or jpeg-large. "
                      "Without it that of --start, or compact");
  command
      ->add_option("--finetune", arguments->finetune,
                   "Adapt this model to the photos instead: a name or hash (see `bitswap models`), or a model file. In "
                   "10 minutes, unless told otherwise, and so that the change takes few bytes in an archive")
      ->excludes("--config")
      ->excludes(start);
  CLI::Option* minutes = command->add_option("--minutes", options.minutes, "Length of the schedule")
                             ->check(CLI::PositiveNumber)
                             ->capture_default_str();
  command->add_option("--steps", options.steps, "Length of the schedule in steps instead of minutes")
      ->check(CLI::PositiveNumber);
  command->add_option("--batch", options.batch, "Crops in a step")->check(CLI::Range(1, 65536))->capture_default_str();
  command->add_option("--crop", options.crop, "Side of a crop in pixels, of models for pixels")
      ->check(CLI::Range(8, 4096))
      ->capture_default_str();
  command
      ->add_option("--large-crops", options.large_crop_every,
                   "Every so many steps show the coarse networks a large crop; 0: never")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command
      ->add_option("--shrink", train.shrink, "Scale photos of 4 megapixels and more down by this; 1 takes them as is")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  command->add_option("--float-share", options.float_share, "Share of the schedule before weights become integers")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  CLI::Option* learning_rate = command->add_option("--learning-rate", options.learning_rate, "Highest learning rate")
                                   ->check(CLI::PositiveNumber)
                                   ->capture_default_str();
  command->add_option("--average", options.average, "Decay of the average of the weights")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "Seed of crops and weights")->capture_default_str();
  command->add_option("--checkpoint", options.checkpoint, "Prefix of checkpoint files")->type_name("PREFIX");
  command->add_option("--checkpoint-minutes", options.checkpoint_minutes, "Between two checkpoints")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_flag("--resume", options.resume, "Go on from the checkpoint with a new schedule");
  command
      ->add_option("--validate", train.validation,
                   "Photos or a folder that bits are measured on, of the integer model and of its weights as floats; "
                   "repeatable")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command->add_option("--validate-minutes", options.validate_minutes, "Between two validations")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--log", options.log, "CSV file that gets a line now and then");
  command->add_option("--packed", train.packed, "Train on a file that --pack made");
  command->add_option("--pack", train.pack_to, "Write the photos into one file for a machine without image libraries");
  command->add_option("--pack-limit", train.pack_limit, "Largest size of that file in bytes")->capture_default_str();
  add_common_options(*command, arguments->common, Uses::Networks);
  command->get_option("--threads")
      ->description(
          "Threads of the CPU, which share out the crops of each step, so at most one a crop; 0 takes all of the "
          "machine. With --steps, the same --seed and --threads give the same model");
  // A new model starts from nothing, or from its checkpoint.
  command->remove_option(command->get_option("--model"));
  command->callback([arguments, minutes, learning_rate, &action] {
    TrainOptions& chosen = arguments->train.options;
    if (!arguments->finetune.empty() && minutes->count() == 0) chosen.minutes = kAdaptMinutes;
    if (!arguments->finetune.empty() && learning_rate->count() == 0) chosen.learning_rate = kAdaptLearningRate;
    action = [arguments] { return run(*arguments); };
  });
}

}  // namespace bitswap::cli
