// SPDX-License-Identifier: GPL-3.0-or-later
// What happens near FF, at markers and at the end.
#include "engine/image/jpeg/bit_reader.h"

namespace bitswap::jpeg {

void BitReader::refill_slowly() {
  while (count_ <= 56) {
    const bool here = at_ < bytes_.size() && (bytes_[at_] != 0xFF || (at_ + 1 < bytes_.size() && bytes_[at_ + 1] == 0));
    if (here) {
      bits_ |= std::uint64_t{bytes_[at_]} << (56 - count_);
      at_ += bytes_[at_] == 0xFF ? 2 : 1;
    } else {
      beyond_ += 8;
    }
    count_ += 8;
  }
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
