// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that calls libjxl.
#include "engine/image/jxl/jpegxl_library.h"

#include <jxl/color_encoding.h>
#include <jxl/decode.h>
#include <jxl/decode_cxx.h>
#include <jxl/encode.h>
#include <jxl/encode_cxx.h>
#include <jxl/thread_parallel_runner.h>
#include <jxl/thread_parallel_runner_cxx.h>

#include <algorithm>
#include <functional>
#include <new>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// The table of contents alone takes a byte and a half for each group, and a group has 256 x 256 pixels unless somebody
/// asked for larger ones; small pictures hurt nobody.
constexpr std::uint64_t kMostPixelsPerByte = std::uint64_t{1} << 16;
constexpr std::uint64_t kAlwaysFine = std::uint64_t{1} << 22;

Error out_of_memory() { return {Error::Code::OutOfMemory, 0, "JPEG XL: out of memory"}; }

/// Null for one thread: then the library works on the calling one.
JxlThreadParallelRunnerPtr make_runner(int threads) {
  if (threads <= 1) return {};
  return JxlThreadParallelRunnerMake(nullptr, static_cast<std::size_t>(threads));
}

JxlPixelFormat pixel_format(std::uint32_t channels, unsigned bits) {
  return {channels, bits == 16 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8, JXL_BIG_ENDIAN, 0};
}

Error encoder_error(JxlEncoder* encoder) {
  const JxlEncoderError code = JxlEncoderGetError(encoder);
  switch (code) {
    case JXL_ENC_ERR_OOM: return out_of_memory();
    case JXL_ENC_ERR_BAD_INPUT:
    case JXL_ENC_ERR_JBRD:
    case JXL_ENC_ERR_NOT_SUPPORTED: return unsupported(0, "JPEG XL: not supported by the library");
    default: return {Error::Code::Internal, 0, "JPEG XL: encoder error " + std::to_string(static_cast<int>(code))};
  }
}

/// Closes the encoder's input and gives all of its output.
Result<Bytes> take_output(JxlEncoder* encoder, std::size_t expected) {
  JxlEncoderCloseInput(encoder);
  BITSWAP_TRY_ASSIGN(Bytes data, allocate(expected));
  std::uint8_t* next = data.data();
  std::size_t left = data.size();
  for (;;) {
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &left);
    const std::size_t used = data.size() - left;
    if (status == JXL_ENC_SUCCESS) {
      data.resize(used);
      return data;
    }
    if (status != JXL_ENC_NEED_MORE_OUTPUT) return encoder_error(encoder);
    data.resize(data.size() + data.size() / 2);
    next = data.data() + used;
    left = data.size() - used;
  }
}

/// What happens at the events of a decoder; an event without a function is damage.
struct DecoderEvents {
  std::function<Status(const JxlBasicInfo&)> info;
  std::function<Status(JxlDecoder*)> picture;    ///< sets the buffer for samples
  std::function<Status(JxlDecoder*)> jpeg;       ///< sets the buffer for a JPEG
  std::function<Status(JxlDecoder*)> more_jpeg;  ///< sets a larger one
};

/// Up to the end of the first frame, then `done` may look at the decoder.
Status run_decoder(ByteView data, int threads, const DecoderEvents& events,
                   const std::function<Status(JxlDecoder*)>& done) {
  const JxlThreadParallelRunnerPtr runner = make_runner(threads);
  const JxlDecoderPtr owner = JxlDecoderMake(nullptr);
  JxlDecoder* decoder = owner.get();
  if (decoder == nullptr) return out_of_memory();
  const int wanted = JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE | (events.jpeg ? JXL_DEC_JPEG_RECONSTRUCTION : 0);
  if ((runner && JxlDecoderSetParallelRunner(decoder, JxlThreadParallelRunner, runner.get()) != JXL_DEC_SUCCESS) ||
      JxlDecoderSubscribeEvents(decoder, wanted) != JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(decoder, data.data(), data.size()) != JXL_DEC_SUCCESS) {
    return Error{Error::Code::Internal, 0, "JPEG XL: the decoder does not start"};
  }
  JxlDecoderCloseInput(decoder);
  const auto call = [&](const std::function<Status(JxlDecoder*)>& event) -> Status {
    if (!event) return corrupt(0, "JPEG XL: damaged data");
    return event(decoder);
  };
  for (;;) {
    switch (JxlDecoderProcessInput(decoder)) {
      case JXL_DEC_BASIC_INFO: {
        JxlBasicInfo info;
        if (JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS) return corrupt(0, "JPEG XL: damaged data");
        BITSWAP_TRY(events.info(info));
        break;
      }
      case JXL_DEC_NEED_IMAGE_OUT_BUFFER: BITSWAP_TRY(call(events.picture)); break;
      case JXL_DEC_JPEG_RECONSTRUCTION: BITSWAP_TRY(call(events.jpeg)); break;
      case JXL_DEC_JPEG_NEED_MORE_OUTPUT: BITSWAP_TRY(call(events.more_jpeg)); break;
      case JXL_DEC_FULL_IMAGE: return done(decoder);
      case JXL_DEC_NEED_MORE_INPUT: return truncated(data.size(), "JPEG XL: the data end early");
      default: return corrupt(0, "JPEG XL: damaged data");  // also JXL_DEC_SUCCESS: data without a picture
    }
  }
}

