// SPDX-License-Identifier: GPL-3.0-or-later
// The markers of a JPEG: where it ends, and the shape of its frame. ITU-T T.81, annex B.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

struct JpegFile {
  std::size_t length = 0;  ///< up to and with EOI; a video or further pictures may follow in the file
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t components = 0;
  std::uint8_t coding = 0;  ///< the number of its SOF: 0 baseline, 1 extended, 2 progressive, above 8 arithmetic, …
  std::uint8_t bits = 0;    ///< of a sample
};

/// Errors: Corrupt, Truncated (no EOI), Unsupported (the height is not in the frame's header).
Result<JpegFile> parse_jpeg(ByteView file);

}  // namespace bitswap
