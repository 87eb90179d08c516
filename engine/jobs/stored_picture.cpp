// Sections of an entry to a picture and its file.
#include "engine/jobs/stored_picture.h"

#include <algorithm>

#include "engine/archive/zstd_payload.h"
#include "engine/jobs/support.h"

namespace bitswap {
namespace {

Error corrupt(const Entry& entry, std::string detail) {
  return {Error::Code::Corrupt, entry.offset, std::move(detail)};
}

/// An interval is at most 65281 of 65536, so a byte holds fewer than 1424 samples.
constexpr std::uint64_t kMostSamplesPerByte = 4096;
constexpr std::uint64_t kAlwaysFineSamples = std::uint64_t{1} << 24;

std::uint64_t coded_samples(const ImageHeader& header) {
  using Colour = ImageHeader::Colour;
  const bool one_plane = header.colour == Colour::Grey || header.colour == Colour::GreyAsRgb;
  const std::uint64_t planes = (one_plane ? 1 : 3) + (header.alpha == ImageHeader::Alpha::Coded ? 1 : 0);
  return planes * header.width * header.height;
}

}  // namespace

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

std::uint64_t recipe_limit(std::uint64_t original_size, std::uint32_t height, std::uint64_t section_bytes) {
  constexpr std::uint64_t kSlack = 64 << 10;
  constexpr std::uint64_t kAlwaysFine = std::uint64_t{16} << 20;
  constexpr std::uint64_t kMostTimes = 512;
  return std::min(std::min(original_size, kMaxSectionBytes) + height + kSlack,
                  kAlwaysFine + kMostTimes * section_bytes);
}

Result<Bytes> rebuild_file(const Picture& picture, ByteView recipe_section, const EntryHeader& header) {
  const ImageFormat* format = format_by_name(header.format);
  if (format == nullptr) {
    return Error{Error::Code::Unsupported, 0,
                 "files of the format \"" + header.format + "\" need a later version of this program"};
  }
  BITSWAP_TRY_ASSIGN(
      const Bytes recipe,
      zstd_decompress(recipe_section, recipe_limit(header.original_size, picture.height, recipe_section.size())));
  return format->rebuild(picture, recipe);
}

Result<ImageSection> read_image_section(const ArchiveReader& archive, const Entry& entry) {
  constexpr std::uint32_t kMostBytes = 256;
  for (std::size_t k = 0; k < entry.sections.size(); ++k) {
    if (entry.sections[k].type != SectionType::ImageHeader) continue;
    if (entry.sections[k].length > kMostBytes) return corrupt(entry, "a picture header of impossible length");
    BITSWAP_TRY_ASSIGN(const Bytes section, archive.read_section(entry, k));
    return ImageSection::read(section);
  }
  return corrupt(entry, "a picture without header");
}

Result<std::unique_ptr<StoredPicture>> StoredPicture::open(const ArchiveReader& archive, const Entry& entry,
                                                           CodingModels& models, SpareThreads& spare) {
  return guarded([&]() -> Result<std::unique_ptr<StoredPicture>> {
    BITSWAP_TRY(archive.check_entry(entry));
    std::unique_ptr<StoredPicture> picture(new StoredPicture(archive, entry, models));
    std::size_t headers = 0;
    std::size_t recipes = 0;
    for (std::size_t k = 0; k < entry.sections.size(); ++k) {
      switch (entry.sections[k].type) {
        case SectionType::ImageHeader: ++headers; break;
        case SectionType::Recipe:
          ++recipes;
          picture->recipe_ = k;
          break;
        case SectionType::Segment: picture->segments_.push_back(k); break;
        case SectionType::ModelUpdate:
          return Error{Error::Code::Unsupported, entry.offset,
                       "a picture with a model of its own needs a later version of this program"};
        default: break;
      }
    }
    if (headers != 1 || recipes != 1) return corrupt(entry, "a picture needs one header and one recipe");
    BITSWAP_TRY_ASSIGN(picture->image_, read_image_section(archive, entry));
    const ImageHeader& header = picture->image_.header;
    BITSWAP_TRY_ASSIGN(picture->coding_, models.get(header.model, &archive));
    picture->coding_.spare = &spare;
    if (segment_count(header, picture->coding_.model->config().chained) != picture->segments_.size()) {
      return corrupt(entry, "a picture with a wrong number of segments");
    }
    // Before memory is taken for samples: no section can hold more of them than this.
    std::uint64_t length = 0;
    for (const std::size_t k : picture->segments_) length += entry.sections[k].length;
    if (coded_samples(header) > kAlwaysFineSamples + kMostSamplesPerByte * length) {
      return Error{Error::Code::LimitExceeded, entry.offset, "a picture with too few bytes for its size"};
    }
    picture->decoder_ = std::make_unique<ImageDecoder>(picture->coding_, header);
    if (picture->decoder_->segments().size() != picture->segments_.size()) {
      return corrupt(entry, "a picture with a wrong number of segments");
    }
    return picture;
  });
}

StoredPicture::~StoredPicture() {
  if (coding_.model != nullptr) models_.release(coding_);
}

std::uint64_t StoredPicture::raw_bytes() const { return raw_size(image_.header); }

Result<Bytes> StoredPicture::read_segment(std::size_t segment) const {
  return archive_.read_section(entry_, segments_[segment]);
}

Status StoredPicture::decode(std::size_t segment, const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(const Bytes payload, read_segment(segment));
  return decoder_->decode(segment, payload, cancel);
}

Result<Picture> StoredPicture::take() {
  Picture picture = decoder_->take();
  if (content_hash(picture.samples) != image_.samples) {
    return corrupt(entry_, "the pixels do not have the hash that they should have");
  }
  return picture;
}

Result<Bytes> StoredPicture::rebuild(const Picture& picture) const {
  BITSWAP_TRY_ASSIGN(const Bytes recipe, archive_.read_section(entry_, recipe_));
  return rebuild_file(picture, recipe, entry_.header);
}

}  // namespace bitswap
