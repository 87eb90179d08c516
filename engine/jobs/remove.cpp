// SPDX-License-Identifier: GPL-3.0-or-later
// The archive without some entries, written beside it and put in its place when it is whole.
#include "engine/jobs/remove.h"

#include <set>

#include "engine/archive/archive_lock.h"
#include "engine/jobs/copy_entries.h"
#include "engine/jobs/extract.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/support.h"

namespace bitswap {

Result<JobReport> remove_entries(const RemoveOptions& options) {
  return guarded([&]() -> Result<JobReport> {
    if (options.entries.empty()) return Error{Error::Code::InvalidArgument, 0, "nothing to remove was named"};
    ProgressMeter meter(options);
    BITSWAP_TRY_ASSIGN(const ArchiveLock lock, ArchiveLock::acquire(options.archive, options.cancel));
    BITSWAP_TRY_ASSIGN(const ArchiveReader old, ArchiveReader::open(options.archive));
    BITSWAP_TRY_ASSIGN(const std::vector<std::size_t> selected, select_entries(old, options.entries));
    std::set<std::string_view> gone;
    for (const std::size_t position : selected) gone.insert(old.entries()[position].header.path);
    std::uint64_t bytes = 0;
    for (const Entry& entry : old.entries()) bytes += entry.header.original_size;
    meter.expect(old.entries().size() - selected.size(), bytes);

    BITSWAP_TRY_ASSIGN(ArchiveWriter writer, ArchiveWriter::create(options.archive, {true, old.archive_id(), &old}));
    const auto goes = [&](const EntryHeader& header) {
      return header.kind != EntryKind::Model && gone.contains(header.path);
    };
    BITSWAP_TRY(copy_entries(old, writer, goes, options.cancel, [&](const EntryHeader& header, const EntrySizes&) {
      meter.begin(header.path);
      meter.add_bytes(header.original_size);
      meter.file_done();
    }));
    // The last chance to stop: after finish() the archive is the new one.
    meter.finish();
    if (is_cancelled(options.cancel)) return cancelled_error();
    BITSWAP_TRY(writer.finish());
    BITSWAP_TRY_ASSIGN(JobReport report, list(options.archive));
    report.seconds = meter.seconds();
    return report;
  });
}

}  // namespace bitswap
