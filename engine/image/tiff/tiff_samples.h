// SPDX-License-Identifier: GPL-3.0-or-later
// Samples between the strips and tiles of TIFF pages and one picture, in which the pages stand one below the other.
#pragma once

#include <functional>

#include "engine/image/pixels/picture.h"
#include "engine/image/tiff/tiff_block.h"

namespace bitswap {

/// Where a page lies in the picture. Samples of 16 bits are as split_wide() puts them: a half for each byte.
struct TiffPlace {
  const TiffPage& page;
  bool big_endian;
  std::uint64_t first_row;  ///< of the stack of pages
};

/// Requires `raw` to be the whole unpacked block, and the page to lie inside of the picture.
void block_to_picture(const TiffPlace& place, const TiffBlock& block, ByteView raw, Picture& picture);
void picture_to_block(const TiffPlace& place, const TiffBlock& block, const Picture& picture, Bytes& raw);

/// Appends those bytes of the block that are not inside of the page.
void take_padding(const TiffPage& page, const TiffBlock& block, ByteView raw, Bytes& padding);
/// Puts them back and drops them from the view. False when there are too few.
bool put_padding(const TiffPage& page, const TiffBlock& block, ByteView& padding, Bytes& raw);

/// Unpacks all blocks of the page into the picture, and shows each of them. Requires check_codable(), and a picture
/// that has room for the page. Errors: those of `look`, Corrupt, Truncated, Unsupported, OutOfMemory.
using TiffLook = std::function<Status(TiffBlockCoder& coder, const TiffBlock& block, ByteView raw)>;
Status unpack_page(const TiffFile& tiff, ByteView file, const TiffPlace& place, Picture& picture,
                   const TiffLook& look = {});

}  // namespace bitswap
