// SPDX-License-Identifier: GPL-3.0-or-later
// The forms "jxl" (pixels) and "jpeg-jxl" (whole JPEG files): small headers around what libjxl writes; the layouts are
// in FORMAT.md.
#include <algorithm>

#include "engine/archive/zstd_payload.h"
#include "engine/image/jpeg/jpeg_file.h"
#include "engine/image/jxl/jpegxl.h"
#include "engine/image/limits.h"
#include "engine/image/pixels/drawn.h"
#include "engine/storage/forms.h"
#include "engine/storage/rebuild.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint32_t kMostHeaderBytes = 64;
constexpr int kTrailingLevel = 19;

void write_size(ByteWriter& out, const JpegXlShape& shape) {
  out.u8(kVersion);
  out.varint(shape.width);
  out.varint(shape.height);
  out.u8(shape.channels);
}

Result<JpegXlShape> read_size(ByteReader& in) {
  BITSWAP_TRY_ASSIGN(const std::uint8_t version, in.u8());
  if (version == 0) return corrupt(0, "a picture header of version 0");
  if (version > kVersion) return unsupported(0, "a picture that needs a later version of this program");
  BITSWAP_TRY_ASSIGN(const std::uint64_t width, in.varint());
  BITSWAP_TRY_ASSIGN(const std::uint64_t height, in.varint());
  BITSWAP_TRY(check_size(width, height));
  JpegXlShape shape{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), 0, 8};
  BITSWAP_TRY_ASSIGN(shape.channels, in.u8());
  if (shape.channels < 1 || shape.channels > 4) return corrupt(0, "a picture with an impossible number of channels");
  return shape;
}

struct PixelHeader {
  JpegXlShape shape;
  ContentHash samples{};
};

Result<PixelHeader> read_pixel_header(ByteView section) {
  ByteReader in(section);
  PixelHeader header;
  BITSWAP_TRY_ASSIGN(header.shape, read_size(in));
  BITSWAP_TRY_ASSIGN(header.shape.bits, in.u8());
  if (header.shape.bits != 8 && header.shape.bits != 16) return corrupt(0, "a picture with an impossible depth");
  BITSWAP_TRY_ASSIGN(const ByteView hash, in.raw(header.samples.size()));
  std::copy(hash.begin(), hash.end(), header.samples.begin());
  if (!in.at_end()) return corrupt(in.position(), "a picture header that goes on behind its end");
  return header;
}

Result<JpegXlShape> read_jpeg_header(ByteView section) {
  ByteReader in(section);
  BITSWAP_TRY_ASSIGN(const JpegXlShape shape, read_size(in));
  if (!in.at_end()) return corrupt(in.position(), "a picture header that goes on behind its end");
  return shape;
}

bool is_broken(const Error& why) { return why.code == Error::Code::Corrupt || why.code == Error::Code::Truncated; }

Status check_length(const Bytes& payload) {
  if (payload.size() <= kMaxSectionBytes) return {};
  return Error{Error::Code::LimitExceeded, 0, "longer than a section may be"};
}

Result<Bytes> read_header_section(const EntrySections& sections) {
  BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> k, sections.find(SectionType::ImageHeader));
  if (!k) return sections.corrupt("a picture without header");
  if (sections.list()[*k].length > kMostHeaderBytes) {
    return sections.corrupt("a picture header of impossible length");
  }
  return sections.read(*k);
}

/// The payloads of an entry; without recipe section that is empty.
struct Payloads {
  Bytes image, recipe, data;
};

Result<Payloads> read_payloads(const EntrySections& sections, bool needs_recipe) {
  BITSWAP_TRY(sections.check());
  BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> recipe, sections.find(SectionType::Recipe));
  BITSWAP_TRY_ASSIGN(const std::optional<std::size_t> data, sections.find(SectionType::Data));
  if (!data || (needs_recipe && !recipe)) return sections.corrupt("a picture with sections missing");
  Payloads payloads;
  BITSWAP_TRY_ASSIGN(payloads.image, read_header_section(sections));
  BITSWAP_TRY_ASSIGN(payloads.data, sections.read(*data));
  if (recipe) {
    BITSWAP_TRY_ASSIGN(payloads.recipe, sections.read(*recipe));
  }
  return payloads;
}

