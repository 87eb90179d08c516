// SPDX-License-Identifier: GPL-3.0-or-later
// What every comparison codec needs around its format: checks of the picture, and exceptions turned into errors.
#pragma once

#include <string>
#include <string_view>

#include "engine/compare/codec.h"

namespace bitswap {

class GuardedCodec : public CompareCodec {
 public:
  explicit GuardedCodec(std::string_view name) : name_(name) {}
  [[nodiscard]] std::string_view name() const final { return name_; }
  [[nodiscard]] Result<Bytes> encode(const Picture& picture) const final;
  [[nodiscard]] Result<Picture> decode(ByteView data, const Picture& shape) const final;

 protected:
  /// `picture` is not empty, has 1 or 3 channels and as many samples as it should. May throw std::bad_alloc.
  [[nodiscard]] virtual Result<Bytes> encode_checked(const Picture& picture) const = 0;

  /// `picture` has its final shape but no samples yet: take them once the data have proven to be of that shape. May
  /// throw std::bad_alloc.
  [[nodiscard]] virtual Status decode_checked(ByteView data, Picture& picture) const = 0;

  /// An error whose sentence begins with the name of the codec.
  [[nodiscard]] Error error(Error::Code code, std::string_view what, std::uint64_t offset = 0) const;

 private:
  std::string_view name_;
};

/// Samples of a picture by its shape. The guard has checked that the product fits.
inline std::size_t sample_count(const Picture& shape) { return shape.pixel_count() * shape.channels; }

/// The codecs, one function a format; the objects live for the whole program.
const CompareCodec& raw_codec();
const CompareCodec& gzip_codec();
const CompareCodec& bzip2_codec();
const CompareCodec& lzma_codec();
const CompareCodec& png_codec();
const CompareCodec& webp_codec();
const CompareCodec& jpegxl_codec();
const CompareCodec& jpegxl_9_codec();

/// For measurements of speed only; not in compare_codecs().
const CompareCodec& jpegxl_3_codec();

}  // namespace bitswap
