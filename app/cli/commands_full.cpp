// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the full build.
#include <array>

#include "app/cli/all_commands.h"

namespace bitswap::cli {

std::span<const AddCommand> commands() {
  static constexpr std::array<AddCommand, 14> list = {
      add_compress, add_extract,  add_list,  add_test,   add_repair, add_inspect,    add_compare,
      add_bench,    add_selftest, add_train, add_models, add_help,   add_completion, add_manual};
  return list;
}

}  // namespace bitswap::cli
