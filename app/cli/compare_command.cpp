// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap compare`: every codec on the same pictures, each result decoded and compared before it counts.
#include <array>
#include <chrono>
#include <ctime>
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/job_output.h"
#include "app/cli/pictures.h"
#include "engine/archive/atomic_file.h"
#include "engine/archive/file_identity.h"
#include "engine/compare/html_report.h"
#include "engine/jobs/compare.h"

namespace bitswap::cli {
namespace {

/// Sharp on screens that show it at half of this.
constexpr std::uint32_t kThumbnailSide = 120;

struct CompareArguments {
  CommonOptions common;
  CompareOptions job;
  std::vector<std::filesystem::path> paths;
  std::filesystem::path csv;
  std::filesystem::path report;
};

/// "2026-01-31 14:05", in local time.
std::string now() {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm time = {};
  std::array<char, 32> text = {};
  if (localtime_r(&seconds, &time) != nullptr) std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &time);
  return text.data();
}

Result<CompareOutcome> measure_all(CompareArguments& arguments) {
  BITSWAP_TRY_ASSIGN(const std::vector<PictureFile> files, find_files(arguments.paths));
  CompareOptions& job = arguments.job;
  for (const PictureFile& file : files) {
    // Folders of photos hold other files as well, and that is no problem worth a word.
    if (file.named || looks_like_picture(file.path)) job.pictures.push_back({file.path, {}});
  }
  std::vector<std::filesystem::path> inputs;
  for (const PictureFile& file : files) inputs.push_back(file.path);
  for (const std::filesystem::path& output : {arguments.csv, arguments.report}) {
    BITSWAP_TRY(check_not_input(output, inputs));
  }
  job.model = arguments.common.model;
  job.thumbnail_side = arguments.report.empty() ? 0 : kThumbnailSide;
  ProgressBar bar(arguments.common, "Comparing");
  prepare_job(job, arguments.common, bar);
  job.progress = [&bar](const JobProgress& p) { bar.show(p.files_done, p.files_total, p.seconds, p.current, false); };
  return compare(job);
}

int run(CompareArguments& arguments) {
  stop_requests();
  Result<CompareOutcome> outcome = measure_all(arguments);
  if (!outcome.ok()) return fail(arguments.common, outcome.error());
  for (const std::string& text : outcome->warnings) warn(arguments.common, text);
  const int code = outcome->warnings.empty() ? kFine : kWarning;
  const CompareReport& report = outcome->report;
  if (report.images().empty()) {
    return fail(arguments.common, {Error::Code::NotFound, 0, "there is no picture to compare"},
                "Name photos or folders.");
  }
  if (!arguments.csv.empty()) {
    const Status written = write_file_atomically(arguments.csv, report.csv());
    if (!written.ok()) return fail(arguments.common, written.error());
  }
  if (!arguments.report.empty()) {
    const std::string page =
        html_report({"Lossless codecs on the same pictures", now(), arguments.job.crop, report,
                     std::move(outcome->thumbnails), std::move(outcome->settings), std::move(outcome->warnings)});
    const Status written = write_file_atomically(arguments.report, page);
    if (!written.ok()) return fail(arguments.common, written.error());
  }
  return print(arguments.common.json ? report.json() + "\n" : report.table(), code);
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("compare", "Measure every lossless codec on the same pictures");
  auto arguments = std::make_shared<CompareArguments>();
  command->add_option("IMAGE", arguments->paths, "Pictures, and folders of pictures")->required()->type_name("");
  command->add_option("--crop", arguments->job.crop, "Crop both sides to multiples of this; 32 is usual for benchmarks")
      ->check(CLI::Range(1, 65536));
  command
      ->add_option("--codecs", arguments->job.codecs,
                   "Comma-separated: raw gzip bzip2 lzma png webp jpegxl bb-ans bit-swap; on demand also jpegxl-9, and "
                   "Bit-Swap with a released model by its name: compact large classic")
      ->delimiter(',')
      ->check(CLI::IsMember(known_codecs()))
      ->allow_extra_args(false);
  command->add_option("--csv", arguments->csv, "Also write one row for every picture and codec")->type_name("FILE");
  command->add_option("--report", arguments->report, "Also write a page for a browser, with charts and thumbnails")
      ->type_name("HTML");
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
