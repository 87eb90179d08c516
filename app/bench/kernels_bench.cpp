// SPDX-License-Identifier: GPL-3.0-or-later
// Multiply-accumulates a second of every network, for each backend that runs on the processor, and of the bare
// instructions: their ratio is what the kernels make of the machine. Times are processor time of one thread.
#include <benchmark/benchmark.h>

#include <map>
#include <random>

#include "app/bench/ceiling.h"
#include "engine/devices/devices.h"
#include "engine/nn/cpu/cpu_backend.h"

namespace bitswap {
namespace {

constexpr int kSide = 256;  // positions: a level-0 grid of a 512 x 512 tile

/// Random weights, of the size that training gives: the kernels for AVX2 are slower with larger ones.
Model random_model(const char* name) {
  Model model{};
  model.parameters = named_config(name).value();
  model.plan = make_plan(model.parameters);
  std::mt19937 random(1);
  for (const NetworkSpec& spec : model.plan.networks) {
    IntegerNetwork network;
    for (const LayerSpec& layer : spec.layers) {
      IntegerLayer filled{layer, {}, {}, {}};
      for (std::size_t i = 0; i < weight_count(layer); ++i) {
        filled.weights.push_back(static_cast<std::int8_t>(static_cast<int>(random() % 30 + random() % 30) - 29));
      }
      filled.bias.assign(static_cast<std::size_t>(layer.out), 100);
      filled.shift.assign(static_cast<std::size_t>(layer.out), 9);
      network.layers.push_back(std::move(filled));
    }
    model.networks.push_back(std::move(network));
  }
  return model;
}

void run_network(benchmark::State& state, const BackendModel& networks, const NetworkSpec& spec, int network) {
  std::vector<std::int8_t> input(static_cast<std::size_t>(kSide) * kSide * spec.in());
  std::mt19937 random(2);
  for (std::int8_t& value : input) value = static_cast<std::int8_t>(random());
  std::vector<std::int16_t> output;
  double macs = 0;
  for (auto _ : state) {
    if (!networks.run_head(network, input, 1, kSide, kSide, output).ok()) state.SkipWithError("the network failed");
    benchmark::DoNotOptimize(output.data());
    macs += static_cast<double>(spec.macs_per_position()) * kSide * kSide;
  }
  state.counters["MAC/s"] = benchmark::Counter(macs, benchmark::Counter::kIsRate);
}

struct NamedBackend {
  std::string name;
  std::unique_ptr<Backend> backend;
};

std::vector<NamedBackend> backends() {
  std::vector<NamedBackend> all;
  for (const CpuIsa isa : available_isas()) {
    all.push_back({std::string(isa_name(isa)), make_cpu_backend(isa).value()});
  }
  if (auto reference = open_reference_backend("cpu"); reference.ok()) {
    all.push_back({"reference", std::move(reference).value()});
  }
  return all;
}

void add_networks() {
  static std::map<std::string, Model> models;
  static std::vector<std::unique_ptr<BackendModel>> loaded;
  static const std::vector<NamedBackend> all = backends();
  for (const char* name : {"compact", "large"}) {
    const Model& model = models.emplace(name, random_model(name)).first->second;
    for (const NamedBackend& backend : all) {
      loaded.push_back(backend.backend->load(model).value());
      for (int n = 0; n < static_cast<int>(model.networks.size()); ++n) {
        const NetworkSpec& spec = model.plan.networks[static_cast<std::size_t>(n)];
        benchmark::RegisterBenchmark(
            (std::string(name) + "/" + spec.name + "/" + backend.name).c_str(),
            [&networks = *loaded.back(), &spec, n](benchmark::State& state) { run_network(state, networks, spec, n); })
            ->Threads(1)
            ->Threads(2);
      }
    }
  }
}

void add_ceilings() {
  for (const Ceiling& ceiling : ceilings()) {
    benchmark::RegisterBenchmark(("ceiling/" + ceiling.name).c_str(),
                                 [run = ceiling.run](benchmark::State& state) {
                                   double macs = 0;
                                   for (auto _ : state) macs += run();
                                   state.counters["MAC/s"] = benchmark::Counter(macs, benchmark::Counter::kIsRate);
                                 })
        ->Threads(1)
        ->Threads(2);
  }
}

}  // namespace
}  // namespace bitswap

int main(int argc, char** argv) {
  bitswap::add_ceilings();
  bitswap::add_networks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
