// A picture as the sections of an entry of codec "bitswap" hold it; the layout is in FORMAT.md.
#pragma once

#include <memory>
#include <vector>

#include "engine/archive/reader.h"
#include "engine/codec/image_codec.h"
#include "engine/image/format.h"
#include "engine/jobs/coding_models.h"

namespace bitswap {

inline constexpr std::string_view kBitswap = "bitswap";

/// The ImageHeader section: the codec's header, then the hash of the picture's samples.
struct ImageSection {
  ImageHeader header;
  ContentHash samples{};
  [[nodiscard]] Bytes write() const;
  /// Errors: Truncated, Corrupt, Unsupported, LimitExceeded.
  static Result<ImageSection> read(ByteView section);
};

/// Most that a Recipe section of this length may unpack to: the file besides its pixels, and a filter for each row; and
/// never many times what is there, because what an entry says of its file is only a claim.
std::uint64_t recipe_limit(std::uint64_t original_size, std::uint32_t height, std::uint64_t section_bytes);

/// The file from its picture and its Recipe section. Errors: Corrupt, Truncated, Unsupported, LimitExceeded,
/// OutOfMemory.
Result<Bytes> rebuild_file(const Picture& picture, ByteView recipe_section, const EntryHeader& header);

/// What is held for a pixel that is being coded: the picture, the same decoded again, and what taking apart and
/// rebuilding need for a while.
inline constexpr std::uint64_t kMemoryPerPixel = 9;

inline std::uint64_t pixels_of(const SegmentPlan& segment) {
  std::uint64_t pixels = 0;
  for (const Tile& tile : segment.tiles) pixels += std::uint64_t{tile.width} * tile.height;
  return pixels;
}

/// Segments may be decoded by several threads at once; the archive and the models must outlive it.
class StoredPicture {
 public:
  ~StoredPicture();
  StoredPicture(const StoredPicture&) = delete;
  StoredPicture& operator=(const StoredPicture&) = delete;
  /// Takes the memory of the picture after the header was held against the number of segments. `spare` must outlive it,
  /// too. Errors: Corrupt, NotFound (the model), Unsupported, LimitExceeded, OutOfMemory, and those of read_section().
  static Result<std::unique_ptr<StoredPicture>> open(const ArchiveReader& archive, const Entry& entry,
                                                     CodingModels& models, SpareThreads& spare);

  [[nodiscard]] const ImageSection& image() const { return image_; }
  [[nodiscard]] const CodingModel& coding() const { return coding_; }
  [[nodiscard]] std::size_t segments() const { return segments_.size(); }
  [[nodiscard]] std::span<const SegmentPlan> plans() const { return decoder_->segments(); }
  /// Raw samples.
  [[nodiscard]] std::uint64_t raw_bytes() const;
  Result<Bytes> read_segment(std::size_t segment) const;
  Status decode(std::size_t segment, const CancelToken* cancel);
  /// For SegmentBatch::decode(); the payload must outlive that.
  [[nodiscard]] DecodeTask segment(std::size_t segment, ByteView payload) const {
    return {decoder_.get(), segment, payload};
  }
  /// Once all segments are decoded. Errors: Corrupt when the samples do not have their hash.
  Result<Picture> take();
  /// Errors as rebuild_file() and read_section().
  Result<Bytes> rebuild(const Picture& picture) const;

 private:
  StoredPicture(const ArchiveReader& archive, const Entry& entry, CodingModels& models)
      : archive_(archive), entry_(entry), models_(models) {}
  const ArchiveReader& archive_;
  const Entry& entry_;
  CodingModels& models_;
  ImageSection image_;
  CodingModel coding_;
  std::size_t recipe_ = 0;
  std::vector<std::size_t> segments_;
  std::unique_ptr<ImageDecoder> decoder_;
};

/// The ImageHeader section of an entry of codec "bitswap". Errors: Corrupt, and those of reading it.
Result<ImageSection> read_image_section(const ArchiveReader& archive, const Entry& entry);

/// Of the file's picture.
inline std::uint32_t shown_height(const ImageHeader& header) { return header.height / (header.wide ? 2 : 1); }

/// Samples of a pixel times pixels.
inline std::uint64_t raw_size(const ImageHeader& header) {
  return std::uint64_t{header.width} * header.height * header.channels;
}

}  // namespace bitswap
