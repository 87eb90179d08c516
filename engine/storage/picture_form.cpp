// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels to segments and back, with the models that the entries name.
#include "engine/storage/picture_form.h"

#include <algorithm>

#include "engine/base/guarded.h"
#include "engine/storage/forms.h"
#include "engine/storage/rebuild.h"
#include "engine/storage/segment_packer.h"

namespace bitswap {
namespace {

/// An interval is at most 65281 of 65536, so a byte holds fewer than 1424 samples.
constexpr std::uint64_t kMostSamplesPerByte = 4096;
constexpr std::uint64_t kAlwaysFineSamples = std::uint64_t{1} << 24;

std::uint64_t coded_samples(const ImageHeader& header) {
  using Colour = ImageHeader::Colour;
  const bool one_plane = header.colour == Colour::Grey || header.colour == Colour::GreyAsRgb;
  const std::uint64_t planes = (one_plane ? 1 : 3) + (header.alpha == ImageHeader::Alpha::Coded ? 1 : 0);
  return planes * header.width * header.height;
}

std::uint64_t pixels_of(const SegmentPlan& segment) {
  std::uint64_t pixels = 0;
  for (const Tile& tile : segment.tiles) pixels += std::uint64_t{tile.width} * tile.height;
  return pixels;
}

std::vector<std::uint64_t> pixels_of(const std::vector<SegmentPlan>& segments) {
  std::vector<std::uint64_t> pixels;
  for (const SegmentPlan& segment : segments) pixels.push_back(pixels_of(segment));
  return pixels;
}

class PicturePacker final : public SegmentPacker {
 public:
  PicturePacker(const Material& material, const CodingModel& coding)
      : PicturePacker(material, std::make_unique<ImageEncoder>(coding, material.picture->picture)) {}
  [[nodiscard]] std::vector<std::uint64_t> parts() const override { return pixels_of(encoder_->segments()); }
  [[nodiscard]] const CodingModel* coding() const override { return &encoder_->coding(); }
  [[nodiscard]] EncodeTask task(std::size_t part) const override { return {encoder_.get(), part}; }
  Result<Packing> finish(int, std::uint64_t) override {
    BITSWAP_TRY(outcome());
    ImageHeader header = encoder_->header();
    header.wide = material_.picture->wide;
    Packing packing{Form::Picture, {}, {header.model}};
    packing.sections.push_back(
        {SectionType::ImageHeader, ImageSection{header, content_hash(material_.picture->picture.samples)}.write(), {}});
    packing.sections.push_back({SectionType::Recipe, {}, material_.recipe});
    add_segments(packing);
    return packing;
  }

 private:
  PicturePacker(const Material& material, std::unique_ptr<ImageEncoder> encoder)
      : SegmentPacker(encoder->segments().size()), material_(material), encoder_(std::move(encoder)) {}
  const Material& material_;
  std::unique_ptr<ImageEncoder> encoder_;
};

class PictureForm final : public StorageForm {
 public:
  [[nodiscard]] Form form() const override { return Form::Picture; }
  [[nodiscard]] std::string_view name() const override { return "bitswap"; }
  [[nodiscard]] std::optional<SectionType> pixel_section() const override { return SectionType::Segment; }
  [[nodiscard]] bool uses_models() const override { return true; }

  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext& context) const override {
    if (material.picture == nullptr || context.chosen == nullptr) return std::unique_ptr<Packer>();
    BITSWAP_TRY_ASSIGN(CodingModel coding, context.models.add_for(material.picture->picture, *context.chosen));
    coding.spare = &context.spare;
    return std::unique_ptr<Packer>(std::make_unique<PicturePacker>(material, coding));
  }

  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    // For rebuilding the file: the pixels a second time.
    BITSWAP_TRY_ASSIGN(const ImageSection image, read_image_section(sections));
    const ImageHeader& header = image.header;
    EntryFacts facts;
    facts.width = header.width;
    facts.height = header.height / (header.wide ? 2 : 1);
    facts.raw_bytes = std::uint64_t{header.width} * header.height * header.channels;
    facts.memory = sections.header().original_size + 2 * facts.raw_bytes;
    facts.parts = static_cast<std::size_t>(std::ranges::count(sections.list(), SectionType::Segment, &Section::type));
    facts.models.push_back(header.model);
    return facts;
  }

  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext& context) const override {
    BITSWAP_TRY_ASSIGN(std::unique_ptr<OpenedPicture> picture, OpenedPicture::open(sections, context));
    return std::unique_ptr<OpenedContent>(std::move(picture));
  }
};

}  // namespace

