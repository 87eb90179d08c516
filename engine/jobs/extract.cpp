// SPDX-License-Identifier: GPL-3.0-or-later
// Extraction and the same without writing.
#include "engine/jobs/extract.h"
#include "engine/devices/devices.h"

#include "engine/jobs/restore.h"
#include "engine/jobs/support.h"

namespace bitswap {

Result<JobReport> extract(const ExtractOptions& options) {
  return guarded([&]() -> Result<JobReport> {
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(options.archive));
    BITSWAP_TRY_ASSIGN(const std::vector<std::size_t> selected, select_entries(archive, options.entries));
    // Names that only other systems forbid are fine here.
    BITSWAP_TRY_ASSIGN(ExtractionFolder folder, ExtractionFolder::open(options.folder, NamePolicy::Native));
    folder.keep(archive.stamp().identity);
    return restore(options, archive, selected, {&folder, options.folder, options.on_conflict},
                   [device = options.device] { return open_backend(device); });
  });
}

Result<JobReport> test(const TestOptions& options) {
  return guarded([&]() -> Result<JobReport> {
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(options.archive));
    BITSWAP_TRY_ASSIGN(const std::vector<std::size_t> selected, select_entries(archive, {}));
    return restore(options, archive, selected, {}, [device = options.device] { return open_backend(device); });
  });
}

Status restore_pieces(const JobOptions& options, const ArchiveReader& archive, std::size_t position,
                      const PieceTarget& target) {
  RestoreTarget into;
  into.pieces = target;
  BITSWAP_TRY_ASSIGN(JobReport report, restore(options, archive, {position}, into,
                                               [device = options.device] { return open_backend(device); }));
  FileReport& file = report.files.front();
  if (file.status == FileReport::Status::Failed) return std::move(*file.error);
  return {};
}

Result<Bytes> restore_content(const JobOptions& options, const ArchiveReader& archive, std::size_t position) {
  Bytes content;
  BITSWAP_TRY(restore_pieces(options, archive, position, [&](ByteView piece) -> Status {
    content.insert(content.end(), piece.begin(), piece.end());
    return {};
  }));
  return content;
}

}  // namespace bitswap
