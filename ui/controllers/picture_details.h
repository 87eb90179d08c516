// SPDX-License-Identifier: GPL-3.0-or-later
// Reads what the Details tab tells of one file: sizes, checksum, how it is stored, metadata.
#pragma once

#include "engine/base/result.h"
#include "ui/items/details.h"

namespace bitswap::ui {

class Engine;

/// Blocks: belongs on a worker thread. Files that are no pictures have details, too. Errors: those of reading the file
/// or the entry.
Result<Details> read_details(Engine& engine, const PictureSource& source, const JobOptions& options);

}  // namespace bitswap::ui
