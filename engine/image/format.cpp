// SPDX-License-Identifier: GPL-3.0-or-later
// The list of formats, and the bounds that all of them share.
#include "engine/image/format.h"

#include <array>
#include <exception>

#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {

std::span<const ImageFormat* const> image_formats() {
  // Strong signatures first: a format that recognises little must not take the files of one that recognises much.
  static const std::array kFormats = {
#ifndef BITSWAP_MINIMAL  // formats that need a library
      &png_format(), &jpeg_format(), &jpegxl_format(), &webp_format(), &gif_format(), &heif_format(), &tiff_format(),
#endif
      &bmp_format(), &pnm_format()};
  return kFormats;
}

const ImageFormat* find_format(ByteView file) {
  for (const ImageFormat* format : image_formats()) {
    if (format->recognises(file)) return format;
  }
  return nullptr;
}

const ImageFormat* format_by_name(std::string_view name) {
  for (const ImageFormat* format : image_formats()) {
    if (format->name() == name) return format;
  }
  return nullptr;
}

Status check_size(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0) return corrupt(0, "the picture has no pixels");
  if (width > kMaxSide || height > kMaxSide || width * height > kMaxPixels) {
    return Error{Error::Code::LimitExceeded, 0,
                 "a picture of " + std::to_string(width) + " x " + std::to_string(height) + " pixels is too large"};
  }
  return {};
}

Status check_plausible_size(std::uint64_t width, std::uint64_t height, std::uint64_t file_size) {
  constexpr std::uint64_t kMostPixelsPerByte = 4096;
  constexpr std::uint64_t kAlwaysFine = std::uint64_t{1} << 26;
  BITSWAP_TRY(check_size(width, height));
  if (width * height / kMostPixelsPerByte > file_size && width * height > kAlwaysFine) {
    return Error{Error::Code::LimitExceeded, 0, "the picture is too large for so small a file"};
  }
  return {};
}

Status check_picture(const Picture& picture) {
  // The limits first: they keep the product below from wrapping around.
  if (Status status = check_size(picture.width, picture.height); !status.ok()) return status;
  if (picture.channels < 1 || picture.channels > 4 ||
      picture.samples.size() != picture.pixel_count() * picture.channels) {
    return Error{Error::Code::InvalidArgument, 0, "the samples do not fit the size of the picture"};
  }
  return {};
}

Result<Bytes> allocate(std::uint64_t size) {
  try {
    return Bytes(size);
  } catch (const std::exception&) {  // bad_alloc, or length_error on a small machine
    return Error{Error::Code::OutOfMemory, 0, "no memory for " + std::to_string(size) + " bytes"};
  }
}

Result<Picture> make_picture(std::uint64_t width, std::uint64_t height, std::uint8_t channels) {
  BITSWAP_TRY(check_size(width, height));
  BITSWAP_TRY_ASSIGN(Bytes samples, allocate(width * height * channels));
  return Picture{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), channels, std::move(samples)};
}

}  // namespace bitswap
