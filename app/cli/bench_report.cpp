// SPDX-License-Identifier: GPL-3.0-or-later
// The table and the JSON document of `bench`.
#include "app/cli/bench_report.h"

#include <array>
#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/progress.h"

namespace bitswap::cli {
namespace {

[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...) {
  std::array<char, 256> text;
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return text.data();
}

double megabytes_per_second(std::uint64_t bytes, double seconds) {
  return static_cast<double>(bytes) / 1e6 / std::max(seconds, 1e-9);
}

Speed speed_of(const BenchResult& result) {
  return {megabytes_per_second(result.model.raw_bytes, result.model.encode_seconds),
          megabytes_per_second(result.model.raw_bytes, result.model.decode_seconds), result.coded_bytes};
}

double nanoseconds_per_pixel(const ModelTimes& times, double seconds) {
  return seconds * 1e9 / static_cast<double>(times.pixels);
}

std::string peers_table(const BenchResult& result) {
  std::string text = "Codec     Encode MB/s   Decode MB/s          Bytes\n";
  const auto row = [&](const std::string& name, const Speed& speed) {
    text += line("%-8s  %11.2f   %11.2f  %13llu\n", name.c_str(), speed.encode_megabytes_per_second,
                 speed.decode_megabytes_per_second, static_cast<unsigned long long>(speed.coded_bytes));
  };
  row("bit-swap", speed_of(result));
  for (const auto& [name, peer] : result.peers) row(name, peer);
  for (const std::string& why : result.skipped) text += why + "\n";
  return text;
}

/// Seconds are those of all threads together; shares are of the coding.
std::string stages_table(const ModelTimes& times) {
  const auto total = [](const StageTimes& stages) { return stages.networks + stages.planes + stages.entropy; };
  const double encode = total(times.encode_stages), decode = total(times.decode_stages);
  if (encode <= 0 || decode <= 0) return {};
  std::string text = "\nStage            Encode ns/px       Share   Decode ns/px       Share\n";
  const auto row = [&](const char* name, double encoding, double decoding) {
    text += line("%-15s  %12.1f   %7.1f %%   %12.1f   %7.1f %%\n", name, nanoseconds_per_pixel(times, encoding),
                 100 * encoding / encode, nanoseconds_per_pixel(times, decoding), 100 * decoding / decode);
  };
  row("networks", times.encode_stages.networks, times.decode_stages.networks);
  row("entropy coding", times.encode_stages.entropy, times.decode_stages.entropy);
  row("planes", times.encode_stages.planes, times.decode_stages.planes);
  return text;
}

std::string jobs_table(const JobTimes& jobs, std::uint64_t raw_bytes) {
  std::string text = "\nFiles on disk       Seconds   MB/s of pixels\n";
  const auto row = [&](const char* name, double seconds) {
    text += line("%-17s  %8.3f   %14.1f\n", name, seconds, megabytes_per_second(raw_bytes, seconds));
  };
  row("decode the files", jobs.decode_files);
  row("write the archive", jobs.write_archive);
  row("compress, all", jobs.compress);
  row("extract, all", jobs.extract);
  return text + line("%s of files became %s\n", readable_bytes(jobs.file_bytes).c_str(),
                     readable_bytes(jobs.archive_bytes).c_str());
}

std::string scaling_table(const std::vector<ScalingRow>& rows) {
  std::string text = "\nGrowing   Pictures  Threads  Megapixels  Encode ns/px  Decode ns/px  Peak memory\n";
  for (const ScalingRow& row : rows) {
    text +=
        line("%-8s  %8d  %7d  %10.2f  %12.1f  %12.1f  %11s\n", row.axis.c_str(), row.pictures, row.threads,
             static_cast<double>(row.times.pixels) / 1e6, nanoseconds_per_pixel(row.times, row.times.encode_seconds),
             nanoseconds_per_pixel(row.times, row.times.decode_seconds), readable_bytes(row.peak_memory).c_str());
  }
  return text;
}

nlohmann::ordered_json stages_json(const StageTimes& stages) {
  return {
      {"networks_seconds", stages.networks}, {"planes_seconds", stages.planes}, {"entropy_seconds", stages.entropy}};
}

nlohmann::ordered_json speed_json(const Speed& speed) {
  return {{"encode_megabytes_per_second", speed.encode_megabytes_per_second},
          {"decode_megabytes_per_second", speed.decode_megabytes_per_second},
          {"bytes", speed.coded_bytes}};
}

}  // namespace

std::string bench_table(const LoadedModel& loaded, int threads, const BenchResult& result) {
  std::string text =
      line("Model %s on %s (%s), threads: %d, pictures: %zu, raw: %s\n\n", model_name(*loaded.model).c_str(),
           std::string(loaded.backend->device()).c_str(), std::string(loaded.backend->name()).c_str(), threads,
           result.pictures, readable_bytes(result.raw_bytes).c_str());
  text += peers_table(result);
  text += line("\n%.0f multiply-accumulates a pixel, peak memory %s\n", loaded.model->plan.macs_per_position({1}),
               readable_bytes(result.peak_memory).c_str());
  text += stages_table(result.model);
  if (result.ceilings) text += ceilings_table(*result.ceilings);
  if (result.jobs) text += jobs_table(*result.jobs, result.raw_bytes);
  if (!result.scaling.empty()) text += scaling_table(result.scaling);
  return text;
}

std::string bench_json(const LoadedModel& loaded, int threads, const BenchResult& result) {
  nlohmann::ordered_json document = {
      {"device", loaded.backend->device()}, {"backend", loaded.backend->name()},     {"threads", threads},
      {"model", model_name(*loaded.model)}, {"model_hash", hex(loaded.model->hash)}, {"images", result.pictures},
      {"raw_bytes", result.raw_bytes}};
  document.update(speed_json(speed_of(result)));
  document["network_macs_per_pixel"] = loaded.model->plan.macs_per_position({1});
  document["peak_memory_bytes"] = result.peak_memory;
  document["encode_stages"] = stages_json(result.model.encode_stages);
  document["decode_stages"] = stages_json(result.model.decode_stages);
  if (result.ceilings) document["device_ceilings"] = ceilings_json(*result.ceilings);
  document["peers"] = nlohmann::ordered_json::object();
  for (const auto& [name, peer] : result.peers) document["peers"][name] = speed_json(peer);
  if (result.jobs) {
    const JobTimes& jobs = *result.jobs;
    document["jobs"] = {{"decode_files_seconds", jobs.decode_files},
                        {"write_archive_seconds", jobs.write_archive},
                        {"compress_seconds", jobs.compress},
                        {"extract_seconds", jobs.extract},
                        {"file_bytes", jobs.file_bytes},
                        {"archive_bytes", jobs.archive_bytes}};
  }
  for (const ScalingRow& row : result.scaling) {
    document["scaling"].push_back({{"axis", row.axis},
                                   {"pictures", row.pictures},
                                   {"threads", row.threads},
                                   {"pixels", row.times.pixels},
                                   {"encode_seconds", row.times.encode_seconds},
                                   {"decode_seconds", row.times.decode_seconds},
                                   {"peak_memory_bytes", row.peak_memory}});
  }
  return document.dump(2) + "\n";
}

}  // namespace bitswap::cli
