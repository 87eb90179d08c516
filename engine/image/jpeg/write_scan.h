// SPDX-License-Identifier: GPL-3.0-or-later
// One scan of planes into a file.
#pragma once

#include <span>

#include "engine/base/parallel.h"
#include "engine/image/jpeg/bit_writer.h"
#include "engine/image/jpeg/headers.h"
#include "engine/image/jpeg/recipe.h"
#include "engine/image/jpeg/scan.h"

namespace bitswap::jpeg {

/// Fills up bytes as the recipe says.
class PaddingWriter {
 public:
  explicit PaddingWriter(const Paddings& paddings) : paddings_(paddings) {}
  /// Ends the byte that `bits` is at. False if what the recipe says does not fit.
  bool fill(BitWriter& bits);

 private:
  const Paddings& paddings_;
  std::uint64_t index_ = 0;
  std::size_t exception_ = 0;
};

/// Writes the scan that `walker` stands at. Bytes inside the scan that are not coded are taken from `headers`, over
/// which the walker walks, and the walker moves behind them. `planes` has an entry for each component of the frame.
/// Errors: Corrupt, Cancelled, those of `bits`.
Status write_scan(ByteView headers, HeaderWalker& walker, std::span<const PlaneView<const std::int16_t>> planes,
                  const ScanOddities& odd, PaddingWriter& padding, BitWriter& bits, const CancelToken* cancel);

}  // namespace bitswap::jpeg
