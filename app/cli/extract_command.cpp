// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap extract`: an archive's files back into a folder.
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/job_output.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/json.h"

namespace bitswap::cli {
namespace {

struct ExtractArguments {
  CommonOptions common;
  ExtractOptions job;
  bool overwrite = false;
  bool skip = false;
  bool rename = false;
};

int run(ExtractArguments& arguments) {
  ExtractOptions& job = arguments.job;
  if (arguments.overwrite) job.on_conflict = OnConflict::Overwrite;
  if (arguments.skip) job.on_conflict = OnConflict::Skip;
  if (arguments.rename) job.on_conflict = OnConflict::Rename;
  const Result<JobReport> report = [&] {
    ProgressBar bar(arguments.common, "Extracting");
    prepare_job(job, arguments.common, bar);
    return extract(job);
  }();
  if (!report.ok()) {
    const bool exists = report.error().code == Error::Code::Exists;
    return fail(arguments.common, report.error(), exists ? "Use --overwrite, --skip or --rename." : "");
  }
  print_problems(arguments.common, *report);
  bool conflict = false;
  for (const FileReport& file : report->files) conflict |= file.error && file.error->code == Error::Code::Exists;
  if (conflict) warn(arguments.common, "some files were already there: use --overwrite, --skip or --rename");
  const int code = report_exit_code(*report, kFatal);
  if (arguments.common.json) return print(report_json(*report) + "\n", code);
  if (arguments.common.quiet) return code;
  std::string text = arguments.common.verbose > 0 ? file_table(*report) : std::string();
  using Status = FileReport::Status;
  text += plural(report->count(Status::Ok) + report->count(Status::Warning), "entry") + " extracted to " +
          printable(job.folder.string()) + " in " + clock_time(report->seconds);
  if (const std::size_t skipped = report->count(Status::Skipped)) text += ", " + std::to_string(skipped) + " skipped";
  if (const std::size_t failed = report->count(Status::Failed)) text += ", " + std::to_string(failed) + " failed";
  return print(text + "\n", code);
}

}  // namespace

void add_extract(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("extract", "Bring files back from an archive");
  auto arguments = std::make_shared<ExtractArguments>();
  arguments->job.folder = ".";
  command->add_option("ARCHIVE", arguments->job.archive, "The archive")->required()->type_name("");
  command->add_option("ENTRY", arguments->job.entries, "Paths, folders or shell patterns inside the archive; none: all")
      ->type_name("");
  command->add_option("-d,--directory", arguments->job.folder, "Where to; made if it is missing")
      ->capture_default_str();
  CLI::Option* overwrite = command->add_flag("--overwrite", arguments->overwrite, "Replace files that are there");
  CLI::Option* skip = command->add_flag("--skip", arguments->skip, "Keep files that are there");
  CLI::Option* rename = command->add_flag("--rename", arguments->rename, "Write \"name (1).ext\" beside them");
  overwrite->excludes(skip)->excludes(rename);
  skip->excludes(rename);
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
