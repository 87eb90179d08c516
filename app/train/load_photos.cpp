// SPDX-License-Identifier: GPL-3.0-or-later
// Decoding goes on all threads; the order stays that of the paths, so that a seed means the same crops everywhere.
#include "app/train/load_photos.h"

#include <algorithm>
#include <fstream>
#include <random>

#include "engine/codec/image_codec.h"
#include "engine/image/format.h"
#include "engine/image/pixels/tiles.h"
#include "engine/image/pixels/ycc_colours.h"
#include "engine/training/photo_cd.h"

namespace bitswap {
namespace {

constexpr std::size_t kLargePhoto = 4'000'000;
constexpr std::uint32_t kSmallestShrunk = 128;  ///< side of a photo
constexpr double kFewPixels = 0.1;
/// An adaptation learns little from more than this, and from a larger window of the same photo.
constexpr std::uint64_t kSamplePixels = 96'000'000;
constexpr std::uint32_t kSampleSide = 1536;

/// Without channels if it is no picture. Errors: Io.
Result<Picture> load_photo(const std::filesystem::path& path) {
  BITSWAP_TRY_ASSIGN(const Bytes bytes, read_file(path));
  return decode_photo(bytes);
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Error::Code::Io, 0, "cannot read " + path.string()};
  return Bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

Result<std::vector<std::filesystem::path>> find_files(std::span<const std::filesystem::path> paths) {
  std::vector<std::filesystem::path> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path, error)) {
        if (entry.is_regular_file(error)) files.push_back(entry.path());
      }
    } else if (std::filesystem::exists(path, error)) {
      files.push_back(path);
    } else {
      return Error{Error::Code::NotFound, 0, "no such file or folder: " + path.string()};
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<Picture> decode_photo(ByteView bytes) {
  const ImageFormat* format = find_format(bytes);
  if (format == nullptr) return Picture{};
  Result<Picture> photo = format->view(bytes);
  return photo.ok() ? std::move(photo).value() : Picture{};
}

Result<std::vector<Picture>> load_photos(std::span<const std::filesystem::path> paths, int threads,
                                         const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(const auto files, find_files(paths));
  std::vector<Picture> photos(files.size());
  BITSWAP_TRY(parallel_for(files.size(), threads, cancel, [&](std::size_t i) -> Status {
    BITSWAP_TRY_ASSIGN(photos[i], load_photo(files[i]));
    return {};
  }));
  std::erase_if(photos, [](const Picture& photo) { return photo.channels != 3; });
  return photos;
}

Result<PhotoSample> load_sample(std::span<const std::filesystem::path> paths, SampleKind kind, int threads,
                                const CancelToken* cancel) {
  BITSWAP_TRY_ASSIGN(auto files, find_files(paths));
  std::mt19937_64 random(1);
  std::shuffle(files.begin(), files.end(), random);
  PhotoSample sample{PhotoSet(kind == SampleKind::OnlyYcc ? kYccGrid : 1)};
  double loaded_bytes = 0, all_bytes = 0;
  const auto bytes_of = [](const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0.0 : static_cast<double>(size);
  };
  for (const auto& file : files) all_bytes += bytes_of(file);
  const auto group = static_cast<std::size_t>(std::max(threads, 1));
  for (std::size_t first = 0; first < files.size() && sample.photos.pixels() < kSamplePixels; first += group) {
    std::vector<Picture> photos(std::min(group, files.size() - first));
    BITSWAP_TRY(parallel_for(photos.size(), threads, cancel, [&](std::size_t i) -> Status {
      BITSWAP_TRY_ASSIGN(photos[i], load_photo(files[first + i]));
      const auto space = kind == SampleKind::All ? std::nullopt : suits_ycc(photos[i]);
      if (kind == SampleKind::OnlyYcc && space) to_ycc(photos[i], *space);
      if (kind != SampleKind::All && space.has_value() != (kind == SampleKind::OnlyYcc)) photos[i] = {};
      return {};
    }));
    for (std::size_t i = 0; i < photos.size(); ++i) {
      loaded_bytes += bytes_of(files[first + i]);
      const Picture& photo = photos[i];
      if (photo.channels != 3) continue;
      const auto pixels = static_cast<double>(photo.pixel_count());
      sample.all_pixels += pixels;
      const std::uint32_t width = std::min(photo.width, kSampleSide), height = std::min(photo.height, kSampleSide);
      const Tile window{sample.photos.place(photo.width, width, random),
                        sample.photos.place(photo.height, height, random), width, height};
      sample.photos.add(crop(photo, window), pixels / (static_cast<double>(width) * height));
    }
  }
  if (loaded_bytes > 0) sample.all_pixels *= all_bytes / loaded_bytes;
  return sample;
}

std::vector<Picture> with_ycc(std::vector<Picture> photos, int threads) {
  (void)parallel_for(photos.size(), threads, nullptr, [&](std::size_t i) -> Status {
    if (!suits_ycc(photos[i])) photos[i] = {};
    return {};
  });
  std::erase_if(photos, [](const Picture& photo) { return photo.channels == 0; });
  return photos;
}

PhotoSet make_training_set(std::vector<Picture> photos, int factor, bool ycc) {
  PhotoSet set(ycc ? kYccGrid : 1);
  for (Picture& photo : photos) {
    const bool large = photo.pixel_count() >= kLargePhoto;
    if (ycc) {
      for (int by = factor; large && factor > 1 && by <= 2 * factor; by += factor) {
        set.add(like_photo_cd(shrink(photo, by), by == factor ? Turn::None : Turn::Quarter), 1);
      }
      if (const auto space = find_ycc_space(photo)) to_ycc(photo, *space);
      set.add(std::move(photo), large ? kFewPixels : 1);
    } else if (factor > 1 && large) {
      if (factor > 2) set.add(shrink(photo, factor - 1), 1);
      set.add(shrink(photo, factor), 2);
      set.add(shrink(photo, factor + 1), 2);
      photo = {};
    } else if (factor > 1 && std::min(photo.width, photo.height) >= kSmallestShrunk && lies_in(photo, YccSpace::Jpeg)) {
      set.add(shrink(photo, 2), 1);
      set.add(std::move(photo), kFewPixels);
    } else {
      set.add(std::move(photo), 1);
    }
  }
  return set;
}

}  // namespace bitswap
