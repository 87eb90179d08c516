// SPDX-License-Identifier: GPL-3.0-or-later
// The form "model-delta": a model that is nearly a released one, as the difference from that (model/model_delta.h).
#include "engine/archive/zstd_payload.h"
#include "engine/model/model_delta.h"
#include "engine/storage/forms.h"

namespace bitswap {
namespace {

constexpr int kLevel = 19;

/// Which bases there are decides the program that writes; the entry names the one that was taken.
class DifferencePacker final : public Packer {
 public:
  explicit DifferencePacker(ByteView file) : file_(file) {}
  Result<Packing> finish(int, std::uint64_t) override {
    std::vector<Packing> candidates;
    for (const ReleasedModel& released : released_models()) {
      if (released.file.size() != file_.size()) continue;
      BITSWAP_TRY_ASSIGN(const Bytes delta, write_model_delta(released.file, file_));
      BITSWAP_TRY_ASSIGN(Bytes frame, zstd_compress(delta, kLevel));
      BITSWAP_TRY_ASSIGN(const Hash128 base, model_delta_base(delta));
      Packing packing{Form::ModelDifference, {}, {base}};
      packing.sections.push_back({SectionType::Data, std::move(frame), {}});
      candidates.push_back(std::move(packing));
    }
    if (std::optional<Packing> best = smallest(std::move(candidates))) return std::move(*best);
    return Error{Error::Code::Unsupported, 0, "no released model has this architecture"};
  }

 private:
  ByteView file_;
};

class OpenedDifference final : public OpenedContent {
 public:
  explicit OpenedDifference(const EntrySections& sections) : sections_(sections) {}
  Result<Restored> finish(int) override {
    BITSWAP_TRY(sections_.check());
    const std::uint64_t size = sections_.header().original_size;
    Bytes frame;
    for (std::size_t k = 0; k < sections_.list().size(); ++k) {
      if (sections_.list()[k].type != SectionType::Data) continue;
      BITSWAP_TRY_ASSIGN(const Bytes payload, sections_.read(k));
      frame.insert(frame.end(), payload.begin(), payload.end());
      if (frame.size() > size) break;
    }
    BITSWAP_TRY_ASSIGN(const Bytes delta, zstd_decompress(frame, size + kModelDeltaHeaderBytes));
    BITSWAP_TRY_ASSIGN(const Hash128 hash, model_delta_base(delta));
    const ReleasedModel* base = find_released(hash);
    if (base == nullptr) {
      return Error{Error::Code::NotFound, sections_.offset(),
                   "this archive needs the model " + hex(hash) + ", which this version of the program does not have"};
    }
    Restored restored;
    BITSWAP_TRY_ASSIGN(restored.content, apply_model_delta(base->file, delta));
    return restored;
  }

 private:
  const EntrySections& sections_;
};

class ModelDifferenceForm final : public StorageForm {
 public:
  [[nodiscard]] Form form() const override { return Form::ModelDifference; }
  [[nodiscard]] std::string_view name() const override { return "model-delta"; }
  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext&) const override {
    if (material.kind != EntryKind::Model) return std::unique_ptr<Packer>();
    return std::unique_ptr<Packer>(std::make_unique<DifferencePacker>(material.content));
  }
  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    EntryFacts facts;
    facts.memory = 3 * sections.header().original_size;
    return facts;
  }
  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext&) const override {
    if (sections.header().kind == EntryKind::Model) {
      return std::unique_ptr<OpenedContent>(std::make_unique<OpenedDifference>(sections));
    }
    return sections.corrupt("a file that is kept as the difference of models");
  }
};

}  // namespace

const StorageForm& model_difference_form() {
  static const ModelDifferenceForm form;
  return form;
}

}  // namespace bitswap
