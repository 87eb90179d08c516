// What there is to say about one picture besides its pixels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/image/metadata.h"
#include "engine/jobs/picture_source.h"

namespace bitswap::ui {

struct Details {
  PictureSource source;
  std::string format;                  ///< "png", …
  std::string codec;                   ///< of an entry: "bitswap", "zstd", …; empty for a file
  std::optional<Exactness> exactness;  ///< of an entry
  std::uint32_t width = 0, height = 0;
  std::uint64_t file_bytes = 0;    ///< of the file (as it was given)
  std::uint64_t stored_bytes = 0;  ///< of an entry: all that it takes in the archive
  std::uint64_t pixel_bytes = 0;   ///< of these, the coded pixels
  std::string checksum;            ///< XXH3-128 of the file, or of what the entry gives back; empty if not read
  std::vector<MetadataItem> metadata;
};

}  // namespace bitswap::ui
