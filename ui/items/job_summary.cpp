// SPDX-License-Identifier: GPL-3.0-or-later
// Folders are not counted as files, but one that could not be read is a loss like any other.
#include "ui/items/job_summary.h"

#include <QCoreApplication>
#include <QStringList>

#include "ui/items/error_text.h"
#include "ui/items/format_text.h"

namespace bitswap::ui {
namespace {

/// For lupdate and the translation of this file.
struct JobText {
  Q_DECLARE_TR_FUNCTIONS(JobText)
};

struct Counts {
  int good = 0, pixel_exact = 0;  ///< files; pixel_exact of the good ones
  int failed = 0, skipped = 0;    ///< files and folders
  std::uint64_t before = 0, after = 0;

  explicit Counts(const JobReport& report) {
    using Status = FileReport::Status;
    for (const FileReport& file : report.files) {
      failed += file.status == Status::Failed ? 1 : 0;
      skipped += file.status == Status::Skipped ? 1 : 0;
      if (file.status == Status::Failed || file.status == Status::Skipped || file.kind == "directory") continue;
      ++good;
      pixel_exact += file.exactness == Exactness::Pixels ? 1 : 0;
      before += file.original_bytes;
      after += file.stored_bytes;
    }
  }
};

QString skipped_text(int skipped) { return JobText::tr("%n item(s) skipped.", nullptr, skipped); }

}  // namespace

QString compress_summary(const JobReport& report, double seconds) {
  const Counts counts(report);
  const double share = counts.before == 0 ? 1 : static_cast<double>(counts.after) / static_cast<double>(counts.before);
  QStringList parts;
  if (counts.failed > 0) {
    parts << JobText::tr("%n item(s) could not be read and are not in the archive.", nullptr, counts.failed);
  }
  parts << JobText::tr("%n file(s) compressed: %1 became %2 (%3), in %4.", nullptr, counts.good)
               .arg(format_bytes(counts.before), format_bytes(counts.after), format_percent(share),
                    format_duration(seconds));
  if (counts.skipped > 0) parts << skipped_text(counts.skipped);
  if (counts.pixel_exact > 0) {
    parts << JobText::tr("%n of them will come back with the same pixels in a new file.", nullptr, counts.pixel_exact);
  }
  return parts.join(u' ');
}

QString extract_summary(const JobReport& report, const QString& folder) {
  const Counts counts(report);
  QStringList parts;
  if (counts.failed > 0) parts << JobText::tr("%n item(s) could not be extracted.", nullptr, counts.failed);
  parts << JobText::tr("%n file(s) extracted to %1.", nullptr, counts.good).arg(folder);
  if (counts.skipped > 0) parts << skipped_text(counts.skipped);
  if (counts.pixel_exact > 0) {
    parts << JobText::tr("%n of them came back with the same pixels in a new file.", nullptr, counts.pixel_exact);
  }
  return parts.join(u' ');
}

QString test_summary(const JobReport& report) {
  const Counts counts(report);
  QStringList parts;
  if (counts.failed > 0) parts << JobText::tr("%n item(s) are damaged.", nullptr, counts.failed);
  if (counts.pixel_exact == 0) {
    parts << JobText::tr("%n file(s) tested: all come back byte for byte.", nullptr, counts.good);
  } else {
    parts << JobText::tr("%n file(s) tested: %1 byte for byte, %2 with the same pixels in a new file.", nullptr,
                         counts.good)
                 .arg(counts.good - counts.pixel_exact)
                 .arg(counts.pixel_exact);
  }
  return parts.join(u' ');
}

QString repair_summary(const JobReport& report, const QString& archive) {
  const Counts counts(report);
  QStringList parts;
  if (counts.failed > 0) parts << JobText::tr("%n item(s) are lost.", nullptr, counts.failed);
  parts << JobText::tr("%n intact file(s) saved in %1.", nullptr, counts.good).arg(archive);
  return parts.join(u' ');
}

Problem problem_of(const FileReport& report) {
  return {path_text(report.path), report.error ? error_text(*report.error) : QString(),
          report.status != FileReport::Status::Failed};
}

std::vector<Problem> problems_of(const JobReport& report) {
  std::vector<Problem> problems;
  for (const std::string& warning : report.warnings) problems.push_back({{}, QString::fromStdString(warning), true});
  for (const FileReport& file : report.files) {
    if (file.error || file.status == FileReport::Status::Failed) problems.push_back(problem_of(file));
  }
  return problems;
}

bool is_damage(const Error& error) {
  return error.code == Error::Code::Corrupt || error.code == Error::Code::Truncated;
}

}  // namespace bitswap::ui
