// SPDX-License-Identifier: GPL-3.0-or-later
// Reading for measurements only: what is stored in archives goes through the jobs instead.
#include "app/cli/pictures.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "engine/image/format.h"
#include "engine/image/limits.h"

namespace bitswap::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 32;

Error located(const fs::path& path, Error error) {
  error.detail = path.string() + ": " + error.detail;
  return error;
}

Result<Bytes> read_file(const fs::path& path) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error) return located(path, {Error::Code::Io, 0, error.message()});
  if (size > kLargestFile)
    return located(path, {Error::Code::LimitExceeded, 0, "the file is too large to be measured"});
  std::ifstream file(path, std::ios::binary);
  if (!file) return located(path, {Error::Code::Io, 0, std::strerror(errno)});
  BITSWAP_TRY_ASSIGN(Bytes bytes, allocate(size));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<std::uintmax_t>(file.gcount()) != size) {
    return located(path, {Error::Code::Io, 0, "the file cannot be read to its end"});
  }
  return bytes;
}

}  // namespace

Result<std::vector<PictureFile>> find_files(std::span<const fs::path> paths) {
  std::vector<PictureFile> files;
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
      const std::size_t first = files.size();
      fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, error);
      for (; !error && walk != fs::end(walk); walk.increment(error)) {
        const bool hidden = walk->path().filename().native().starts_with('.');
        std::error_code ignored;
        if (hidden && walk->is_directory(ignored)) walk.disable_recursion_pending();
        if (!hidden && !walk->is_symlink(ignored) && walk->is_regular_file(ignored)) files.push_back({walk->path()});
      }
      if (error) return located(path, {Error::Code::Io, 0, error.message()});
      std::sort(files.begin() + static_cast<std::ptrdiff_t>(first), files.end(),
                [](const PictureFile& a, const PictureFile& b) { return a.path < b.path; });
    } else if (fs::exists(status)) {
      files.push_back({path, true});
    } else {
      return Error{Error::Code::NotFound, 0, "there is no file or folder " + path.string()};
    }
  }
  return files;
}

bool looks_like_picture(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Bytes start(4096);
  file.read(reinterpret_cast<char*>(start.data()), static_cast<std::streamsize>(start.size()));
  return find_format(ByteView(start).first(static_cast<std::size_t>(file.gcount()))) != nullptr;
}

Result<Picture> read_rgb(const fs::path& path) {
  BITSWAP_TRY_ASSIGN(const Bytes file, read_file(path));
  const ImageFormat* format = find_format(file);
  if (format == nullptr) {
    return located(path, {Error::Code::Unsupported, 0, "not a picture that this program can read"});
  }
  Result<Picture> picture = format->view(file);
  if (!picture.ok()) return located(path, std::move(picture).error());
  return picture;
}

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

Picture synthetic_photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Picture picture{width, height, channels, {}};
  picture.samples.reserve(picture.pixel_count() * channels);
  std::uint64_t state = 0x6269742D73776170U;
  for (std::int64_t y = 0; y < height; ++y) {
    for (std::int64_t x = 0; x < width; ++x) {
      const std::uint64_t noise = split_mix(state);
      // A sky that darkens, a hill with a sharp edge, and a sun: what photos are made of.
      const std::int64_t horizon = height * 3 / 5 + std::abs((x * 5 / 3) % 64 - 32);
      const std::int64_t from_sun = (x - width / 3) * (x - width / 3) + (y - height / 4) * (y - height / 4);
      const bool sun = from_sun * 64 < static_cast<std::int64_t>(width) * width;
      const bool land = y > horizon;
      for (int c = 0; c < channels; ++c) {
        std::int64_t value = land ? 90 - 12 * c + (x * y / 97) % 24 : 110 + 35 * c - 60 * y / height + 20 * x / width;
        if (sun && !land) value = 245 - 20 * c;
        // The sum of two dice is nearly what a sensor adds.
        const std::uint64_t dice = noise >> (16 * c);
        value += static_cast<std::int64_t>((dice & 7) + ((dice >> 3) & 7)) - 7;
        picture.samples.push_back(static_cast<std::uint8_t>(std::clamp<std::int64_t>(value, 0, 255)));
      }
    }
  }
  return picture;
}

}  // namespace bitswap::cli
