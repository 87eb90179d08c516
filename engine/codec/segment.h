// One segment: the tiles that share a set of lanes. Normally a single tile; with a chained model all tiles of an image.
//
// Payload (little-endian): for each lane a varint with its number of initial words and a varint with its length in
// bytes, then the lanes one after another (ans_lane.h). The number of lanes and states follows from the number of
// subpixels (lanes.h). Lane l draws its initial words from stream l.
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "engine/backend/segment_coder.h"
#include "engine/codec/sample_kernels.h"
#include "engine/model/model.h"

namespace bitswap {

class SpareThreads;

/// Where the time of coding goes, in seconds, added up over all threads that code segments. Those that lend a hand do
/// not count.
struct CodecTimes {
  std::atomic<double> networks{0};  ///< BackendModel::run
  std::atomic<double> planes{0};    ///< splitting, inputs, guesses, joining
  std::atomic<double> entropy{0};   ///< distributions and the coder
};

/// A model together with a backend that runs it. All that is named must outlive every user of this.
struct CodingModel {
  const Model* model = nullptr;
  const BackendModel* networks = nullptr;
  const SampleKernels* kernels = nullptr;  ///< null: the fastest
  CodecTimes* times = nullptr;             ///< null: nobody wants to know
  /// Null: the calling thread codes a segment alone. Else idle ones share its networks and lanes; the thread that codes
  /// it counts as busy meanwhile. What comes out is the same.
  SpareThreads* spare = nullptr;
};

/// Tiles have 1 or 3 channels, all the same. Errors: Cancelled, OutOfMemory, Internal.
Result<EncodedSegment> encode_segment(const CodingModel& coding, std::span<const Picture> tiles, Schedule schedule,
                                      bool heat_map, const CancelToken* cancel);

/// Errors: Truncated, Corrupt, Cancelled, OutOfMemory, Internal.
Result<std::vector<Picture>> decode_segment(const CodingModel& coding, ByteView payload,
                                            std::span<const TileShape> tiles, Schedule schedule,
                                            const CancelToken* cancel);

}  // namespace bitswap
