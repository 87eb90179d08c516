// SPDX-License-Identifier: GPL-3.0-or-later
// What a device that codes whole segments by itself offers: pixels in, words out, and nothing of a segment visits the
// host in between. The payload is that of codec/segment.h, bit for bit, whoever makes it.
#pragma once

#include <span>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/coder/bits_back.h"
#include "engine/coder/lanes.h"
#include "engine/coder/ledger.h"
#include "engine/image/pixels/picture.h"
#include "engine/nn/backend.h"

namespace bitswap {

struct TileShape {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint8_t channels = 3;  ///< 1 or 3
};

/// Lanes and states of the segment of these tiles.
inline LaneLayout lane_layout(std::span<const TileShape> tiles) {
  std::uint64_t subpixels = 0;
  for (const TileShape& tile : tiles) subpixels += std::uint64_t{tile.width} * tile.height * tile.channels;
  return lane_layout(subpixels);
}

struct EncodedSegment {
  Bytes payload;
  Ledger ledger;
  std::vector<HeatMap> heat;  ///< one a tile, if asked for
};

/// One segment to code: its tiles, all with 1 or all with 3 channels.
struct SegmentSource {
  std::span<const Picture> tiles;
};

/// One segment to decode, and the shapes of its tiles.
struct SegmentPayload {
  ByteView payload;
  std::span<const TileShape> tiles;
};

/// Of a BackendModel; lives as long as that. May be called by several threads at once.
class SegmentCoder {
 public:
  virtual ~SegmentCoder() = default;

  /// Pixels that keep the device busy and fit its memory: a caller gathers segments up to about this many, of several
  /// pictures if need be, for one call.
  [[nodiscard]] virtual std::uint64_t batch_pixels() const = 0;
  /// One result a segment, without heat maps. An error of the whole call means that the device is lost or full and
  /// nothing was coded: the caller's way is the host then. Errors: OutOfMemory, Internal, Cancelled.
  virtual Result<std::vector<EncodedSegment>> encode(std::span<const SegmentSource> segments, Schedule schedule,
                                                     const CancelToken* cancel) const = 0;
  /// One result a segment: its tiles, or Truncated, Corrupt. Errors of the whole call as above.
  virtual Result<std::vector<Result<std::vector<Picture>>>> decode(std::span<const SegmentPayload> segments,
                                                                   Schedule schedule,
                                                                   const CancelToken* cancel) const = 0;
};

}  // namespace bitswap
