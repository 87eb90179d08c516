// SPDX-License-Identifier: GPL-3.0-or-later
// The models run forwards, the coder backwards.
#include "engine/deflate/corrections.h"

namespace bitswap::deflate {

Bytes CorrectionWriter::finish() {
  std::vector<ContextModel> models(kContexts);
  for (std::uint32_t& decision : decisions_) {
    const std::uint32_t context = decision >> 1;
    const bool value = (decision & 1u) != 0;
    const std::uint32_t one = context == kRawBit ? kSlots / 2 : models[context].one();
    if (context != kRawBit) models[context].learn(value);
    decision = one << 1 | (value ? 1u : 0u);
  }
  AnsLane lane;
  for (std::size_t i = decisions_.size(); i-- > 0;) {
    const std::uint32_t one = decisions_[i] >> 1;
    lane.push(0, (decisions_[i] & 1u) != 0 ? Interval{0, one} : Interval{one, kSlots - one});
  }
  decisions_.clear();
  return lane.serialise();
}

Result<CorrectionReader> CorrectionReader::open(ByteView data) {
  CorrectionReader reader;
  BITSWAP_TRY(reader.lane_.load(data, 1));
  return reader;
}

}  // namespace bitswap::deflate
