// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the pictures that a user names and decodes them as RGB, for commands that measure.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/base/result.h"
#include "engine/image/pixels/picture.h"

namespace bitswap::cli {

struct PictureFile {
  std::filesystem::path path;
  bool named = false;  ///< by the user, not found in a folder: then it must be a picture
};

/// Files as they are named, and all files below folders, sorted; hidden ones and links are passed over.
/// Errors: NotFound, Io.
Result<std::vector<PictureFile>> find_files(std::span<const std::filesystem::path> paths);

/// Whether the content begins like a picture of a known format; it may be broken all the same.
bool looks_like_picture(const std::filesystem::path& path);

/// Any picture this build can read as 8-bit RGB. Errors: Io, Unsupported (no picture), Corrupt, Truncated,
/// LimitExceeded, OutOfMemory; the sentence names the file.
Result<Picture> read_rgb(const std::filesystem::path& path);

/// A photo-like picture of `channels` 1 or 3 that is the same everywhere: smooth gradients, edges and noise, integers
/// only.
Picture synthetic_photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels);

/// The next number of a fixed sequence (SplitMix64, Steele, Lea, Flood, OOPSLA 2014).
std::uint64_t split_mix(std::uint64_t& state);

}  // namespace bitswap::cli
