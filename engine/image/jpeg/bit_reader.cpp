// SPDX-License-Identifier: GPL-3.0-or-later
// What happens near FF, at markers and at the end.
#include "engine/image/jpeg/bit_reader.h"

namespace bitswap::jpeg {

BitReader BitReader::refilled_slowly(BitReader reader) {
  const ByteView bytes = reader.bytes_;
  for (; reader.count_ <= 56; reader.count_ += 8) {
    const std::size_t at = reader.at_;
    if (at >= bytes.size() || (bytes[at] == 0xFF && (at + 1 >= bytes.size() || bytes[at + 1] != 0))) {
      reader.beyond_ += 8;
      continue;
    }
    reader.bits_ |= std::uint64_t{bytes[at]} << (56 - reader.count_);
    reader.at_ += bytes[at] == 0xFF ? 2 : 1;
  }
  return reader;
}

Padding BitReader::align() {
  const int left = count_ - beyond_;
  Padding padding;
  padding.length = static_cast<std::uint8_t>(left & 7);
  if (padding.length > 0) padding.bits = static_cast<std::uint8_t>(peek(padding.length));
  // The whole bytes behind were only looked at. Each FF among them has a zero byte behind it.
  for (int whole = left >> 3; whole > 0; --whole) {
    --at_;
    if (bytes_[at_] == 0 && at_ > 0 && bytes_[at_ - 1] == 0xFF) --at_;
  }
  move_to(at_);
  return padding;
}

}  // namespace bitswap::jpeg
