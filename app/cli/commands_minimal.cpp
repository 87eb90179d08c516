// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the minimal build, which has neither archives nor other codecs.
#include <array>

#include "app/cli/all_commands.h"

namespace bitswap::cli {

std::span<const AddCommand> commands() {
  static constexpr std::array<AddCommand, 4> list = {add_bench, add_selftest, add_train, add_models};
  return list;
}

}  // namespace bitswap::cli
