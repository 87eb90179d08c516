// SPDX-License-Identifier: GPL-3.0-or-later
// Wall time around the whole parallel loop: what a user waits for.
#include "app/cli/bench_speed.h"

#include <mutex>

namespace bitswap::cli {
namespace {

Status check(const SpeedSubject& subject, const Result<Picture>& decoded, const Picture& picture) {
  if (!decoded.ok()) return decoded.error();
  if (*decoded == picture) return {};
  return Error{Error::Code::Internal, 0, subject.name + " is not lossless: another picture came back"};
}

}  // namespace

Result<Speed> measure_speed(const SpeedSubject& subject, std::span<const Picture> pictures, int threads,
                            const CancelToken* cancel, const std::function<void()>& next) {
  const std::size_t wanted = static_cast<std::size_t>(threads);
  const std::size_t rounds = pictures.size() < wanted ? (wanted + pictures.size() - 1) / pictures.size() : 1;
  const std::size_t count = pictures.size() * rounds;
  double megabytes = 0;
  for (const Picture& picture : pictures) megabytes += static_cast<double>(rounds * picture.samples.size()) / 1e6;

  // Devices start slowly: allocation, kernels that are compiled on first use.
  BITSWAP_TRY_ASSIGN(const std::vector<Bytes> first, subject.encode(pictures.front()));
  BITSWAP_TRY(check(subject, subject.decode(first, pictures.front()), pictures.front()));

  std::mutex mutex;
  const auto announce = [&] {
    const std::scoped_lock lock(mutex);
    next();
  };
  std::vector<std::vector<Bytes>> coded(count);
  const Stopwatch encoding;
  BITSWAP_TRY(parallel_for(count, threads, cancel, [&](std::size_t i) -> Status {
    announce();
    BITSWAP_TRY_ASSIGN(coded[i], subject.encode(pictures[i % pictures.size()]));
    return {};
  }));
  Speed speed;
  speed.encode_megabytes_per_second = megabytes / encoding.seconds();
  const Stopwatch decoding;
  BITSWAP_TRY(parallel_for(count, threads, cancel, [&](std::size_t i) -> Status {
    announce();
    const Picture& picture = pictures[i % pictures.size()];
    return check(subject, subject.decode(coded[i], picture), picture);
  }));
  speed.decode_megabytes_per_second = megabytes / decoding.seconds();
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    for (const Bytes& part : coded[i]) speed.coded_bytes += part.size();
  }
  return speed;
}

}  // namespace bitswap::cli
