// SPDX-License-Identifier: GPL-3.0-or-later
// The paths of an archive, so that none is there twice and none runs through something that is no folder.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/archive/entry.h"

namespace bitswap {

/// Sorted with '/' before every other byte: what lies below a path then follows it directly, and one look at the
/// neighbours finds every clash without a record for each parent folder.
class PathSet {
 public:
  /// Whether the path could be added. Models have names of their own. Errors: Exists.
  [[nodiscard]] Status check(EntryKind kind, std::string_view path) const;
  /// Requires check() to be ok.
  void add(EntryKind kind, std::string_view path, std::size_t position);
  /// All of check_entry_header's rules that need earlier entries: a Duplicate's File must be there, with the same size
  /// and hash; `earlier` gives the header at a position. Errors: InvalidArgument.
  template <typename HeaderAt>
  [[nodiscard]] Status check_duplicate(const EntryHeader& header, HeaderAt&& earlier) const;

  [[nodiscard]] std::optional<std::size_t> find(std::string_view path) const { return find_in(paths_, path); }
  [[nodiscard]] std::optional<std::size_t> find_model(std::string_view hash) const { return find_in(models_, hash); }

 private:
  struct FolderOrder {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };
  struct Place {
    EntryKind kind;
    std::size_t position;
  };
  using Map = std::map<std::string, Place, FolderOrder>;
  static std::optional<std::size_t> find_in(const Map& map, std::string_view name);

  Map paths_;
  Map models_;
};

template <typename HeaderAt>
Status PathSet::check_duplicate(const EntryHeader& header, HeaderAt&& earlier) const {
  if (header.kind != EntryKind::Duplicate) return {};
  if (const std::optional<std::size_t> position = find(header.link_target)) {
    const EntryHeader& original = earlier(*position);
    if (original.kind == EntryKind::File && original.original_size == header.original_size &&
        original.original_hash == header.original_hash)
      return {};
  }
  return Error{Error::Code::InvalidArgument, 0, "a duplicate without an earlier file of the same content"};
}

}  // namespace bitswap
