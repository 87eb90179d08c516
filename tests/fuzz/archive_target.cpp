// SPDX-License-Identifier: GPL-3.0-or-later
// Container: opening by the index, salvaging without it, and every section of every entry.
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "engine/archive/extraction.h"
#include "engine/archive/reader.h"
#include "tests/fuzz/fuzz_target.h"

using namespace bitswap;  // NOLINT(google-build-using-namespace)

namespace {

void read_all(const ArchiveReader& archive) {
  for (const Entry& entry : archive.entries()) {
    for (std::size_t k = 0; k < entry.sections.size(); ++k) static_cast<void>(archive.read_section(entry, k).ok());
    static_cast<void>(archive.check_entry(entry).ok());
    static_cast<void>(check_extraction_path(entry.header.path, NamePolicy::Portable).ok());
    static_cast<void>(archive.find(entry.header.path));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("archive", MFD_CLOEXEC);
  must(file >= 0 && write(file, data, size) == static_cast<ssize_t>(size), "a file in memory can be written");
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (const auto archive = ArchiveReader::open(path); archive.ok()) read_all(*archive);
  SalvageReport report;
  if (const auto archive = ArchiveReader::salvage(path, &report); archive.ok()) {
    must(report.unreadable_bytes <= size, "salvage does not find more lost bytes than there are");
    read_all(*archive);
  }
  close(file);
  return 0;
}
