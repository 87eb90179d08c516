// SPDX-License-Identifier: GPL-3.0-or-later
// Lossless WebP through libwebp: method 6, quality 100, exact, one thread.
#include <webp/decode.h>
#include <webp/encode.h>

#include <new>

#include "engine/compare/guarded_codec.h"

namespace bitswap {
namespace {

struct WebpPicture {
  WebpPicture() : ready(WebPPictureInit(&picture) != 0) {}
  ~WebpPicture() {
    if (ready) WebPPictureFree(&picture);
  }
  WebpPicture(const WebpPicture&) = delete;
  WebpPicture& operator=(const WebpPicture&) = delete;

  WebPPicture picture;
  bool ready;
};

int on_write(const std::uint8_t* data, std::size_t size, const WebPPicture* picture) {
  auto* out = static_cast<Bytes*>(picture->custom_ptr);
  try {
    out->insert(out->end(), data, data + size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return 1;
}

class WebpCodec final : public GuardedCodec {
 public:
  using GuardedCodec::GuardedCodec;

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override {
    if (picture.channels != 3) return error(Error::Code::Unsupported, "the format has no grey pictures");
    if (picture.width > WEBP_MAX_DIMENSION || picture.height > WEBP_MAX_DIMENSION) {
      return error(Error::Code::Unsupported, "a side of more than 16383 pixels");
    }
    WebPConfig config;
    WebpPicture webp;
    if (!webp.ready || WebPConfigInit(&config) == 0) return error(Error::Code::Internal, "another library version");
    config.lossless = 1;
    config.quality = 100;
    config.method = 6;
    config.exact = 1;
    config.thread_level = 0;
    if (WebPValidateConfig(&config) == 0) return error(Error::Code::Internal, "settings refused");

    Bytes out;
    webp.picture.use_argb = 1;
    webp.picture.width = static_cast<int>(picture.width);
    webp.picture.height = static_cast<int>(picture.height);
    webp.picture.writer = on_write;
    webp.picture.custom_ptr = &out;
    if (WebPPictureImportRGB(&webp.picture, picture.samples.data(), static_cast<int>(picture.width * 3)) == 0) {
      return error(Error::Code::OutOfMemory, "out of memory");
    }
    if (WebPEncode(&config, &webp.picture) == 0) {
      const WebPEncodingError code = webp.picture.error_code;
      // The writer only fails when it finds no memory.
      const bool memory = code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY ||
                          code == VP8_ENC_ERROR_BAD_WRITE;
      if (memory) return error(Error::Code::OutOfMemory, "out of memory");
      return error(Error::Code::Internal, "encoder error " + std::to_string(static_cast<int>(code)));
    }
    return out;
  }

  Status decode_checked(ByteView data, Picture& picture) const override {
    if (picture.channels != 3) return error(Error::Code::Unsupported, "the format has no grey pictures");
    WebPDecoderConfig config;
    if (WebPInitDecoderConfig(&config) == 0) return error(Error::Code::Internal, "another library version");
    BITSWAP_TRY(check(WebPGetFeatures(data.data(), data.size(), &config.input)));
    // Only the lossless form counts: a damaged tag must not lead into the lossy decoder. (format: 1 lossy, 2 lossless)
    if (config.input.width != static_cast<int>(picture.width) ||
        config.input.height != static_cast<int>(picture.height) || config.input.has_animation != 0 ||
        config.input.format != 2) {
      return error(Error::Code::Corrupt, "the data do not fit the picture");
    }
    picture.samples.resize(sample_count(picture));
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = picture.samples.data();
    config.output.u.RGBA.stride = static_cast<int>(picture.width * 3);
    config.output.u.RGBA.size = picture.samples.size();
    const Status status = check(WebPDecode(data.data(), data.size(), &config));
    WebPFreeDecBuffer(&config.output);
    return status;
  }

 private:
  [[nodiscard]] Status check(VP8StatusCode code) const {
    switch (code) {
      case VP8_STATUS_OK: return {};
      case VP8_STATUS_OUT_OF_MEMORY: return error(Error::Code::OutOfMemory, "out of memory");
      case VP8_STATUS_NOT_ENOUGH_DATA:
      case VP8_STATUS_SUSPENDED: return error(Error::Code::Truncated, "the data end early");
      case VP8_STATUS_INVALID_PARAM:
      case VP8_STATUS_BITSTREAM_ERROR:
      case VP8_STATUS_UNSUPPORTED_FEATURE:
      case VP8_STATUS_USER_ABORT: break;
    }
    return error(Error::Code::Corrupt, "damaged data");
  }
};

}  // namespace

const CompareCodec& webp_codec() {
  static const WebpCodec codec("webp");
  return codec;
}

}  // namespace bitswap
