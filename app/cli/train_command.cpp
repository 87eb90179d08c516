// `bitswap train`: reads the options; the work is in the shared object with LibTorch.
#include "app/train/train_command.h"

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/all_commands.h"
#include "engine/backend/reference/module.h"
#include "engine/models/models.h"

namespace bitswap::cli {
namespace {

struct TrainCommand {
  CommonOptions common;
  TrainArguments train;
};

Error usage(std::string detail) { return {Error::Code::InvalidArgument, 0, std::move(detail)}; }

Status check(const TrainArguments& train) {
  if (train.data.empty() == train.packed.empty()) return usage("give either photos to train on or --packed FILE");
  if (train.pack_to.empty() == train.output.empty()) return usage("give either -o MODEL or --pack FILE");
  if (!train.pack_to.empty() && !train.packed.empty()) return usage("--pack takes photos, not another packed file");
  if (train.options.resume && train.options.checkpoint.empty()) return usage("--resume needs --checkpoint PREFIX");
  return {};
}

/// The trainer knows "cpu" and "cuda".
Result<std::string> training_device(const std::string& device) {
  if (device == "plain") return usage("training needs LibTorch: use --device auto, cpu or cuda");
  if (device == "auto") return std::string(open_reference_backend("cuda").ok() ? "cuda" : "cpu");
  return std::string(device == "cuda" ? "cuda" : "cpu");
}

int run(TrainCommand& command) {
  TrainArguments& train = command.train;
  if (const Status status = check(train); !status.ok()) return fail(command.common, status.error());
  Result<std::string> device = training_device(command.common.device);
  if (!device.ok()) return fail(command.common, device.error());
  train.options.device = std::move(device).value();
  train.options.threads = command.common.threads;
  train.quiet = command.common.quiet || command.common.json;

  const Result<void*> symbol = torch_symbol("bitswap_train");
  if (!symbol.ok()) return fail(command.common, symbol.error(), "Install or build the program with LibTorch.");
  auto* const entry = reinterpret_cast<int (*)(const TrainArguments*, const CancelToken*, Error*)>(*symbol);
  const auto start = std::chrono::steady_clock::now();
  Error error;
  if (entry(&train, &stop_requests(), &error) != 0) {
    const bool resumable = error.code == Error::Code::Cancelled && !train.options.checkpoint.empty();
    return fail(command.common, error, resumable ? "Go on from the checkpoint with --resume." : "");
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  nlohmann::ordered_json document = {{"device", train.options.device}, {"seconds", seconds}};
  const std::string written = (train.pack_to.empty() ? train.output : train.pack_to).string();
  document[train.pack_to.empty() ? "model" : "packed"] = written;
  if (train.pack_to.empty()) {
    const Result<std::shared_ptr<const Model>> model = load_model(written);
    if (!model.ok()) return fail(command.common, model.error());
    document["hash"] = hex((*model)->hash);
  }
  if (command.common.json) {
    return print(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", kFine);
  }
  return command.common.quiet ? kFine : print(written + " is written\n", kFine);
}

}  // namespace

void add_train(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("train", "Train a model on photos");
  auto arguments = std::make_shared<TrainCommand>();
  TrainArguments& train = arguments->train;
  TrainOptions& options = train.options;
  command->add_option("PATH,--data", train.data, "Photos, and folders of photos")->type_name("");
  command->add_option("-o,--output", train.output, "The model file to write");
  command
      ->add_option("--config", train.config,
                   "Architecture: photo, compact, classic or tiny, with changes behind it: compact,mixtures=1")
      ->capture_default_str();
  command->add_option("--minutes", options.minutes, "Length of the schedule")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--steps", options.steps, "Length of the schedule in steps instead of minutes")
      ->check(CLI::PositiveNumber);
  command->add_option("--batch", options.batch, "Crops in a step")->check(CLI::Range(1, 65536))->capture_default_str();
  command->add_option("--crop", options.crop, "Side of a crop in pixels")
      ->check(CLI::Range(8, 4096))
      ->capture_default_str();
  command
      ->add_option("--shrink", train.shrink, "Scale photos of 4 megapixels and more down by this; 1 takes them as is")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  command->add_option("--float-share", options.float_share, "Share of the schedule before weights become integers")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--learning-rate", options.learning_rate, "Highest learning rate")
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
  command->add_option("--validate", train.validation, "Photos or a folder that bits are measured on; repeatable")
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
  // A new model starts from nothing, or from its checkpoint.
  command->remove_option(command->get_option("--model"));
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
