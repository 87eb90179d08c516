// SPDX-License-Identifier: GPL-3.0-or-later
// Time of a file over the whole range of the file systems; nanoseconds in 64 bits would end in 2262.
#pragma once

#include <compare>
#include <cstdint>

namespace bitswap {

struct FileTime {
  std::int64_t seconds = 0;       ///< since 1970-01-01 00:00 UTC
  std::uint32_t nanoseconds = 0;  ///< below 10^9, always forward

  friend auto operator<=>(const FileTime&, const FileTime&) = default;
};

}  // namespace bitswap
