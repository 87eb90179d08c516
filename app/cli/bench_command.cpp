// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap bench`: how fast the model codes on this machine, beside the usual codecs under the same conditions.
#include <algorithm>
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/bench_report.h"
#include "app/cli/pictures.h"
#include "app/cli/progress.h"

namespace bitswap::cli {
namespace {

namespace fs = std::filesystem;

struct BenchArguments {
  CommonOptions common;
  std::vector<fs::path> paths;
  bool no_peers = false;
  std::vector<std::string> peers;  ///< empty: all
  bool scaling = false;
  double largest = 100;  ///< megapixels
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

/// Never empty. A folder may hold other files; what the user named must be a picture. `files` are those of the
/// pictures, none when there is only a synthetic one.
Result<std::vector<Picture>> load_pictures(const BenchArguments& arguments, std::vector<fs::path>& files) {
  std::vector<fs::path> paths = arguments.paths;
  if (const fs::path samples = sample_folder(); paths.empty() && !samples.empty()) paths = {samples};
  std::vector<Picture> pictures;
  if (!paths.empty()) {
    BITSWAP_TRY_ASSIGN(const std::vector<PictureFile> found, find_files(paths));
    for (const PictureFile& file : found) {
      Result<Picture> picture = read_rgb(file.path);
      if (picture.ok()) {
        pictures.push_back(std::move(picture).value());
        files.push_back(file.path);
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

/// Shows that it goes on; how long a peer takes is not known before.
class Progress {
 public:
  explicit Progress(const CommonOptions& options) : bar_(options, "Measuring") {}
  void expect(std::uint64_t steps) { total_ += steps; }
  void next(const std::string& what) {
    done_ = std::min(done_ + 1, total_);
    bar_.show(done_, total_, watch_.seconds(), what, false);
  }

 private:
  ProgressBar bar_;
  Stopwatch watch_;
  std::uint64_t done_ = 0, total_ = 1;
};

std::vector<SpeedSubject> chosen_peers(const BenchArguments& arguments) {
  std::vector<SpeedSubject> peers = bench_peers();
  if (arguments.no_peers) return {};
  if (arguments.peers.empty()) return peers;
  std::erase_if(peers, [&](const SpeedSubject& peer) {
    return std::ranges::find(arguments.peers, peer.name) == arguments.peers.end();
  });
  return peers;
}

/// How near the coding came to what the device can do at best. `work`: the pictures of result.model.
CeilingReport ceiling_report(const DeviceCeilings& ceilings, const LoadedModel& loaded,
                             std::span<const Picture* const> work, const ModelTimes& times) {
  CeilingReport report{ceilings, {}, times.encode_seconds, times.decode_seconds};
  for (const Picture* picture : work) report.work += work_of(loaded.coding_for(*picture), *picture);
  const auto coded = static_cast<double>(times.coded_bytes);
  report.work += {0, coded, coded};
  return report;
}

Result<BenchResult> measure_all(const BenchArguments& arguments, const LoadedModel& loaded, int threads) {
  std::vector<fs::path> files;
  BITSWAP_TRY_ASSIGN(const std::vector<Picture> pictures, load_pictures(arguments, files));
  BenchResult result;
  result.pictures = pictures.size();
  Progress progress(arguments.common);

  // As many passes as it takes to give every thread a picture, the same for the model and its peers.
  std::vector<const Picture*> work;
  while (work.size() < std::max<std::size_t>(pictures.size(), threads)) {
    for (const Picture& picture : pictures) work.push_back(&picture);
  }
  const std::vector<SpeedSubject> peers = chosen_peers(arguments);
  progress.expect(2 * work.size() * (peers.size() + 1));
  // Before the coding, which keeps the device's memory that it took.
  std::optional<DeviceCeilings> ceilings;
  if (loaded.backend->name() == "cuda" && loaded.networks->segment_coder() != nullptr) {
    const Result<DeviceCeilings> found = measure_cuda_ceilings(*loaded.model);
    if (found.ok()) {
      ceilings = *found;
    } else {
      result.skipped.push_back("The ceilings of the graphics card were left out: " + sentence(found.error()));
    }
  }
  // Devices start slowly: allocation, kernels that are compiled on first use.
  BITSWAP_TRY(time_model(loaded, std::span(work).first(1), threads, &stop_requests(), [] {}));
  BITSWAP_TRY_ASSIGN(result.model,
                     time_model(loaded, work, threads, &stop_requests(), [&] { progress.next("bit-swap"); }));
  result.peak_memory = peak_memory_bytes();
  const std::size_t passes = work.size() / pictures.size();
  result.raw_bytes = result.model.raw_bytes / passes;
  result.coded_bytes = result.model.coded_bytes / passes;
  if (ceilings) result.ceilings = ceiling_report(*ceilings, loaded, work, result.model);
  if (arguments.scaling) {
    BITSWAP_TRY_ASSIGN(result.scaling,
                       time_scaling(loaded, pictures.front(), threads, arguments.largest, &stop_requests(),
                                    [&](const std::string& what) { progress.next(what); }));
  }
  if (!files.empty()) {
    BITSWAP_TRY_ASSIGN(result.jobs, time_jobs(arguments.common, files, threads));
  }
  for (const SpeedSubject& peer : peers) {
    const auto speed = measure_speed(peer, pictures, threads, &stop_requests(), [&] { progress.next(peer.name); });
    if (speed.ok()) {
      result.peers.emplace_back(peer.name, *speed);
    } else if (speed.error().code == Error::Code::Unsupported) {
      result.skipped.push_back(peer.name + " was left out: " + sentence(speed.error()));
    } else {
      return speed.error();
    }
  }
  return result;
}

int run(const BenchArguments& arguments) {
  stop_requests();
  const Result<LoadedModel> loaded = open_model(arguments.common);
  if (!loaded.ok()) return fail(arguments.common, loaded.error());
  const int threads = resolve_threads(arguments.common.threads);
  const Result<BenchResult> result = measure_all(arguments, *loaded, threads);
  if (!result.ok()) return fail(arguments.common, result.error());
  if (arguments.common.json) return print(bench_json(*loaded, threads, *result), kFine);
  return print(bench_table(*loaded, threads, *result), kFine);
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
  command->add_option("--peers", arguments->peers, "Only these: png, webp, jpegxl-3, jpegxl, jpegxl-9")
      ->delimiter(',')
      ->type_name("NAMES");
  command->add_flag("--scaling", arguments->scaling,
                    "Also how cost grows with the size of a picture, the number of pictures and of threads");
  command->add_option("--largest", arguments->largest, "Megapixels of the largest picture for --scaling")
      ->check(CLI::Range(0.1, 1000.0))
      ->capture_default_str();
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
