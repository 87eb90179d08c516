// SPDX-License-Identifier: GPL-3.0-or-later
// Options, signals and messages that are the same for every command.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "engine/base/printable.h"

namespace bitswap::cli {
namespace {

CancelToken g_stop;
std::atomic<int> g_interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free, "signal handlers may use nothing else");

extern "C" void on_signal(int signal) {
  if (signal == SIGINT && g_interrupts.fetch_add(1) > 0) _exit(kStopped);
  g_stop.cancel();
}

const char* default_sentence(Error::Code code) {
  switch (code) {
    case Error::Code::Io: return "the system refused to read or write a file";
    case Error::Code::NotAnArchive: return "this is not a .bswap archive";
    case Error::Code::Truncated: return "the data end too early";
    case Error::Code::Corrupt: return "the data are damaged";
    case Error::Code::Unsupported: return "this version cannot handle that";
    case Error::Code::LimitExceeded: return "a size is beyond the limits of the format";
    case Error::Code::Cancelled: return "stopped by the user";
    case Error::Code::NotFound: return "there is no such file";
    case Error::Code::Exists: return "the target exists already";
    case Error::Code::OutOfMemory: return "not enough memory";
    case Error::Code::NoSpace: return "the disk is full";
    case Error::Code::InvalidArgument: return "the arguments make no sense together";
    case Error::Code::Internal: return "an internal check failed";
  }
  return "an unknown error";
}

std::string_view default_advice(Error::Code code) {
  switch (code) {
    case Error::Code::NotAnArchive: return "Give a file that `bitswap compress` made.";
    case Error::Code::Truncated:
    case Error::Code::Corrupt: return "`bitswap repair` saves what is whole in a damaged archive.";
    case Error::Code::OutOfMemory: return "Try fewer --threads.";
    case Error::Code::NoSpace: return "Free some space and try again; no original was touched.";
    case Error::Code::Internal: return "Please report this with the command and the file.";
    default: return {};
  }
}

int exit_code(Error::Code code) {
  switch (code) {
    case Error::Code::Cancelled: return kStopped;
    case Error::Code::OutOfMemory: return kOutOfMemory;
    case Error::Code::InvalidArgument: return kUsage;
    default: return kFatal;
  }
}

}  // namespace

void add_common_options(CLI::App& command, CommonOptions& options, Uses uses) {
  if (uses == Uses::Networks) {
    command
        .add_option(
            "--device", options.device,
            "Where networks run: auto, cpu, cuda, reference, reference-cuda or plain; cpu-avx2, cpu-avx-vnni or "
            "cpu-avx512-vnni for one set of instructions")
        ->check(CLI::IsMember({"auto", "cpu", "cpu-avx512-vnni", "cpu-avx-vnni", "cpu-avx2", "cuda", "reference",
                               "reference-cuda", "plain"}))
        ->capture_default_str();
    command.add_option("--model", options.model, "Name or hash of a model (see `bitswap models`), or a model file");
  }
  if (uses != Uses::Nothing) {
    command.add_option("--threads", options.threads, "Threads; 0 takes all of the machine")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
  }
  command.add_flag("--json", options.json, "Print one JSON document on standard output and nothing else there");
  command.add_flag("-q,--quiet", options.quiet, "No progress and no warnings");
  command.add_flag("-v,--verbose", options.verbose, "Say more");
}

const CancelToken& stop_requests() {
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    // A terminal that closes; who asked to survive that (nohup) does.
    struct sigaction hangup = {};
    if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
    return true;
  }();
  static_cast<void>(installed);
  return g_stop;
}

std::string sentence(const Error& error) { return error.detail.empty() ? default_sentence(error.code) : error.detail; }

int fail(const CommonOptions& options, const Error& error, std::string_view advice) {
  const std::string what = sentence(error);
  if (options.json) {
    const nlohmann::ordered_json document = {{"error", {{"code", to_string(error.code)}, {"message", what}}}};
    print(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n", kFatal);
  }
  if (advice.empty()) advice = default_advice(error.code);
  std::fprintf(stderr, "bitswap: %s%s%.*s\n", printable(what).c_str(), advice.empty() ? "" : ". ",
               static_cast<int>(advice.size()), advice.data());
  return exit_code(error.code);
}

void warn(const CommonOptions& options, std::string_view sentence) {
  if (options.quiet) return;
  std::fprintf(stderr, "bitswap: %s\n", printable(sentence).c_str());
}

int print(std::string_view text, int code) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written) return code;
  // Whoever closed the pipe has seen enough.
  if (errno != EPIPE) std::fputs("bitswap: cannot write to standard output\n", stderr);
  return code == kFine ? kFatal : code;
}

}  // namespace bitswap::cli