class JpegXlPacker final : public Packer {
 public:
  explicit JpegXlPacker(const Material& material) : material_(material) {}
  Result<Packing> finish(int threads, std::uint64_t) override {
    const Picture& picture = material_.picture->picture;
    const bool wide = material_.picture->wide;
    BITSWAP_TRY_ASSIGN(const JpegXlShape shape, jpegxl_shape(picture, wide));
    BITSWAP_TRY_ASSIGN(Bytes data, encode_jpegxl(picture, wide, kJpegXlSafeEffort, threads));
    BITSWAP_TRY(check_length(data));
    ByteWriter image;
    write_size(image, shape);
    image.u8(shape.bits);
    image.raw(content_hash(picture.samples));
    Packing packing{Form::JpegXl, {}, {}};
    packing.sections.push_back({SectionType::ImageHeader, image.take(), {}});
    packing.sections.push_back({SectionType::Recipe, {}, material_.recipe});
    packing.sections.push_back({SectionType::Data, std::move(data), {}});
    return packing;
  }

 private:
  const Material& material_;
};

class OpenedJpegXl final : public OpenedContent {
 public:
  explicit OpenedJpegXl(const EntrySections& sections) : sections_(sections) {}
  Result<Restored> finish(int threads) override {
    BITSWAP_TRY_ASSIGN(const Payloads payloads, read_payloads(sections_, true));
    BITSWAP_TRY_ASSIGN(const PixelHeader header, read_pixel_header(payloads.image));
    Restored restored;
    BITSWAP_TRY_ASSIGN(restored.picture, decode_jpegxl(payloads.data, header.shape, threads));
    if (content_hash(restored.picture->samples) != header.samples) {
      return sections_.corrupt("the pixels do not have the hash that they should have");
    }
    BITSWAP_TRY_ASSIGN(restored.content, rebuild_file(*restored.picture, payloads.recipe, sections_.header()));
    return restored;
  }

 private:
  const EntrySections& sections_;
};

class JpegXlForm final : public StorageForm {
 public:
  [[nodiscard]] Form form() const override { return Form::JpegXl; }
  [[nodiscard]] std::string_view name() const override { return "jxl"; }
  [[nodiscard]] std::optional<SectionType> pixel_section() const override { return SectionType::Data; }

  /// Without being asked for: for what the networks were not made for.
  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext& context) const override {
    if (material.picture == nullptr) return std::unique_ptr<Packer>();
    const bool wanted =
        context.only ? *context.only == Form::JpegXl : material.picture->wide || looks_drawn(material.picture->picture);
    if (!wanted) return std::unique_ptr<Packer>();
    return std::unique_ptr<Packer>(std::make_unique<JpegXlPacker>(material));
  }

  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    BITSWAP_TRY_ASSIGN(const Bytes image, read_header_section(sections));
    BITSWAP_TRY_ASSIGN(const PixelHeader header, read_pixel_header(image));
    const JpegXlShape& shape = header.shape;
    EntryFacts facts;
    facts.width = shape.width;
    facts.height = shape.height;
    facts.raw_bytes = std::uint64_t{shape.width} * shape.height * shape.channels * (shape.bits / 8);
    facts.memory = sections.header().original_size + 3 * facts.raw_bytes;
    return facts;
  }

  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext&) const override {
    return std::unique_ptr<OpenedContent>(std::make_unique<OpenedJpegXl>(sections));
  }
};

class JpegPacker final : public Packer {
 public:
  explicit JpegPacker(const Material& material) : material_(material) {}
  Result<Packing> finish(int threads, std::uint64_t) override {
    auto packing = pack(threads);
    if (packing.ok() || packing.error().code == Error::Code::OutOfMemory) return packing;
    // What libjxl does not take is nobody's fault, unless the file is broken.
    const auto looked_at = format_by_name(material_.format)->view(material_.content);
    if (!looked_at.ok() && is_broken(looked_at.error())) return looked_at.error();
    return unsupported(0, std::move(packing).error().detail);
  }

