// SPDX-License-Identifier: GPL-3.0-or-later
// The form "jpeg-bitswap": the coefficients of a JPEG file as segments under a model, and the recipe of the file around
// them; the layout is in FORMAT.md.
#include <algorithm>

#include "engine/archive/zstd_payload.h"
#include "engine/base/guarded.h"
#include "engine/codec/jpeg_codec.h"
#include "engine/storage/coding_models.h"
#include "engine/storage/forms.h"
#include "engine/storage/segment_packer.h"

namespace bitswap {
namespace {

constexpr std::uint64_t kMostHeaderBytes = 64;
constexpr int kRecipeLevel = 19;
/// A byte holds fewer than 1424 coefficients of two bytes each: an interval is at most 65281 of 65536.
constexpr std::uint64_t kMostBytesPerByte = 8192;
constexpr std::uint64_t kAlwaysFineBytes = std::uint64_t{1} << 25;
/// Most that a recipe may unpack to: what is in no scan, and what is odd in the scans, is never much more than the
/// file.
std::uint64_t recipe_limit(std::uint64_t original_size) { return 2 * original_size + 65536; }

/// Blocks as pixels of the same work.
std::uint64_t weight_of(const JpegSegment& segment) {
  std::uint64_t blocks = 0;
  for (const Tile& tile : segment.blocks) blocks += std::uint64_t{tile.width} * tile.height;
  return blocks * 64;
}

std::vector<std::uint64_t> weights_of(const std::vector<JpegSegment>& segments) {
  std::vector<std::uint64_t> weights;
  for (const JpegSegment& segment : segments) weights.push_back(weight_of(segment));
  return weights;
}

class JpegPacker final : public SegmentPacker {
 public:
  JpegPacker(JpegImage image, const CodingModel& coding)
      : JpegPacker(std::make_unique<Coded>(std::move(image), coding)) {}
  [[nodiscard]] std::vector<std::uint64_t> parts() const override { return weights_of(coded_->encoder.segments()); }
  [[nodiscard]] const CodingModel* coding() const override { return &coded_->encoder.coding(); }
  [[nodiscard]] EncodeTask task(std::size_t part) const override { return {&coded_->encoder, part}; }
  Result<Packing> finish(int, std::uint64_t) override {
    BITSWAP_TRY(outcome());
    BITSWAP_TRY_ASSIGN(Bytes recipe, zstd_compress(coded_->image.recipe, kRecipeLevel));
    if (recipe.size() > kMaxSectionBytes) {
      return Error{Error::Code::Unsupported, 0, "a recipe longer than the format allows"};
    }
    const JpegHeader& header = coded_->encoder.header();
    Packing packing{Form::Jpeg, {}, {header.model}};
    packing.sections.push_back({SectionType::ImageHeader, header.write(), {}});
    packing.sections.push_back({SectionType::Recipe, std::move(recipe), {}});
    add_segments(packing);
    return packing;
  }

