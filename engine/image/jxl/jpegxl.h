// SPDX-License-Identifier: GPL-3.0-or-later
// All that the program asks of libjxl: lossless pixels, a look at JPEG XL files, and JPEG files packed so that they
// come back byte for byte. ISO/IEC 18181; https://github.com/libjxl/libjxl (BSD-3).
#pragma once

#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap {

/// Efforts 8 and 9 may end the whole process: libjxl 0.7 (and others before 0.12) say "JXL_DASSERT: n <= 255" when the
/// entropy coder has fewer than 100 symbols to code, as in tiny or flat pictures. 7 has not been seen to fail.
inline constexpr int kJpegXlSafeEffort = 7;

/// What a decoder must find before it takes memory for samples.
struct JpegXlShape {
  std::uint32_t width = 0;
  std::uint32_t height = 0;  ///< of the picture itself, also where split_wide() made it twice as high
  std::uint8_t channels = 0;
  std::uint8_t bits = 8;  ///< or 16
  friend bool operator==(const JpegXlShape&, const JpegXlShape&) = default;
};

/// Of a picture; `wide` if split_wide() made it. Errors: InvalidArgument, and those of check_size().
Result<JpegXlShape> jpegxl_shape(const Picture& picture, bool wide);

/// Lossless, in sRGB or grey, alpha and colours under it as they are; a bare codestream, but 16 bits come in a
/// container. The number of threads does not change the bytes. Errors: as jpegxl_shape(), Unsupported, LimitExceeded
/// (so flat that decode_jpegxl() would refuse it), OutOfMemory, Internal.
Result<Bytes> encode_jpegxl(const Picture& picture, bool wide, int effort = kJpegXlSafeEffort, int threads = 1);

/// The picture that encode_jpegxl() was given. Errors: Corrupt (also for data of another shape, or that go on behind
/// the picture), Truncated, LimitExceeded, OutOfMemory.
Result<Picture> decode_jpegxl(ByteView data, const JpegXlShape& shape, int threads = 1);

/// Any JPEG XL file as 8-bit RGB, of an animation the first frame; see ImageFormat::view(). Errors: Corrupt, Truncated,
/// LimitExceeded, OutOfMemory.
Result<Picture> view_jpegxl(ByteView file);

/// A JPEG from SOI to EOI as a JPEG XL container with all that it takes to get the same bytes back. Errors: Unsupported
/// (libjxl does not code such a JPEG), OutOfMemory, Internal.
Result<Bytes> pack_jpeg(ByteView jpeg, int threads = 1);

/// The JPEG again, at most `size_limit` bytes; its frame must have this size. Errors: Corrupt, Truncated,
/// LimitExceeded, OutOfMemory.
Result<Bytes> unpack_jpeg(ByteView container, std::uint32_t width, std::uint32_t height, std::uint64_t size_limit);

}  // namespace bitswap
