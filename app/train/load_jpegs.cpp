// SPDX-License-Identifier: GPL-3.0-or-later
// One file after another on each thread: coefficients and pixels of all files together would not fit into memory.
#include "app/train/load_jpegs.h"

#include <algorithm>
#include <optional>

#include "app/train/load_photos.h"
#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap {
namespace {

constexpr std::size_t kLargePhoto = 4'000'000;
constexpr std::uint32_t kSmallestClean = 16 * 8 * 2;  ///< side of a crop of 4:2:0

/// Nothing if the file is no JPEG with luma and two chroma components.
std::optional<JpegBlocks> blocks_of(const JpegImage& image) {
  const auto& from = image.layout.components;
  if (from.size() != 3 || from[0].horizontal % from[1].horizontal != 0 || from[0].vertical % from[1].vertical != 0) {
    return std::nullopt;
  }
  JpegBlocks blocks;
  blocks.across = from[0].horizontal / from[1].horizontal;
  blocks.down = from[0].vertical / from[1].vertical;
  for (std::size_t c = 0; c < 3; ++c) {
    JpegComponentBlocks& to = blocks.components[c];
    to.columns = static_cast<int>(from[c].columns);
    to.rows = static_cast<int>(from[c].rows);
    to.steps = from[c].quantisation;
    const auto count = static_cast<std::size_t>(from[c].blocks());
    to.values.resize(count * 64);
    for (std::size_t k = 0; k < 64; ++k) {
      for (std::size_t i = 0; i < count; ++i) to.values[i * 64 + k] = image.planes[c][k * count + i];
    }
  }
  return blocks;
}

/// Pixels of one picture that no JPEG encoder has left its traces in.
std::vector<Picture> clean_pixels(Picture photo, bool is_jpeg, int factor) {
  std::vector<Picture> pictures;
  if (photo.channels != 3) return pictures;
  if (photo.pixel_count() >= kLargePhoto && factor > 1) {
    for (const int by : {factor - 1, factor, factor + 1}) {
      if (by > 1) pictures.push_back(shrink(photo, by));
    }
  } else if (is_jpeg) {
    pictures.push_back(shrink(photo, 2));
  } else {
    pictures.push_back(std::move(photo));
  }
  std::erase_if(pictures, [](const Picture& p) { return std::min(p.width, p.height) < kSmallestClean; });
  return pictures;
}

}  // namespace

Result<JpegSet> load_jpegs(std::span<const std::filesystem::path> paths, int factor, bool clean, int threads,
                           const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(const auto files, find_files(paths));
  std::vector<std::optional<JpegBlocks>> blocks(files.size());
  std::vector<std::vector<Picture>> pictures(files.size());
  BITSWAP_TRY(parallel_for(files.size(), threads, cancel, [&](std::size_t i) -> Status {
    BITSWAP_TRY_ASSIGN(const Bytes bytes, read_file(files[i]));
    const Result<JpegImage> image = read_jpeg(bytes);
    if (image.ok()) blocks[i] = blocks_of(*image);
    if (!clean) return {};
    BITSWAP_TRY_ASSIGN(Picture photo, decode_photo(bytes));
    pictures[i] = clean_pixels(std::move(photo), image.ok(), factor);
    return {};
  }));
  JpegSet set;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (blocks[i]) set.add(std::move(*blocks[i]));
    for (Picture& picture : pictures[i]) set.clean().add(std::move(picture), 1);
  }
  return set;
}

}  // namespace bitswap
