// SPDX-License-Identifier: GPL-3.0-or-later
// Who wrote this? Tries settings on a few blocks of a stream.
#pragma once

#include <array>

#include "engine/base/result.h"
#include "engine/deflate/inflate.h"
#include "engine/deflate/settings.h"

namespace bitswap::deflate {

struct SettingsGuess {
  Settings settings;
  std::uint64_t tokens = 0;  ///< that were looked at
  std::uint64_t missed = 0;  ///< and not as expected
};

/// The settings that predict most. `zlib_header` is what stood before the stream: its hints decide what is tried first.
/// At most 12,000 tokens are looked at, for each of some 30 settings. Errors: OutOfMemory.
Result<SettingsGuess> find_settings(ByteView stream, const Inflated& inflated, std::array<std::uint8_t, 2> zlib_header);

}  // namespace bitswap::deflate
