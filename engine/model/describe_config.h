// SPDX-License-Identifier: GPL-3.0-or-later
// A configuration in words, for logs: the way back from named_config().
#pragma once

#include "engine/model/config.h"

namespace bitswap {

/// Name and all parameters in the words that named_config() takes: "compact,level_width=48:56:40:40,…".
std::string describe(const ModelConfig& config);

}  // namespace bitswap
