// SPDX-License-Identifier: GPL-3.0-or-later
// The calls of libjxl as they are: a failed allocation in one of them ends the process (seen with 0.7). For
// jpegxl_contained.cpp only, which says where they run.
#pragma once

#include "engine/image/jxl/jpegxl.h"

namespace bitswap::jpegxl_library {

/// Whether so many bytes can honestly hold a picture of this size; asked before memory is. Errors: LimitExceeded,
/// Corrupt.
Status check_density(std::uint64_t width, std::uint64_t height, std::size_t bytes);

/// As the functions of these names in jpegxl.h.
Result<Bytes> encode_jpegxl(const Picture& picture, bool wide, int effort, int threads);
Result<Picture> decode_jpegxl(ByteView data, const JpegXlShape& shape, int threads);
Result<Bytes> pack_jpeg(ByteView jpeg, int threads);
Result<Bytes> unpack_jpeg(ByteView container, std::uint32_t width, std::uint32_t height, std::uint64_t size_limit);

/// Size of the picture, before anything is decoded.
Result<JpegXlShape> shape_of_file(ByteView file);
Result<Picture> view_jpegxl(ByteView file);

}  // namespace bitswap::jpegxl_library
