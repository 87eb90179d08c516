// SPDX-License-Identifier: GPL-3.0-or-later
// What happens to one file on its way into the archive, step by step; the pipeline says when and on which thread.
#pragma once

#include "engine/jobs/compress_job.h"
#include "engine/jobs/pending_file.h"

namespace bitswap {

// Errors of all but begin_packing() and write_file() are the file's own, Cancelled apart. `threads` is how many may
// work on this file alone; it changes no byte.

/// Content, hash and times; with a pixel path the file becomes a PNG here.
Status read_file(CompressJob& job, PendingFile& file);
/// Decides with the bytes whether the file is its twin's duplicate.
void compare_with_twin(const CompressJob& job, PendingFile& file);
/// A picture and its recipe, or neither.
Status take_apart(CompressJob& job, PendingFile& file);
/// A packer for each form that may be right for it, those that take all apart. Errors: those that end the job.
Status begin_packing(CompressJob& job, PendingFile& file, SpareThreads& spare);
/// The smallest of what was packed, and of bytes.
Status choose(CompressJob& job, PendingFile& file, SpareThreads& spare);
/// Whether what was packed is to be opened and compared.
bool needs_opening(const CompressJob& job, const PendingFile& file);
/// The sections of what was packed, for opening them.
void show_sections(PendingFile& file);
/// Compares what was opened with what was read, and puts away what is not written. True: it did not come back, and
/// choose() has to be asked again.
Result<bool> finish_file(PendingFile& file, int threads);
/// Errors: those that end the job.
Status write_file(CompressJob& job, PendingFile& file, SpareThreads& spare);

}  // namespace bitswap
