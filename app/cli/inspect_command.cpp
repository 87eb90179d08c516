// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap inspect`: the ledger of one picture, bit for bit.
#include <array>
#include <cstdio>
#include <memory>

#include "app/cli/all_commands.h"
#include "app/cli/job_output.h"
#include "engine/archive/atomic_file.h"
#include "engine/archive/file_identity.h"
#include "engine/compare/heat_map_image.h"
#include "engine/image/png/png_write.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/inspect.h"
#include "engine/jobs/json.h"

namespace bitswap::cli {
namespace {

struct InspectArguments {
  CommonOptions common;
  InspectOptions job;
  std::filesystem::path heat_map;
  std::string stage;
};

template <typename... Values>
void add_line(std::string& text, const char* format, Values... values) {
  std::array<char, 256> line;
  std::snprintf(line.data(), line.size(), format, values...);
  text += line.data();
  text += '\n';
}

/// Bits per subpixel beside every sum, so that stages of pictures of any size can be compared.
std::string ledger_table(const InspectReport& report) {
  const Ledger& ledger = report.ledger;
  const double subpixels = static_cast<double>(report.width) * report.height * report.channels;
  std::string text = "Stage         Likelihood         Prior     Posterior      Net bits  Bits/subpixel\n";
  for (const LedgerStage& stage : ledger.stages) {
    if (stage.latent) {
      add_line(text, "%-10s  %12s  %12.1f  %12.1f  %12.1f  %13.4f", stage.name.c_str(), "", stage.prior_bits,
               stage.posterior_bits, stage.net_bits(), stage.net_bits() / subpixels);
    } else {
      add_line(text, "%-10s  %12.1f  %12s  %12s  %12.1f  %13.4f", stage.name.c_str(), stage.likelihood_bits, "", "",
               stage.net_bits(), stage.net_bits() / subpixels);
    }
  }
  const auto sum = [&](const char* name, double bits) {
    add_line(text, "%-50s  %12.1f  %13.4f", name, bits, bits / subpixels);
  };
  sum("Negative ELBO", ledger.elbo_bits());
  sum("Initial bits paid", ledger.initial_bits_paid);
  sum("Coder", ledger.coder_bits);
  sum("Flush", ledger.flush_bits);
  sum("Segment headers", ledger.header_bits);
  sum("Coded size", ledger.actual_bits());
  return text;
}

std::string entry_table(const InspectReport& report) {
  std::string text;
  const auto row = [&](const char* name, std::uint64_t bytes) {
    add_line(text, "%-50s  %12llu bytes", name, static_cast<unsigned long long>(bytes));
  };
  row("Coded pixels", report.payload_bytes);
  if (report.entry_bytes == 0) return text;
  if (!report.stored_as_pixels) {
    row("What the archive stores instead", report.entry_bytes);
    return text;
  }
  row("Entry header", report.entry_header_bytes);
  row("Framing and checksums", report.entry_framing_bytes);
  row("Metadata and recipe of the file", report.entry_metadata_bytes);
  row("Entry in the archive", report.entry_bytes);
  return text;
}

std::string report_text(const InspectReport& report) {
  std::string text = printable(report.path) + "\n";
  add_line(text, "%u x %u, %u channels, %s; model %s (%s)", report.width, report.height,
           static_cast<unsigned>(report.channels), plural(report.tiles, "tile").c_str(), report.model.c_str(),
           report.model_hash.c_str());
  if (!report.stored_as_pixels && report.entry_bytes > 0) {
    text += "These are the pixels of this photo, not what is stored: the archive keeps the file's own bytes.\n";
  }
  text += "\n" + ledger_table(report) + "\n";
  text += "Initial bits         Required          Paid          Size in bits\n";
  const auto schedule = [&](const char* name, const Ledger& ledger) {
    add_line(text, "%-12s  %15.1f  %12.1f  %20.1f", name, ledger.initial_bits_required, ledger.initial_bits_paid,
             ledger.actual_bits());
  };
  schedule("Bit-Swap", report.ledger);
  schedule("BB-ANS", report.bb_ans);
  return text + "\n" + entry_table(report);
}

Status write_heat_map(const HeatMap& map, const std::string& stage, const std::filesystem::path& path) {
  BITSWAP_TRY_ASSIGN(const Picture picture, draw_heat_map(map, stage, true));
  BITSWAP_TRY_ASSIGN(const Bytes png, write_png(picture));
  return write_file_atomically(path, {reinterpret_cast<const char*>(png.data()), png.size()});
}

int run(InspectArguments& arguments) {
  InspectOptions& job = arguments.job;
  job.model = arguments.common.model;
  job.heat_map = !arguments.heat_map.empty();
  if (!arguments.stage.empty() && !job.heat_map) {
    return fail(arguments.common, {Error::Code::InvalidArgument, 0, "--stage chooses what --heatmap draws"},
                "Give both.");
  }
  if (const Status apart = check_not_input(arguments.heat_map, std::span(&job.file, 1)); !apart.ok()) {
    return fail(arguments.common, apart.error());
  }
  const Result<InspectReport> report = [&] {
    ProgressBar bar(arguments.common, "Inspecting");
    prepare_job(job, arguments.common, bar);
    return inspect(job);
  }();
  if (!report.ok()) {
    if (job.entry.empty() && report.error().code == Error::Code::Unsupported && list(job.file).ok()) {
      return fail(arguments.common, {Error::Code::InvalidArgument, 0, job.file.string() + " is an archive"},
                  "Name a picture in it; `bitswap list` shows them.");
    }
    return fail(arguments.common, report.error());
  }
  if (job.heat_map) {
    const Status drawn = write_heat_map(report->heat, arguments.stage, arguments.heat_map);
    if (!drawn.ok()) return fail(arguments.common, drawn.error());
  }
  return print(arguments.common.json ? inspect_json(*report) + "\n" : report_text(*report), kFine);
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("inspect", "Show where the bits of a picture go");
  auto arguments = std::make_shared<InspectArguments>();
  command->add_option("FILE", arguments->job.file, "A picture, or an archive")->required()->type_name("");
  command->add_option("ENTRY", arguments->job.entry, "With an archive: the path of a picture in it")->type_name("");
  command->add_option("--crop", arguments->job.crop, "Crop both sides to multiples of this")
      ->check(CLI::Range(1, 65536));
  command->add_option("--heatmap", arguments->heat_map, "Draw the bits of every pixel into this PNG")->type_name("PNG");
  command->add_option("--stage", arguments->stage, "Draw only one stage of pixels, as BC0")->type_name("NAME");
  add_common_options(*command, arguments->common, Uses::Networks);
  command->callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

}  // namespace bitswap::cli