 private:
  Result<Packing> pack(int threads) const {
    const ByteView file = material_.content;
    BITSWAP_TRY_ASSIGN(const JpegFile jpeg, parse_jpeg(file));
    // libjxl knows no others, and would complain on the standard error stream.
    if (jpeg.coding > 2 || jpeg.bits != 8 || (jpeg.components != 1 && jpeg.components != 3)) {
      return unsupported(0, "a JPEG with another coding than the usual ones");
    }
    Packing packing{Form::JpegTranscoded, {}, {}};
    ByteWriter image;
    write_size(image, {jpeg.width, jpeg.height, jpeg.components, 8});
    packing.sections.push_back({SectionType::ImageHeader, image.take(), {}});
    if (const ByteView trailing = file.subspan(jpeg.length); !trailing.empty()) {
      BITSWAP_TRY_ASSIGN(Bytes recipe, zstd_compress(trailing, kTrailingLevel));
      BITSWAP_TRY(check_length(recipe));
      packing.sections.push_back({SectionType::Recipe, std::move(recipe), {}});
    }
    BITSWAP_TRY_ASSIGN(Bytes data, pack_jpeg(file.first(jpeg.length), threads));
    BITSWAP_TRY(check_length(data));
    packing.sections.push_back({SectionType::Data, std::move(data), {}});
    return packing;
  }

  const Material& material_;
};

class OpenedJpeg final : public OpenedContent {
 public:
  explicit OpenedJpeg(const EntrySections& sections) : sections_(sections) {}
  Result<Restored> finish(int) override {
    BITSWAP_TRY_ASSIGN(const Payloads payloads, read_payloads(sections_, false));
    BITSWAP_TRY_ASSIGN(const JpegXlShape shape, read_jpeg_header(payloads.image));
    const std::uint64_t size = sections_.header().original_size;
    Restored restored;
    BITSWAP_TRY_ASSIGN(restored.content, unpack_jpeg(payloads.data, shape.width, shape.height, size));
    if (!payloads.recipe.empty()) {
      BITSWAP_TRY_ASSIGN(const Bytes trailing, zstd_decompress(payloads.recipe, size - restored.content.size()));
      restored.content.insert(restored.content.end(), trailing.begin(), trailing.end());
    }
    if (restored.content.size() == size) return restored;
    return Error{Error::Code::Truncated, sections_.offset(), "the content is shorter than its header says"};
  }

 private:
  const EntrySections& sections_;
};

class JpegTranscodedForm final : public StorageForm {
 public:
  [[nodiscard]] Form form() const override { return Form::JpegTranscoded; }
  [[nodiscard]] std::string_view name() const override { return "jpeg-jxl"; }
  [[nodiscard]] bool needs_proof() const override { return true; }

  [[nodiscard]] Result<std::unique_ptr<Packer>> begin(const Material& material, PackContext& context) const override {
    if (material.format != "jpeg" || context.only == Form::Zstd) return std::unique_ptr<Packer>();
    return std::unique_ptr<Packer>(std::make_unique<JpegPacker>(material));
  }

  [[nodiscard]] Result<EntryFacts> facts(const EntrySections& sections) const override {
    constexpr std::uint64_t kPerPixel = 18;  // in libjxl
    BITSWAP_TRY_ASSIGN(const Bytes image, read_header_section(sections));
    BITSWAP_TRY_ASSIGN(const JpegXlShape shape, read_jpeg_header(image));
    EntryFacts facts;
    facts.width = shape.width;
    facts.height = shape.height;
    facts.memory = sections.header().original_size + kPerPixel * shape.width * shape.height;
    return facts;
  }

  [[nodiscard]] Result<std::unique_ptr<OpenedContent>> open(const EntrySections& sections,
                                                            OpenContext&) const override {
    return std::unique_ptr<OpenedContent>(std::make_unique<OpenedJpeg>(sections));
  }
};

}  // namespace

const StorageForm& jpegxl_form() {
  static const JpegXlForm form;
  return form;
}

const StorageForm& jpeg_transcoded_form() {
  static const JpegTranscodedForm form;
  return form;
}

}  // namespace bitswap
