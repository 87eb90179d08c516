// Decoding goes on all threads; the order stays that of the paths, so that a seed means the same crops everywhere.
#include "app/train/load_photos.h"

#include <algorithm>
#include <fstream>

#include "engine/image/format.h"

namespace bitswap {
namespace {

constexpr std::size_t kLargePhoto = 4'000'000;

Result<Bytes> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Error::Code::Io, 0, "cannot read " + path.string()};
  return Bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

}  // namespace

Result<std::vector<Picture>> load_photos(std::span<const std::filesystem::path> paths, int threads,
                                         const CancelToken* cancel) {
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
  std::vector<Picture> photos(files.size());
  BITSWAP_TRY(parallel_for(files.size(), threads, cancel, [&](std::size_t i) -> Status {
    const Result<Bytes> bytes = read_file(files[i]);
    if (!bytes.ok()) return bytes.error();
    const ImageFormat* format = find_format(*bytes);
    if (format == nullptr) return {};
    if (Result<Picture> photo = format->view(*bytes); photo.ok()) photos[i] = std::move(photo).value();
    return {};
  }));
  std::erase_if(photos, [](const Picture& photo) { return photo.channels != 3; });
  return photos;
}

PhotoSet make_training_set(std::vector<Picture> photos, int factor) {
  PhotoSet set;
  for (Picture& photo : photos) {
    if (factor > 1 && photo.pixel_count() >= kLargePhoto) {
      set.add(shrink(photo, factor), 2);
      set.add(shrink(photo, factor + 1), 2);
      photo = {};
    } else {
      set.add(std::move(photo), 1);
    }
  }
  return set;
}

}  // namespace bitswap
