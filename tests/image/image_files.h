// SPDX-License-Identifier: GPL-3.0-or-later
// Makes image files in memory for the tests, and decodes files independently of the engine.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/bytes.h"
#include "engine/image/format.h"
#include "engine/image/pixels/picture.h"

namespace bitswap::test {

/// A fixed sequence for a fixed seed, the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 2 + 1) {}
  std::uint32_t next();
  std::uint32_t below(std::uint32_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

/// Smooth, with noise and flat parts, as photos are.
Picture make_photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels, std::uint64_t seed = 1);

struct PngOptions {
  int depth = 8;
  bool palette = false;  ///< of 1-channel pictures
  bool split = false;    ///< with a depth of 16: the picture is what split_wide() gives
  bool interlaced = false;
  int level = 6;
  int strategy = -1;  ///< of zlib; -1 leaves the choice to libpng
  int memory = 8;
  int filters = 0xF8;  ///< libpng's mask; 0xF8 is all of them, chosen by row
  std::uint32_t idat_size = 8192;
  bool extras = false;  ///< gamma, physical size and text, before and after the pixels
};

/// Through libpng. For a depth of 16 the samples are repeated in both bytes, if they are not split; below 8 the high
/// bits are taken.
Bytes write_png(const Picture& picture, const PngOptions& options = {});

/// An APNG of two pictures, of which the first is also the one that every reader shows if it is a frame.
Bytes animate_png(const Bytes& file, bool first_is_frame);

/// An interlaced PNG of 8 columns and nothing but zeros, with another filter for each row: nearly twice as many filters
/// as rows, in a file of almost nothing.
Bytes tall_png(std::uint32_t height);

/// A zlib stream of stored blocks whose lengths and padding nobody could foresee: to describe it costs more than it is
/// worth.
Bytes costly_zlib_stream(ByteView raw);

/// Through libjpeg, of 1, 3 or 4 (CMYK, as Adobe's programs write it) channels.
Bytes write_jpeg(const Picture& picture, int quality, bool progressive = false);

/// Through OpenCV, of 1, 3 or 4 channels; wide ones are what split_wide() gives. `format` is an ending, ".png".
Bytes write_by_opencv(const std::string& format, const Picture& picture, bool wide);

/// False when a promise is broken: a wrong claim of exactness, or a picture that contradicts itself.
bool keeps_promises(const ImageFormat& format, const Bytes& file);

/// As OpenCV sees it, in RGB order: unchanged (1, 3 or 4 channels; 16 bits as split_wide() gives them), or as RGB. No
/// samples when it refuses the file.
Picture decode_independently(ByteView file, bool as_rgb);

/// Of the samples of two pictures of the same shape, else 256.
int largest_difference(const Picture& a, const Picture& b);

/// What split_wide() gave as 8 bits, rounded.
Picture narrow(const Picture& wide);

/// The picture without alpha, grey repeated.
Picture to_rgb(const Picture& picture);

}  // namespace bitswap::test
