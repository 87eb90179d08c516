// SPDX-License-Identifier: GPL-3.0-or-later
// The container level of PNG: signature, chunks, their order and checksums; nothing here looks at samples.
// W3C, Portable Network Graphics (PNG) Specification, Third Edition.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

inline constexpr std::array<std::uint8_t, 8> kPngSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

/// Four letters, first one in the highest byte.
constexpr std::uint32_t chunk_type(const char (&name)[5]) {
  return std::uint32_t{static_cast<std::uint8_t>(name[0])} << 24 |
         std::uint32_t{static_cast<std::uint8_t>(name[1])} << 16 |
         std::uint32_t{static_cast<std::uint8_t>(name[2])} << 8 | static_cast<std::uint8_t>(name[3]);
}

struct PngHeader {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t depth = 0;   ///< bits of a sample: 1, 2, 4, 8, 16
  std::uint8_t colour = 0;  ///< 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha
  bool interlaced = false;

  /// A depth that the colour type allows.
  [[nodiscard]] bool valid() const;
  /// Samples of a pixel; 1 for a palette.
  [[nodiscard]] std::uint8_t channels() const;
  [[nodiscard]] bool wide() const { return depth == 16; }
  /// Of what the codecs see: a wide picture is split_wide().
  [[nodiscard]] std::uint64_t picture_height() const { return std::uint64_t{height} * (wide() ? 2 : 1); }
  /// Bytes of one row of `pixels` pixels, without the filter's byte.
  [[nodiscard]] std::uint64_t row_bytes(std::uint64_t pixels) const;
  friend bool operator==(const PngHeader&, const PngHeader&) = default;
};

/// A rectangle of rows in the filtered data: the whole picture, or one of the seven passes of an interlaced one.
struct PngPass {
  std::uint32_t x = 0;  ///< of the first pixel in the picture
  std::uint32_t y = 0;
  std::uint32_t step_x = 1;  ///< from one pixel to the next
  std::uint32_t step_y = 1;
  std::uint64_t columns = 0;
  std::uint64_t rows = 0;
  std::uint64_t row_bytes = 0;  ///< without the filter's byte
};

/// Without empty passes, in the order of the file.
std::vector<PngPass> png_passes(const PngHeader& header);

/// Filter bytes: one for each row of each pass.
std::uint64_t png_row_count(const PngHeader& header);

/// Bytes of all filtered rows with their filter bytes.
std::uint64_t png_raw_bytes(const PngHeader& header);

struct PngChunk {
  std::uint32_t type = 0;
  ByteView data;
};

/// Views point into the parsed file.
struct PngFile {
  PngHeader header;
  std::vector<PngChunk> before;  ///< between IHDR and the first IDAT
  std::vector<std::uint32_t> idat_sizes;
  Bytes stream;                 ///< the data of all IDAT, joined
  std::vector<PngChunk> after;  ///< between the last IDAT and IEND
  ByteView trailing;            ///< behind IEND
};

/// Checks the signature, every checksum, the order of the critical chunks and that the stream can be as large as the
/// header says. Errors: Corrupt, Truncated, LimitExceeded, Unsupported (an unknown critical chunk), OutOfMemory.
Result<PngFile> parse_png(ByteView file);

/// Appends length, type, data and checksum. Requires less than 2^31 bytes of data.
void put_chunk(Bytes& out, std::uint32_t type, ByteView data);

}  // namespace bitswap
