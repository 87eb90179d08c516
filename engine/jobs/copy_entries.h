// SPDX-License-Identifier: GPL-3.0-or-later
// Entries of an archive into a new one, without decoding them: for updates and removals.
#pragma once

#include <functional>

#include "engine/archive/reader.h"
#include "engine/archive/writer.h"
#include "engine/jobs/job.h"

namespace bitswap {

/// What is done with an entry that stays; `sizes` are those in the new archive.
using KeptEntry = std::function<void(const EntryHeader& header, const EntrySizes& sizes)>;

/// Copies every entry, models included, that `goes` does not name. When a file goes and a duplicate of it stays, the
/// first such duplicate becomes the file and the others point to it. Errors: Corrupt (the old archive is damaged),
/// Cancelled, those of the writer.
Status copy_entries(const ArchiveReader& old, ArchiveWriter& writer,
                    const std::function<bool(const EntryHeader&)>& goes, const CancelToken* cancel,
                    const KeptEntry& kept);

}  // namespace bitswap
