// SPDX-License-Identifier: GPL-3.0-or-later
// One scan of a file into planes.
#pragma once

#include <span>

#include "engine/base/parallel.h"
#include "engine/image/jpeg/headers.h"
#include "engine/image/jpeg/recipe.h"
#include "engine/image/jpeg/scan.h"

namespace bitswap::jpeg {

/// Reads the scan that `walker` stands at and moves it behind what was coded. `planes` has an entry for each component
/// of the frame. Adds to `paddings`, sets `odd` and puts bytes inside the scan that are not coded behind `headers`.
/// Errors: Cancelled; broken data are none.
Status read_scan(ByteView file, HeaderWalker& walker, std::span<const PlaneView<std::int16_t>> planes,
                 PaddingCollector& paddings, Bytes& headers, ScanOddities& odd, const CancelToken* cancel);

}  // namespace bitswap::jpeg
