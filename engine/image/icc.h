// SPDX-License-Identifier: GPL-3.0-or-later
// The one thing that people want to know of an ICC colour profile: its name.
#pragma once

#include <string>

#include "engine/base/bytes.h"

namespace bitswap {

/// The description in an ICC profile (version 2 or 4) as UTF-8, English where there is a choice; empty where there is
/// none or the profile is damaged.
std::string icc_description(ByteView profile);

}  // namespace bitswap
