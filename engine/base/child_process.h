// SPDX-License-Identifier: GPL-3.0-or-later
// Work in a child process, for libraries that end the whole process when they get no memory.
#pragma once

#include <functional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace bitswap {

/// `work` sees this process's memory as it is now and changes nothing of it; what it returns comes back. It must only
/// compute: no file, lock or thread of this process is its own. What it prints goes nowhere. It ends with this process.
/// Errors: those of `work`; OutOfMemory where the child was ended by a signal, or could not be started.
Result<Bytes> run_in_child(const std::function<Result<Bytes>()>& work);

}  // namespace bitswap
