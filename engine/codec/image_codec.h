// SPDX-License-Identifier: GPL-3.0-or-later
// A whole picture as segments that can be coded in any order and by any thread: tiles of the colours, then of alpha.
//
// Header (little-endian): u8 version (1, one more for a wide picture, four more for luma and chroma; two more in their
// place has the colours of a JPEG in tiles that begin anywhere), 16 bytes model hash, varint width, varint height, u8
// channels, u8 colour coding, u8 alpha coding, u8 constant alpha, u16 tile size, u8 schedule. Segments follow in the
// order of make_tiles(), first all of the colours, then all of alpha; a chained model has one segment for all tiles of
// each.
#pragma once

#include <optional>
#include <vector>

#include "engine/codec/segment_tasks.h"
#include "engine/image/pixels/tiles.h"
#include "engine/image/pixels/ycc_colours.h"

namespace bitswap {

inline constexpr std::uint32_t kYccTileGrid = 16;

/// The fixed part of a coded picture. Numbers are part of the archive format.
struct ImageHeader {
  /// GreyAsRgb: R = G = B everywhere. From Jpeg on: three planes as image/ycc_colours.h has them.
  enum class Colour : std::uint8_t { Grey = 1, Rgb = 3, GreyAsRgb = 4, Jpeg = 5, WebP = 6, PhotoCd = 7 };
  enum class Alpha : std::uint8_t { None = 0, Constant = 1, Coded = 2 };

  Hash128 model{};
  std::uint32_t width = 0, height = 0;
  std::uint8_t channels = 0;  ///< of the picture, 1 to 4
  Colour colour = Colour::Rgb;
  Alpha alpha = Alpha::None;
  std::uint8_t alpha_value = 0;
  std::uint16_t tile_size = 0;
  Schedule schedule = Schedule::BitSwap;
  /// The picture is what split_wide() gives, so that the file's has half the height. Changes nothing of the coding.
  bool wide = false;
  /// Tiles begin at multiples of this: 1, or kYccTileGrid so that luma and chroma keep their places in JPEG's blocks.
  std::uint32_t tile_grid = 1;

  [[nodiscard]] Bytes write() const;
  /// Errors: Truncated, Corrupt, Unsupported (newer version), LimitExceeded.
  static Result<ImageHeader> read(ByteView bytes);
};

/// The space in which a model for luma and chroma should code the picture: three channels, not grey, and pixels of that
/// space throughout.
std::optional<YccSpace> suits_ycc(const Picture& picture);

/// The tiles of each segment of a picture.
struct SegmentPlan {
  std::vector<Tile> tiles;
  std::uint8_t channels = 3;  ///< 1 or 3
  bool alpha = false;
  std::optional<YccSpace> ycc;
};
std::vector<SegmentPlan> plan_segments(const ImageHeader& header, bool chained);
/// How many plan_segments() makes, in no memory: for a header that was not checked against anything yet.
std::uint64_t segment_count(const ImageHeader& header, bool chained);
/// Tiles of the picture's area; the segments of colours and alpha share them.
std::uint64_t tile_count(const ImageHeader& header);
/// Of the tiles that a segment codes.
std::vector<TileShape> shapes_of(const SegmentPlan& segment);

/// The model and the picture must outlive it. A model that is made for luma and chroma takes them where the
/// picture has them.
class ImageEncoder final : public SegmentEncoder {
 public:
  ImageEncoder(const CodingModel& coding, const Picture& picture, Schedule schedule = Schedule::BitSwap);
  [[nodiscard]] const ImageHeader& header() const { return header_; }
  [[nodiscard]] const CodingModel& coding() const { return coding_; }
  [[nodiscard]] const std::vector<SegmentPlan>& segments() const { return segments_; }
  /// The samples that a segment codes.
  [[nodiscard]] std::vector<Picture> tiles(std::size_t segment) const;
  Result<EncodedSegment> encode(std::size_t segment, bool heat_map, const CancelToken* cancel) const override;
  [[nodiscard]] const ImageEncoder* picture() const override { return this; }

 private:
  CodingModel coding_;
  const Picture& picture_;
  ImageHeader header_;
  std::vector<SegmentPlan> segments_;
};

/// The model must outlive it and be the one that header.model names.
class ImageDecoder final : public SegmentDecoder {
 public:
  ImageDecoder(const CodingModel& coding, const ImageHeader& header);
  [[nodiscard]] const std::vector<SegmentPlan>& segments() const { return segments_; }
  [[nodiscard]] const ImageHeader& header() const { return header_; }
  [[nodiscard]] std::vector<TileShape> shapes(std::size_t segment) const;
  /// Takes the tiles of a segment that was decoded elsewhere; as decode() otherwise.
  void insert(std::size_t segment, std::vector<Picture> tiles);
  Status decode(std::size_t segment, ByteView payload, const CancelToken* cancel) override;
  [[nodiscard]] ImageDecoder* picture() override { return this; }
  /// The picture, once every segment is decoded.
  Picture take() { return std::move(picture_); }

 private:
  CodingModel coding_;
  ImageHeader header_;
  std::vector<SegmentPlan> segments_;
  Picture picture_;
};

}  // namespace bitswap
