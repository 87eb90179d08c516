// SPDX-License-Identifier: GPL-3.0-or-later
// Counts what the kernels of backend/cuda compute and move. Bytes are those that pass between kernels: what one writes
// and others read counts once each way, however often they read it again.
//   - the pixels, read by an encoder and written by a decoder, and the coded words the other way round;
//   - the input of each network (four channels to a word), the outputs of its layers, and its head (16 bits): written
//     and read; the skip of a residual block is one more read;
//   - a word for the interval of each symbol that is pushed: written and read. An encoder pushes samples and latents, a
//     decoder only latents; what is popped needs none.
// Not counted: weights, tables, the latents' samples.
#include "app/cli/bench_ceilings.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace bitswap::cli {
namespace {

constexpr double kIntervalBytes = 2.0 * sizeof(std::uint32_t);

double bytes_per_position(const NetworkSpec& network) {
  double bytes = 2.0 * ((network.in() + 3) / 4 * 4);
  for (const LayerSpec& layer : network.layers) {
    if (layer.head) {
      bytes += 2.0 * sizeof(std::int16_t) * layer.out;
    } else {
      bytes += (layer.skip > 0 ? 3.0 : 2.0) * layer.out;
    }
  }
  return bytes;
}

double rate(double work, double seconds) { return work / std::max(seconds, 1e-9); }

double share(double reached, double ceiling) { return ceiling > 0 ? reached / ceiling : 0; }

}  // namespace

CodingWork& CodingWork::operator+=(const CodingWork& other) {
  macs += other.macs;
  encode_bytes += other.encode_bytes;
  decode_bytes += other.decode_bytes;
  return *this;
}

CodingWork work_of(const Plan& plan, const TileShape& tile) {
  const std::vector<Grid> grids = grids_of(plan, {{static_cast<int>(tile.width), static_cast<int>(tile.height)}});
  CodingWork work;
  double bytes = 0, latents = 0;
  for (const Conditional& c : plan.conditionals) {
    if (c.network < 0) continue;
    const NetworkSpec& spec = plan.networks[static_cast<std::size_t>(c.network)];
    const auto positions = static_cast<double>(grids[static_cast<std::size_t>(c.grid)].size());
    work.macs += static_cast<double>(spec.macs_per_position()) * positions;
    bytes += bytes_per_position(spec) * positions;
  }
  for (const LatentSpec& latent : plan.latents) {
    const PlaneSpec& plane = plan.planes[static_cast<std::size_t>(latent.plane)];
    latents += static_cast<double>(grids[static_cast<std::size_t>(plane.grid)].size()) * plane.channels;
  }
  const double samples = static_cast<double>(tile.width) * tile.height * tile.channels;
  work.encode_bytes = bytes + samples + kIntervalBytes * (samples + latents);
  work.decode_bytes = bytes + samples + kIntervalBytes * latents;
  return work;
}

CodingWork work_of(const CodingModel& coding, const Picture& picture) {
  CodingWork work;
  const ImageEncoder encoder(coding, picture);
  for (const SegmentPlan& segment : encoder.segments()) {
    for (const Tile& tile : segment.tiles) {
      work += work_of(coding.model->plan, TileShape{tile.width, tile.height, segment.channels});
    }
  }
  return work;
}

std::string ceilings_table(const CeilingReport& report) {
  std::array<char, 160> line;
  std::string text = "\nOf the graphics card       Ceiling        Encode      Share        Decode      Share\n";
  const auto row = [&](const char* name, double unit, double ceiling, double encode_work, double decode_work) {
    const double encode = rate(encode_work, report.encode_seconds), decode = rate(decode_work, report.decode_seconds);
    std::snprintf(line.data(), line.size(), "%-20s  %12.2f  %12.3f  %7.2f %%  %12.3f  %7.2f %%\n", name, ceiling / unit,
                  encode / unit, 100 * share(encode, ceiling), decode / unit, 100 * share(decode, ceiling));
    text += line.data();
  };
  const DeviceCeilings& ceilings = report.ceilings;
  row("int8, 10^12 MAC/s", 1e12, ceilings.int8_macs_per_second, report.work.macs, report.work.macs);
  row("memory, 10^9 bytes/s", 1e9, ceilings.bandwidth_bytes_per_second, report.work.encode_bytes,
      report.work.decode_bytes);
  std::snprintf(line.data(), line.size(), "The networks alone do %.3f x 10^12 MAC/s, %.2f %% of the ceiling.\n",
                ceilings.network_macs_per_second / 1e12,
                100 * share(ceilings.network_macs_per_second, ceilings.int8_macs_per_second));
  return text + line.data();
}

nlohmann::ordered_json ceilings_json(const CeilingReport& report) {
  const DeviceCeilings& ceilings = report.ceilings;
  const auto int8 = [&](double seconds) {
    return share(rate(report.work.macs, seconds), ceilings.int8_macs_per_second);
  };
  const auto bandwidth = [&](double bytes, double seconds) {
    return share(rate(bytes, seconds), ceilings.bandwidth_bytes_per_second);
  };
  return {{"int8_macs_per_second", ceilings.int8_macs_per_second},
          {"bandwidth_bytes_per_second", ceilings.bandwidth_bytes_per_second},
          {"network_macs_per_second", ceilings.network_macs_per_second},
          {"macs", report.work.macs},
          {"encode_bytes", report.work.encode_bytes},
          {"decode_bytes", report.work.decode_bytes},
          {"network_int8_fraction", share(ceilings.network_macs_per_second, ceilings.int8_macs_per_second)},
          {"encode_int8_fraction", int8(report.encode_seconds)},
          {"decode_int8_fraction", int8(report.decode_seconds)},
          {"encode_bandwidth_fraction", bandwidth(report.work.encode_bytes, report.encode_seconds)},
          {"decode_bandwidth_fraction", bandwidth(report.work.decode_bytes, report.decode_seconds)}};
}

}  // namespace bitswap::cli
