// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG files as planes of quantised coefficients and a recipe: what it takes to write the same bytes again.
// ITU-T T.81. Coded: 8-bit Huffman, sequential and progressive, 1 to 4 components. engine/archive/FORMAT.md specifies
// the recipe.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/parallel.h"
#include "engine/base/result.h"

namespace bitswap {

/// Why a file is not taken apart; kept in sentences by the Error that comes with it.
enum class JpegReason : std::uint8_t {
  None = 0,
  NotJpeg,        ///< it does not begin with SOI
  NoFrame,        ///< no SOF, or one that makes no sense
  NoHeight,       ///< neither the frame nor a DNL segment says how high the picture is
  NoScan,         ///< no scan whose coefficients can be read
  Arithmetic,     ///< SOF9 to SOF11
  Lossless,       ///< SOF3
  Hierarchical,   ///< DHP, SOF5 to SOF7, SOF13 to SOF15
  Precision,      ///< samples of 12 bits
  TooLarge,       ///< the coefficients would take more memory than the caller allows
  NotReproduced,  ///< what was written again was not the file; never seen
};

/// One component on its grid of blocks of 8 × 8 coefficients. The grid has all blocks that the scans code: with those
/// that fill up the MCUs where a scan interleaves the component, else only those with samples of the picture.
struct JpegComponent {
  std::uint8_t id = 0;
  std::uint8_t horizontal = 1;  ///< sampling factors, 1 to 4
  std::uint8_t vertical = 1;
  std::uint32_t columns = 0;  ///< blocks
  std::uint32_t rows = 0;
  /// In zigzag order, at least 1 each; all 1 where the file has no table for the component.
  std::array<std::uint16_t, 64> quantisation{};

  [[nodiscard]] std::uint64_t blocks() const { return std::uint64_t{columns} * rows; }
  friend bool operator==(const JpegComponent&, const JpegComponent&) = default;
};

/// All that is known before the first coefficient.
struct JpegLayout {
  std::uint32_t width = 0;  ///< pixels, 1 to 65,535
  std::uint32_t height = 0;
  bool progressive = false;
  std::vector<JpegComponent> components;  ///< 1 to 4, in the order of the frame

  [[nodiscard]] std::uint64_t coefficient_bytes() const;
  friend bool operator==(const JpegLayout&, const JpegLayout&) = default;
};

/// int16 [64 (zigzag)][rows][columns] of one component: one plane a frequency, DC first and as an absolute value.
using JpegPlanes = std::vector<std::int16_t>;

struct JpegImage {
  JpegLayout layout;
  std::vector<JpegPlanes> planes;  ///< one a component
  Bytes recipe;                    ///< not compressed
};

struct JpegLimits {
  std::uint64_t coefficient_bytes = std::uint64_t{1} << 32;  ///< of all planes
  std::uint64_t file_bytes = std::uint64_t{1} << 34;         ///< of what is written
};

/// Takes a file apart. What cannot be read as coefficients (the rest of a broken scan, data behind the end) is in the
/// recipe. Memory: two bytes a coefficient, a row of MCUs, the recipe. Errors: Corrupt, Unsupported, LimitExceeded (see
/// `reason`, which may be null and is None otherwise), OutOfMemory, Cancelled.
Result<JpegImage> read_jpeg(ByteView file, const JpegLimits& limits = {}, const CancelToken* cancel = nullptr,
                            JpegReason* reason = nullptr);

/// As read_jpeg(), then writes the file from what was found and compares, so that what it returns comes back byte for
/// byte. Errors also: Internal (NotReproduced; its offset is that of the first byte that differs).
Result<JpegImage> take_apart_jpeg(ByteView file, const JpegLimits& limits = {}, const CancelToken* cancel = nullptr,
                                  JpegReason* reason = nullptr);

/// What a decoder must know before it can decode coefficients. Errors: Corrupt, Truncated, LimitExceeded, OutOfMemory.
Result<JpegLayout> jpeg_layout(ByteView recipe, const JpegLimits& limits = {});

/// Takes the next bytes of a file; its error ends the writing.
using JpegSink = std::function<Status(ByteView)>;

/// Writes the file of a recipe and the planes of its layout, a piece at a time. Errors: Corrupt (also for coefficients
/// that the file's Huffman tables cannot code), Truncated, InvalidArgument (planes of other sizes), LimitExceeded,
/// OutOfMemory, Cancelled, those of `sink`.
Status write_jpeg(ByteView recipe, std::span<const std::span<const std::int16_t>> planes, const JpegSink& sink,
                  const JpegLimits& limits = {}, const CancelToken* cancel = nullptr);

/// The same into memory.
Result<Bytes> write_jpeg(const JpegImage& image, const JpegLimits& limits = {}, const CancelToken* cancel = nullptr);

}  // namespace bitswap
