// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG XL files: kept as their own bytes, which are smaller than their pixels; only the view decodes.
#include <algorithm>
#include <array>

#include "engine/image/formats.h"
#include "engine/image/jxl/jpegxl.h"
#include "engine/image/limits.h"

namespace bitswap {
namespace {

constexpr std::array<std::uint8_t, 2> kCodestream = {0xFF, 0x0A};
constexpr std::array<std::uint8_t, 12> kContainer = {0, 0, 0, 0x0C, 'J', 'X', 'L', ' ', 0x0D, 0x0A, 0x87, 0x0A};

class JpegXlFormat final : public ImageFormat {
 public:
  std::string_view name() const override { return "jxl"; }

  bool recognises(ByteView file) const override {
    const auto begins_with = [&](const auto& signature) {
      return file.size() >= signature.size() && std::equal(signature.begin(), signature.end(), file.begin());
    };
    return begins_with(kCodestream) || begins_with(kContainer);
  }

  Result<TakenApart> take_apart(ByteView) const override {
    return unsupported(0, "a JPEG XL file is kept as its own bytes, which are smaller than its pixels");
  }

  Result<Bytes> rebuild(const Picture&, ByteView) const override {
    return unsupported(0, "a JPEG XL file is never rebuilt from pixels");
  }

  Result<Picture> view(ByteView file) const override { return view_jpegxl(file); }
};

}  // namespace

const ImageFormat& jpegxl_format() {
  static const JpegXlFormat format;
  return format;
}

}  // namespace bitswap
