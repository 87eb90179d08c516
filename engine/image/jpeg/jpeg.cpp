// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG: its own bytes are small already, so they are kept as they are; only the view decodes, through libjpeg-turbo.
#include <cstddef>
#include <cstdio>  // jpeglib.h wants FILE and size_t

#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <string>

#include "engine/image/formats.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// Blocks of 64 samples need two bits or so each; runs of empty blocks in progressive files and arithmetic coding need
/// less, and small pictures hurt nobody.
constexpr std::uint64_t kMostPixelsPerByte = 2048;
constexpr std::uint64_t kAlwaysFine = std::uint64_t{1} << 22;
/// A progressive file may repeat scans of a large picture for ever; real ones have a dozen.
constexpr int kMostScans = 500;

struct Decoder {
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf jump{};
  int code = 0;
  std::string message;
  jpeg_decompress_struct jpeg{};

  Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }  // harmless when it was never created: all members are zero
};

[[noreturn]] void on_error(j_common_ptr jpeg) {
  auto* decoder = static_cast<Decoder*>(jpeg->client_data);
  char text[JMSG_LENGTH_MAX] = {};
  jpeg->err->format_message(jpeg, text);
  decoder->message = text;
  decoder->code = jpeg->err->msg_code;
  std::longjmp(decoder->jump, 1);
}

/// Warnings are counted by nobody: every viewer shows such a file.
void on_message(j_common_ptr, int) {}

void on_progress(j_common_ptr jpeg) {
  const auto* decoder = static_cast<const Decoder*>(jpeg->client_data);
  if (decoder->jpeg.input_scan_number > kMostScans) ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

Decoder::Decoder() {
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = on_error;
  errors.emit_message = on_message;
  progress.progress_monitor = on_progress;
}

/// Each of these two is a frame that longjmp may come back to, and owns nothing with a destructor.
/// False: decoder.message says why.
bool read_header(Decoder& decoder, ByteView file) {
  if (setjmp(decoder.jump) != 0) return false;
  jpeg_create_decompress(&decoder.jpeg);  // clears everything but the error handler and client_data
  decoder.jpeg.progress = &decoder.progress;
  jpeg_mem_src(&decoder.jpeg, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&decoder.jpeg, TRUE);
  return true;
}

/// `line` has room for four bytes a pixel; put(y) is called when it holds row y.
template <typename Put>
bool read_rows(Decoder& decoder, std::uint8_t* line, const Put& put) {
  if (setjmp(decoder.jump) != 0) return false;
  jpeg_start_decompress(&decoder.jpeg);
  while (decoder.jpeg.output_scanline < decoder.jpeg.output_height) {
    const std::size_t y = decoder.jpeg.output_scanline;
    JSAMPROW row = line;
    if (jpeg_read_scanlines(&decoder.jpeg, &row, 1) == 1) put(y);
  }
  jpeg_finish_decompress(&decoder.jpeg);
  return true;
}

Error error_of(const Decoder& decoder) {
  const std::string text = "libjpeg: " + decoder.message;
  switch (decoder.code) {
    case JERR_IMAGE_TOO_BIG:
    case JERR_WIDTH_OVERFLOW: return {Error::Code::LimitExceeded, 0, text};
    case JERR_OUT_OF_MEMORY: return {Error::Code::OutOfMemory, 0, text};
    case JERR_BAD_PRECISION:
    case JERR_ARITH_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED: return unsupported(0, text);
    default: return corrupt(0, text);
  }
}

/// Inks to light, without profiles. Adobe's files hold the inverse of the inks.
void cmyk_to_rgb(const std::uint8_t* cmyk, bool inverted, std::uint8_t* rgb) {
  const auto light = [inverted](int sample) { return inverted ? sample : 255 - sample; };
  const int black = light(cmyk[3]);
  for (int channel = 0; channel < 3; ++channel) {
    rgb[channel] = static_cast<std::uint8_t>((light(cmyk[channel]) * black + 127) / 255);
  }
}

class JpegFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "jpeg"; }

  bool recognises(ByteView file) const override {
    return file.size() >= 3 && file[0] == 0xFF && file[1] == 0xD8 && file[2] == 0xFF;
  }

  Result<TakenApart> take_apart(ByteView) const override {
    return unsupported(0, "a JPEG is kept as its own bytes, which are smaller than its pixels");
  }

  Result<Bytes> rebuild(const Picture&, ByteView) const override {
    return unsupported(0, "a JPEG is never rebuilt from pixels");
  }

  Result<Picture> view(ByteView file) const override {
    Decoder decoder;
    decoder.jpeg.client_data = &decoder;
    if (!read_header(decoder, file)) return error_of(decoder);
    jpeg_decompress_struct& jpeg = decoder.jpeg;
    BITSWAP_TRY(check_size(jpeg.image_width, jpeg.image_height));
    const std::uint64_t pixels = std::uint64_t{jpeg.image_width} * jpeg.image_height;
    if (pixels > std::max(kAlwaysFine, file.size() * kMostPixelsPerByte)) {
      return truncated(file.size(), "the file is too short for the size of its picture");
    }
    const bool inks = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
    jpeg.out_color_space = inks ? JCS_CMYK : JCS_RGB;
    const bool inverted = jpeg.saw_Adobe_marker != FALSE;

    BITSWAP_TRY_ASSIGN(Picture picture, make_picture(jpeg.image_width, jpeg.image_height, 3));
    BITSWAP_TRY_ASSIGN(Bytes line, allocate(std::uint64_t{picture.width} * 4));
    const auto put = [&](std::size_t y) {
      std::uint8_t* to = picture.samples.data() + y * picture.width * 3;
      if (!inks) {
        std::copy_n(line.begin(), std::size_t{picture.width} * 3, to);
        return;
      }
      for (std::size_t x = 0; x < picture.width; ++x) cmyk_to_rgb(line.data() + x * 4, inverted, to + x * 3);
    };
    if (!read_rows(decoder, line.data(), put)) return error_of(decoder);
    return picture;
  }
};

}  // namespace

const ImageFormat& jpeg_format() {
  static const JpegFormat format;
  return format;
}

}  // namespace bitswap
