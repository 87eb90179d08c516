// SPDX-License-Identifier: GPL-3.0-or-later
// Words for people; the JSON documents are the engine's (engine/jobs/json.h).
#include "app/cli/job_output.h"

#include <array>
#include <cstdio>

namespace bitswap::cli {

void prepare_job(JobOptions& job, const CommonOptions& options, ProgressBar& bar) {
  job.threads = options.threads;
  job.device = options.device;
  job.cancel = &stop_requests();
  job.progress = [&bar](const JobProgress& p) { bar.show(p.bytes_done, p.bytes_total, p.seconds, p.current); };
}

void print_problems(const CommonOptions& options, const JobReport& report) {
  for (const FileReport& file : report.files) {
    if (!file.error) continue;
    if (options.quiet && file.status != FileReport::Status::Failed) continue;
    const char* kind = file.status == FileReport::Status::Failed    ? "failed"
                       : file.status == FileReport::Status::Skipped ? "skipped"
                                                                    : "warning";
    std::fprintf(stderr, "bitswap: %s: %s: %s\n", printable(file.path).c_str(), kind,
                 printable(sentence(*file.error)).c_str());
  }
  if (options.quiet) return;
  for (const std::string& warning : report.warnings)
    std::fprintf(stderr, "bitswap: warning: %s\n", printable(warning).c_str());
}

int report_exit_code(const JobReport& report, int failed) {
  int code = report.warnings.empty() ? kFine : kWarning;
  std::size_t short_of_memory = 0;
  for (const FileReport& file : report.files) {
    // A file that was skipped without an error was skipped because the user said so.
    if (file.status == FileReport::Status::Warning || file.error) code = kWarning;
    const bool is_failed = file.status == FileReport::Status::Failed;
    if (is_failed && file.error && file.error->code == Error::Code::OutOfMemory) ++short_of_memory;
  }
  const std::size_t failures = report.count(FileReport::Status::Failed);
  if (failures == 0) return code;
  return failed == kFatal && short_of_memory == failures ? kOutOfMemory : failed;
}

std::string file_table(const JobReport& report) {
  std::string text = "      Original        Stored    Ratio  Codec       Returns      Name\n";
  std::array<char, 160> line;
  for (const FileReport& file : report.files) {
    const bool is_file = file.kind == "file";
    const std::string form(form_name(file.form));
    const std::string ratio = is_file ? percentage(file.stored_bytes, file.original_bytes) : "-";
    std::snprintf(line.data(), line.size(), "%14llu%14llu%9s  %-10s  %-11s  ",
                  static_cast<unsigned long long>(file.original_bytes),
                  static_cast<unsigned long long>(file.stored_bytes), ratio.c_str(),
                  is_file ? form.c_str() : file.kind.c_str(), is_file ? to_string(file.exactness) : "");
    text += line.data() + printable(file.path) + "\n";
  }
  std::snprintf(
      line.data(), line.size(), "%14llu%14llu%9s  %s\n", static_cast<unsigned long long>(report.original_bytes),
      static_cast<unsigned long long>(report.archive_bytes),
      percentage(report.archive_bytes, report.original_bytes).c_str(), plural(report.files.size(), "entry").c_str());
  return text + line.data();
}

std::string percentage(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

std::string plural(std::uint64_t count, const char* noun) {
  std::string text = std::to_string(count) + " " + noun;
  if (count == 1) return text;
  if (text.back() == 'y') return text.substr(0, text.size() - 1) + "ies";
  return text + "s";
}

}  // namespace bitswap::cli
