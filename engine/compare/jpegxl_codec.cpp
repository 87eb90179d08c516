// SPDX-License-Identifier: GPL-3.0-or-later
// Lossless JPEG XL through libjxl: a bare codestream in sRGB, on the calling thread.
#include "engine/compare/guarded_codec.h"
#include "engine/image/jxl/jpegxl.h"

namespace bitswap {
namespace {

// Whatever a quick effort cannot bring below 16 KiB holds far more symbols than those that make libjxl abort; see
// kJpegXlSafeEffort.
constexpr int kQuickEffort = 3;
constexpr std::size_t kLeastBytes = std::size_t{16} << 10;

class JpegXlCodec final : public GuardedCodec {
 public:
  JpegXlCodec(std::string_view name, int effort) : GuardedCodec(name), effort_(effort) {}

 protected:
  Result<Bytes> encode_checked(const Picture& picture) const override {
    if (effort_ > kJpegXlSafeEffort) {
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
    auto decoded = decode_jpegxl(data, {picture.width, picture.height, picture.channels, 8});
    if (!decoded.ok()) return named(decoded.error());
    picture = std::move(decoded).value();
    return {};
  }

 private:
  [[nodiscard]] Result<Bytes> encode_with(const Picture& picture, int effort) const {
    auto data = encode_jpegxl(picture, false, effort);
    if (!data.ok()) return named(data.error());
    return data;
  }

  [[nodiscard]] Error named(const Error& why) const { return error(why.code, why.detail, why.offset); }

  int effort_;
};

}  // namespace

const CompareCodec& jpegxl_codec() {
  static const JpegXlCodec codec("jpegxl", kJpegXlSafeEffort);
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
