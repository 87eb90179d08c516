// SPDX-License-Identifier: GPL-3.0-or-later
// The minimal build has no other codecs to compare with, and no archives.
#include "app/cli/bench_jobs.h"
#include "app/cli/bench_speed.h"

namespace bitswap::cli {

std::vector<SpeedSubject> bench_peers() { return {}; }

Result<std::optional<JobTimes>> time_jobs(const CommonOptions&, std::span<const std::filesystem::path>, int) {
  return std::optional<JobTimes>();
}

}  // namespace bitswap::cli
