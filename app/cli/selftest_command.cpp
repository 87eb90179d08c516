// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap selftest`: whether this machine computes what all others compute.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/all_commands.h"
#include "app/cli/golden.h"
#include "app/cli/loaded_model.h"
#include "app/cli/pictures.h"
#include "app/cli/selftest.h"
#include "engine/devices/devices.h"
#include "engine/model/released/models.h"
#include "engine/nn/cpu/cpu_backend.h"

namespace bitswap::cli {
namespace {

struct SelftestArguments {
  CommonOptions common;
  std::vector<std::filesystem::path> images;
  std::filesystem::path golden;
  std::filesystem::path write_golden;
};

/// One line of the result. A backend that is not here has neither passed nor failed.
struct BackendResult {
  std::string name;
  std::string device;
  bool here = false;
  std::string problem;  ///< why it is not here, or what it did wrong; empty: it agrees
  Hash128 tensors{};
  Hash128 payload{};
};

struct SelftestResult {
  std::shared_ptr<const Model> model;
  std::vector<BackendResult> backends;
  std::string golden_problem;  ///< empty: as they should be, or there are none
  bool has_golden = false;
  std::vector<std::string> images;

  [[nodiscard]] bool agree() const {
    return std::ranges::none_of(backends, [](const BackendResult& b) { return b.here && !b.problem.empty(); });
  }
  [[nodiscard]] bool passed() const { return agree() && golden_problem.empty(); }
  [[nodiscard]] const BackendResult& first() const { return backends.front(); }
};

struct OpenBackend {
  std::unique_ptr<Backend> backend;
  std::unique_ptr<BackendModel> networks;
  BackendRun run;
};

Status add_images(const std::vector<std::filesystem::path>& paths, std::vector<TestPicture>& pictures) {
  BITSWAP_TRY_ASSIGN(const std::vector<PictureFile> files, find_files(paths));
  for (const PictureFile& file : files) {
    Result<Picture> picture = read_rgb(file.path);
    if (picture.ok()) {
      pictures.push_back({file.path.string(), std::move(picture).value()});
    } else if (file.named) {
      return std::move(picture).error();
    }
  }
  return {};
}

/// Every backend that the machine has, the plain one first: it is always there and judges the others. Of "cpu" there is
/// one for each set of instructions.
std::vector<OpenBackend> open_backends(const std::string& device, std::vector<BackendResult>& results) {
  std::vector<OpenBackend> open;
  const auto add = [&](const std::string& name, Result<std::unique_ptr<Backend>> opened) {
    if (!opened.ok()) {
      results.push_back({name, "", false, sentence(opened.error()), {}, {}});
      return;
    }
    results.push_back({name, std::string((*opened)->device()), true, "", {}, {}});
    open.push_back({std::move(opened).value(), nullptr, {}});
  };
  std::vector<std::string> names = {"plain", "reference", "cpu", "cuda"};
  if (device != "auto") names = {"plain", device};
  for (const std::string& name : names) {
    if (name == "cpu") {
      const std::vector<CpuIsa> isas = available_isas();
      for (const CpuIsa isa : isas) add("cpu-" + std::string(isa_name(isa)), make_cpu_backend(isa));
      if (isas.empty()) add(name, make_cpu_backend(CpuIsa::Avx2));
    } else if (name != "plain" || open.empty()) {
      add(name, open_backend(name));
    }
  }
  return open;
}

/// Fills in what the backend did. Errors: Cancelled only; all else is a result.
Status test_backend(const Model& model, OpenBackend& backend, BackendResult& result, std::size_t golden_count,
                    const std::vector<TestPicture>& pictures, int threads) {
  const auto failed = [&](Error error) -> Status {
    if (error.code == Error::Code::Cancelled) return error;
    result.problem = sentence(error);
    return {};
  };
  Result<std::unique_ptr<BackendModel>> loaded = backend.backend->load(model);
  if (!loaded.ok()) return failed(std::move(loaded).error());
  backend.networks = std::move(loaded).value();
  const CodingModel coding{&model, backend.networks.get()};
  Result<BackendRun> run = run_backend(coding, pictures, threads, &stop_requests());
  if (!run.ok()) return failed(std::move(run).error());
  backend.run = std::move(run).value();
  result.tensors = backend.run.tensor_hash();
  result.payload = backend.run.payload_hash(golden_count);
  return {};
}

/// Each decodes what it and every other coded; equal bytes are decoded once.
Status cross_decode(const Model& model, const std::vector<OpenBackend>& open,
                    const std::vector<BackendResult*>& results, const std::vector<TestPicture>& pictures, int threads) {
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (!results[i]->problem.empty()) continue;
    const CodingModel coding{&model, open[i].networks.get()};
    std::vector<const std::vector<CodedPicture>*> seen;
    for (std::size_t j = 0; j < open.size() && results[i]->problem.empty(); ++j) {
      const std::vector<CodedPicture>& coded = open[j].run.pictures;
      if (coded.empty() || std::ranges::any_of(seen, [&](const auto* other) { return *other == coded; })) continue;
      seen.push_back(&coded);
      const Status decoded = decode_pictures(coding, coded, pictures, threads, &stop_requests());
      if (decoded.ok()) continue;
      if (decoded.error().code == Error::Code::Cancelled) return decoded;
      results[i]->problem = "cannot decode what " + results[j]->name + " coded: " + sentence(decoded.error());
    }
  }
  return {};
}

Result<std::string> golden_text(const SelftestArguments& arguments, const Model& model) {
  if (!arguments.golden.empty()) {
    std::ifstream file(arguments.golden, std::ios::binary);
    if (!file) return Error{Error::Code::NotFound, 0, "cannot read " + arguments.golden.string()};
    return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  }
  for (const ReleasedModel& released : released_models()) {
    if (std::ranges::equal(released.file.last(model.hash.size()), model.hash)) return std::string(released.golden);
  }
  return std::string();
}

/// Compares with the golden values, if the model has any. The plain backend speaks for all: they agree with it or fail.
Status check_golden(const SelftestArguments& arguments, SelftestResult& result) {
  BITSWAP_TRY_ASSIGN(const std::string text, golden_text(arguments, *result.model));
  const bool released = std::ranges::any_of(released_models(), [&](const ReleasedModel& model) {
    return std::ranges::equal(model.file.last(result.model->hash.size()), result.model->hash);
  });
  if (text.empty() && !released) return {};
  result.has_golden = true;
  const Result<GoldenValues> golden = read_golden(text);
  if (!golden.ok()) {
    result.golden_problem = sentence(golden.error());
  } else if (golden->model != result.model->hash) {
    result.golden_problem = "the golden values belong to another model, " + hex(golden->model);
  } else if (golden->tensors != result.first().tensors) {
    result.golden_problem = "the networks compute something else than at the model's release";
  } else if (golden->payload != result.first().payload) {
    result.golden_problem = "pictures are coded differently than at the model's release";
  }
  return {};
}

Result<SelftestResult> run_selftest(const SelftestArguments& arguments) {
  SelftestResult result;
  BITSWAP_TRY_ASSIGN(result.model, load_model(arguments.common.model));
  std::vector<TestPicture> pictures = golden_pictures();
  const std::size_t golden_count = pictures.size();
  BITSWAP_TRY(add_images(arguments.images, pictures));
  for (std::size_t i = golden_count; i < pictures.size(); ++i) result.images.push_back(pictures[i].name);

  std::vector<OpenBackend> open = open_backends(arguments.common.device, result.backends);
  std::vector<BackendResult*> here;
  for (BackendResult& backend : result.backends) {
    if (backend.here) here.push_back(&backend);
  }
  const int threads = resolve_threads(arguments.common.threads);
  for (std::size_t i = 0; i < open.size(); ++i) {
    BITSWAP_TRY(test_backend(*result.model, open[i], *here[i], golden_count, pictures, threads));
    if (!here[i]->problem.empty()) continue;
    if (const std::string where = difference(open.front().run, open[i].run, pictures); !where.empty()) {
      here[i]->problem = "differs from " + here.front()->name + " in " + where;
    }
  }
  BITSWAP_TRY(cross_decode(*result.model, open, here, pictures, threads));
  if (arguments.write_golden.empty()) BITSWAP_TRY(check_golden(arguments, result));
  return result;
}

Status save_golden(const SelftestResult& result, const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << write_golden({result.model->hash, result.first().tensors, result.first().payload});
  file.close();
  if (!file) return Error{Error::Code::Io, 0, "cannot write " + path.string()};
  return {};
}

std::string json_document(const SelftestResult& result) {
  nlohmann::ordered_json document = {{"model", model_name(*result.model)}, {"model_hash", hex(result.model->hash)}};
  document["backends"] = nlohmann::ordered_json::array();
  for (const BackendResult& backend : result.backends) {
    nlohmann::ordered_json entry = {{"name", backend.name}, {"here", backend.here}};
    if (backend.here) {
      entry["device"] = backend.device;
      entry["tensors"] = hex(backend.tensors);
      entry["payload"] = hex(backend.payload);
      entry["agrees"] = backend.problem.empty();
    }
    entry["problem"] = backend.problem.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(backend.problem);
    document["backends"].push_back(entry);
  }
  document["golden"] = !result.has_golden ? "none" : result.golden_problem.empty() ? "equal" : "different";
  document["golden_problem"] =
      result.golden_problem.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(result.golden_problem);
  document["images"] = result.images;
  document["passed"] = result.passed();
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string result_text(const SelftestResult& result) {
  std::string text = "Model " + model_name(*result.model) + " (" + hex(result.model->hash) + ")\n";
  for (const BackendResult& backend : result.backends) {
    std::string name = backend.name + (backend.here ? " on " + backend.device : "");
    name.resize(std::max<std::size_t>(name.size(), 22), ' ');
    text += name;
    if (!backend.here) {
      text += "  not here: " + backend.problem + "\n";
      continue;
    }
    text += "  tensors " + hex(backend.tensors) + "  payload " + hex(backend.payload) + "  " +
            (backend.problem.empty() ? "agrees" : "WRONG: " + backend.problem) + "\n";
  }
  const std::string golden = !result.has_golden              ? "none for this model"
                             : result.golden_problem.empty() ? "agree"
                                                             : "WRONG: " + result.golden_problem;
  text += "golden values           " + golden + "\n";
  if (!result.images.empty())
    text += "Your pictures went through all of them, too: " + std::to_string(result.images.size()) + "\n";
  return text + (result.passed() ? "Passed.\n" : "FAILED: do not trust archives that this machine makes.\n");
}

int run(const SelftestArguments& arguments) {
  stop_requests();
  const Result<SelftestResult> result = run_selftest(arguments);
  if (!result.ok()) return fail(arguments.common, result.error());
  if (!arguments.write_golden.empty() && result->agree()) {
    if (const Status saved = save_golden(*result, arguments.write_golden); !saved.ok()) {
      return fail(arguments.common, saved.error());
    }
  }
  const int code = result->passed() ? kFine : kFatal;
  if (arguments.common.json) return print(json_document(*result), code);
  return arguments.common.quiet && code == kFine ? code : print(result_text(*result), code);
}

}  // namespace

void add_selftest(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("selftest", "Check that this machine computes what every other computes");
  auto arguments = std::make_shared<SelftestArguments>();
  command->add_option("IMAGE", arguments->images, "Pictures that also go through every backend")->type_name("");
  CLI::Option* golden =
      command->add_option("--golden", arguments->golden, "Golden values to compare with, instead of the model's own");
  command->add_option("--write-golden", arguments->write_golden, "Write golden values, if all backends agree")
      ->excludes(golden);
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
