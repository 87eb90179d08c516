// SPDX-License-Identifier: GPL-3.0-or-later
// What a form may look at when it opens an entry: header and sections, be they in an archive or packed a moment ago.
// Verification and extraction open through this one interface.
#pragma once

#include <optional>
#include <vector>

#include "engine/archive/reader.h"
#include "engine/storage/packing.h"

namespace bitswap {

class EntrySections {
 public:
  virtual ~EntrySections() = default;
  [[nodiscard]] virtual const EntryHeader& header() const = 0;
  /// Types and lengths.
  [[nodiscard]] virtual std::span<const Section> list() const = 0;
  /// The payload of section `k`. Thread-safe. Errors: those of ArchiveReader::read_section(), InvalidArgument.
  [[nodiscard]] virtual Result<Bytes> read(std::size_t k) const = 0;
  /// Whether header and heads are what the index says; asked before the first section is read.
  [[nodiscard]] virtual Status check() const = 0;
  /// Of the entry in its file, for messages.
  [[nodiscard]] virtual std::uint64_t offset() const = 0;
  /// The archive that may bring models along; may be null.
  [[nodiscard]] virtual const ArchiveReader* archive() const = 0;

  /// The only section of a type, or nothing where there is none. Errors: Corrupt (several).
  [[nodiscard]] Result<std::optional<std::size_t>> find(SectionType type) const;
  /// Where something is wrong with the entry.
  [[nodiscard]] Error corrupt(std::string detail) const;
};

/// Archive and entry must outlive it.
class ArchivedSections final : public EntrySections {
 public:
  ArchivedSections(const ArchiveReader& archive, const Entry& entry) : archive_(archive), entry_(entry) {}
  [[nodiscard]] const EntryHeader& header() const override { return entry_.header; }
  [[nodiscard]] std::span<const Section> list() const override { return entry_.sections; }
  [[nodiscard]] Result<Bytes> read(std::size_t k) const override { return archive_.read_section(entry_, k); }
  [[nodiscard]] Status check() const override { return archive_.check_entry(entry_); }
  [[nodiscard]] std::uint64_t offset() const override { return entry_.offset; }
  [[nodiscard]] const ArchiveReader* archive() const override { return &archive_; }

 private:
  const ArchiveReader& archive_;
  const Entry& entry_;
};

/// Header and packing must outlive it.
class PackedSections final : public EntrySections {
 public:
  PackedSections(const EntryHeader& header, const Packing& packing);
  [[nodiscard]] const EntryHeader& header() const override { return header_; }
  [[nodiscard]] std::span<const Section> list() const override { return list_; }
  [[nodiscard]] Result<Bytes> read(std::size_t k) const override;
  [[nodiscard]] Status check() const override { return {}; }
  [[nodiscard]] std::uint64_t offset() const override { return 0; }
  [[nodiscard]] const ArchiveReader* archive() const override { return nullptr; }

 private:
  const EntryHeader& header_;
  const Packing& packing_;
  std::vector<Section> list_;
};

/// Errors: Corrupt, when a content does not have the size and the hash that the header claims.
Status check_content(const EntrySections& sections, ByteView content);

}  // namespace bitswap
