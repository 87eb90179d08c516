// SPDX-License-Identifier: GPL-3.0-or-later
// Clashes of paths are found by looking at the neighbours in an order that keeps folders together.
#include "engine/archive/path_set.h"

#include <algorithm>
#include <iterator>

namespace bitswap {
namespace {

bool lies_below(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path[folder.size()] == '/' && path.substr(0, folder.size()) == folder;
}

Error clash(std::string detail) { return Error{Error::Code::Exists, 0, std::move(detail)}; }

}  // namespace

bool PathSet::FolderOrder::operator()(std::string_view a, std::string_view b) const {
  // Paths have no NUL, so 0 is free for '/'.
  const auto rank = [](char c) { return c == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(c)); };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

Status PathSet::check(EntryKind kind, std::string_view path) const {
  if (kind == EntryKind::Model) {
    if (models_.contains(path)) return clash("the model " + std::string(path) + " is there twice");
    return {};
  }
  const auto next = paths_.lower_bound(path);
  if (next != paths_.end() && next->first == path) return clash("the path " + std::string(path) + " is there twice");
  if (next != paths_.end() && kind != EntryKind::Directory && lies_below(next->first, path))
    return clash("the path " + std::string(path) + " is a folder of another entry");
  // No entry lies below one that is no folder, so such an ancestor stands directly before the path.
  if (next != paths_.begin()) {
    const auto before = std::prev(next);
    if (before->second.kind != EntryKind::Directory && lies_below(path, before->first))
      return clash("the path " + std::string(path) + " runs through " + before->first + ", which is no folder");
  }
  return {};
}

void PathSet::add(EntryKind kind, std::string_view path, std::size_t position) {
  (kind == EntryKind::Model ? models_ : paths_).emplace(std::string(path), Place{kind, position});
}

std::optional<std::size_t> PathSet::find_in(const Map& map, std::string_view name) {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second.position;
}

}  // namespace bitswap
