// SPDX-License-Identifier: GPL-3.0-or-later
// The program `bitswap`: reads the command line, runs one command, returns its exit code.
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "app/cli/command.h"
#include "engine/base/printable.h"

namespace bitswap::cli {
namespace {

int run(int argc, char** argv) {
  CLI::App app("Lossless archives of photos with Bit-Swap.", "bitswap");
  app.set_version_flag("-V,--version", "bitswap " BITSWAP_VERSION);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    std::string name = failed->get_name();
    for (const CLI::App* chosen : failed->get_subcommands()) name += " " + chosen->get_name();
    return "bitswap: " + printable(error.what()) + "\nTry `" + name + " --help`.\n";
  });
  Action action;
  for (const AddCommand add : commands()) add(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kFine : kUsage;
  }
  return action();
}

}  // namespace
}  // namespace bitswap::cli

int main(int argc, char** argv) {
  // A pipe that nobody reads and a limit on the size of files are errors of the call that meets them.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // Errors are values; what still flies comes from the standard library or from the parser of the command line.
  try {
    return bitswap::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("bitswap: not enough memory. Try fewer --threads.\n", stderr);
    return bitswap::cli::kOutOfMemory;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bitswap: unexpected: %s\n", error.what());
    return bitswap::cli::kFatal;
  }
}
