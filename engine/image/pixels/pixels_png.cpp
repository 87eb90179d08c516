// SPDX-License-Identifier: GPL-3.0-or-later
// Decodes through the format's view, then writes the quickest PNG that is not large: the archive codes its pixels anew.
#include "engine/image/pixels/pixels_png.h"

#include <zlib.h>

#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/jpeg/jpeg_file.h"
#include "engine/image/limits.h"
#include "engine/image/metadata.h"
#include "engine/image/png/png_file.h"
#include "engine/image/webp/webp_file.h"

namespace bitswap {
namespace {

constexpr std::uint8_t kSub = 1;
constexpr std::size_t kMostIdat = std::size_t{1} << 30;

Picture first_channel(const Picture& rgb) {
  Picture grey{rgb.width, rgb.height, 1, Bytes(rgb.pixel_count())};
  for (std::size_t i = 0; i < grey.samples.size(); ++i) grey.samples[i] = rgb.samples[i * 3];
  return grey;
}

Result<Picture> decode_jpeg(ByteView file) {
  BITSWAP_TRY_ASSIGN(const JpegFile jpeg, parse_jpeg(file));
  if (jpeg.components != 1 && jpeg.components != 3) {
    return unsupported(0, "only JPEG files in grey or RGB can become pixels");
  }
  BITSWAP_TRY_ASSIGN(Picture picture, jpeg_format().view(file));
  if (jpeg.components == 3) return picture;
  return first_channel(picture);
}

Result<Picture> decode_lossy_webp(ByteView file) {
  constexpr std::size_t kFirstChunk = 12;
  constexpr std::size_t kFlags = 20;
  constexpr std::uint8_t kAlphaOrAnimation = 0x12;
  if (file.size() <= kFlags) return truncated(file.size(), "the WebP ends early");
  const bool extended = file[kFirstChunk + 3] == 'X';
  const bool plain = extended ? (file[kFlags] & kAlphaOrAnimation) == 0 : file[kFirstChunk + 3] == ' ';
  if (!plain || parse_webp(file).ok()) {
    return unsupported(0, "only lossy WebP files without animation and transparency can become pixels");
  }
  return webp_format().view(file);
}

Bytes filtered(const Picture& picture) {
  const std::size_t row = std::size_t{picture.width} * picture.channels;
  Bytes raw;
  raw.reserve((row + 1) * picture.height);
  for (std::size_t y = 0; y < picture.height; ++y) {
    const std::uint8_t* from = picture.samples.data() + y * row;
    raw.push_back(kSub);
    for (std::size_t i = 0; i < row; ++i) {
      raw.push_back(static_cast<std::uint8_t>(from[i] - (i < picture.channels ? 0 : from[i - picture.channels])));
    }
  }
  return raw;
}

/// Without a colour space of its own: the metadata say it, or nobody does.
Result<Bytes> bare_png(const Picture& picture) {
  const Bytes raw = filtered(picture);
  uLongf size = compressBound(raw.size());
  BITSWAP_TRY_ASSIGN(Bytes stream, allocate(size));
  if (compress2(stream.data(), &size, raw.data(), raw.size(), Z_BEST_SPEED) != Z_OK) {
    return Error{Error::Code::OutOfMemory, 0, "zlib has not enough memory"};
  }
  stream.resize(size);
  Bytes header;
  for (const std::uint32_t side : {picture.width, picture.height}) {
    for (int shift = 24; shift >= 0; shift -= 8) header.push_back(static_cast<std::uint8_t>(side >> shift));
  }
  header.insert(header.end(), {8, static_cast<std::uint8_t>(picture.channels == 1 ? 0 : 2), 0, 0, 0});
  Bytes png(kPngSignature.begin(), kPngSignature.end());
  put_chunk(png, chunk_type("IHDR"), header);
  for (ByteView left = stream; !left.empty(); left = left.subspan(std::min(left.size(), kMostIdat))) {
    put_chunk(png, chunk_type("IDAT"), left.first(std::min(left.size(), kMostIdat)));
  }
  put_chunk(png, chunk_type("IEND"), {});
  return png;
}

}  // namespace

bool may_be_lossy(ByteView start) { return jpeg_format().recognises(start) || webp_format().recognises(start); }

Result<Bytes> pixels_as_png(ByteView file) {
  BITSWAP_TRY_ASSIGN(const Picture picture,
                     jpeg_format().recognises(file) ? decode_jpeg(file) : decode_lossy_webp(file));
  BITSWAP_TRY_ASSIGN(const Bytes png, bare_png(picture));
  return copy_metadata_to_png(file, png);
}

}  // namespace bitswap
