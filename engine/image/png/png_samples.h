// SPDX-License-Identifier: GPL-3.0-or-later
// The samples of a PNG between its rows, packed and in passes, and the picture that the codecs see.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"
#include "engine/image/png/png_file.h"

namespace bitswap {

/// Below 8 bits, and for palettes, one byte a pixel holds the sample or index as it is in the file; 16 bits are split
/// as split_wide() does it; passes are put together. `rows` are those of all passes without filters, as unfilter()
/// gives them. Errors: Unsupported (a wide picture beyond the limits), OutOfMemory.
Result<Picture> picture_of_rows(const PngHeader& header, Bytes rows);

/// The inverse; unused bits at the end of a row become 0. Requires a picture of the header's size and channels. Errors:
/// Corrupt (a sample of more bits than the header says), OutOfMemory.
Result<Bytes> rows_of_picture(const PngHeader& header, const Picture& picture);

/// The rows are the samples of the picture as they are, so that there is nothing to convert.
bool rows_are_samples(const PngHeader& header);

}  // namespace bitswap
