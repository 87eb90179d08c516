// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory can still be had: asked before a call whose library would end the process rather than report a
// failure, and before a size that an archive claims is believed.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/result.h"

namespace bitswap {

/// The least of what the machine, the control groups of this process and its limit on address space leave, in bytes;
/// UINT64_MAX where nothing tells.
std::uint64_t available_memory();

/// Refuses what cannot be had. `what` needs the memory, as in "this picture". Errors: OutOfMemory.
Status check_memory(std::uint64_t bytes, std::string_view what);

}  // namespace bitswap
