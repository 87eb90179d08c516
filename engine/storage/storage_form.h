// SPDX-License-Identifier: GPL-3.0-or-later
// One class per form in which a content can be kept. It packs contents, states the facts of an entry without decoding
// it, and opens what was packed. A new form is a class and a line in storage_forms().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/codec/segment_batch.h"
#include "engine/image/format.h"
#include "engine/model/released/models.h"
#include "engine/storage/packing.h"
#include "engine/storage/sections.h"
#include "engine/storage/zstd_stream.h"

namespace bitswap {

class CodingModels;

/// What is to be packed; whoever made it keeps it until the packing is written.
struct Material {
  EntryKind kind = EntryKind::File;  ///< or Model
  ByteView content;
  std::string_view format;              ///< of the file, or empty
  const TakenApart* picture = nullptr;  ///< null: no pixels are to be kept
  ByteView recipe;                      ///< the file around the pixels, as its section holds it
};

struct PackContext {
  CodingModels& models;
  const ModelFamily* chosen = nullptr;  ///< the models of the job; null: none is to be used
  SpareThreads& spare;
  std::optional<Form> only;  ///< the form that the user wants for pixels, or Zstd for everything; else the smallest
};

struct OpenContext {
  CodingModels& models;
  SpareThreads& spare;
};

/// What an entry says of itself.
struct EntryFacts {
  std::uint32_t width = 0, height = 0;  ///< of the file's picture; 0: not known without decoding
  std::uint64_t raw_bytes = 0;          ///< samples, where pixels are kept
  std::uint64_t memory = 0;             ///< to decode it, at most about
  std::size_t parts = 0;                ///< that can be decoded at the same time; 0: one piece of work
  std::vector<Hash128> models;          ///< needed to decode it
};

/// One content on its way into one form. Parts are coded by a SegmentBatch, in any order and by any thread.
class Packer {
 public:
  virtual ~Packer() = default;
  /// Pixels of each part; none: finish() does all the work.
  [[nodiscard]] virtual std::vector<std::uint64_t> parts() const { return {}; }
  /// With parts only.
  [[nodiscard]] virtual const CodingModel* coding() const { return nullptr; }
  [[nodiscard]] virtual EncodeTask task(std::size_t part) const { return {nullptr, part}; }
  virtual void keep(std::size_t /*part*/, Result<EncodedSegment> /*coded*/) {}
  /// Once every part was kept. What clearly cannot get below `to_beat` bytes need not try hard. The number of threads
  /// changes no byte. Errors: Unsupported (not for this content, which is nobody's fault), Cancelled, Corrupt or
  /// Truncated (the file is broken), and those of coding.
  virtual Result<Packing> finish(int threads, std::uint64_t to_beat) = 0;
};

struct Restored {
  Bytes content;
  std::optional<Picture> picture;  ///< where pixels are kept: proven by a hash of their own, the file around them not
};

/// One entry on its way out. Parts are decoded by a SegmentBatch, in any order and by any thread.
class OpenedContent {
 public:
  virtual ~OpenedContent() = default;
  [[nodiscard]] virtual std::vector<std::uint64_t> parts() const { return {}; }
  [[nodiscard]] virtual const CodingModel* coding() const { return nullptr; }
  [[nodiscard]] virtual Result<Bytes> read_part(std::size_t /*part*/) const { return Bytes(); }
  [[nodiscard]] virtual DecodeTask task(std::size_t /*part*/, ByteView /*payload*/) { return {}; }
  virtual void keep(std::size_t /*part*/, Status /*outcome*/) {}
  /// Once every part was kept. The content's hash is the caller's to check. Errors: Corrupt, Truncated, Unsupported,
  /// LimitExceeded, OutOfMemory, and those of the sections.
  virtual Result<Restored> finish(int threads) = 0;
  /// The same, but piece by piece; for forms that stream(). More than the header's original_size bytes never come.
  virtual Status stream(const PieceTarget& /*target*/) {
    return Error{Error::Code::Internal, 0, "this form does not come in pieces"};
  }
};

class StorageForm {
 public:
  virtual ~StorageForm() = default;
  [[nodiscard]] virtual Form form() const = 0;
  /// In archives and JSON.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Takes any content and is tried last, against what the others reached.
  [[nodiscard]] virtual bool takes_all() const { return false; }
  /// What it packs is believed only after it was opened again, whether or not the user asked for that; failing is no
  /// fault to be told.
  [[nodiscard]] virtual bool needs_proof() const { return false; }
  /// Contents of any size come out piece by piece.
  [[nodiscard]] virtual bool streams() const { return false; }
  /// Where the coded pixels are, if pixels are kept.
  [[nodiscard]] virtual std::optional<SectionType> pixel_section() const { return {}; }
  [[nodiscard]] virtual bool uses_models() const { return false; }

  /// Null: not for this. Both must outlive the packer. Errors: of models and their device, which are the job's.
  [[nodiscard]] virtual Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext& context) const = 0;
  /// Decodes nothing and takes next to no memory. Errors: Corrupt, Truncated, Unsupported, and those of the sections.
  [[nodiscard]] virtual Result<EntryFacts> facts(const EntrySections& sections) const = 0;
  /// The sections must outlive what it gives. Errors: Corrupt, NotFound (a model), Unsupported, LimitExceeded,
  /// OutOfMemory, and those of the sections.
  [[nodiscard]] virtual Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                                    OpenContext& context) const = 0;
};

/// All forms with a content. Of two that are equally small the earlier one is taken.
std::span<const StorageForm* const> storage_forms();

/// Null for None, Duplicate and Unknown.
const StorageForm* find_form(Form form);

/// The form of an entry. Errors: Unsupported (one of a later version).
Result<const StorageForm*> form_for(const EntrySections& sections);

/// form_for() and open() in one.
Result<std::unique_ptr<OpenedContent>> open_entry(const EntrySections& sections, OpenContext& context);

}  // namespace bitswap
