// SPDX-License-Identifier: GPL-3.0-or-later
// What there is to say about one picture besides its pixels.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/image/metadata.h"
#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

/// How the pixels of an entry are coded.
struct PixelCoding {
  std::string model;       ///< name; empty for one that the archive brings along
  std::string model_hash;  ///< in hex
  std::uint32_t tile_size = 0;
  std::size_t tiles = 0;
  std::size_t segments = 0;              ///< that can be decoded for themselves: tiles, and those of transparency
  int fewest_lanes = 0, most_lanes = 0;  ///< of a segment
  int states = 0;                        ///< of a lane, at most
};

struct Details {
  PictureSource source;
  std::string format;                  ///< "png", …
  Form form = Form::None;              ///< in which an entry is kept; None for a file
  std::optional<Exactness> exactness;  ///< of an entry
  std::uint32_t width = 0, height = 0;
  std::uint64_t file_bytes = 0;       ///< of the file (as it was given)
  std::uint64_t stored_bytes = 0;     ///< of an entry: all that it takes in the archive
  std::uint64_t pixel_bytes = 0;      ///< of these, the coded pixels
  bool rebuilt = false;               ///< what comes back is a new file with the same pixels
  std::uint64_t rebuilt_bytes = 0;    ///< its size
  std::string checksum;               ///< BLAKE2b-256 of the file, or of what the entry gives back; empty if not read
  std::optional<PixelCoding> coding;  ///< of an entry of the form Picture
  std::vector<MetadataItem> metadata;
};

/// Several files together: a folder, a selection, an archive.
struct FilesSummary {
  struct Share {
    std::uint64_t files = 0, bytes = 0;
  };
  std::uint64_t files = 0, pictures = 0, pixels = 0;
  std::uint64_t file_bytes = 0;
  std::uint64_t stored_files = 0, stored_file_bytes = 0, stored_bytes = 0;  ///< of those that are in an archive
  std::uint64_t pixel_exact = 0;
  std::uint64_t left_out = 0;   ///< of files: not in the archive, or cannot be taken in
  std::map<Form, Share> forms;  ///< of the entries
};

}  // namespace bitswap::ui
