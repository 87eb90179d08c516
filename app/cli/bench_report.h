// SPDX-License-Identifier: GPL-3.0-or-later
// What `bench` found, as a table for people and as a document for scripts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/bench_ceilings.h"
#include "app/cli/bench_jobs.h"
#include "app/cli/bench_scaling.h"
#include "app/cli/bench_speed.h"
#include "app/cli/loaded_model.h"

namespace bitswap::cli {

struct BenchResult {
  ModelTimes model;
  std::uint64_t raw_bytes = 0;    ///< of every picture once
  std::uint64_t coded_bytes = 0;  ///< by the model, of every picture once
  std::vector<std::pair<std::string, Speed>> peers;
  std::vector<std::string> skipped;  ///< what was left out, with the reason: peers that refused a picture
  std::optional<JobTimes> jobs;      ///< only of files
  std::vector<ScalingRow> scaling;
  std::optional<CeilingReport> ceilings;  ///< only of graphics cards
  std::uint64_t peak_memory = 0;          ///< while the model ran
  std::size_t pictures = 0;
};

std::string bench_table(const LoadedModel& loaded, int threads, const BenchResult& result);
std::string bench_json(const LoadedModel& loaded, int threads, const BenchResult& result);

}  // namespace bitswap::cli
