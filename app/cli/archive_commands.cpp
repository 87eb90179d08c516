// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap list`, `test` and `repair`: what an archive holds, whether it is whole, and what can be saved of it.
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/job_output.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/json.h"

namespace bitswap::cli {
namespace {

using Status = FileReport::Status;

struct ListArguments {
  CommonOptions common;
  std::filesystem::path archive;
};

int run_list(const ListArguments& arguments) {
  const Result<JobReport> report = list(arguments.archive);
  if (!report.ok()) return fail(arguments.common, report.error());
  print_problems(arguments.common, *report);
  const int code = report_exit_code(*report, kFatal);
  if (arguments.common.json) return print(report_json(*report) + "\n", code);
  return print(file_table(*report), code);
}

struct TestArguments {
  CommonOptions common;
  TestOptions job;
};

int run_test(TestArguments& arguments) {
  const Result<JobReport> report = [&] {
    ProgressBar bar(arguments.common, "Testing");
    prepare_job(arguments.job, arguments.common, bar);
    return test(arguments.job);
  }();
  if (!report.ok()) return fail(arguments.common, report.error());
  print_problems(arguments.common, *report);
  const int code = report_exit_code(*report, kFatal);
  if (arguments.common.json) return print(report_json(*report) + "\n", code);
  if (arguments.common.quiet) return code;
  std::string text = arguments.common.verbose > 0 ? file_table(*report) : std::string();
  if (const std::size_t failed = report->count(Status::Failed)) {
    text += plural(failed, "entry") + " of " + std::to_string(report->files.size()) + " damaged\n";
  } else {
    text += "All is well: " + plural(report->files.size(), "entry") + ", " + readable_bytes(report->original_bytes) +
            " checked in " + clock_time(report->seconds) + "\n";
  }
  return print(text, code);
}

struct RepairArguments {
  CommonOptions common;
  RepairOptions job;
};

int run_repair(RepairArguments& arguments) {
  const Result<JobReport> report = [&] {
    ProgressBar bar(arguments.common, "Repairing");
    prepare_job(arguments.job, arguments.common, bar);
    return repair(arguments.job);
  }();
  if (!report.ok()) {
    const bool exists = report.error().code == Error::Code::Exists;
    return fail(arguments.common, report.error(), exists ? "Give -o a name that is not taken." : "");
  }
  print_problems(arguments.common, *report);
  const int code = report_exit_code(*report, kWarning);
  if (arguments.common.json) return print(report_json(*report) + "\n", code);
  if (arguments.common.quiet) return code;
  const std::size_t lost = report->count(Status::Failed);
  return print(plural(report->files.size() - lost, "entry") + " saved in " +
                   printable(arguments.job.repaired.string()) + ", " + std::to_string(lost) + " lost\n",
               code);
}

}  // namespace

void add_list(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("list", "Show what an archive holds");
  auto arguments = std::make_shared<ListArguments>();
  command->add_option("ARCHIVE", arguments->archive, "The archive")->required()->type_name("");
  add_common_options(*command, arguments->common, Uses::Nothing);
  command->callback([arguments, &action] { action = [arguments] { return run_list(*arguments); }; });
}

void add_test(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("test", "Decode everything in an archive and check it; writes nothing");
  auto arguments = std::make_shared<TestArguments>();
  command->add_option("ARCHIVE", arguments->job.archive, "The archive")->required()->type_name("");
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run_test(*arguments); }; });
}

void add_repair(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("repair", "Save what is whole in a damaged archive");
  auto arguments = std::make_shared<RepairArguments>();
  command->add_option("ARCHIVE", arguments->job.archive, "The damaged archive; it is not changed")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", arguments->job.repaired, "The new archive")->required();
  add_common_options(*command, arguments->common, Uses::Threads);
  command->callback([arguments, &action] { action = [arguments] { return run_repair(*arguments); }; });
}

}  // namespace bitswap::cli
