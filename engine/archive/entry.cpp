// SPDX-License-Identifier: GPL-3.0-or-later
// The rules for names and headers that hold for every archive, written or read.
#include "engine/archive/entry.h"

#include <algorithm>

namespace bitswap {
namespace {

Error invalid(std::string detail) { return Error{Error::Code::InvalidArgument, 0, std::move(detail)}; }

bool is_name(std::string_view text) {
  return text.size() <= kMaxNameBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '_' || c == '-';
         });
}

}  // namespace

bool is_known(SectionType type) {
  const auto number = static_cast<std::uint16_t>(static_cast<std::uint16_t>(type) & ~kMustUnderstand);
  return number >= static_cast<std::uint16_t>(SectionType::Data) &&
         number <= static_cast<std::uint16_t>(SectionType::ModelUpdate);
}

Status check_entry_path(std::string_view path) {
  if (path.empty()) return invalid("an empty path");
  if (path.size() > kMaxPathBytes) return invalid("a path of more than 4096 bytes");
  if (path.find('\0') != std::string_view::npos) return invalid("a path with a NUL byte");
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, end - start);
    if (part.empty()) return invalid("a path that is absolute or has an empty part");
    if (part == "." || part == "..") return invalid("a path with the part \"" + std::string(part) + "\"");
    if (part.size() > kMaxPathPartBytes) return invalid("a name of more than 255 bytes in a path");
    start = end + 1;
  }
  return {};
}

Status check_entry_header(const EntryHeader& header) {
  if (header.kind < EntryKind::File || header.kind > EntryKind::Model) return invalid("an unknown kind of entry");
  if (header.exactness != Exactness::Bytes && header.exactness != Exactness::Pixels)
    return invalid("an unknown exactness");
  BITSWAP_TRY(check_entry_path(header.path));
  if (!is_name(header.codec)) return invalid("a codec name that is too long or has other letters than a-z0-9.+_-");
  if (!is_name(header.format)) return invalid("a format name that is too long or has other letters than a-z0-9.+_-");
  if (header.permissions > 07777) return invalid("permissions beyond 07777");
  if (header.modified.nanoseconds >= 1'000'000'000) return invalid("a time with more than a second of nanoseconds");
  if (header.original_size > kMaxOriginalSize) return invalid("an original size beyond 2^63 - 1");
  switch (header.kind) {
    case EntryKind::Duplicate:
      if (Status target = check_entry_path(header.link_target); !target.ok())
        return invalid("a duplicate of " + target.error().detail);
      return {};
    case EntryKind::Symlink:
      if (header.link_target.empty() || header.link_target.size() > kMaxLinkTargetBytes ||
          header.link_target.find('\0') != std::string::npos)
        return invalid("a link whose target is empty, too long or has a NUL byte");
      return {};
    default:
      if (!header.link_target.empty()) return invalid("a link target on an entry that is no link");
      return {};
  }
}

}  // namespace bitswap
