// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff on memory instead of files, silent: what it has to say about a file is an error of our own.
#pragma once

#include <tiffio.h>

#include <memory>

#include "engine/base/bytes.h"

namespace bitswap {

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, TiffCloser>;

/// What a handle reads from or writes to; must outlive it and stay where it is.
struct TiffMemory {
  ByteView source;
  Bytes written;  ///< all that was written since it was last cleared, in the order of writing
  std::uint64_t position = 0;
  std::uint64_t end = 0;  ///< of the file that is written
};

/// nullptr when libtiff refuses the file. No single allocation is larger than `most_memory`.
TiffHandle read_tiff(TiffMemory& memory, std::uint64_t most_memory);

/// A new file that nobody reads. nullptr when there is no memory.
TiffHandle write_tiff(TiffMemory& memory);

}  // namespace bitswap
