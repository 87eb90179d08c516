// SPDX-License-Identifier: GPL-3.0-or-later
// libpng's simple interface: it catches its own errors, so no longjmp passes through our frames.
#include "engine/image/png/png_write.h"

#include <png.h>

#include <array>

#include "engine/image/limits.h"

namespace bitswap {

Result<Bytes> write_png(const Picture& picture) {
  BITSWAP_TRY(check_picture(picture));
  constexpr std::array<png_uint_32, 4> kFormats = {PNG_FORMAT_GRAY, PNG_FORMAT_GA, PNG_FORMAT_RGB, PNG_FORMAT_RGBA};
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = picture.width;
  image.height = picture.height;
  image.format = kFormats[picture.channels - 1];
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  BITSWAP_TRY_ASSIGN(Bytes bytes, allocate(size));
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, picture.samples.data(), 0, nullptr) == 0) {
    return Error{Error::Code::Internal, 0, std::string("libpng: ") + image.message};
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace bitswap
