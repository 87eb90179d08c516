// Small headers around what libjxl writes, and the proof that a JPEG comes back.
#include "engine/jobs/jxl_content.h"

#include <algorithm>

#include "engine/archive/zstd_payload.h"
#include "engine/image/jpeg_file.h"
#include "engine/image/limits.h"

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

Result<Bytes> read_header_section(const ArchiveReader& archive, const Entry& entry, std::size_t section) {
  if (entry.sections[section].length > kMostHeaderBytes) {
    return corrupt(entry.offset, "a picture header of impossible length");
  }
  return archive.read_section(entry, section);
}

Result<JpegXlShape> shape_of(const Entry& entry, ByteView image) {
  if (entry.header.codec == kJpegJxl) return read_jpeg_header(image);
  BITSWAP_TRY_ASSIGN(const PixelHeader header, read_pixel_header(image));
  return header.shape;
}

Status check_length(const Bytes& payload) {
  if (payload.size() <= kMaxSectionBytes) return {};
  return Error{Error::Code::LimitExceeded, 0, "longer than a section may be"};
}

}  // namespace

Result<JxlSections> pack_jxl(const Picture& picture, bool wide, int threads) {
  JxlSections sections;
  BITSWAP_TRY_ASSIGN(sections.shape, jpegxl_shape(picture, wide));
  BITSWAP_TRY_ASSIGN(sections.data, encode_jpegxl(picture, wide, kJpegXlSafeEffort, threads));
  BITSWAP_TRY(check_length(sections.data));
  ByteWriter image;
  write_size(image, sections.shape);
  image.u8(sections.shape.bits);
  image.raw(content_hash(picture.samples));
  sections.image = image.take();
  return sections;
}

Result<Picture> unpack_jxl(const JxlSections& sections, int threads) {
  BITSWAP_TRY_ASSIGN(const PixelHeader header, read_pixel_header(sections.image));
  BITSWAP_TRY_ASSIGN(Picture picture, decode_jpegxl(sections.data, header.shape, threads));
  if (content_hash(picture.samples) != header.samples) {
    return corrupt(0, "the pixels do not have the hash that they should have");
  }
  return picture;
}

Result<JxlSections> pack_jpeg_jxl(ByteView file, int threads) {
  BITSWAP_TRY_ASSIGN(const JpegFile jpeg, parse_jpeg(file));
  // libjxl knows no others, and would complain on the standard error stream.
  if (jpeg.coding > 2 || jpeg.bits != 8 || (jpeg.components != 1 && jpeg.components != 3)) {
    return unsupported(0, "a JPEG with another coding than the usual ones");
  }
  JxlSections sections;
  sections.shape = {jpeg.width, jpeg.height, jpeg.components, 8};
  BITSWAP_TRY_ASSIGN(sections.data, pack_jpeg(file.first(jpeg.length), threads));
  BITSWAP_TRY(check_length(sections.data));
  if (const ByteView trailing = file.subspan(jpeg.length); !trailing.empty()) {
    BITSWAP_TRY_ASSIGN(sections.recipe, zstd_compress(trailing, kTrailingLevel));
    BITSWAP_TRY(check_length(sections.recipe));
  }
  ByteWriter image;
  write_size(image, sections.shape);
  sections.image = image.take();
  const auto again = unpack_jpeg_jxl(sections, file.size());
  if (!again.ok() && again.error().code == Error::Code::OutOfMemory) return again.error();
  if (!again.ok() || !std::ranges::equal(*again, file)) return unsupported(0, "the JPEG did not come back exactly");
  return sections;
}

Result<Bytes> unpack_jpeg_jxl(const JxlSections& sections, std::uint64_t size_limit) {
  BITSWAP_TRY_ASSIGN(const JpegXlShape shape, read_jpeg_header(sections.image));
  BITSWAP_TRY_ASSIGN(Bytes file, unpack_jpeg(sections.data, shape.width, shape.height, size_limit));
  if (!sections.recipe.empty()) {
    BITSWAP_TRY_ASSIGN(const Bytes trailing, zstd_decompress(sections.recipe, size_limit - file.size()));
    file.insert(file.end(), trailing.begin(), trailing.end());
  }
  return file;
}

Result<JpegXlShape> read_jxl_shape(const ArchiveReader& archive, const Entry& entry) {
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (entry.sections[k].type != SectionType::ImageHeader) continue;
    BITSWAP_TRY_ASSIGN(const Bytes image, read_header_section(archive, entry, k));
    return shape_of(entry, image);
  }
  return corrupt(entry.offset, "a picture without header");
}

Result<JxlSections> read_jxl_sections(const ArchiveReader& archive, const Entry& entry) {
  BITSWAP_TRY(archive.check_entry(entry));
  std::vector<std::size_t> images, recipes, datas;
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    const SectionType type = entry.sections[k].type;
    if (type == SectionType::ImageHeader) images.push_back(k);
    if (type == SectionType::Recipe) recipes.push_back(k);
    if (type == SectionType::Data) datas.push_back(k);
  }
  const bool pixels = entry.header.codec == kJxl;
  if (images.size() != 1 || datas.size() != 1 || recipes.size() > 1 || (pixels && recipes.empty())) {
    return corrupt(entry.offset, "a picture with sections missing or too many");
  }
  JxlSections sections;
  BITSWAP_TRY_ASSIGN(sections.image, read_header_section(archive, entry, images.front()));
  BITSWAP_TRY_ASSIGN(sections.data, archive.read_section(entry, datas.front()));
  if (!recipes.empty()) {
    BITSWAP_TRY_ASSIGN(sections.recipe, archive.read_section(entry, recipes.front()));
  }
  BITSWAP_TRY_ASSIGN(sections.shape, shape_of(entry, sections.image));
  return sections;
}

}  // namespace bitswap
