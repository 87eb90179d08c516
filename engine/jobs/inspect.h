// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger of one picture: where its bits go, under Bit-Swap and under BB-ANS, and its bit heat map.
#pragma once

#include <filesystem>

#include "engine/coder/ledger.h"
#include "engine/image/pixels/tiles.h"
#include "engine/jobs/job.h"

namespace bitswap {

struct InspectOptions : JobOptions {
  std::filesystem::path file;  ///< a picture, or an archive
  std::string entry;           ///< with an archive: the path of the entry
  std::string model;           ///< as in CompressOptions
  bool heat_map = false;
  std::uint32_t crop = 0;    ///< multiples to crop the sides to; 0: whole picture
  std::uint64_t sample = 0;  ///< pixels to estimate the ledgers of a large picture from, sample_patches(); 0: all
};

struct InspectReport {
  std::string path;
  std::uint32_t width = 0, height = 0;
  std::uint8_t channels = 0;
  std::size_t tiles = 0;
  std::string model;  ///< name
  std::string model_hash;
  bool estimate = false;            ///< ledgers are scaled up from a sample; there are neither parts nor a heat map
  Ledger ledger;                    ///< of Bit-Swap, as an archive stores it
  Ledger bb_ans;                    ///< the same model under the other schedule
  std::uint64_t payload_bytes = 0;  ///< Bit-Swap's segments; equals ledger.actual_bits() / 8
  /// When an entry of an archive was inspected: its bytes besides the segments, by kind. Sums with payload_bytes to the
  /// entry's stored bytes.
  std::uint64_t entry_header_bytes = 0, entry_framing_bytes = 0, entry_metadata_bytes = 0, entry_bytes = 0;
  /// False where the file is stored otherwise (a JPEG, say): the figures are of its decoded pixels.
  bool stored_as_pixels = false;
  HeatMap heat;  ///< whole picture, if asked for
  /// Bit-Swap's ledger of each segment and the part of the picture it codes, in the order of the archive. Segments of
  /// alpha come after those of the colours; a chained segment covers the whole picture.
  struct Part {
    Tile area;
    bool alpha = false;
    Ledger ledger;
  };
  std::vector<Part> parts;
};

/// Errors: NotFound, Unsupported (no picture), Corrupt, Cancelled, Io.
Result<InspectReport> inspect(const InspectOptions& options);

}  // namespace bitswap
