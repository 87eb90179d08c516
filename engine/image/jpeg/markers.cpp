// SPDX-License-Identifier: GPL-3.0-or-later
// Markers are rare: memchr() runs over what lies between them.
#include "engine/image/jpeg/markers.h"

#include <cstring>

namespace bitswap::jpeg {

std::size_t find_marker(ByteView bytes, std::size_t at) {
  while (at + 1 < bytes.size()) {
    const void* found = std::memchr(bytes.data() + at, 0xFF, bytes.size() - 1 - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const std::uint8_t next = bytes[at + 1];
    if (next == 0) {
      at += 2;
    } else if (next == 0xFF) {
      ++at;  // filling
    } else {
      return at;
    }
  }
  return bytes.size();
}

std::size_t skip_scan(ByteView bytes, std::size_t at) {
  for (;;) {
    at = find_marker(bytes, at);
    if (at >= bytes.size() || !is_restart(bytes[at + 1])) return at;
    at += 2;
  }
}

}  // namespace bitswap::jpeg
