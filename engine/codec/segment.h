// SPDX-License-Identifier: GPL-3.0-or-later
// One segment: the tiles that share a set of lanes. Normally a single tile; with a chained model all tiles of an image.
// It knows planes and inputs (plan.h) and nothing of what they are parts of.
//
// Payload (little-endian): for each lane a varint with its number of initial words and a varint with its length in
// bytes, then the lanes one after another (ans_lane.h). The number of lanes and states follows from the count of all
// numbers of the inputs (lanes.h). Lane l draws its initial words from stream l. A plan with coefficients has escapes
// behind the lanes: for each tile a varint with their length in bytes, then for each coefficient whose byte is 0 or
// 255, in decoding order (stage by stage; target, channel, row), a varint that says how far beyond it is.
#pragma once

#include <atomic>
#include <span>
#include <vector>

#include "engine/codec/host/planes.h"
#include "engine/codec/host/sample_kernels.h"
#include "engine/codec/segment_coder.h"
#include "engine/model/model.h"

namespace bitswap {

class ScratchPool;
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
  const SampleKernels* kernels = nullptr;  ///< null: those of the networks' device
  CodecTimes* times = nullptr;             ///< null: nobody wants to know
  /// Null: the calling thread codes a segment alone. Else idle ones share its networks and lanes; the thread that codes
  /// it counts as busy meanwhile. What comes out is the same.
  SpareThreads* spare = nullptr;
  /// Working memory from segment to segment; null: each has its own.
  ScratchPool* scratch = nullptr;
};

/// The inputs of a tile, as many as the plan has. Views of samples have the channels of the plan's planes or 1.
using TileInputs = std::vector<InputView>;
using TileOutputs = std::vector<OutputView>;

/// `plan`: the model's, or another with its networks. Errors: Cancelled, OutOfMemory, Internal.
Result<EncodedSegment> encode_segment(const CodingModel& coding, const Plan& plan, std::span<const TileInputs> tiles,
                                      Schedule schedule, bool heat_map, const CancelToken* cancel);
/// Writes to the outputs' memory, whose contents are undefined after an error. Errors: Truncated, Corrupt, Cancelled,
/// OutOfMemory, Internal.
Status decode_segment(const CodingModel& coding, const Plan& plan, ByteView payload, std::span<const TileOutputs> tiles,
                      Schedule schedule, const CancelToken* cancel);

// The same with pictures, under the model's own plan.

/// The whole picture as an input of a pixel plan.
InputView view_of(const Picture& picture);
/// Tiles have 1 or 3 channels, all the same.
Result<EncodedSegment> encode_segment(const CodingModel& coding, std::span<const Picture> tiles, Schedule schedule,
                                      bool heat_map, const CancelToken* cancel);
Result<std::vector<Picture>> decode_segment(const CodingModel& coding, ByteView payload,
                                            std::span<const TileShape> tiles, Schedule schedule,
                                            const CancelToken* cancel);

}  // namespace bitswap
