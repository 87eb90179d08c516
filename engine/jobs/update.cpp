// The old archive's part of an updated one.
#include <set>

#include "engine/jobs/compress_job.h"

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

Error damaged(Error error) {
  error.detail = "the archive is damaged; repair it first: " + error.detail;
  return error;
}

}  // namespace

Status copy_kept_entries(CompressJob& job, const ArchiveReader& old, std::span<const InputItem> items) {
  const Replacement replacement(items);
  std::map<std::string, std::string> moved;  // files that go, and the duplicate that took over their content
  for (std::size_t i = 0; i < old.entries().size(); ++i) {
    if (is_cancelled(job.options.cancel)) return cancelled_error();
    const Entry& entry = old.entries()[i];
    if (replacement.replaces(entry.header)) continue;
    const bool orphan = entry.header.kind == EntryKind::Duplicate && [&] {
      const auto original = old.find(entry.header.link_target);
      return original && replacement.replaces(old.entries()[*original].header);
    }();
    if (!orphan) {
      if (auto copied = job.writer->copy_entry(old, i); !copied.ok()) {
        return copied.error().code == Error::Code::Corrupt ? damaged(copied.error()) : copied.error();
      }
      if (entry.header.kind == EntryKind::File) {
        job.contents.emplace(std::pair(entry.header.original_size, entry.header.original_hash),
                             KnownContent{entry.header.path, entry.header.format, entry.header.exactness});
      }
      continue;
    }
    EntryHeader header = entry.header;
    if (const auto heir = moved.find(header.link_target); heir != moved.end()) {
      header.link_target = heir->second;
      BITSWAP_TRY(job.writer->begin_entry(header));
    } else {
      const Entry& original = old.entries()[*old.find(header.link_target)];
      moved.emplace(header.link_target, header.path);
      header.kind = EntryKind::File;
      header.link_target.clear();
      header.codec = original.header.codec;
      header.format = original.header.format;
      header.exactness = original.header.exactness;
      BITSWAP_TRY(job.writer->begin_entry(header));
      for (std::size_t k = 0; k < original.sections.size(); ++k) {
        auto payload = old.read_section(original, k);
        if (!payload.ok()) return damaged(payload.error());
        BITSWAP_TRY(job.writer->add_section(original.sections[k].type, *payload));
      }
      job.contents.emplace(std::pair(header.original_size, header.original_hash),
                           KnownContent{header.path, header.format, header.exactness});
    }
    if (auto ended = job.writer->end_entry(); !ended.ok()) return ended.error();
  }
  return {};
}

}  // namespace bitswap
