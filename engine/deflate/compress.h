// SPDX-License-Identifier: GPL-3.0-or-later
// A compressor of our own: the prediction without any correction. For streams that are written anew, so that they are
// the same on every machine.
#pragma once

#include "engine/base/result.h"
#include "engine/deflate/recipe.h"
#include "engine/deflate/settings.h"

namespace bitswap::deflate {

/// A DEFLATE stream of `plaintext`, in parts of 4 MiB that threads share; the same for any number of them. Requires
/// settings with block_tokens > 0 and a method that is not Stored. Errors: LimitExceeded (4 GiB or more), Cancelled,
/// OutOfMemory.
Result<Bytes> compress(ByteView plaintext, const Settings& settings, const Work& work = {});

}  // namespace bitswap::deflate