 private:
  /// The encoder looks at the image.
  struct Coded {
    Coded(JpegImage taken_apart, const CodingModel& coding) : image(std::move(taken_apart)), encoder(coding, image) {}
    JpegImage image;
    JpegEncoder encoder;
  };
  explicit JpegPacker(std::unique_ptr<Coded> coded)
      : SegmentPacker(coded->encoder.segments().size()), coded_(std::move(coded)) {}
  std::unique_ptr<Coded> coded_;
};

Result<JpegHeader> read_header(const EntrySections& sections) {
  BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> k, sections.find(SectionType::ImageHeader));
  if (!k) return sections.corrupt("a JPEG without header");
  if (sections.list()[*k].length > kMostHeaderBytes) return sections.corrupt("a JPEG header of impossible length");
  BITSWAP_TRY_ASSIGN(const Bytes section, sections.read(*k));
  return JpegHeader::read(section);
}

class OpenedJpegCoefficients final : public OpenedContent {
 public:
  static Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections, OpenContext& context) {
    return guarded([&]() -> Result<std::unique_ptr<OpenedContent>> {
      BITSWAP_TRY(sections.check());
      BITSWAP_TRY_ASSIGN(const JpegHeader header, read_header(sections));
      BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> k, sections.find(SectionType::Recipe));
      if (!k) return sections.corrupt("a JPEG needs a recipe");
      std::unique_ptr<OpenedJpegCoefficients> opened(new OpenedJpegCoefficients(sections, context.models));
      BITSWAP_TRY_ASSIGN(const Bytes packed, sections.read(*k));
      BITSWAP_TRY_ASSIGN(opened->recipe_, zstd_decompress(packed, recipe_limit(sections.header().original_size)));
      for (std::size_t i = 0; i < sections.list().size(); ++i) {
        if (sections.list()[i].type == SectionType::Segment) opened->segments_.push_back(i);
      }
      // Before memory is taken for coefficients: as many segments as the recipe's frame asks for.
      BITSWAP_TRY_ASSIGN(JpegLayout layout, jpeg_layout(opened->recipe_));
      if (plan_segments(layout, header.tile_size).size() != opened->segments_.size()) {
        return sections.corrupt("a JPEG with a wrong number of segments");
      }
      // … and not more of them than the segments could hold.
      std::uint64_t length = 0;
      for (const std::size_t i : opened->segments_) length += sections.list()[i].length;
      if (layout.coefficient_bytes() > kAlwaysFineBytes + kMostBytesPerByte * length) {
        return Error{Error::Code::LimitExceeded, sections.offset(), "a JPEG with too few bytes for its size"};
      }
      BITSWAP_TRY_ASSIGN(opened->coding_, context.models.get(header.model, sections.archive()));
      opened->coding_.spare = &context.spare;
      BITSWAP_TRY_ASSIGN(JpegDecoder decoder, JpegDecoder::create(opened->coding_, header, std::move(layout)));
      opened->decoder_ = std::make_unique<JpegDecoder>(std::move(decoder));
      opened->outcomes_.assign(opened->segments_.size(), Status(Error{Error::Code::Internal, 0, "not decoded yet"}));
      return std::unique_ptr<OpenedContent>(std::move(opened));
    });
  }

  ~OpenedJpegCoefficients() override {
    if (coding_.model != nullptr) models_.release(coding_);
  }
  OpenedJpegCoefficients(const OpenedJpegCoefficients&) = delete;
  OpenedJpegCoefficients& operator=(const OpenedJpegCoefficients&) = delete;

  [[nodiscard]] std::vector<std::uint64_t> parts() const override { return weights_of(decoder_->segments()); }
  [[nodiscard]] const CodingModel* coding() const override { return &coding_; }
  [[nodiscard]] Result<Bytes> read_part(std::size_t part) const override { return sections_.read(segments_[part]); }
  [[nodiscard]] DecodeTask task(std::size_t part, ByteView payload) override { return {decoder_.get(), part, payload}; }
  void keep(std::size_t part, Status outcome) override { outcomes_[part] = std::move(outcome); }
  Result<Restored> finish(int) override {
    for (const Status& outcome : outcomes_) BITSWAP_TRY(outcome);
    std::vector<std::span<const std::int16_t>> planes;
    for (const JpegPlanes& component : decoder_->planes()) planes.emplace_back(component);
    JpegLimits limits;
    limits.file_bytes = sections_.header().original_size;
    Restored restored;
    restored.content.reserve(std::min<std::uint64_t>(limits.file_bytes, std::uint64_t{1} << 30));
    BITSWAP_TRY(write_jpeg(
        recipe_, planes,
        [&](ByteView piece) -> Status {
          restored.content.insert(restored.content.end(), piece.begin(), piece.end());
          return {};
        },
        limits));
    return restored;
  }

 private:
  OpenedJpegCoefficients(const EntrySections& sections, CodingModels& models) : sections_(sections), models_(models) {}
  const EntrySections& sections_;
  CodingModels& models_;
  Bytes recipe_;
  CodingModel coding_;
  std::vector<std::size_t> segments_;
  std::vector<Status> outcomes_;
  std::unique_ptr<JpegDecoder> decoder_;
};

class JpegForm final : public StorageForm {
 public:
  [[nodiscard]] Form form() const override { return Form::Jpeg; }
  [[nodiscard]] std::string_view name() const override { return "jpeg-bitswap"; }
  [[nodiscard]] bool uses_models() const override { return true; }

  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext& context) const override {
    const bool wanted = !context.only || *context.only == Form::Picture || *context.only == Form::Jpeg;
    if (material.format != "jpeg" || !wanted || context.chosen == nullptr || !context.chosen->jpeg) {
      return std::unique_ptr<Packer>();
    }
    // What it cannot take apart is nobody's fault: other forms take it.
    auto image = take_apart_jpeg(material.content);
    if (!image.ok()) return std::unique_ptr<Packer>();
    BITSWAP_TRY_ASSIGN(CodingModel coding, context.models.add(context.chosen->jpeg));
    coding.spare = &context.spare;
    return std::unique_ptr<Packer>(std::make_unique<JpegPacker>(std::move(image).value(), coding));
  }

  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    BITSWAP_TRY_ASSIGN(const JpegHeader header, read_header(sections));
    // Two bytes a coefficient, at most 64 for each block of each component; recipe and file.
    const std::uint64_t pixels = std::uint64_t{header.width} * header.height;
    EntryFacts facts;
    facts.width = header.width;
    facts.height = header.height;
    facts.memory = 2 * sections.header().original_size + 2 * pixels * header.components;
    facts.parts = static_cast<std::size_t>(std::ranges::count(sections.list(), SectionType::Segment, &Section::type));
    facts.models.push_back(header.model);
    return facts;
  }

  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext& context) const override {
    return OpenedJpegCoefficients::open(sections, context);
  }
};

}  // namespace

const StorageForm& jpeg_form() {
  static const JpegForm form;
  return form;
}

}  // namespace bitswap
