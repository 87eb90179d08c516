// SPDX-License-Identifier: GPL-3.0-or-later
// One function a command; each lives in the source file of its name.
#pragma once

#include "app/cli/command.h"

namespace bitswap::cli {

void add_compress(CLI::App& app, Action& action);
void add_extract(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_test(CLI::App& app, Action& action);
void add_repair(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_selftest(CLI::App& app, Action& action);
void add_train(CLI::App& app, Action& action);
void add_models(CLI::App& app, Action& action);
void add_help(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);
void add_manual(CLI::App& app, Action& action);

}  // namespace bitswap::cli
