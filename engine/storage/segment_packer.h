// SPDX-License-Identifier: GPL-3.0-or-later
// What packers of segments share: each segment is coded apart, and all of them end up as sections.
#pragma once

#include <vector>

#include "engine/storage/storage_form.h"

namespace bitswap {

class SegmentPacker : public Packer {
 public:
  void keep(std::size_t part, Result<EncodedSegment> coded) override {
    if (!coded.ok()) {
      outcomes_[part] = std::move(coded).error();
    } else if (coded->payload.size() > kMaxSectionBytes) {
      outcomes_[part] = Error{Error::Code::LimitExceeded, 0, "a segment longer than the format allows"};
    } else {
      segments_[part] = std::move(coded->payload);
    }
  }

 protected:
  explicit SegmentPacker(std::size_t segments) : segments_(segments), outcomes_(segments) {}
  /// What went wrong first, if anything did.
  [[nodiscard]] Status outcome() const {
    for (const Status& status : outcomes_) BITSWAP_TRY(status);
    return {};
  }
  /// Moves the segments to the end of the packing.
  void add_segments(Packing& packing) {
    for (Bytes& segment : segments_) packing.sections.push_back({SectionType::Segment, std::move(segment), {}});
  }

 private:
  std::vector<Bytes> segments_;
  std::vector<Status> outcomes_;
};

}  // namespace bitswap
