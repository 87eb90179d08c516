// SPDX-License-Identifier: GPL-3.0-or-later
// The file system's part of taking a file in.
#include "engine/jobs/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "engine/image/limits.h"

namespace bitswap {
namespace {

/// A file that was written to just now may be written to again without its times telling: they count in ticks.
bool is_recent(const FileStamp& stamp) {
  constexpr std::int64_t kNanosecondsOfTicks = 50'000'000;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t seconds = now.tv_sec - stamp.changed.seconds;
  return seconds < 2 && seconds * 1'000'000'000 + now.tv_nsec - stamp.changed.nanoseconds < kNanosecondsOfTicks;
}

}  // namespace

Result<OpenFile> open_file(const std::filesystem::path& path) {
  OpenFile file;
  file.handle = FileHandle(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat info {};
  if (!file.handle.valid() || ::fstat(file.handle.get(), &info) != 0) {
    return system_error(errno, "opening", path.string());
  }
  if (!S_ISREG(info.st_mode)) return Error{Error::Code::Io, 0, path.string() + " is no longer a regular file"};
  file.stamp = stamp_of(info);
  file.permissions = info.st_mode & 07777U;
  return file;
}

bool has_changed(const OpenFile& file) {
  struct stat info {};
  return ::fstat(file.handle.get(), &info) != 0 || stamp_of(info) != file.stamp;
}

Result<Bytes> read_whole(const OpenFile& file) {
  BITSWAP_TRY_ASSIGN(Bytes content, allocate(file.stamp.size));
  BITSWAP_TRY_ASSIGN(const std::size_t count, read_at(file.handle.get(), 0, content));
  content.resize(count);
  return content;
}

Result<Bytes> read_at_one_moment(OpenFile& file, bool& held_still) {
  constexpr int kMostTries = 5;
  constexpr std::chrono::milliseconds kPause{5};
  for (int attempt = 1;; ++attempt) {
    BITSWAP_TRY_ASSIGN(Bytes content, read_whole(file));
    held_still = !has_changed(file) && content.size() == file.stamp.size;
    if (held_still && is_recent(file.stamp)) {
      BITSWAP_TRY_ASSIGN(const Bytes again, read_whole(file));
      held_still = again == content && !has_changed(file);
    }
    if (held_still || attempt == kMostTries) return content;
    std::this_thread::sleep_for(kPause);
    struct stat info {};
    if (::fstat(file.handle.get(), &info) != 0) return system_error(errno, "reading", "a file");
    file.stamp = stamp_of(info);
    file.permissions = info.st_mode & 07777U;
  }
}

}  // namespace bitswap
