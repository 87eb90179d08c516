// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the processor multiplies bytes when nothing else is to be done: registers only, no memory.
#pragma once

#include <string>
#include <vector>

namespace bitswap {

struct Ceiling {
  std::string name;  ///< as isa_name(), or longer
  double (*run)();   ///< returns the multiply-accumulates that it did
};

/// Of the instruction sets that this machine has.
std::vector<Ceiling> ceilings();

}  // namespace bitswap