bool fits(const JxlBasicInfo& info, const JpegXlShape& shape) {
  const bool alpha = shape.channels % 2 == 0;
  return info.xsize == shape.width && info.ysize == shape.height &&
         info.num_color_channels + (alpha ? 1U : 0U) == shape.channels &&
         info.num_extra_channels == (alpha ? 1U : 0U) && info.alpha_bits == (alpha ? shape.bits : 0U) &&
         info.alpha_premultiplied == JXL_FALSE && info.bits_per_sample == shape.bits &&
         info.exponent_bits_per_sample == 0 && info.uses_original_profile == JXL_TRUE &&
         info.have_animation == JXL_FALSE && info.orientation == JXL_ORIENT_IDENTITY;
}

Status set_shape(JxlEncoder* encoder, const JpegXlShape& shape) {
  const bool grey = shape.channels <= 2;
  const bool alpha = shape.channels % 2 == 0;
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = shape.width;
  info.ysize = shape.height;
  info.bits_per_sample = shape.bits;
  info.num_color_channels = grey ? 1 : 3;
  info.num_extra_channels = alpha ? 1 : 0;
  info.alpha_bits = alpha ? shape.bits : 0;
  info.uses_original_profile = JXL_TRUE;
  JxlColorEncoding colour;
  JxlColorEncodingSetToSRGB(&colour, grey ? JXL_TRUE : JXL_FALSE);
  const bool large = shape.bits > 12 || shape.width > (1U << 18) || shape.height > (1U << 18) ||
                     std::uint64_t{shape.width} * shape.height > (std::uint64_t{1} << 28);
  if ((large && JxlEncoderSetCodestreamLevel(encoder, 10) != JXL_ENC_SUCCESS) ||
      JxlEncoderSetBasicInfo(encoder, &info) != JXL_ENC_SUCCESS ||
      JxlEncoderSetColorEncoding(encoder, &colour) != JXL_ENC_SUCCESS) {
    return encoder_error(encoder);
  }
  return {};
}

/// High and low bytes side by side, or split_wide()'s order again.
Result<Bytes> interleave(const Bytes& split) {
  BITSWAP_TRY_ASSIGN(Bytes joined, allocate(split.size()));
  const std::size_t half = split.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    joined[2 * i] = split[i];
    joined[2 * i + 1] = split[half + i];
  }
  return joined;
}

Result<Bytes> split(const Bytes& joined) {
  BITSWAP_TRY_ASSIGN(Bytes halves, allocate(joined.size()));
  const std::size_t half = joined.size() / 2;
  for (std::size_t i = 0; i < half; ++i) {
    halves[i] = joined[2 * i];
    halves[half + i] = joined[2 * i + 1];
  }
  return halves;
}

Status set_buffer(JxlDecoder* decoder, const JxlPixelFormat& format, Bytes& samples) {
  std::size_t needed = 0;
  if (JxlDecoderImageOutBufferSize(decoder, &format, &needed) != JXL_DEC_SUCCESS || needed != samples.size() ||
      JxlDecoderSetImageOutBuffer(decoder, &format, samples.data(), samples.size()) != JXL_DEC_SUCCESS) {
    return corrupt(0, "JPEG XL: the data do not fit the picture");
  }
  return {};
}

}  // namespace

Result<JpegXlShape> jpegxl_shape(const Picture& picture, bool wide) {
  BITSWAP_TRY(check_picture(picture));
  if (wide && picture.height % 2 != 0) {
    return Error{Error::Code::InvalidArgument, 0, "half a picture of high and low bytes"};
  }
  return JpegXlShape{picture.width, wide ? picture.height / 2 : picture.height, picture.channels,
                     static_cast<std::uint8_t>(wide ? 16 : 8)};
}

