// SPDX-License-Identifier: GPL-3.0-or-later
// fork() without exec: glibc keeps its allocator usable in the child of a process with threads. The result comes back
// through a file in memory.
#include "engine/base/child_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>

namespace bitswap {
namespace {

/// In front of the result: whether it is one, and else what the error is.
struct Outcome {
  std::uint8_t ok = 0;
  std::uint8_t code = 0;
  std::uint64_t offset = 0;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

bool write_fully(int file, const void* data, std::size_t size) {
  const auto* next = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    const ssize_t count = ::write(file, next, std::min(size, std::size_t{1} << 30));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    next += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

bool send(int file, const Result<Bytes>& result) {
  Outcome outcome;
  outcome.ok = result.ok() ? 1 : 0;
  if (!result.ok()) {
    outcome.code = static_cast<std::uint8_t>(result.error().code);
    outcome.offset = result.error().offset;
  }
  const void* data = result.ok() ? static_cast<const void*>(result->data()) : result.error().detail.data();
  const std::size_t size = result.ok() ? result->size() : result.error().detail.size();
  return write_fully(file, &outcome, sizeof outcome) && write_fully(file, data, size);
}

/// Nothing of what this process does to others may happen twice.
void become_harmless() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);  // the parent decides
  for (const int signal : {SIGILL, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGTRAP}) std::signal(signal, SIG_DFL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  if (const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC); nowhere >= 0) {
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
  }
  // When the machine runs out of memory, it is this one that goes.
  if (const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC); score >= 0) {
    (void)!::write(score, "1000", 4);
    ::close(score);
  }
}

[[noreturn]] void be_child(int file, const std::function<Result<Bytes>()>& work) {
  become_harmless();
  bool sent = false;
  try {
    sent = send(file, work());
  } catch (const std::bad_alloc&) {
    sent = send(file, Error{Error::Code::OutOfMemory, 0, "not enough memory"});
  } catch (...) {
  }
  ::_exit(sent ? EXIT_SUCCESS : EXIT_FAILURE);
}

Error child_error(const char* what) { return {Error::Code::OutOfMemory, 0, what}; }

Result<Bytes> receive(int file) {
  struct stat info {};
  Outcome outcome;
  if (::fstat(file, &info) != 0 || static_cast<std::uint64_t>(info.st_size) < sizeof outcome) {
    return child_error("a library ended early: not enough memory");
  }
  const auto read_fully = [&](void* into, std::size_t size, std::size_t at) {
    auto* next = static_cast<std::uint8_t*>(into);
    while (size > 0) {
      const ssize_t count = ::pread(file, next, std::min(size, std::size_t{1} << 30), static_cast<off_t>(at));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      next += count;
      at += static_cast<std::size_t>(count);
      size -= static_cast<std::size_t>(count);
    }
    return true;
  };
  Bytes data(static_cast<std::size_t>(info.st_size) - sizeof outcome);
  if (!read_fully(&outcome, sizeof outcome, 0) || !read_fully(data.data(), data.size(), sizeof outcome)) {
    return Error{Error::Code::Io, 0, "a result in memory cannot be read"};
  }
  if (outcome.ok != 0) return data;
  return Error{static_cast<Error::Code>(outcome.code), outcome.offset, std::string(data.begin(), data.end())};
}

}  // namespace

Result<Bytes> run_in_child(const std::function<Result<Bytes>()>& work) {
  const Descriptor file(::memfd_create("bitswap", MFD_CLOEXEC));
  if (file.get() < 0) return child_error("no file in memory could be made");
  const pid_t child = ::fork();
  if (child < 0) return child_error("no child process could be started: not enough memory or processes");
  if (child == 0) be_child(file.get(), work);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return Error{Error::Code::Internal, 0, "a child process is lost"};
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) return receive(file.get());
  return child_error("a library gave up: not enough memory");
}

}  // namespace bitswap
