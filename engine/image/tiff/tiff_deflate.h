// SPDX-License-Identifier: GPL-3.0-or-later
// The Deflate streams of a page's strips or tiles: many small ones of one writer, described together, some megabytes of
// them at a time.
#pragma once

#include <array>
#include <vector>

#include "engine/deflate/zlib_frame.h"
#include "engine/image/tiff/tiff_recipe.h"

namespace bitswap {

/// Finds out, block by block, what makes the streams come back.
class TiffDeflateTaker {
 public:
  /// Holes go to `holes`, which must outlive it.
  explicit TiffDeflateTaker(std::vector<TiffHole>& holes) : holes_(holes) {}

  /// The next block of the page: `rows` are what the compressor saw, `packed` (which must outlive the taker) begins
  /// with what it wrote. `anew` is the block's hole if it has to be packed anew. Errors: OutOfMemory.
  Status add(TiffHole anew, ByteView packed, const Bytes& rows);
  /// After the last block. Errors: OutOfMemory.
  Status close();

  /// All streams come back bit for bit.
  [[nodiscard]] bool exact() const { return exact_; }
  std::vector<TiffDeflateRun> take() { return std::move(runs_); }

 private:
  void add_anew(TiffHole hole);

  std::vector<TiffHole>& holes_;
  std::vector<TiffDeflateRun> runs_;
  std::vector<deflate::ZlibStream> open_;  ///< not described yet, of one header
  std::vector<TiffHole> open_anew_;        ///< their holes, should they not be worth it
  std::uint64_t open_bytes_ = 0;
  bool exact_ = true;
};

/// The inverse.
class TiffDeflatePacker {
 public:
  struct Packed {
    std::size_t block = 0;
    Bytes bytes;
  };

  /// `runs` must outlive it.
  explicit TiffDeflatePacker(const std::vector<TiffDeflateRun>& runs) : runs_(runs) {}

  /// Takes the next block's rows; gives the blocks that are packed now, those of a whole run. Errors: Corrupt and
  /// others of deflate::rebuild().
  Result<std::vector<Packed>> add(std::size_t block, Bytes rows);
  /// All runs are used up.
  [[nodiscard]] bool done() const { return next_ == runs_.size() && waiting_.empty(); }

 private:
  const std::vector<TiffDeflateRun>& runs_;
  std::size_t next_ = 0;
  std::uint64_t packed_ = 0;     ///< blocks of a run that is packed anew
  std::vector<Packed> waiting_;  ///< rows of a run that is not complete
};

}  // namespace bitswap
