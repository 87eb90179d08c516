// SPDX-License-Identifier: GPL-3.0-or-later
// The index as a report.
#include "engine/jobs/extract.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/support.h"

namespace bitswap {

FileReport entry_report(const Entry& entry) {
  FileReport report;
  report.path = entry.header.path;
  report.form = form_of(entry.header);
  report.format = entry.header.format;
  report.exactness = entry.header.exactness;
  report.original_bytes = entry.header.original_size;
  report.stored_bytes = entry.sizes.total();
  if (entry.header.kind == EntryKind::Directory) report.kind = "directory";
  if (entry.header.kind == EntryKind::Symlink) report.kind = "symlink";
  report.pixel_bytes = pixel_bytes(report.form, entry.sections);
  return report;
}

std::uint64_t pixel_bytes(Form form, std::span<const Section> sections) {
  const StorageForm* known = find_form(form);
  std::uint64_t bytes = 0;
  for (const Section& section : sections) {
    if (known != nullptr && known->pixel_section() == section.type) bytes += section.length;
  }
  return bytes;
}

void add_facts(const EntrySections& sections, FileReport& report) {
  const StorageForm* form = find_form(form_of(sections.header()));
  if (form == nullptr) return;
  report.pixel_bytes = pixel_bytes(form->form(), sections.list());
  // A damaged header is test()'s to report.
  const auto facts = form->facts(sections);
  if (!facts.ok()) return;
  report.width = facts->width;
  report.height = facts->height;
  report.raw_bytes = facts->raw_bytes;
}

Result<JobReport> list(const std::filesystem::path& path) {
  return guarded([&]() -> Result<JobReport> {
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(path));
    JobReport report;
    for (const Entry& entry : archive.entries()) {
      if (entry.header.kind == EntryKind::Model) continue;
      FileReport file = entry_report(entry);
      if (entry.header.kind == EntryKind::File) add_facts(ArchivedSections(archive, entry), file);
      report.original_bytes += file.original_bytes;
      report.files.push_back(std::move(file));
    }
    report.archive_bytes = archive.file_size();
    return report;
  });
}

}  // namespace bitswap
