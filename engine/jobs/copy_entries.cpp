// SPDX-License-Identifier: GPL-3.0-or-later
// Sections travel as they are; only duplicates whose file goes need a new header.
#include "engine/jobs/copy_entries.h"

#include <map>

#include "engine/jobs/support.h"

namespace bitswap {
namespace {

Error damaged(Error error) {
  if (error.code == Error::Code::Corrupt) error.detail = "the archive is damaged; repair it first: " + error.detail;
  return error;
}

}  // namespace

Status copy_entries(const ArchiveReader& old, ArchiveWriter& writer,
                    const std::function<bool(const EntryHeader&)>& goes, const CancelToken* cancel,
                    const KeptEntry& kept) {
  std::map<std::string, std::string> moved;  // files that go, and the duplicate that took over their content
  for (std::size_t i = 0; i < old.entries().size(); ++i) {
    if (cancel != nullptr) cancel->wait_while_paused();
    if (is_cancelled(cancel)) return cancelled_error();
    const Entry& entry = old.entries()[i];
    if (goes(entry.header)) continue;
    const bool orphan = entry.header.kind == EntryKind::Duplicate && [&] {
      const auto original = old.find(entry.header.link_target);
      return original && goes(old.entries()[*original].header);
    }();
    if (!orphan) {
      const auto copied = writer.copy_entry(old, i);
      if (!copied.ok()) return damaged(copied.error());
      kept(entry.header, *copied);
      continue;
    }
    EntryHeader header = entry.header;
    if (const auto heir = moved.find(header.link_target); heir != moved.end()) {
      header.link_target = heir->second;
      BITSWAP_TRY(writer.begin_entry(header));
    } else {
      const Entry& original = old.entries()[*old.find(header.link_target)];
      moved.emplace(header.link_target, header.path);
      header.kind = EntryKind::File;
      header.link_target.clear();
      header.codec = original.header.codec;
      header.format = original.header.format;
      header.exactness = original.header.exactness;
      BITSWAP_TRY(writer.begin_entry(header));
      for (std::size_t k = 0; k < original.sections.size(); ++k) {
        const auto payload = old.read_section(original, k);
        if (!payload.ok()) return damaged(payload.error());
        BITSWAP_TRY(writer.add_section(original.sections[k].type, *payload));
      }
    }
    BITSWAP_TRY_ASSIGN(const EntrySizes sizes, writer.end_entry());
    kept(header, sizes);
  }
  return {};
}

}  // namespace bitswap
