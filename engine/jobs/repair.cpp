// SPDX-License-Identifier: GPL-3.0-or-later
// Copies what is whole out of what is not.
#include "engine/archive/writer.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/support.h"

namespace bitswap {

Result<JobReport> repair(const RepairOptions& options) {
  return guarded([&]() -> Result<JobReport> {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(options.repaired, ignored))) {
      return Error{Error::Code::Exists, 0, options.repaired.string() + " is already there"};
    }
    ProgressMeter meter(options);
    SalvageReport salvage;
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::salvage(options.archive, &salvage));
    BITSWAP_TRY_ASSIGN(ArchiveWriter writer, ArchiveWriter::create(options.repaired));
    std::uint64_t bytes = 0;
    for (const Entry& entry : archive.entries()) bytes += entry.header.original_size;
    meter.expect(archive.entries().size(), bytes);

    JobReport report;
    if (!salvage.index_usable) {
      report.warnings.push_back(
          "the list of contents is lost: files whose place in the archive is gone cannot be named");
    }
    bool saved = archive.entries().empty();  // an empty archive may be whole
    for (std::size_t i = 0; i < archive.entries().size(); ++i) {
      if (is_cancelled(options.cancel)) return cancelled_error();
      const Entry& entry = archive.entries()[i];
      FileReport file = entry_report(entry);
      meter.begin(file.path);
      const auto copied = writer.copy_entry(archive, i);
      if (!copied.ok()) {
        if (ends_job(copied.error())) return copied.error();
        set_failed(file, copied.error());
      } else {
        file.stored_bytes = copied->total();
      }
      meter.add_bytes(file.original_bytes);
      meter.file_done(file);
      if (entry.header.kind == EntryKind::Model) continue;
      saved = saved || copied.ok();
      if (copied.ok()) report.original_bytes += file.original_bytes;
      report.files.push_back(std::move(file));
    }
    if (!saved) return Error{Error::Code::Corrupt, 0, "nothing in the archive is whole"};
    meter.finish();
    if (is_cancelled(options.cancel)) return cancelled_error();
    BITSWAP_TRY(writer.finish());
    report.archive_bytes = writer.size();
    report.seconds = meter.seconds();
    return report;
  });
}

}  // namespace bitswap