namespace jpegxl_library {

Status check_density(std::uint64_t width, std::uint64_t height, std::size_t bytes) {
  BITSWAP_TRY(check_size(width, height));
  if (width * height <= std::max(kAlwaysFine, bytes * kMostPixelsPerByte)) return {};
  return Error{Error::Code::LimitExceeded, bytes, "JPEG XL: too few bytes for the size of the picture"};
}

Result<Bytes> encode_jpegxl(const Picture& picture, bool wide, int effort, int threads) {
  BITSWAP_TRY_ASSIGN(const JpegXlShape shape, jpegxl_shape(picture, wide));
  const JxlThreadParallelRunnerPtr runner = make_runner(threads);
  const JxlEncoderPtr owner = JxlEncoderMake(nullptr);
  JxlEncoder* encoder = owner.get();
  if (encoder == nullptr) return out_of_memory();
  if (runner && JxlEncoderSetParallelRunner(encoder, JxlThreadParallelRunner, runner.get()) != JXL_ENC_SUCCESS) {
    return encoder_error(encoder);
  }
  BITSWAP_TRY(set_shape(encoder, shape));
  JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  if (settings == nullptr) return out_of_memory();
  Bytes joined;
  if (wide) {
    BITSWAP_TRY_ASSIGN(joined, interleave(picture.samples));
  }
  const Bytes& samples = wide ? joined : picture.samples;
  const JxlPixelFormat format = pixel_format(shape.channels, shape.bits);
  if (JxlEncoderSetFrameLossless(settings, JXL_TRUE) != JXL_ENC_SUCCESS ||
      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, effort) != JXL_ENC_SUCCESS ||
      JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_KEEP_INVISIBLE, 1) != JXL_ENC_SUCCESS ||
      JxlEncoderAddImageFrame(settings, &format, samples.data(), samples.size()) != JXL_ENC_SUCCESS) {
    return encoder_error(encoder);
  }
  joined = {};  // the encoder has a copy
  BITSWAP_TRY_ASSIGN(Bytes data, take_output(encoder, picture.samples.size() / 2 + 1024));
  BITSWAP_TRY(check_density(shape.width, shape.height, data.size()));  // nothing that decode_jpegxl() would refuse
  return data;
}

Result<Picture> decode_jpegxl(ByteView data, const JpegXlShape& shape, int threads) {
  BITSWAP_TRY(check_density(shape.width, shape.height, data.size()));
  const bool wide = shape.bits == 16;
  if (shape.channels < 1 || shape.channels > 4 || (shape.bits != 8 && !wide)) {
    return corrupt(0, "JPEG XL: a picture of impossible shape");
  }
  const std::uint64_t rows = std::uint64_t{shape.height} * (wide ? 2 : 1);
  const JxlPixelFormat format = pixel_format(shape.channels, shape.bits);
  Picture picture;
  DecoderEvents events;
  events.info = [&](const JxlBasicInfo& info) -> Status {
    if (!fits(info, shape)) return corrupt(0, "JPEG XL: the data do not fit the picture");
    return {};
  };
  events.picture = [&](JxlDecoder* decoder) -> Status {
    BITSWAP_TRY_ASSIGN(picture, make_picture(shape.width, rows, shape.channels));
    return set_buffer(decoder, format, picture.samples);
  };
  BITSWAP_TRY(run_decoder(data, threads, events, [&](JxlDecoder* decoder) -> Status {
    // Nothing but the end may follow, and in the codestream nothing at all.
    if (JxlDecoderProcessInput(decoder) != JXL_DEC_SUCCESS || JxlDecoderReleaseInput(decoder) != 0) {
      return corrupt(0, "JPEG XL: data after the end of the picture");
    }
    return {};
  }));
  if (wide) {
    BITSWAP_TRY_ASSIGN(picture.samples, split(picture.samples));
  }
  return picture;
}

