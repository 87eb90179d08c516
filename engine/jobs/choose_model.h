// SPDX-License-Identifier: GPL-3.0-or-later
// Which model a compression uses: the one that was asked for, or one adapted to the pictures, where that pays.
#pragma once

#include <span>

#include "engine/jobs/compress_job.h"

namespace bitswap {

/// Finds the model by its name or in its file, before anything else begins. Errors: those of load_model().
Status choose_model(CompressJob& job);

/// Adapts the model if that is wanted, and takes an adapted one (also one that was given as a file) only if what it
/// saves on a sample of the pictures outweighs its own bytes in the archive. Says in the report what was decided.
/// `old` (may be null) is the archive that is added to. An adaptation that fails is a warning. Errors: Cancelled.
Status settle_model(CompressJob& job, std::span<const InputItem> items, const ArchiveReader* old);

}  // namespace bitswap
