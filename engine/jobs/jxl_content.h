// What entries of the codecs "jxl" (pixels) and "jpeg-jxl" (whole JPEG files) hold; the layouts are in FORMAT.md.
#pragma once

#include <string_view>

#include "engine/archive/reader.h"
#include "engine/image/jpegxl.h"

namespace bitswap {

inline constexpr std::string_view kJxl = "jxl";
inline constexpr std::string_view kJpegJxl = "jpeg-jxl";

/// The payloads of an entry's sections, one each.
struct JxlSections {
  JpegXlShape shape;  ///< what `image` says
  Bytes image;
  Bytes recipe;  ///< of "jpeg-jxl": what follows the JPEG in its file; empty if nothing does
  Bytes data;
};

/// Without recipe, which is the format's. Errors: those of encode_jpegxl(), LimitExceeded (too long for a section).
Result<JxlSections> pack_jxl(const Picture& picture, bool wide, int threads);

/// Errors: those of decode_jpegxl(), Unsupported (a later version), Corrupt (samples of another hash).
Result<Picture> unpack_jxl(const JxlSections& sections, int threads);

/// Proven: what it gives was unpacked and compared with the file. Errors: Unsupported (a JPEG that is not coded, or
/// does not come back), Corrupt, Truncated, LimitExceeded, OutOfMemory, Internal.
Result<JxlSections> pack_jpeg_jxl(ByteView file, int threads);

/// At most `size_limit` bytes. Errors: those of unpack_jpeg() and of zstd_decompress(), Unsupported (a later version).
Result<Bytes> unpack_jpeg_jxl(const JxlSections& sections, std::uint64_t size_limit);

/// The size that an entry of one of the two codecs claims. Errors: Corrupt, Unsupported, and those of reading it.
Result<JpegXlShape> read_jxl_shape(const ArchiveReader& archive, const Entry& entry);

/// Everything that unpacking needs. Errors: Corrupt (sections missing or too many), and those of read_section().
Result<JxlSections> read_jxl_sections(const ArchiveReader& archive, const Entry& entry);

/// Samples in bytes.
inline std::uint64_t raw_size(const JpegXlShape& shape) {
  return std::uint64_t{shape.width} * shape.height * shape.channels * (shape.bits / 8);
}

}  // namespace bitswap
