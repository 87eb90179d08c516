// SPDX-License-Identifier: GPL-3.0-or-later
// The old archive's part of an updated one.
#include <set>

#include "engine/jobs/compress_job.h"
#include "engine/jobs/copy_entries.h"

namespace bitswap {
namespace {

/// Calls visit for "a" and "a/b" of "a/b/c".
template <typename Visit>
void each_parent(const std::string& path, Visit&& visit) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    visit(path.substr(0, slash));
  }
}

/// Which paths the new items take.
class Replacement {
 public:
  explicit Replacement(std::span<const InputItem> items) {
    for (const InputItem& item : items) {
      // What cannot be read must not push out the last good copy.
      if (item.problem || item.skipped) continue;
      paths_.insert(item.path);
      if (!item.pixel_path.empty() && !item.pixel_path_taken) paths_.insert(item.pixel_path);
      if (item.kind != EntryKind::Directory) leaves_.insert(item.path);
      each_parent(item.path, [this](std::string parent) { parents_.insert(std::move(parent)); });
    }
  }

  [[nodiscard]] bool replaces(const EntryHeader& old) const {
    if (old.kind == EntryKind::Model) return false;
    if (paths_.contains(old.path)) return true;
    if (old.kind != EntryKind::Directory && parents_.contains(old.path)) return true;
    bool below_a_leaf = false;
    each_parent(old.path, [&](const std::string& parent) { below_a_leaf = below_a_leaf || leaves_.contains(parent); });
    return below_a_leaf;
  }

 private:
  std::set<std::string> paths_, leaves_, parents_;
};

}  // namespace

Status copy_kept_entries(CompressJob& job, const ArchiveReader& old, std::span<const InputItem> items) {
  const Replacement replacement(items);
  return copy_entries(
      old, *job.writer, [&](const EntryHeader& header) { return replacement.replaces(header); }, job.options.cancel,
      [&](const EntryHeader& header, const EntrySizes&) {
        // What came back in another form has no bytes left to be compared with.
        auto position = old.find(header.path);
        if (header.kind != EntryKind::File || header.exactness != Exactness::Bytes || !position) return;
        // An heir was a duplicate before; the content lies where that one pointed.
        const EntryHeader& before = old.entries()[*position].header;
        if (before.kind == EntryKind::Duplicate) position = old.find(before.link_target);
        if (!position || old.entries()[*position].header.kind != EntryKind::File) return;
        job.contents.try_emplace({header.original_size, header.original_hash},
                                 KnownContent{header.path, header.format, header.exactness, nullptr, false, *position});
      });
}

Status bring_back_old_copies(CompressJob& job, const ArchiveReader& old, std::span<const InputItem> items) {
  std::set<std::string> failed;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].problem || items[i].skipped || job.report.files[i].status != FileReport::Status::Failed) continue;
    failed.insert(items[i].path);
    if (!items[i].pixel_path.empty()) failed.insert(items[i].pixel_path);
  }
  if (!failed.empty()) {
    const Replacement replacement(items);
    const auto comes_back = [&](const EntryHeader& header) {
      bool lost = failed.contains(header.path);
      each_parent(header.path, [&](const std::string& parent) { lost = lost || failed.contains(parent); });
      return lost && replacement.replaces(header) && job.writer->check_path(header.kind, header.path).ok();
    };
    BITSWAP_TRY(copy_entries(
        old, *job.writer, [&](const EntryHeader& header) { return !comes_back(header); }, job.options.cancel,
        [](const EntryHeader&, const EntrySizes&) {}));
  }
  for (FileReport& file : job.report.files) {
    file.old_copy_kept = file.status == FileReport::Status::Failed && job.had(file.path) &&
                         !job.writer->check_path(EntryKind::File, file.path).ok();
  }
  return {};
}

}  // namespace bitswap
