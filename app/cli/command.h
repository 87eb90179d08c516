// SPDX-License-Identifier: GPL-3.0-or-later
// What all commands of `bitswap` share: common options, exit codes, and how errors reach the user.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "engine/base/parallel.h"
#include "engine/base/result.h"

namespace bitswap::cli {

/// Those of 7-Zip.
enum ExitCode : int {
  kFine = 0,
  kWarning = 1,  ///< some inputs were skipped, or something needs attention
  kFatal = 2,
  kUsage = 7,
  kOutOfMemory = 8,
  kStopped = 255,  ///< by the user
};

struct CommonOptions {
  std::string device = "auto";
  std::string model;
  int threads = 0;
  bool json = false;   ///< one document on standard output and nothing else there
  bool quiet = false;  ///< errors only
  int verbose = 0;
};

/// Set by main() to what the chosen subcommand does; called after all options are read.
using Action = std::function<int()>;

/// Each adds its subcommand to `app`; choosing it sets `action`, which owns the options.
using AddCommand = void (*)(CLI::App& app, Action& action);

/// The commands of this build, in the order of the help text: commands_full.cpp or commands_minimal.cpp.
std::span<const AddCommand> commands();

/// Which of the common options a command understands.
enum class Uses : std::uint8_t { Nothing, Threads, Networks };
void add_common_options(CLI::App& command, CommonOptions& options, Uses uses);

/// Cancelled by SIGINT, SIGTERM and SIGHUP; a second SIGINT ends the program at once. Handlers are installed by the
/// first call.
const CancelToken& stop_requests();

/// One sentence on standard error, with `advice` on what to do where the error leaves that open; with --json also a
/// document {"error":{"code","message"}} on standard output. Returns the exit code.
int fail(const CommonOptions& options, const Error& error, std::string_view advice = {});
/// One sentence on standard error, unless --quiet.
void warn(const CommonOptions& options, std::string_view sentence);
/// Whole text on standard output. Returns `code`, or kFatal when the output cannot be written (a full disk, say).
int print(std::string_view text, int code);

/// Without the details that only a log needs.
std::string sentence(const Error& error);

}  // namespace bitswap::cli
