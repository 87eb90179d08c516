// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of chosen sizes, coded once each: large ones take long enough to need no repetition.
#include "app/cli/bench_scaling.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

namespace bitswap::cli {
namespace {

/// `photo` and its mirror images side by side, until the size is filled.
Picture mirrored(const Picture& photo, double megapixels) {
  const double pixels = megapixels * 1e6;
  const auto width = static_cast<std::uint32_t>(std::lround(std::sqrt(pixels * 1.5)));
  const auto height = static_cast<std::uint32_t>(std::lround(pixels / width));
  Picture out{width, height, photo.channels, Bytes(std::size_t{width} * height * photo.channels)};
  const auto reflect = [](std::uint32_t i, std::uint32_t length) {
    const std::uint32_t at = i % (2 * length);
    return at < length ? at : 2 * length - 1 - at;
  };
  std::uint8_t* to = out.samples.data();
  for (std::uint32_t y = 0; y < height; ++y) {
    const std::uint8_t* row =
        photo.samples.data() + std::size_t{reflect(y, photo.height)} * photo.width * photo.channels;
    for (std::uint32_t x = 0; x < width; ++x) {
      to = std::copy_n(row + std::size_t{reflect(x, photo.width)} * photo.channels, photo.channels, to);
    }
  }
  return out;
}

}  // namespace

std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

void reset_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

Result<std::vector<ScalingRow>> time_scaling(const LoadedModel& loaded, const Picture& photo, int threads,
                                             double largest_megapixels, const CancelToken* cancel,
                                             const std::function<void(const std::string& what)>& next) {
  std::vector<ScalingRow> rows;
  const auto add = [&](const std::string& axis, const Picture& picture, int count, int with_threads) -> Status {
    const std::vector<const Picture*> pictures(static_cast<std::size_t>(count), &picture);
    reset_peak_memory();
    BITSWAP_TRY_ASSIGN(const ModelTimes times,
                       time_model(loaded, pictures, with_threads, cancel, [&] { next("scaling: " + axis); }));
    rows.push_back({axis, count, with_threads, times, peak_memory_bytes()});
    return {};
  };
  for (const double megapixels : {0.1, 1.0, 10.0, 100.0, 1000.0}) {
    if (megapixels > largest_megapixels) break;
    BITSWAP_TRY(add("size", mirrored(photo, megapixels), 1, threads));
  }
  const Picture one = mirrored(photo, std::min(1.0, largest_megapixels));
  for (const int count : {1, 2, 4, 8, 16}) BITSWAP_TRY(add("pictures", one, count, threads));
  std::set<int> thread_counts{threads};
  for (int t = 1; t < threads; t *= 2) thread_counts.insert(t);
  for (const int t : thread_counts) BITSWAP_TRY(add("threads", one, 8, t));
  return rows;
}

}  // namespace bitswap::cli
