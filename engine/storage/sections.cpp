// SPDX-License-Identifier: GPL-3.0-or-later
// Sections in memory look like those of an archive.
#include "engine/storage/sections.h"

namespace bitswap {

Result<std::optional<std::size_t>> EntrySections::find(SectionType type) const {
  std::optional<std::size_t> found;
  for (std::size_t k = 0; k < list().size(); ++k) {
    if (list()[k].type != type) continue;
    if (found) return corrupt("two sections of a type that may be there once");
    found = k;
  }
  return found;
}

Error EntrySections::corrupt(std::string detail) const { return {Error::Code::Corrupt, offset(), std::move(detail)}; }

PackedSections::PackedSections(const EntryHeader& header, const Packing& packing) : header_(header), packing_(packing) {
  for (const PackedSection& section : packing.sections) {
    list_.push_back({section.type, 0, static_cast<std::uint32_t>(section.payload().size())});
  }
}

Result<Bytes> PackedSections::read(std::size_t k) const {
  if (k >= packing_.sections.size()) return Error{Error::Code::InvalidArgument, 0, "no such section"};
  const ByteView payload = packing_.sections[k].payload();
  return Bytes(payload.begin(), payload.end());
}

Status check_content(const EntrySections& sections, ByteView content) {
  const EntryHeader& header = sections.header();
  if (content.size() == header.original_size && content_hash(content) == header.original_hash) return {};
  return sections.corrupt("the content does not have the hash that it should have");
}

}  // namespace bitswap
