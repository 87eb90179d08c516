// SPDX-License-Identifier: GPL-3.0-or-later
// The coefficients of a JPEG as segments that can be coded in any order and by any thread. Segments know planes and
// inputs; this translates components, their grids of blocks and their sampling.
//
// Header (little-endian): u8 version, 1; 16 bytes model hash; varint width and height in pixels, u8 components, which
// must be those of the recipe; u16 tile size in blocks; u8 schedule.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/codec/segment_tasks.h"
#include "engine/image/jpeg/jpeg_image.h"
#include "engine/image/pixels/tiles.h"

namespace bitswap {

/// The fixed part of a coded JPEG. Numbers are part of the archive format.
struct JpegHeader {
  Hash128 model{};
  std::uint32_t width = 0, height = 0;
  std::uint8_t components = 0;
  std::uint16_t tile_size = 0;
  Schedule schedule = Schedule::BitSwap;

  [[nodiscard]] Bytes write() const;
  /// Errors: Truncated, Corrupt, Unsupported (a newer version).
  static Result<JpegHeader> read(ByteView bytes);
};

/// One segment: one tile of components that are coded together, luma with both chromas, or of one component alone.
struct JpegSegment {
  std::vector<std::size_t> components;  ///< of the JPEG: three, or one
  std::vector<Tile> blocks;             ///< of each: its part of the grid of blocks
};

/// Components are coded together where there are three and each block of the second and the third stands for a whole
/// number of columns and rows of the first's; else each alone, as luma. Tiles of all components cover the same pixels.
std::vector<JpegSegment> plan_segments(const JpegLayout& layout, std::uint16_t tile_size);

/// The plans of a picture's segments, made once.
class JpegPlans {
 public:
  JpegPlans(const JpegConfig& config, const JpegLayout& layout);
  [[nodiscard]] const Plan& of(const JpegSegment& segment) const {
    return segment.components.size() == 3 ? *three_ : *one_;
  }

 private:
  std::shared_ptr<const Plan> one_, three_;
};

/// The model, which must be one of JPEG coefficients, and the image must outlive it.
class JpegEncoder final : public SegmentEncoder {
 public:
  JpegEncoder(const CodingModel& coding, const JpegImage& image, Schedule schedule = Schedule::BitSwap);
  [[nodiscard]] const JpegHeader& header() const { return header_; }
  [[nodiscard]] const CodingModel& coding() const { return coding_; }
  [[nodiscard]] const std::vector<JpegSegment>& segments() const { return segments_; }
  [[nodiscard]] const Plan& plan(std::size_t segment) const { return plans_.of(segments_[segment]); }
  Result<EncodedSegment> encode(std::size_t segment, bool heat_map, const CancelToken* cancel) const override;

 private:
  CodingModel coding_;
  const JpegImage& image_;
  JpegHeader header_;
  std::vector<JpegSegment> segments_;
  JpegPlans plans_;
};

/// The model must outlive it and be the one that the header names.
class JpegDecoder final : public SegmentDecoder {
 public:
  /// `layout` as jpeg_layout() reads it from the recipe. Errors: Corrupt (it is not what the header says, or the model
  /// is one of pixels), OutOfMemory.
  static Result<JpegDecoder> create(const CodingModel& coding, const JpegHeader& header, JpegLayout layout);
  [[nodiscard]] const std::vector<JpegSegment>& segments() const { return segments_; }
  Status decode(std::size_t segment, ByteView payload, const CancelToken* cancel) override;
  /// int16 [64][rows][columns] of each component, once every segment is decoded.
  [[nodiscard]] const std::vector<JpegPlanes>& planes() const { return planes_; }
  [[nodiscard]] const JpegLayout& layout() const { return layout_; }

 private:
  JpegDecoder(const CodingModel& coding, const JpegHeader& header, JpegLayout layout);

  CodingModel coding_;
  JpegHeader header_;
  JpegLayout layout_;
  std::vector<JpegSegment> segments_;
  JpegPlans plans_;
  std::vector<JpegPlanes> planes_;
};

}  // namespace bitswap
