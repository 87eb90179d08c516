// `bitswap compare`: every codec on the same pictures, each result decoded and compared before it counts.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <mutex>

#include "app/cli/all_commands.h"
#include "app/cli/loaded_model.h"
#include "app/cli/pictures.h"
#include "app/cli/progress.h"
#include "engine/compare/bitswap_codec.h"
#include "engine/compare/report.h"

namespace bitswap::cli {
namespace {

struct CompareArguments {
  CommonOptions common;
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> codecs;
  std::uint32_t crop = 0;
  std::filesystem::path csv;
};

bool is_schedule(const std::string& name) {
  return name == schedule_name(Schedule::BitSwap) || name == schedule_name(Schedule::BbAns);
}

std::vector<std::string> default_codecs() {
  std::vector<std::string> names;
  for (const CompareCodec* codec : default_compare_codecs()) names.emplace_back(codec->name());
  names.emplace_back(schedule_name(Schedule::BbAns));
  names.emplace_back(schedule_name(Schedule::BitSwap));
  return names;
}

Status check_codecs(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (is_schedule(name) || find_compare_codec(name) != nullptr) continue;
    std::string known;
    for (const CompareCodec* codec : compare_codecs()) known += std::string(codec->name()) + " ";
    return Error{Error::Code::InvalidArgument, 0,
                 "there is no codec \"" + name + "\"; known are " + known + "bb-ans bit-swap"};
  }
  return {};
}

class Comparison {
 public:
  Comparison(const CompareArguments& arguments, const LoadedModel& networks, std::vector<PictureFile> files)
      : arguments_(arguments),
        networks_(networks),
        files_(std::move(files)),
        images_(files_.size()),
        bar_(arguments.common, "Comparing"),
        start_(std::chrono::steady_clock::now()) {}

  Status run() {
    // Whatever reads as no picture leaves its slot empty.
    return parallel_for(files_.size(), resolve_threads(arguments_.common.threads), &stop_requests(),
                        [this](std::size_t i) { return measure_file(i); });
  }

  CompareReport report() {
    CompareReport report;
    for (CompareImage& image : images_) {
      if (image.raw_bytes > 0) report.add(std::move(image));
    }
    return report;
  }
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  Status measure_file(std::size_t index) {
    const PictureFile& file = files_[index];
    Result<Picture> read = read_rgb(file.path);
    if (!read.ok()) {
      const bool no_picture = read.error().code == Error::Code::Unsupported;
      if (read.error().code == Error::Code::OutOfMemory) return read.error();
      // Folders of photos hold other files as well, and that is no problem worth a word.
      if (file.named || !no_picture) add_warning(read.error().detail + "; it is left out");
      done_ += arguments_.codecs.size();
      return {};
    }
    const Picture picture = crop_to_multiple(std::move(read).value(), arguments_.crop);
    CompareImage& image = images_[index];
    image = {file.path.string(), picture.width, picture.height, picture.samples.size(), {}};
    for (const std::string& name : arguments_.codecs) {
      if (stop_requests().cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
      show(image.path);
      Result<CompareMeasurement> measured = measure_one(name, picture);
      ++done_;
      if (measured.ok()) {
        image.codecs.push_back(std::move(measured).value());
      } else if (measured.error().code == Error::Code::Unsupported) {
        add_warning(image.path + ": " + measured.error().detail + "; its totals leave this picture out");
      } else {
        Error error = std::move(measured).error();
        error.detail = image.path + ": " + error.detail;
        return error;
      }
    }
    show(image.path);
    return {};
  }

  [[nodiscard]] Result<CompareMeasurement> measure_one(const std::string& name, const Picture& picture) const {
    if (const CompareCodec* codec = find_compare_codec(name)) return measure(*codec, picture);
    const Schedule schedule = name == schedule_name(Schedule::BbAns) ? Schedule::BbAns : Schedule::BitSwap;
    return measure_model(networks_.coding(), schedule, picture, &stop_requests());
  }

  void show(const std::string& path) {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    const std::scoped_lock lock(mutex_);
    bar_.show(done_, files_.size() * arguments_.codecs.size(), seconds, path, false);
  }

  void add_warning(std::string text) {
    const std::scoped_lock lock(mutex_);
    warnings_.push_back(std::move(text));
  }

  const CompareArguments& arguments_;
  const LoadedModel& networks_;
  std::vector<PictureFile> files_;
  std::vector<CompareImage> images_;
  std::vector<std::string> warnings_;
  ProgressBar bar_;
  std::chrono::steady_clock::time_point start_;
  std::atomic<std::uint64_t> done_{0};
  std::mutex mutex_;
};

int run(CompareArguments& arguments) {
  if (arguments.codecs.empty()) arguments.codecs = default_codecs();
  if (const Status known = check_codecs(arguments.codecs); !known.ok()) return fail(arguments.common, known.error());
  stop_requests();
  Result<std::vector<PictureFile>> files = find_files(arguments.paths);
  if (!files.ok()) return fail(arguments.common, files.error());
  LoadedModel networks;
  // The other codecs start without LibTorch.
  if (std::any_of(arguments.codecs.begin(), arguments.codecs.end(), is_schedule)) {
    Result<LoadedModel> opened = open_model(arguments.common);
    if (!opened.ok()) return fail(arguments.common, opened.error());
    networks = std::move(opened).value();
  }

  CompareReport report;
  std::vector<std::string> warnings;
  {
    Comparison comparison(arguments, networks, std::move(files).value());
    if (const Status status = comparison.run(); !status.ok()) return fail(arguments.common, status.error());
    report = comparison.report();
    warnings = comparison.warnings();
  }
  for (const std::string& text : warnings) warn(arguments.common, text);
  if (report.images().empty()) {
    return fail(arguments.common, {Error::Code::NotFound, 0, "there is no picture to compare"},
                "Name photos or folders.");
  }
  if (!arguments.csv.empty()) {
    std::ofstream file(arguments.csv, std::ios::binary | std::ios::trunc);
    file << report.csv();
    file.close();
    if (!file) return fail(arguments.common, {Error::Code::Io, 0, "cannot write " + arguments.csv.string()});
  }
  const int code = warnings.empty() ? kFine : kWarning;
  return print(arguments.common.json ? report.json() + "\n" : report.table(), code);
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("compare", "Measure every lossless codec on the same pictures");
  auto arguments = std::make_shared<CompareArguments>();
  command->add_option("IMAGE", arguments->paths, "Pictures, and folders of pictures")->required()->type_name("");
  command->add_option("--crop", arguments->crop, "Crop both sides to multiples of this; 32 is usual for benchmarks")
      ->check(CLI::Range(1, 65536));
  command
      ->add_option("--codecs", arguments->codecs,
                   "Comma-separated: raw gzip bzip2 lzma png webp jpegxl bb-ans bit-swap; on demand also jpegxl-9")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--csv", arguments->csv, "Also write one row for every picture and codec")->type_name("FILE");
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
