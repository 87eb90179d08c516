// SPDX-License-Identifier: GPL-3.0-or-later
// The forms "stored" and "zstd": a content of any size in its Data sections.
#include "engine/storage/byte_forms.h"

#include "engine/archive/zstd_payload.h"
#include "engine/storage/forms.h"
#include "engine/storage/zstd_stream.h"

namespace bitswap {
namespace {

/// Level 19 does about 3 MB/s, 9 some 40, 3 some 200: never more than a few seconds a file.
int level_for(std::size_t size) {
  if (size <= std::size_t{4} << 20) return 19;
  return size <= std::size_t{64} << 20 ? 9 : 3;
}

class StoredPacker final : public Packer {
 public:
  explicit StoredPacker(ByteView content) : content_(content) {}
  Result<Packing> finish(int, std::uint64_t) override {
    Packing packing{Form::Stored, {}, {}};
    if (!content_.empty()) packing.sections.push_back({SectionType::Data, {}, content_});
    return packing;
  }

 private:
  ByteView content_;
};

class ZstdPacker final : public Packer {
 public:
  explicit ZstdPacker(ByteView content) : content_(content) {}
  Result<Packing> finish(int, std::uint64_t to_beat) override {
    BITSWAP_TRY_ASSIGN(std::optional<Bytes> frame, shrink_with_zstd(content_, to_beat));
    if (!frame) return Error{Error::Code::Unsupported, 0, "zstd does not make it smaller"};
    Packing packing{Form::Zstd, {}, {}};
    packing.sections.push_back({SectionType::Data, std::move(*frame), {}});
    return packing;
  }

 private:
  ByteView content_;
};

class OpenedBytes final : public OpenedContent {
 public:
  OpenedBytes(const EntrySections& sections, bool zstd) : sections_(sections), zstd_(zstd) {}

  Result<Restored> finish(int) override {
    Restored restored;
    BITSWAP_TRY(stream([&](ByteView piece) -> Status {
      restored.content.insert(restored.content.end(), piece.begin(), piece.end());
      return {};
    }));
    return restored;
  }

  Status stream(const PieceTarget& target) override {
    // A header without sections is not checked by reading them.
    BITSWAP_TRY(sections_.check());
    const std::uint64_t claimed = sections_.header().original_size;
    std::uint64_t size = 0;
    const PieceTarget counting = [&](ByteView piece) -> Status {
      size += piece.size();
      if (size > claimed) return sections_.corrupt("the content is longer than its header says");
      return target(piece);
    };
    ZstdUnpacker unpacker;
    for (std::size_t k = 0; k < sections_.list().size(); ++k) {
      if (sections_.list()[k].type != SectionType::Data) continue;
      BITSWAP_TRY_ASSIGN(const Bytes payload, sections_.read(k));
      BITSWAP_TRY(zstd_ ? unpacker.add(payload, counting) : counting(payload));
    }
    if ((zstd_ && !unpacker.complete()) || size != claimed) {
      return Error{Error::Code::Truncated, sections_.offset(), "the content is shorter than its header says"};
    }
    return {};
  }

 private:
  const EntrySections& sections_;
  bool zstd_;
};

class ByteForm : public StorageForm {
 public:
  [[nodiscard]] bool takes_all() const override { return true; }
  [[nodiscard]] bool streams() const override { return true; }
  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    EntryFacts facts;
    facts.memory = sections.header().original_size;
    return facts;
  }
  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext&) const override {
    return std::unique_ptr<OpenedContent>(std::make_unique<OpenedBytes>(sections, form() == Form::Zstd));
  }
};

class StoredForm final : public ByteForm {
 public:
  [[nodiscard]] Form form() const override { return Form::Stored; }
  [[nodiscard]] std::string_view name() const override { return "stored"; }
  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext&) const override {
    return std::unique_ptr<Packer>(std::make_unique<StoredPacker>(material.content));
  }
};

class ZstdForm final : public ByteForm {
 public:
  [[nodiscard]] Form form() const override { return Form::Zstd; }
  [[nodiscard]] std::string_view name() const override { return "zstd"; }
  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext&) const override {
    return std::unique_ptr<Packer>(std::make_unique<ZstdPacker>(material.content));
  }
};

}  // namespace

Result<std::optional<Bytes>> shrink_with_zstd(ByteView content, std::uint64_t to_beat) {
  constexpr std::size_t kWithoutTrial = 64 << 10;
  // Of contents without long repetitions, such as pixels of photos, level 19 makes 0.75 to 0.97 of what level 1 does.
  constexpr double kRepetitive = 0.5, kMostGain = 0.7;
  if (content.empty()) return std::optional<Bytes>();
  Bytes frame;
  int level = level_for(content.size());
  if (content.size() > kWithoutTrial) {
    BITSWAP_TRY_ASSIGN(frame, zstd_compress(content, 1));
    const auto quick = static_cast<double>(frame.size());
    const auto size = static_cast<double>(content.size());
    if (quick > kIncompressible * size) level = 0;
    if (quick > kRepetitive * size && quick * kMostGain > static_cast<double>(to_beat)) level = 0;
  }
  if (level != 0) {
    BITSWAP_TRY_ASSIGN(frame, zstd_compress(content, level));
  }
  if (frame.size() >= content.size() || frame.size() > kMaxSectionBytes) return std::optional<Bytes>();
  return std::optional<Bytes>(std::move(frame));
}

const StorageForm& stored_form() {
  static const StoredForm form;
  return form;
}

const StorageForm& zstd_form() {
  static const ZstdForm form;
  return form;
}

}  // namespace bitswap
