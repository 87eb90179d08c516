// The index as a report.
#include "engine/jobs/extract.h"
#include "engine/jobs/jxl_content.h"
#include "engine/jobs/restore.h"
#include "engine/jobs/stored_picture.h"
#include "engine/jobs/support.h"

namespace bitswap {

FileReport entry_report(const Entry& entry) {
  FileReport report;
  report.path = entry.header.path;
  report.codec = entry.header.kind == EntryKind::Duplicate ? "duplicate" : entry.header.codec;
  report.format = entry.header.format;
  report.exactness = entry.header.exactness;
  report.original_bytes = entry.header.original_size;
  report.stored_bytes = entry.sizes.total();
  if (entry.header.kind == EntryKind::Directory) report.kind = "directory";
  if (entry.header.kind == EntryKind::Symlink) report.kind = "symlink";
  for (const Section& section : entry.sections) {
    const bool bitswap = entry.header.codec == kBitswap && section.type == SectionType::Segment;
    const bool jxl = entry.header.codec == kJxl && section.type == SectionType::Data;
    if (bitswap || jxl) report.pixel_bytes += section.length;
  }
  return report;
}

Result<JobReport> list(const std::filesystem::path& path) {
  return guarded([&]() -> Result<JobReport> {
    BITSWAP_TRY_ASSIGN(const ArchiveReader archive, ArchiveReader::open(path));
    JobReport report;
    for (const Entry& entry : archive.entries()) {
      if (entry.header.kind == EntryKind::Model) continue;
      FileReport file = entry_report(entry);
      if (entry.header.kind == EntryKind::File && entry.header.codec == kBitswap) {
        // A damaged header is test()'s to report.
        if (const auto image = read_image_section(archive, entry); image.ok()) {
          file.raw_bytes = raw_size(image->header);
          file.width = image->header.width;
          file.height = shown_height(image->header);
        }
      }
      if (entry.header.kind == EntryKind::File && (entry.header.codec == kJxl || entry.header.codec == kJpegJxl)) {
        if (const auto shape = read_jxl_shape(archive, entry); shape.ok()) {
          if (entry.header.codec == kJxl) file.raw_bytes = raw_size(*shape);
          file.width = shape->width;
          file.height = shape->height;
        }
      }
      report.original_bytes += file.original_bytes;
      report.files.push_back(std::move(file));
    }
    report.archive_bytes = archive.file_size();
    return report;
  });
}

}  // namespace bitswap
