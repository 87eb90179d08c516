// SPDX-License-Identifier: GPL-3.0-or-later
// Read from /proc and /sys/fs/cgroup (version 2, and version 1's memory controller), as the kernel documents them.
#include "engine/base/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

namespace bitswap {
namespace {

std::optional<std::uint64_t> number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;  // also "max": no limit
}

std::uint64_t left_of_machine() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  std::uint64_t kibibytes = 0;
  std::string unit;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes << 10;
    std::getline(file, unit);
  }
  return UINT64_MAX;
}

std::uint64_t left_of_address_space() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  const auto pages = number_in("/proc/self/statm");
  if (!pages) return UINT64_MAX;
  const std::uint64_t used = *pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

/// Of one group: its limit without what it uses; pages of files that it could give back count as free.
std::uint64_t left_of_group(const std::string& folder, const char* limit_name, const char* used_name) {
  const auto limit = number_in(folder + limit_name);
  const auto used = number_in(folder + used_name);
  if (!limit || !used) return UINT64_MAX;
  std::uint64_t files = 0;
  std::ifstream statistics(folder + "/memory.stat");
  std::string key;
  std::uint64_t value = 0;
  while (statistics >> key >> value) {
    if (key == "inactive_file" || key == "total_inactive_file") files = value;
  }
  const std::uint64_t busy = *used - std::min(files, *used);
  return *limit > busy ? *limit - busy : 0;
}

std::uint64_t left_of_groups() {
  std::uint64_t left = UINT64_MAX;
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool old = controllers.find("memory") != std::string::npos;
    if (!old && !controllers.empty()) continue;
    const std::string root = old ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
    // A limit of any group above holds as well.
    for (std::string group = line.substr(second + 1);; group.resize(group.rfind('/'))) {
      if (group == "/") group.clear();
      left = std::min(left, old ? left_of_group(root + group, "/memory.limit_in_bytes", "/memory.usage_in_bytes")
                                : left_of_group(root + group, "/memory.max", "/memory.current"));
      if (group.empty() || group.rfind('/') == std::string::npos) break;
    }
  }
  return left;
}

}  // namespace

std::uint64_t available_memory() { return std::min({left_of_machine(), left_of_address_space(), left_of_groups()}); }

Status check_memory(std::uint64_t bytes, std::string_view what) {
  const std::uint64_t available = available_memory();
  if (bytes <= available) return {};
  const auto megabytes = [](std::uint64_t size) { return std::to_string((size + 999'999) / 1'000'000); };
  return Error{Error::Code::OutOfMemory, 0,
               std::string(what) + " needs about " + megabytes(bytes) + " MB of memory, and " + megabytes(available) +
                   " MB can be had"};
}

}  // namespace bitswap
