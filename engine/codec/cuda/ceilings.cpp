// SPDX-License-Identifier: GPL-3.0-or-later
// Each rate is the best of a few runs that are long enough for the clocks of the device to have gone up.
#include "engine/codec/cuda/ceilings.h"

#include <algorithm>
#include <new>

#include "engine/codec/cuda/batch.h"

namespace bitswap::cuda {
namespace {

constexpr int kRuns = 5;
constexpr double kLeastSeconds = 0.05;
constexpr int kMostRounds = 1 << 24;
constexpr unsigned kBlocksEach = 4;                              // of a multiprocessor
constexpr std::uint64_t kMostCopied = std::uint64_t{512} << 20;  // many times what caches hold
constexpr std::uint64_t kUploaded = 1 << 20;
constexpr std::uint32_t kLargestTile = 1024, kSmallestTile = 32;
constexpr std::uint64_t kMostTiles = 16;

struct OwnedStream {
  OwnedStream() = default;
  OwnedStream(const OwnedStream&) = delete;
  OwnedStream& operator=(const OwnedStream&) = delete;
  ~OwnedStream() { destroy_stream(stream); }
  Stream stream = nullptr;
};

/// `queue` queues `rounds` times the work. Runs become longer until they are long enough, which also warms up.
Result<double> best_rate(Stream stream, double work, const std::function<Status(int rounds)>& queue) {
  double best = 0;
  for (int rounds = 1, runs = 0; runs < kRuns;) {
    BITSWAP_TRY_ASSIGN(const double seconds, seconds_on_device(stream, [&] { return queue(rounds); }));
    if (seconds < kLeastSeconds && rounds < kMostRounds) {
      rounds *= 2;
      continue;
    }
    best = std::max(best, work * rounds / std::max(seconds, 1e-9));
    ++runs;
  }
  return best;
}

Result<double> multiply_rate(Stream stream) {
  const bool tensor = has_tensor_cores();
  const unsigned blocks = kBlocksEach * static_cast<unsigned>(multiprocessors());
  DeviceMemory result;
  BITSWAP_TRY(result.reserve(std::size_t{blocks} * kMultiplyThreads * sizeof(std::uint32_t)));
  // Of a warp and chain: 16 × 8 sums of 32 products through tensor cores, else 4 sums of 4 products in each thread.
  const double products = tensor ? 16 * 8 * 32 : kWarp * 4 * 4;
  const double warps = static_cast<double>(blocks) * (kMultiplyThreads / kWarp);
  return best_rate(stream, warps * kMultiplyChains * products, [&](int rounds) {
    start_multiply_loop(stream, blocks, tensor, rounds, reinterpret_cast<std::uint32_t*>(result.data()));
    return last_error();
  });
}

Result<double> copy_rate(Stream stream, std::uint64_t memory) {
  const std::uint64_t size = std::min(memory / 2, kMostCopied);
  DeviceMemory from, to;
  BITSWAP_TRY(from.reserve(size));
  BITSWAP_TRY(to.reserve(size));
  return best_rate(stream, 2.0 * static_cast<double>(size), [&](int rounds) -> Status {
    for (int i = 0; i < rounds; ++i) BITSWAP_TRY(copy_on_device(to.data(), from.data(), size, stream));
    return {};
  });
}

/// Square tiles, each a segment: as large as they come, and as many as keep the device busy, if they fit.
std::vector<SegmentShape> tiles_for(const ComponentPlan& plan, std::uint64_t memory) {
  for (std::uint32_t side = kLargestTile;; side /= 2) {
    const TileShape tile{side, side, 3};
    const SegmentShape shape = encode_shape(plan, {&tile, 1});
    Footprint one(plan, Direction::Encode);
    one.add(shape);
    const std::uint64_t fit = memory / one.layout().size;
    if (fit == 0 && side > kSmallestTile) continue;
    return {std::clamp<std::uint64_t>(fit, 1, kMostTiles), shape};
  }
}

/// Every network once for each round, on the grids that coding runs it on.
Result<double> network_rate(Stream stream, const Model& model, std::uint64_t memory) {
  BITSWAP_TRY_ASSIGN(const DeviceModel device, DeviceModel::upload(model, stream));
  const ComponentPlan& plan = device.plan();
  const std::vector<SegmentShape> shapes = tiles_for(plan, memory);
  const Batch batch(plan, Direction::Encode, shapes);
  DeviceMemory arrays;
  PinnedMemory upload;
  BITSWAP_TRY(arrays.reserve(batch.layout.size));
  std::uint8_t* const base = arrays.data();
  // Inputs without a pattern: a device that only sees zeros needs less power and may run faster.
  const std::uint64_t tiles_size = batch.tiles.size() * sizeof(Tile);
  BITSWAP_TRY(upload.reserve(std::max(kUploaded, tiles_size)));
  auto* const words = reinterpret_cast<std::uint64_t*>(upload.data());
  for (std::uint64_t i = 0; i < kUploaded / sizeof(std::uint64_t); ++i) words[i] = splitmix_output(i);
  for (std::uint64_t at = batch.layout.input; at < batch.layout.features[0]; at += kUploaded) {
    const std::uint64_t size = std::min(kUploaded, batch.layout.features[0] - at);
    BITSWAP_TRY(copy_to_device(base + at, upload.data(), size, stream));
  }
  BITSWAP_TRY(synchronise(stream));
  std::copy(batch.tiles.begin(), batch.tiles.end(), reinterpret_cast<Tile*>(upload.data()));
  BITSWAP_TRY(copy_to_device(base + batch.layout.tiles, upload.data(), tiles_size, stream));
  BITSWAP_TRY(synchronise(stream));

  NetworkArrays network_arrays;
  network_arrays.input = reinterpret_cast<std::int8_t*>(base + batch.layout.input);
  for (int k = 0; k < 2; ++k) {
    network_arrays.features[k] = reinterpret_cast<std::int8_t*>(base + batch.layout.features[k]);
  }
  network_arrays.head = reinterpret_cast<std::int16_t*>(base + batch.layout.head);
  const auto each_network = [&](const auto& body) {
    for (int i = 0; i < static_cast<int>(plan.latents.size()); ++i) {
      const ComponentLatent& latent = plan.latents[static_cast<std::size_t>(i)];
      body(latent.posterior, latent_grid(plan, i));
      body(latent.generative, latent_grid(plan, i));
    }
    for (std::size_t s = 1; s < plan.stages.size(); ++s) {
      body(plan.stages[s].network, level_grid(plan.stages[s].level + 1));
    }
  };
  const auto sums = [&](int grid) -> const GridSums& { return batch.sums[0][static_cast<std::size_t>(grid)]; };
  double macs = 0;
  each_network([&](int network, int grid) {
    const NetworkSpec& spec = plan.networks[static_cast<std::size_t>(network)];
    macs += static_cast<double>(spec.macs_per_position()) * static_cast<double>(sums(grid).positions);
  });
  return best_rate(stream, macs, [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      each_network([&](int network, int grid) {
        device.run(stream, network, reinterpret_cast<const Tile*>(base + batch.layout.tiles), batch.tiles.size(), grid,
                   sums(grid), network_arrays);
      });
    }
    return last_error();
  });
}

}  // namespace

Result<DeviceCeilings> measure_ceilings(const Model& model, std::uint64_t memory) try {
  OwnedStream owned;
  BITSWAP_TRY_ASSIGN(owned.stream, create_stream());
  DeviceCeilings found;
  BITSWAP_TRY_ASSIGN(found.int8_macs_per_second, multiply_rate(owned.stream));
  BITSWAP_TRY_ASSIGN(found.bandwidth_bytes_per_second, copy_rate(owned.stream, memory));
  BITSWAP_TRY_ASSIGN(found.network_macs_per_second, network_rate(owned.stream, model, memory));
  return found;
} catch (const std::bad_alloc&) {
  return Error{Error::Code::OutOfMemory, 0, "not enough memory to measure the graphics card"};
}

}  // namespace bitswap::cuda
