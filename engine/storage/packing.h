// SPDX-License-Identifier: GPL-3.0-or-later
// A content in one form, ready for the sections of its entry: a candidate, and what it would cost.
#pragma once

#include <optional>
#include <vector>

#include "engine/archive/entry.h"
#include "engine/storage/form.h"

namespace bitswap {

struct PackedSection {
  SectionType type = SectionType::Data;
  Bytes bytes;
  ByteView outside;  ///< the payload where `bytes` is empty; whoever holds the content keeps it alive
  [[nodiscard]] ByteView payload() const { return bytes.empty() ? outside : ByteView(bytes); }
};

struct Packing {
  Form form = Form::Stored;
  std::vector<PackedSection> sections;
  std::vector<Hash128> models;  ///< that whoever opens it must have

  /// What candidates are compared by: sections with their heads, and the name of the form, which stands in the entry
  /// and in the index.
  [[nodiscard]] std::uint64_t size() const;
  /// Of the payloads.
  [[nodiscard]] std::uint64_t payload_bytes() const;
};

/// The smallest wins; of equal ones the form that comes first in storage_forms(). Nothing of none.
std::optional<Packing> smallest(std::vector<Packing> candidates);

}  // namespace bitswap
