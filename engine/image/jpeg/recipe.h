// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe of a JPEG: its bytes without the coded data, and where a scan differs from what a standard writer would
// have made of the coefficients. engine/archive/FORMAT.md, "JPEG recipes".
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/image/jpeg/bit_reader.h"

namespace bitswap::jpeg {

/// Blocks of a scan are counted in the order in which they are coded.
struct Gap {
  std::uint64_t block = 0;    ///< the first one that is not coded
  std::uint64_t skipped = 0;  ///< blocks; 0 at the beginning of a restart interval: only its marker is missing or odd
  std::uint64_t bytes = 0;    ///< that stand there instead
  std::uint32_t longer =
      0;  ///< by so many blocks the run of empty blocks at `block` is longer than what is coded of it
};

/// How a writer of progressive files ends runs of blocks without further coefficients.
enum class RunStyle : std::uint8_t {
  Libjpeg = 0,       ///< after 32,767 blocks, and when more than 937 correction bits wait for their turn
  Unlimited = 1,     ///< after 32,767 blocks
  SingleBlocks = 2,  ///< every block ends its run
};

struct ExtraRun {
  std::uint64_t block = 0;
  std::uint32_t count = 0;  ///< runs of 16 zeros behind the last coefficient
};

/// What is odd in a scan. All lists rise by block.
struct ScanOddities {
  std::uint32_t scan = 0;    ///< of those that are coded
  bool no_restarts = false;  ///< although there is an interval
  RunStyle style = RunStyle::Libjpeg;
  std::vector<Gap> gaps;
  std::vector<std::uint64_t> toggles;  ///< blocks behind which a run ends, or does not, against the style
  std::vector<ExtraRun> extra_runs;

  [[nodiscard]] bool none() const {
    return !no_restarts && style == RunStyle::Libjpeg && gaps.empty() && toggles.empty() && extra_runs.empty();
  }
};

/// The bits that fill up the last byte at the end of each restart interval, scan, and part before a gap, counted in the
/// order of the file. All are alike but for the exceptions.
struct Paddings {
  struct Exception {
    std::uint64_t index = 0;
    std::uint8_t bits = 0;
  };
  bool ones = true;
  std::vector<Exception> exceptions;
};

/// Finds out which padding is the rule.
class PaddingCollector {
 public:
  void add(Padding padding);
  Paddings take();

 private:
  std::uint64_t count_ = 0;
  std::vector<Paddings::Exception> not_ones_;
  std::vector<Paddings::Exception> not_zeros_;
};

struct Recipe {
  Bytes headers;  ///< all bytes of the file but those that are coded
  Paddings paddings;
  std::vector<ScanOddities> odd_scans;  ///< by rising scan, only those that are odd
};

Bytes pack_recipe(const Recipe& recipe);

/// Errors: Corrupt, Truncated, LimitExceeded (more than `limit` bytes of headers).
Result<Recipe> parse_recipe(ByteView packed, std::uint64_t limit);

}  // namespace bitswap::jpeg