Result<JpegXlShape> shape_of_file(ByteView file) {
  JpegXlShape shape;
  const JxlDecoderPtr owner = JxlDecoderMake(nullptr);
  JxlDecoder* decoder = owner.get();
  if (decoder == nullptr) return out_of_memory();
  JxlBasicInfo info;
  if (JxlDecoderSubscribeEvents(decoder, JXL_DEC_BASIC_INFO) != JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation(decoder, JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(decoder, file.data(), file.size()) != JXL_DEC_SUCCESS) {
    return Error{Error::Code::Internal, 0, "JPEG XL: the decoder does not start"};
  }
  const JxlDecoderStatus status = JxlDecoderProcessInput(decoder);
  if (status == JXL_DEC_NEED_MORE_INPUT) return truncated(file.size(), "JPEG XL: the data end early");
  if (status != JXL_DEC_BASIC_INFO || JxlDecoderGetBasicInfo(decoder, &info) != JXL_DEC_SUCCESS) {
    return corrupt(0, "JPEG XL: damaged data");
  }
  BITSWAP_TRY(check_density(info.xsize, info.ysize, file.size()));
  shape.width = info.xsize;
  shape.height = info.ysize;
  return shape;
}

Result<Picture> view_jpegxl(ByteView file) {
  Picture picture;
  DecoderEvents events;
  BITSWAP_TRY_ASSIGN(const JpegXlShape shape, shape_of_file(file));
  events.info = [](const JxlBasicInfo&) -> Status { return {}; };
  events.picture = [&](JxlDecoder* decoder) -> Status {
    BITSWAP_TRY_ASSIGN(picture, make_picture(shape.width, shape.height, 3));
    return set_buffer(decoder, pixel_format(3, 8), picture.samples);
  };
  BITSWAP_TRY(run_decoder(file, 1, events, [](JxlDecoder*) -> Status { return {}; }));
  return picture;
}

Result<Bytes> pack_jpeg(ByteView jpeg, int threads) {
  const JxlThreadParallelRunnerPtr runner = make_runner(threads);
  const JxlEncoderPtr owner = JxlEncoderMake(nullptr);
  JxlEncoder* encoder = owner.get();
  if (encoder == nullptr) return out_of_memory();
  if ((runner && JxlEncoderSetParallelRunner(encoder, JxlThreadParallelRunner, runner.get()) != JXL_ENC_SUCCESS) ||
      JxlEncoderUseContainer(encoder, JXL_TRUE) != JXL_ENC_SUCCESS ||
      JxlEncoderStoreJPEGMetadata(encoder, JXL_TRUE) != JXL_ENC_SUCCESS) {
    return encoder_error(encoder);
  }
  JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  if (settings == nullptr) return out_of_memory();
  if (JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, kJpegXlSafeEffort) != JXL_ENC_SUCCESS ||
      JxlEncoderAddJPEGFrame(settings, jpeg.data(), jpeg.size()) != JXL_ENC_SUCCESS) {
    return encoder_error(encoder);
  }
  return take_output(encoder, jpeg.size() + 4096);
}

Result<Bytes> unpack_jpeg(ByteView container, std::uint32_t width, std::uint32_t height, std::uint64_t size_limit) {
  BITSWAP_TRY(check_density(width, height, container.size()));
  Bytes jpeg;
  std::size_t used = 0;
  DecoderEvents events;
  events.info = [&](const JxlBasicInfo& info) -> Status {
    if (info.xsize != width || info.ysize != height || info.num_extra_channels != 0 || info.have_animation) {
      return corrupt(0, "JPEG XL: the data do not fit the picture");
    }
    return {};
  };
  const auto grow = [&](JxlDecoder* decoder, std::uint64_t size) -> Status {
    if (size <= used) return Error{Error::Code::LimitExceeded, 0, "JPEG XL: a JPEG longer than it should be"};
    try {
      jpeg.resize(size);
    } catch (const std::bad_alloc&) {
      return out_of_memory();
    }
    if (JxlDecoderSetJPEGBuffer(decoder, jpeg.data() + used, jpeg.size() - used) != JXL_DEC_SUCCESS) {
      return corrupt(0, "JPEG XL: damaged data");
    }
    return {};
  };
  events.jpeg = [&](JxlDecoder* decoder) -> Status {
    return grow(decoder, std::min<std::uint64_t>(size_limit, container.size() * std::uint64_t{2} + 4096));
  };
  events.more_jpeg = [&](JxlDecoder* decoder) -> Status {
    used = jpeg.size() - JxlDecoderReleaseJPEGBuffer(decoder);
    return grow(decoder, jpeg.size() >= size_limit ? 0 : std::min<std::uint64_t>(size_limit, jpeg.size() * 2));
  };
  BITSWAP_TRY(run_decoder(container, 1, events, [&](JxlDecoder* decoder) -> Status {
    jpeg.resize(jpeg.size() - JxlDecoderReleaseJPEGBuffer(decoder));
    return {};
  }));
  return jpeg;
}

}  // namespace jpegxl_library
}  // namespace bitswap
