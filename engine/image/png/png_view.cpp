// SPDX-License-Identifier: GPL-3.0-or-later
// libpng behind a function that returns errors; nothing else of the engine includes png.h.
#include "engine/image/png/png_view.h"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <string>
#include <vector>

#include "engine/image/limits.h"
#include "engine/image/png/png_file.h"

namespace bitswap {
namespace {

struct Source {
  ByteView rest;
  std::string message;  // lives outside of every frame that longjmp leaves
};

void read_bytes(png_structp png, png_bytep to, size_t count) {
  auto* source = static_cast<Source*>(png_get_io_ptr(png));
  if (source->rest.size() < count) png_error(png, "the file ends early");
  std::copy_n(source->rest.begin(), count, to);
  source->rest = source->rest.subspan(count);
}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  static_cast<Source*>(png_get_error_ptr(png))->message = message;
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

/// longjmp comes back here, so this frame owns nothing that has a destructor. False: source.message says why.
bool decode(Reader& reader, Source& source, png_bytepp rows, std::size_t row_bytes) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_user_limits(reader.png, kMaxSide, kMaxSide);
  png_set_read_fn(reader.png, &source, read_bytes);
  png_read_info(reader.png, reader.info);
  png_set_palette_to_rgb(reader.png);
  png_set_expand_gray_1_2_4_to_8(reader.png);
  png_set_scale_16(reader.png);
  png_set_strip_alpha(reader.png);
  png_set_gray_to_rgb(reader.png);
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  if (png_get_rowbytes(reader.png, reader.info) != row_bytes) png_error(reader.png, "rows of an unexpected size");
  png_read_image(reader.png, rows);
  png_read_end(reader.png, nullptr);
  return true;
}

}  // namespace

Result<Picture> view_png(ByteView file) {
  // Our own parser first: it knows the limits, and finds trouble before memory is taken.
  BITSWAP_TRY_ASSIGN(const PngFile parsed, parse_png(file));
  BITSWAP_TRY_ASSIGN(Picture picture, make_picture(parsed.header.width, parsed.header.height, 3));
  const std::size_t row_bytes = std::size_t{picture.width} * 3;
  std::vector<png_bytep> rows(picture.height);
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = picture.samples.data() + y * row_bytes;

  Source source{file, {}};
  Reader reader;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &source, on_error, on_warning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) return Error{Error::Code::OutOfMemory, 0, "no memory for libpng"};
  if (!decode(reader, source, rows.data(), row_bytes)) {
    return corrupt(file.size() - source.rest.size(), "libpng: " + source.message);
  }
  return picture;
}

}  // namespace bitswap
