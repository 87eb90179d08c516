// Lossless JPEG XL through libjxl: a bare codestream in sRGB, on the calling thread.
#include <jxl/color_encoding.h>
#include <jxl/decode.h>
#include <jxl/decode_cxx.h>
#include <jxl/encode.h>
#include <jxl/encode_cxx.h>

#include "engine/compare/guarded_codec.h"

namespace bitswap {
namespace {

// libjxl 0.7 (and others before 0.12) end the whole process, "JXL_DASSERT: n <= 255", at efforts 8 and 9 when the
// entropy coder has fewer than 100 symbols to code, as in tiny or flat pictures. Whatever a quick effort cannot bring
// below 16 KiB holds far more symbols than that; effort 7 has not been seen to fail.
constexpr int kHighestSafeEffort = 7;
constexpr int kQuickEffort = 3;
constexpr std::size_t kLeastBytes = std::size_t{16} << 10;

JxlPixelFormat pixel_format(const Picture& picture) { return {picture.channels, JXL_TYPE_UINT8, JXL_NATIVE_ENDIAN, 0}; }

class JpegXlCodec final : public GuardedCodec {
 public:
  JpegXlCodec(std::string_view name, int effort) : GuardedCodec(name), effort_(effort) {}

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override {
    if (effort_ > kHighestSafeEffort) {
      BITSWAP_TRY_ASSIGN(const Bytes quick, encode_with(picture, kQuickEffort));
      if (quick.size() < kLeastBytes) {
        return error(Error::Code::Unsupported, "the library may abort on so simple a picture at this effort");
      }
    }
    return encode_with(picture, effort_);
  }

  Status decode_checked(ByteView data, Picture& picture) const override {
    // The library also reads its container; a comparison only ever writes the codestream.
    if (data.size() < 2) return error(Error::Code::Truncated, "the data end early", data.size());
    if (data[0] != 0xFF || data[1] != 0x0A) return error(Error::Code::Corrupt, "not a codestream");
    const JxlDecoderPtr decoder = JxlDecoderMake(nullptr);
    if (decoder == nullptr) return error(Error::Code::OutOfMemory, "out of memory");
    if (JxlDecoderSubscribeEvents(decoder.get(), JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE) != JXL_DEC_SUCCESS ||
        JxlDecoderSetInput(decoder.get(), data.data(), data.size()) != JXL_DEC_SUCCESS) {
      return error(Error::Code::Internal, "the decoder does not start");
    }
    JxlDecoderCloseInput(decoder.get());

    bool complete = false;
    for (;;) {
      switch (JxlDecoderProcessInput(decoder.get())) {
        case JXL_DEC_BASIC_INFO: {
          JxlBasicInfo info;
          if (JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS || !fits(info, picture)) {
            return error(Error::Code::Corrupt, "the data do not fit the picture");
          }
          break;
        }
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER: {
          const JxlPixelFormat format = pixel_format(picture);
          picture.samples.resize(sample_count(picture));
          if (JxlDecoderSetImageOutBuffer(decoder.get(), &format, picture.samples.data(), picture.samples.size()) !=
              JXL_DEC_SUCCESS) {
            return error(Error::Code::Corrupt, "the data do not fit the picture");
          }
          break;
        }
        case JXL_DEC_FULL_IMAGE: complete = true; break;
        case JXL_DEC_SUCCESS:
          if (!complete) return error(Error::Code::Corrupt, "data without a picture");
          if (JxlDecoderReleaseInput(decoder.get()) != 0) {
            return error(Error::Code::Corrupt, "data after the end of the picture");
          }
          return {};
        case JXL_DEC_NEED_MORE_INPUT: return error(Error::Code::Truncated, "the data end early", data.size());
        default: return error(Error::Code::Corrupt, "damaged data");
      }
    }
  }

 private:
  [[nodiscard]] Result<Bytes> encode_with(const Picture& picture, int effort) const {
    // No parallel runner is set, so the library works on this thread alone.
    const JxlEncoderPtr encoder = JxlEncoderMake(nullptr);
    if (encoder == nullptr) return error(Error::Code::OutOfMemory, "out of memory");

    JxlBasicInfo info;
    JxlEncoderInitBasicInfo(&info);
    info.xsize = picture.width;
    info.ysize = picture.height;
    info.bits_per_sample = 8;
    info.num_color_channels = picture.channels;
    info.uses_original_profile = JXL_TRUE;
    if (JxlEncoderSetBasicInfo(encoder.get(), &info) != JXL_ENC_SUCCESS) return encoder_error(encoder.get());

    JxlColorEncoding color;
    JxlColorEncodingSetToSRGB(&color, picture.channels == 1 ? JXL_TRUE : JXL_FALSE);
    if (JxlEncoderSetColorEncoding(encoder.get(), &color) != JXL_ENC_SUCCESS) return encoder_error(encoder.get());

    JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder.get(), nullptr);
    if (settings == nullptr) return error(Error::Code::OutOfMemory, "out of memory");
    const JxlPixelFormat format = pixel_format(picture);
    if (JxlEncoderSetFrameLossless(settings, JXL_TRUE) != JXL_ENC_SUCCESS ||
        JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, effort) != JXL_ENC_SUCCESS ||
        JxlEncoderAddImageFrame(settings, &format, picture.samples.data(), picture.samples.size()) != JXL_ENC_SUCCESS) {
      return encoder_error(encoder.get());
    }
    JxlEncoderCloseInput(encoder.get());

    Bytes data(picture.samples.size() / 2 + 1024);
    std::uint8_t* next = data.data();
    std::size_t left = data.size();
    for (;;) {
      const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder.get(), &next, &left);
      if (status == JXL_ENC_SUCCESS) break;
      if (status != JXL_ENC_NEED_MORE_OUTPUT) return encoder_error(encoder.get());
      const std::size_t used = data.size() - left;
      data.resize(data.size() + data.size() / 2);
      next = data.data() + used;
      left = data.size() - used;
    }
    data.resize(data.size() - left);
    return data;
  }

  static bool fits(const JxlBasicInfo& info, const Picture& shape) {
    return info.xsize == shape.width && info.ysize == shape.height && info.num_color_channels == shape.channels &&
           info.num_extra_channels == 0 && info.bits_per_sample == 8 && info.exponent_bits_per_sample == 0 &&
           info.uses_original_profile == JXL_TRUE && info.have_animation == JXL_FALSE &&
           info.orientation == JXL_ORIENT_IDENTITY;
  }

  [[nodiscard]] Error encoder_error(JxlEncoder* encoder) const {
    const JxlEncoderError code = JxlEncoderGetError(encoder);
    if (code == JXL_ENC_ERR_OOM) return error(Error::Code::OutOfMemory, "out of memory");
    if (code == JXL_ENC_ERR_NOT_SUPPORTED) return error(Error::Code::Unsupported, "not supported by the library");
    return error(Error::Code::Internal, "encoder error " + std::to_string(static_cast<int>(code)));
  }

  int effort_;
};

}  // namespace

const CompareCodec& jpegxl_codec() {
  static const JpegXlCodec codec("jpegxl", 7);
  return codec;
}

const CompareCodec& jpegxl_3_codec() {
  static const JpegXlCodec codec("jpegxl-3", kQuickEffort);
  return codec;
}

const CompareCodec& jpegxl_9_codec() {
  static const JpegXlCodec codec("jpegxl-9", 9);
  return codec;
}

}  // namespace bitswap
