// SPDX-License-Identifier: GPL-3.0-or-later
// `bitswap help`, `bitswap completion`, `bitswap manual`: the program describes itself.
#include <algorithm>

#include "app/cli/all_commands.h"
#include "app/cli/describe.h"

namespace bitswap::cli {

void add_help(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("help", "Explain a command");
  auto name = std::make_shared<std::string>();
  command->add_option("command", *name, "The command; without it all are listed")->type_name("COMMAND");
  command->callback([name, &app, &action] {
    action = [name, &app] {
      if (name->empty()) return print(app.help(), kFine);
      const auto all = app.get_subcommands([&](const CLI::App* one) { return one->get_name() == *name; });
      if (all.empty()) {
        return fail({}, Error{Error::Code::InvalidArgument, 0, "there is no command " + *name}, "Try `bitswap help`.");
      }
      return print(all.front()->help("bitswap"), kFine);
    };
  });
}

void add_completion(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("completion", "Print a completion script for a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback(
      [shell, &app, &action] { action = [shell, &app] { return print(completion(app, *shell), kFine); }; });
}

void add_manual(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("manual", "Print the manual page, for man(1)");
  command->callback([&app, &action] { action = [&app] { return print(manual_page(app), kFine); }; });
}

}  // namespace bitswap::cli
