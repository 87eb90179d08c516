// SPDX-License-Identifier: GPL-3.0-or-later
// Thin wrappers of system calls: retries after signals, and what errno means to an archive.
#include "engine/archive/file_io.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <system_error>

namespace bitswap {
namespace {

constexpr std::string_view kTemporaryStart = ".bswap-";
constexpr std::string_view kTemporaryEnd = ".part";

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileHandle::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR) return system_error(errno, "closing", "a file");
  return {};
}

Error system_error(int error_number, std::string_view action, std::string_view path) {
  Error::Code code = Error::Code::Io;
  std::string reason = std::generic_category().message(error_number);
  switch (error_number) {
    case ENOSPC: code = Error::Code::NoSpace, reason = "the disk is full"; break;
    case EDQUOT: code = Error::Code::NoSpace, reason = "the disk quota is used up"; break;
    case EFBIG:
      code = Error::Code::NoSpace, reason = "the file is larger than the file system or a limit allows";
      break;
    case EEXIST: code = Error::Code::Exists; break;
    case ENOENT: code = Error::Code::NotFound; break;
    case ENOMEM: code = Error::Code::OutOfMemory; break;
    default: break;
  }
  std::string detail(action);
  detail.append(" ").append(path).append(": ").append(reason);
  return Error{code, 0, std::move(detail)};
}

Status write_all(int file, ByteView bytes, std::string_view path) {
  // Linux moves at most 2 GiB a call; smaller pieces also let a signal through.
  constexpr std::size_t kLargestWrite = std::size_t{1} << 28;
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (count < 0) {
      if (errno == EINTR) continue;
      return system_error(errno, "writing", path);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

Result<std::size_t> read_at(int file, std::uint64_t offset, std::span<std::uint8_t> into) {
  constexpr std::size_t kLargestRead = std::size_t{1} << 28;
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t count = ::pread(file, into.data() + done, std::min(into.size() - done, kLargestRead),
                                  static_cast<off_t>(offset + done));
    if (count < 0) {
      if (errno == EINTR) continue;
      Error error = system_error(errno, "reading", "the file");
      error.offset = offset + done;
      return error;
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

Status rename_without_replacing(int folder, const std::string& from, const std::string& to) {
  if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno != EINVAL && errno != ENOSYS) return system_error(errno, "creating", to);
  // A file system without that call: a second name never replaces either.
  if (::linkat(folder, from.c_str(), folder, to.c_str(), 0) == 0) {
    ::unlinkat(folder, from.c_str(), 0);
    return {};
  }
  if (errno == EEXIST) return system_error(errno, "creating", to);
  // And one without hard links: an empty file of our own holds the name until ours takes its place.
  const FileHandle reserved(::openat(folder, to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!reserved.valid()) return system_error(errno, "creating", to);
  if (::renameat(folder, from.c_str(), folder, to.c_str()) == 0) return {};
  const int reason = errno;
  ::unlinkat(folder, to.c_str(), 0);
  return system_error(reason, "creating", to);
}

unsigned process_umask() {
  // umask() can only be read by setting it, which other threads would notice; the kernel also tells it as text.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("Umask:", 0) == 0) return static_cast<unsigned>(std::strtoul(line.c_str() + 6, nullptr, 8));
  }
  const mode_t mask = ::umask(022);
  ::umask(mask);
  return static_cast<unsigned>(mask);
}

unsigned new_file_mode() { return 0666U & ~process_umask(); }

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) == static_cast<ssize_t>(sizeof number)) return number;
  // Uniqueness is all that is asked for; exclusive creation guards the rest.
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return (static_cast<std::uint64_t>(now.tv_sec) << 30 ^ static_cast<std::uint64_t>(now.tv_nsec)) *
             0x9E3779B97F4A7C15U +
         static_cast<std::uint64_t>(::getpid());
}

Result<FileHandle> create_temporary(int folder, std::string& name) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    ByteWriter number;
    number.u64(random_number());
    name.assign(kTemporaryStart).append(hex(number.bytes())).append(kTemporaryEnd);
    FileHandle file(::openat(folder, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (file.valid()) {
      // Before the lock holds, another program may sweep the file away: then it has no name any more.
      struct stat info {};
      ::flock(file.get(), LOCK_EX | LOCK_NB);
      if (::fstat(file.get(), &info) != 0 || info.st_nlink > 0) return file;
      continue;
    }
    if (errno != EEXIST && errno != EINTR) return system_error(errno, "creating", "a temporary file");
  }
  return Error{Error::Code::Io, 0, "no free name for a temporary file"};
}

bool is_temporary_name(std::string_view name) {
  constexpr std::size_t kDigits = 16;
  if (name.size() != kTemporaryStart.size() + kDigits + kTemporaryEnd.size()) return false;
  const std::string_view digits = name.substr(kTemporaryStart.size(), kDigits);
  return name.starts_with(kTemporaryStart) && name.ends_with(kTemporaryEnd) &&
         digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void sweep_temporaries(int folder) {
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return;
  const std::unique_ptr<DIR, int (*)(DIR*)> names(::fdopendir(again), &::closedir);
  if (!names) {
    ::close(again);
    return;
  }
  while (const dirent* entry = ::readdir(names.get())) {
    const char* name = entry->d_name;
    if (!is_temporary_name(name)) continue;
    struct stat info {};
    // A link cannot be locked, but nobody needs longer than a moment for one.
    constexpr int kOldSeconds = 60;
    if (::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode)) {
      if (::time(nullptr) - info.st_ctim.tv_sec > kOldSeconds) ::unlinkat(folder, name, 0);
      continue;
    }
    const FileHandle file(::openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(folder, name, 0);
  }
}

TemporaryName::~TemporaryName() { ::unlinkat(folder_, name_.c_str(), 0); }

Status sync_folder(int folder, std::string_view path) {
  // EINVAL: a file system that cannot, and has nothing to promise.
  if (::fsync(folder) != 0 && errno != EINVAL) return system_error(errno, "syncing", path);
  return {};
}

}  // namespace bitswap
