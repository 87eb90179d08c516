// `bitswap bench`: how fast the model codes on this machine, beside the usual codecs under the same conditions.
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/all_commands.h"
#include "app/cli/bench_speed.h"
#include "app/cli/loaded_model.h"
#include "app/cli/pictures.h"
#include "app/cli/progress.h"
#include "engine/codec/image_codec.h"

namespace bitswap::cli {
namespace {

namespace fs = std::filesystem;

struct BenchArguments {
  CommonOptions common;
  std::vector<fs::path> paths;
  bool no_peers = false;
};

/// The sample photos of an installation, or of the source tree that the program was built in.
fs::path sample_folder() {
  std::error_code error;
  fs::path folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (int up = 0; up < 5 && !folder.empty(); ++up, folder = folder.parent_path()) {
    for (const char* below : {"share/bitswap/samples", "resources/samples"}) {
      if (fs::is_directory(folder / below, error)) return folder / below;
    }
  }
  return {};
}

/// Never empty. A folder may hold other files; what the user named must be a picture.
Result<std::vector<Picture>> load_pictures(const BenchArguments& arguments) {
  std::vector<fs::path> paths = arguments.paths;
  if (const fs::path samples = sample_folder(); paths.empty() && !samples.empty()) paths = {samples};
  std::vector<Picture> pictures;
  if (!paths.empty()) {
    BITSWAP_TRY_ASSIGN(const std::vector<PictureFile> files, find_files(paths));
    for (const PictureFile& file : files) {
      Result<Picture> picture = read_rgb(file.path);
      if (picture.ok()) {
        pictures.push_back(std::move(picture).value());
      } else if (file.named) {
        return std::move(picture).error();
      }
    }
    if (pictures.empty() && !arguments.paths.empty()) {
      return Error{Error::Code::NotFound, 0, "there is no picture to measure with"};
    }
  }
  if (pictures.empty()) pictures.push_back(synthetic_photo(768, 512, 3));
  return pictures;
}

SpeedSubject model_subject(const CodingModel& coding) {
  return {"bit-swap",
          [coding](const Picture& picture) -> Result<std::vector<Bytes>> {
            const ImageEncoder encoder(coding, picture);
            std::vector<Bytes> coded{encoder.header().write()};
            for (std::size_t i = 0; i < encoder.segments().size(); ++i) {
              BITSWAP_TRY_ASSIGN(EncodedSegment segment, encoder.encode(i, false, &stop_requests()));
              coded.push_back(std::move(segment.payload));
            }
            return coded;
          },
          [coding](const std::vector<Bytes>& coded, const Picture&) -> Result<Picture> {
            BITSWAP_TRY_ASSIGN(const ImageHeader header, ImageHeader::read(coded.front()));
            ImageDecoder decoder(coding, header);
            for (std::size_t i = 1; i < coded.size(); ++i)
              BITSWAP_TRY(decoder.decode(i - 1, coded[i], &stop_requests()));
            return decoder.take();
          }};
}

/// The most that this process ever held; 0 where the system does not say.
std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

struct BenchResult {
  Speed model;
  std::vector<std::pair<std::string, Speed>> peers;
  std::uint64_t peak_memory = 0;  ///< before the peers ran
  std::uint64_t raw_bytes = 0;
  std::size_t pictures = 0;
};

Result<BenchResult> measure_all(const BenchArguments& arguments, const LoadedModel& loaded, int threads) {
  BITSWAP_TRY_ASSIGN(const std::vector<Picture> pictures, load_pictures(arguments));
  BenchResult result;
  result.pictures = pictures.size();
  for (const Picture& picture : pictures) result.raw_bytes += picture.samples.size();

  std::vector<SpeedSubject> peers;
  if (!arguments.no_peers) peers = bench_peers();
  ProgressBar bar(arguments.common, "Measuring");
  const auto start = std::chrono::steady_clock::now();
  const std::size_t at_once = static_cast<std::size_t>(threads);
  const std::size_t rounds = (at_once + pictures.size() - 1) / pictures.size();
  const std::uint64_t steps = 2 * (peers.size() + 1) * pictures.size() * std::max<std::size_t>(1, rounds);
  std::uint64_t done = 0;
  const auto measure = [&](const SpeedSubject& subject) {
    return measure_speed(subject, pictures, threads, &stop_requests(), [&] {
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      bar.show(done++, steps, seconds, subject.name, false);
    });
  };
  BITSWAP_TRY_ASSIGN(result.model, measure(model_subject(loaded.coding())));
  result.peak_memory = peak_memory_bytes();
  for (const SpeedSubject& peer : peers) {
    BITSWAP_TRY_ASSIGN(const Speed speed, measure(peer));
    result.peers.emplace_back(peer.name, speed);
  }
  return result;
}

std::string json_document(const LoadedModel& loaded, int threads, const BenchResult& result) {
  const auto speed = [](const Speed& s) {
    return nlohmann::ordered_json{{"encode_megabytes_per_second", s.encode_megabytes_per_second},
                                  {"decode_megabytes_per_second", s.decode_megabytes_per_second},
                                  {"bytes", s.coded_bytes}};
  };
  nlohmann::ordered_json document = {
      {"device", loaded.backend->device()}, {"backend", loaded.backend->name()},     {"threads", threads},
      {"model", model_name(*loaded.model)}, {"model_hash", hex(loaded.model->hash)}, {"images", result.pictures},
      {"raw_bytes", result.raw_bytes}};
  document.update(speed(result.model));
  document["network_macs_per_pixel"] = loaded.model->plan.macs_per_pixel();
  document["peak_memory_bytes"] = result.peak_memory;
  document["peers"] = nlohmann::ordered_json::object();
  for (const auto& [name, peer] : result.peers) document["peers"][name] = speed(peer);
  return document.dump(2) + "\n";
}

std::string table(const LoadedModel& loaded, int threads, const BenchResult& result) {
  std::array<char, 200> line;
  std::snprintf(line.data(), line.size(), "Model %s on %s (%s), threads: %d, pictures: %zu, raw: %s\n\n",
                model_name(*loaded.model).c_str(), std::string(loaded.backend->device()).c_str(),
                std::string(loaded.backend->name()).c_str(), threads, result.pictures,
                readable_bytes(result.raw_bytes).c_str());
  std::string text = line.data();
  text += "Codec     Encode MB/s   Decode MB/s          Bytes\n";
  const auto row = [&](const std::string& name, const Speed& speed) {
    std::snprintf(line.data(), line.size(), "%-8s  %11.2f   %11.2f  %13llu\n", name.c_str(),
                  speed.encode_megabytes_per_second, speed.decode_megabytes_per_second,
                  static_cast<unsigned long long>(speed.coded_bytes));
    text += line.data();
  };
  row("bit-swap", result.model);
  for (const auto& [name, peer] : result.peers) row(name, peer);
  std::snprintf(line.data(), line.size(), "\n%.0f multiply-accumulates a pixel, peak memory %s\n",
                loaded.model->plan.macs_per_pixel(), readable_bytes(result.peak_memory).c_str());
  return text + line.data();
}

int run(const BenchArguments& arguments) {
  stop_requests();
  const Result<LoadedModel> loaded = open_model(arguments.common);
  if (!loaded.ok()) return fail(arguments.common, loaded.error());
  const int threads = resolve_threads(arguments.common.threads);
  const Result<BenchResult> result = measure_all(arguments, *loaded, threads);
  if (!result.ok()) return fail(arguments.common, result.error());
  if (arguments.common.json) return print(json_document(*loaded, threads, *result), kFine);
  return print(table(*loaded, threads, *result), kFine);
}

}  // namespace

void add_bench(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("bench", "Measure the speed of the model and of other codecs");
  auto arguments = std::make_shared<BenchArguments>();
  command
      ->add_option("IMAGE", arguments->paths,
                   "Pictures and folders, all held in memory; none: the sample photos, or a synthetic picture")
      ->type_name("");
  command->add_flag("--no-peers", arguments->no_peers, "Only the model");
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
