// SPDX-License-Identifier: GPL-3.0-or-later
// Makes TIFF files for the tests, through libtiff and with streams that no usual compressor makes, and holds the format
// to its promises.
#pragma once

#include <tiffio.h>

#include <functional>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/image/pixels/picture.h"

namespace bitswap::test {

struct TiffOptions {
  const char* mode = "wl";  ///< of TIFFOpen(): l and b set the byte order, 8 makes a BigTIFF
  int bits = 8;
  int planar = PLANARCONFIG_CONTIG;
  int compression = COMPRESSION_NONE;
  int predictor = 1;
  int quality = 0;                  ///< of Deflate; 0 is libtiff's default
  int photometric = -1;             ///< -1: grey or RGB by the number of channels
  std::uint32_t rows = 16;          ///< of a strip, or of a tile; 0 is all
  std::uint32_t tile = 0;           ///< width of a tile; 0 makes strips
  bool lines = false;               ///< strips are written line by line, which makes libtiff use zlib, not libdeflate
  std::uint8_t padding = 0;         ///< of tiles
  bool hand_packed = false;         ///< LZW, PackBits or Deflate as no library writes it
  std::function<void(TIFF*)> tags;  ///< sets what else is wanted
};

/// Pages one after another, each with its options. 16-bit samples are `sample * 257 + place`, see wide_sample().
struct TiffPicture {
  Picture picture;
  TiffOptions options;
};
Bytes write_tiff_file(const std::vector<TiffPicture>& pages);
Bytes one_page(const Picture& picture, const TiffOptions& options);

/// Strips as only write_tiff_file() packs them.
TiffOptions hand_packed(int compression);

/// The sample of 16 bits that stands for the 8-bit one at this place of the picture.
std::uint16_t wide_sample(const Picture& picture, std::size_t at);

/// The picture that the engine is to find: the same, or its 16-bit samples split.
Picture expected_picture(const Picture& picture, int bits);

/// Byte-exact, or pixel-exact with the same pages in OpenCV's eyes, and this picture if it is given. Says what was
/// wrong, or "".
std::string wrong_with(const Bytes& file, Exactness wanted, const Picture* picture = nullptr);

}  // namespace bitswap::test
