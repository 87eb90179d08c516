// SPDX-License-Identifier: GPL-3.0-or-later
// Device and inode, as stat() gives them.
#include "engine/archive/file_identity.h"

namespace bitswap {
namespace {

FileTime time_of(const timespec& time) { return {time.tv_sec, static_cast<std::uint32_t>(time.tv_nsec)}; }

FileIdentity identity_of(const struct stat& info) { return {info.st_dev, info.st_ino}; }

}  // namespace

FileStamp stamp_of(const struct stat& info) {
  return {identity_of(info), static_cast<std::uint64_t>(info.st_size), time_of(info.st_mtim), time_of(info.st_ctim)};
}

std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  return identity_of(info);
}

Status check_not_input(const std::filesystem::path& output, std::span<const std::filesystem::path> inputs) {
  const auto target = identity_of(output);
  if (!target) return {};
  for (const std::filesystem::path& input : inputs) {
    if (identity_of(input) != target) continue;
    return Error{Error::Code::InvalidArgument, 0,
                 output.string() + " would be written over " + input.string() + ", which is an input"};
  }
  return {};
}

}  // namespace bitswap
