// SPDX-License-Identifier: GPL-3.0-or-later
// One stopwatch for all codecs, so that `bench` treats the model and its peers alike.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap::cli {

/// Wall time since it was made.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// 10^6 bytes of raw RGB per second of wall time, over all threads.
struct Speed {
  double encode_megabytes_per_second = 0;
  double decode_megabytes_per_second = 0;
  std::uint64_t coded_bytes = 0;
};

/// What is measured; both are called by several threads at once.
struct SpeedSubject {
  std::string name;
  std::function<Result<std::vector<Bytes>>(const Picture&)> encode;
  /// Of the picture only the shape may be looked at.
  std::function<Result<Picture>(const std::vector<Bytes>&, const Picture&)> decode;
};

/// Pictures are spread over the threads; with fewer pictures than threads they are coded several times. The first one
/// is coded once before the clock starts. `next` is called before each picture. Errors: those of the subject,
/// Cancelled, Internal (another picture came back).
Result<Speed> measure_speed(const SpeedSubject& subject, std::span<const Picture> pictures, int threads,
                            const CancelToken* cancel, const std::function<void()>& next);

/// libpng, libwebp and libjxl at efforts 3, 7 and 9, with the settings of `compare`; none in the minimal build.
std::vector<SpeedSubject> bench_peers();

}  // namespace bitswap::cli
