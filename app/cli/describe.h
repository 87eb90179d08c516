// SPDX-License-Identifier: GPL-3.0-or-later
// Shell completions and the manual page, made from the options as the program itself defines them.
#pragma once

#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace bitswap::cli {

/// `shell` is "bash", "zsh" or "fish". Empty for another one.
std::string completion(const CLI::App& app, std::string_view shell);

/// man(7) source of bitswap(1), all commands in one page.
std::string manual_page(const CLI::App& app);

}  // namespace bitswap::cli
