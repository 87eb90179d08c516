// SPDX-License-Identifier: GPL-3.0-or-later
// The holder replaces the archive, and with it the file that the others wait for: so each looks again once it has it.
#include "engine/archive/archive_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <optional>
#include <thread>

#include "engine/archive/file_identity.h"

namespace bitswap {

Result<ArchiveLock> ArchiveLock::acquire(const std::filesystem::path& archive, const CancelToken* cancel,
                                         std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPause{20};
  const Clock::time_point end = Clock::now() + patience;
  for (;;) {
    // Network file systems lock for writing only what is open for writing.
    FileHandle file(::open(archive.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) file = FileHandle(::open(archive.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) return ArchiveLock(FileHandle());
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      struct stat info {};
      if (::fstat(file.get(), &info) != 0) return system_error(errno, "looking at", archive.string());
      if (identity_of(archive) == stamp_of(info).identity) return ArchiveLock(std::move(file));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return ArchiveLock(FileHandle());  // no locks here
    if (cancel != nullptr && cancel->cancelled()) return Error{Error::Code::Cancelled, 0, "stopped by the user"};
    if (Clock::now() >= end) {
      return Error{Error::Code::Io, 0, "another program is changing " + archive.string() + ": try again later"};
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace bitswap
