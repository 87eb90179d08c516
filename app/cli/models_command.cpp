// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap models`: the models that are part of the program.
#include <array>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/all_commands.h"
#include "engine/model/released/models.h"

namespace bitswap::cli {
namespace {

struct ModelsArguments {
  CommonOptions common;
};

int run(const ModelsArguments& arguments) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  std::string table = "Name          Hash                              Parameters  MACs/pixel       Bytes\n";
  for (const ReleasedModel& released : released_models()) {
    const Result<std::shared_ptr<const Model>> loaded = load_model(released.name);
    if (!loaded.ok()) return fail(arguments.common, loaded.error());
    const Model& model = **loaded;
    const double macs = model.plan.macs_per_position({1});
    list.push_back({{"name", released.name},
                    {"hash", hex(model.hash)},
                    {"parameters", model.parameter_count()},
                    {"macs_per_pixel", macs},
                    {"bytes", released.file.size()},
                    {"domain", model.is_jpeg()      ? "jpeg"
                               : model.config().ycc ? "luma-chroma"
                                                    : "rgb"},
                    {"family", released.family},
                    {"default", list.empty()}});
    std::array<char, 160> line;
    std::snprintf(line.data(), line.size(), "%-12s  %s  %10zu  %10.0f  %10zu\n", std::string(released.name).c_str(),
                  hex(model.hash).c_str(), model.parameter_count(), macs, released.file.size());
    table += line.data();
  }
  if (!arguments.common.json) return print(table, kFine);
  return print(nlohmann::ordered_json{{"models", list}}.dump(2) + "\n", kFine);
}

}  // namespace

void add_models(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("models", "List the models of this program, the default one first");
  auto arguments = std::make_shared<ModelsArguments>();
  add_common_options(*command, arguments->common, Uses::Nothing);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