const StorageForm& picture_form() {
  static const PictureForm form;
  return form;
}

Bytes ImageSection::write() const {
  Bytes section = header.write();
  section.insert(section.end(), samples.begin(), samples.end());
  return section;
}

Result<ImageSection> ImageSection::read(ByteView section) {
  ImageSection image;
  if (section.size() < image.samples.size()) {
    return Error{Error::Code::Truncated, section.size(), "a picture header that ends early"};
  }
  BITSWAP_TRY_ASSIGN(image.header, ImageHeader::read(section.first(section.size() - image.samples.size())));
  const ByteView hash = section.last(image.samples.size());
  std::copy(hash.begin(), hash.end(), image.samples.begin());
  return image;
}

Result<ImageSection> read_image_section(const EntrySections& sections) {
  constexpr std::uint32_t kMostBytes = 256;
  BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> k, sections.find(SectionType::ImageHeader));
  if (!k) return sections.corrupt("a picture without header");
  if (sections.list()[*k].length > kMostBytes) return sections.corrupt("a picture header of impossible length");
  BITSWAP_TRY_ASSIGN(const Bytes section, sections.read(*k));
  return ImageSection::read(section);
}

Result<std::unique_ptr<OpenedPicture>> OpenedPicture::open(const EntrySections& sections, OpenContext& context) {
  return guarded([&]() -> Result<std::unique_ptr<OpenedPicture>> {
    BITSWAP_TRY(sections.check());
    std::unique_ptr<OpenedPicture> picture(new OpenedPicture(sections, context.models));
    for (std::size_t k = 0; k < sections.list().size(); ++k) {
      const SectionType type = sections.list()[k].type;
      if (type == SectionType::Segment) picture->segments_.push_back(k);
      if (type == SectionType::ModelUpdate) {
        return Error{Error::Code::Unsupported, sections.offset(),
                     "a picture with a model of its own needs a later version of this program"};
      }
    }
    BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> recipe, sections.find(SectionType::Recipe));
    if (!recipe) return sections.corrupt("a picture needs a recipe");
    picture->recipe_ = *recipe;
    BITSWAP_TRY_ASSIGN(picture->image_, read_image_section(sections));
    const ImageHeader& header = picture->image_.header;
    BITSWAP_TRY_ASSIGN(picture->coding_, context.models.get(header.model, sections.archive()));
    if (picture->coding_.model->is_jpeg()) return sections.corrupt("a picture of pixels under a model of JPEG files");
    picture->coding_.spare = &context.spare;
    // Before anything of the number that the header asks for is made.
    if (segment_count(header, picture->coding_.model->config().chained) != picture->segments_.size()) {
      return sections.corrupt("a picture with a wrong number of segments");
    }
    // Before memory is taken for samples: no section can hold more of them than this.
    std::uint64_t length = 0;
    for (const std::size_t k : picture->segments_) length += sections.list()[k].length;
    if (coded_samples(header) > kAlwaysFineSamples + kMostSamplesPerByte * length) {
      return Error{Error::Code::LimitExceeded, sections.offset(), "a picture with too few bytes for its size"};
    }
    picture->decoder_ = std::make_unique<ImageDecoder>(picture->coding_, header);
    picture->outcomes_.assign(picture->segments_.size(), Status(Error{Error::Code::Internal, 0, "not decoded yet"}));
    return picture;
  });
}

OpenedPicture::~OpenedPicture() {
  if (coding_.model != nullptr) models_.release(coding_);
}

std::vector<std::uint64_t> OpenedPicture::parts() const { return pixels_of(decoder_->segments()); }

Status OpenedPicture::decode(std::size_t part, const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(const Bytes payload, read_part(part));
  return decoder_->decode(part, payload, cancel);
}

Result<Picture> OpenedPicture::take() {
  Picture picture = decoder_->take();
  if (content_hash(picture.samples) != image_.samples) {
    return sections_.corrupt("the pixels do not have the hash that they should have");
  }
  return picture;
}

Result<Restored> OpenedPicture::finish(int) {
  for (const Status& outcome : outcomes_) BITSWAP_TRY(outcome);
  Restored restored;
  BITSWAP_TRY_ASSIGN(restored.picture, take());
  BITSWAP_TRY_ASSIGN(const Bytes recipe, sections_.read(recipe_));
  BITSWAP_TRY_ASSIGN(restored.content, rebuild_file(*restored.picture, recipe, sections_.header()));
  return restored;
}

}  // namespace bitswap
