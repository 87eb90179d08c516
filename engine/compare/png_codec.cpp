// SPDX-License-Identifier: GPL-3.0-or-later
// PNG through libpng: level 9, adaptive filters, and no chunk but IHDR, IDAT and IEND.
#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <new>

#include "engine/compare/guarded_codec.h"

namespace bitswap {
namespace {

// libpng reports errors by longjmp, which runs no destructors: the functions that call setjmp, and the callbacks, hold
// nothing but plain data; whatever owns memory lives in the frames above them.
struct Context {
  Error::Code code = Error::Code::Internal;  // of the error to come
  char message[96] = "";
  ByteView in;
  std::size_t position = 0;
  Bytes out;
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* context = static_cast<Context*>(png_get_error_ptr(png));
  std::snprintf(context->message, sizeof context->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep data, png_size_t size) {
  auto* context = static_cast<Context*>(png_get_io_ptr(png));
  bool stored = true;
  try {
    context->out.insert(context->out.end(), data, data + size);
  } catch (const std::bad_alloc&) {
    stored = false;
  }
  if (!stored) {
    context->code = Error::Code::OutOfMemory;
    png_error(png, "out of memory");
  }
}

void on_read(png_structp png, png_bytep data, png_size_t size) {
  auto* context = static_cast<Context*>(png_get_io_ptr(png));
  if (size > context->in.size() - context->position) {
    context->code = Error::Code::Truncated;
    png_error(png, "the data end early");
  }
  std::memcpy(data, context->in.data() + context->position, size);
  context->position += size;
}

int color_type(const Picture& picture) { return picture.channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB; }
std::size_t row_bytes(const Picture& picture) { return std::size_t{picture.width} * picture.channels; }

struct Writer {
  explicit Writer(Context& context)
      : png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &context, on_error, on_warning)),
        info(png == nullptr ? nullptr : png_create_info_struct(png)) {}
  ~Writer() { png_destroy_write_struct(&png, &info); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  png_structp png;
  png_infop info;
};

struct Reader {
  explicit Reader(Context& context)
      : png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &context, on_error, on_warning)),
        info(png == nullptr ? nullptr : png_create_info_struct(png)) {}
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  png_structp png;
  png_infop info;
};

bool write_all(const Writer& writer, Context& context, const Picture& picture) {
  if (setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_write_fn(writer.png, &context, on_write, nullptr);
  // The library's own limit is a million pixels a side; the format's is 2^31 - 1.
  png_set_user_limits(writer.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(writer.png, writer.info, picture.width, picture.height, 8, color_type(picture), PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(writer.png, 9);
  png_set_filter(writer.png, PNG_FILTER_TYPE_BASE, PNG_ALL_FILTERS);
  png_write_info(writer.png, writer.info);
  for (std::size_t row = 0; row < picture.height; ++row) {
    png_write_row(writer.png, picture.samples.data() + row * row_bytes(picture));
  }
  png_write_end(writer.png, nullptr);
  return true;
}

// Up to the first row; true when the header is that of the shape.
bool read_header(const Reader& reader, Context& context, const Picture& shape) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  png_set_read_fn(reader.png, &context, on_read);
  png_set_user_limits(reader.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(reader.png, reader.info);
  if (png_get_image_width(reader.png, reader.info) != shape.width ||
      png_get_image_height(reader.png, reader.info) != shape.height ||
      png_get_color_type(reader.png, reader.info) != color_type(shape) ||
      png_get_bit_depth(reader.png, reader.info) != 8 ||
      png_get_interlace_type(reader.png, reader.info) != PNG_INTERLACE_NONE) {
    png_error(reader.png, "the data do not fit the picture");
  }
  return true;
}

bool read_rows(const Reader& reader, Picture& picture) {
  if (setjmp(png_jmpbuf(reader.png)) != 0) return false;
  for (std::size_t row = 0; row < picture.height; ++row) {
    png_read_row(reader.png, picture.samples.data() + row * row_bytes(picture), nullptr);
  }
  png_read_end(reader.png, nullptr);
  return true;
}

class PngCodec final : public GuardedCodec {
 public:
  using GuardedCodec::GuardedCodec;

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override {
    if (picture.width > PNG_UINT_31_MAX || picture.height > PNG_UINT_31_MAX) {
      return error(Error::Code::Unsupported, "a side of more than 2^31 - 1 pixels");
    }
    Context context;
    const Writer writer(context);
    if (writer.info == nullptr) return error(Error::Code::OutOfMemory, "out of memory");
    if (!write_all(writer, context, picture)) return error(context.code, context.message);
    return std::move(context.out);
  }

  Status decode_checked(ByteView data, Picture& picture) const override {
    Context context;
    context.code = Error::Code::Corrupt;
    context.in = data;
    const Reader reader(context);
    if (reader.info == nullptr) return error(Error::Code::OutOfMemory, "out of memory");
    if (!read_header(reader, context, picture)) return error(context.code, context.message, context.position);
    picture.samples.resize(sample_count(picture));
    if (!read_rows(reader, picture)) return error(context.code, context.message, context.position);
    if (context.position != data.size()) {
      return error(Error::Code::Corrupt, "data after the end of the picture", context.position);
    }
    return {};
  }
};

}  // namespace

const CompareCodec& png_codec() {
  static const PngCodec codec("png");
  return codec;
}

}  // namespace bitswap
