// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap compress`: files and folders into an archive.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/job_output.h"
#include "app/cli/trainer.h"
#include "engine/jobs/compress.h"
#include "engine/jobs/json.h"
#include "engine/training/adaptation.h"

namespace bitswap::cli {
namespace {

constexpr std::string_view kSmallest = "auto";

struct CompressArguments {
  CommonOptions common;
  CompressOptions job;
  bool force = false;
  bool update = false;
  bool no_verify = false;
  double adapt_minutes = 0;
  std::string exact = "pixels";
  std::string codec{kSmallest};
};

std::string_view advice(const Error& error) {
  if (error.code == Error::Code::Exists) return "Use --force to replace the archive or --update to add to it.";
  if (error.code == Error::Code::Corrupt)
    return "The archive to add to is damaged: `bitswap repair` saves what is whole.";
  return {};
}

/// The model as the trainer adapts it to the pictures, with progress on the job's bar.
Result<Model> adapt(const AdaptRequest& request, double minutes, Trainer trainer, ProgressBar& bar) {
  Model adapted;
  TrainArguments train;
  train.base = request.base;
  train.has_counterpart = request.has_counterpart;
  train.data = request.photos;
  train.adapted = &adapted;
  BITSWAP_TRY_ASSIGN(train.options.device, training_device(request.device));
  train.options.threads = request.threads;
  train.options.minutes = minutes;
  train.options.learning_rate = kAdaptLearningRate;
  train.progress = [&](const TrainProgress& p) {
    const double seconds = p.minutes * 60;
    bar.show(static_cast<std::uint64_t>(seconds), static_cast<std::uint64_t>(seconds + p.seconds_left), seconds,
             "adapting the model", false);
  };
  BITSWAP_TRY(call(trainer, train, request.cancel));
  return adapted;
}

int run(CompressArguments& arguments) {
  using Existing = CompressOptions::Existing;
  CompressOptions& job = arguments.job;
  job.existing = arguments.force ? Existing::Replace : arguments.update ? Existing::Update : Existing::Refuse;
  job.verify = !arguments.no_verify;
  job.require_exact_bytes = arguments.exact == "bytes";
  job.model = arguments.common.model;
  if (arguments.codec != kSmallest) job.form = form_named(arguments.codec);
  Result<Trainer> trainer = Trainer{};
  if (arguments.adapt_minutes > 0) {
    if (job.form && *job.form != Form::Picture) {
      return fail(arguments.common, {Error::Code::InvalidArgument, 0, "--adapt needs a --codec that uses the model"});
    }
    const Result<std::string> device = training_device(arguments.common.device);
    if (!device.ok()) return fail(arguments.common, device.error());
    trainer = open_trainer();
    if (!trainer.ok()) return fail(arguments.common, trainer.error(), kNeedsLibTorch);
  }
  const Result<JobReport> report = [&] {
    ProgressBar bar(arguments.common, "Compressing");
    if (arguments.adapt_minutes > 0) {
      job.adapt = [&](const AdaptRequest& request) { return adapt(request, arguments.adapt_minutes, *trainer, bar); };
    }
    prepare_job(job, arguments.common, bar);
    return compress(job);
  }();
  if (!report.ok()) return fail(arguments.common, report.error(), advice(report.error()));
  print_problems(arguments.common, *report);
  const int code = report_exit_code(*report, kWarning);
  if (arguments.common.json) return print(report_json(*report) + "\n", code);
  if (arguments.common.quiet) return code;
  std::string text = arguments.common.verbose > 0 ? file_table(*report) : std::string();
  const std::size_t failed = report->count(FileReport::Status::Failed);
  const std::size_t skipped = report->count(FileReport::Status::Skipped);
  text += printable(job.archive.string()) + ": " + plural(report->files.size() - failed - skipped, "entry") + ", " +
          readable_bytes(report->original_bytes) + " became " + readable_bytes(report->archive_bytes) + " (" +
          percentage(report->archive_bytes, report->original_bytes) + ") in " + clock_time(report->seconds) + "\n";
  if (failed > 0) {
    const auto kept = static_cast<std::uint64_t>(std::ranges::count(report->files, true, &FileReport::old_copy_kept));
    text += plural(failed, "entry") + " failed";
    if (kept > 0) text += "; of " + std::to_string(kept) + " the archive keeps the copy that it had";
    text += "\n";
  }
  if (report->adaptation) text += report->adaptation->note + "\n";
  return print(text, code);
}

}  // namespace

void add_compress(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("compress", "Put files and folders into one archive");
  auto arguments = std::make_shared<CompressArguments>();
  CompressOptions& job = arguments->job;
  command->add_option("PATH", job.inputs, "Files and folders")->required()->type_name("");
  command->add_option("-o,--output", job.archive, "The archive to write, usually NAME.bswap")->required();
  CLI::Option* force = command->add_flag("--force", arguments->force, "Replace an archive that is already there");
  command->add_flag("--update", arguments->update, "Add to the archive; files of the same path are replaced")
      ->excludes(force);
  command->add_flag("--no-verify", arguments->no_verify, "Do not decode everything again before the archive is done");
  command
      ->add_option("--exact", arguments->exact,
                   "pixels: a picture may come back as a rebuilt file with the same pixels and metadata; bytes: every "
                   "file comes back byte for byte")
      ->check(CLI::IsMember({"bytes", "pixels"}))
      ->capture_default_str();
  command
      ->add_option(
          "--codec", arguments->codec,
          "auto: whatever is smallest; bitswap: the networks for the pixels of every picture; jxl: JPEG XL for "
          "them; zstd: for every file. Except with zstd, JPEG files are packed as JPEG XL and come back byte "
          "for byte")
      ->check(CLI::IsMember({std::string(kSmallest), std::string(form_name(Form::Picture)),
                             std::string(form_name(Form::JpegXl)), std::string(form_name(Form::Zstd))}))
      ->capture_default_str();
  command->add_flag("--as-pixels", job.as_pixels,
                    "Give up JPEG files, and lossy WebP files, for their decoded pixels: photo.jpg comes back as "
                    "photo.jpg.png with the same pixels and metadata. The JPEG itself cannot be restored, and the "
                    "archive becomes larger");
  command
      ->add_option(
          "--adapt", arguments->adapt_minutes,
          "First adapt the model to the pictures for so many minutes. The adapted model goes into the archive, "
          "but only where it saves more than it takes")
      ->check(CLI::PositiveNumber)
      ->type_name("MINUTES");
  // One value each time: otherwise the list would swallow the paths behind it.
  command->add_option("--exclude", job.exclude, "Leave out what matches a shell pattern, such as '*.tmp'; repeatable")
      ->type_name("GLOB")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
