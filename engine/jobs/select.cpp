// SPDX-License-Identifier: GPL-3.0-or-later
// Which entries a user means by the names that were typed or chosen.
#include <fnmatch.h>

#include <map>

#include "engine/jobs/restore.h"

namespace bitswap {

Result<std::vector<std::size_t>> select_entries(const ArchiveReader& archive, const std::vector<std::string>& names) {
  std::map<std::string_view, bool> wanted;  // and whether an entry has answered to it
  for (const std::string& name : names) {
    std::string_view plain = name;
    while (plain.size() > 1 && plain.back() == '/') plain.remove_suffix(1);
    wanted.emplace(plain, false);
  }
  const auto entries = archive.entries();
  std::vector<bool> chosen(entries.size(), wanted.empty());
  const auto look_up = [&](std::string_view path) {
    const auto name = wanted.find(path);
    return name != wanted.end() && (name->second = true);
  };
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].header.kind == EntryKind::Model) {
      chosen[i] = false;
      continue;
    }
    const std::string_view path = entries[i].header.path;
    if (look_up(path)) chosen[i] = true;
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      if (look_up(path.substr(0, slash))) chosen[i] = true;
    }
  }
  // A name that stands for itself is no pattern: "a*.png" may be a file.
  for (auto& [name, used] : wanted) {
    if (used) continue;
    const std::string pattern(name);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const EntryHeader& header = entries[i].header;
      if (header.kind != EntryKind::Model && ::fnmatch(pattern.c_str(), header.path.c_str(), 0) == 0) {
        chosen[i] = used = true;
      }
    }
    if (!used) return Error{Error::Code::NotFound, 0, "the archive has no entry \"" + pattern + "\""};
  }
  std::vector<std::size_t> selected;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i]) selected.push_back(i);
  }
  return selected;
}

}  // namespace bitswap
