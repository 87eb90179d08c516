// What happens to one file on its way into the archive, step by step; the pipeline says when and on which thread.
#pragma once

#include "engine/jobs/compress_job.h"
#include "engine/jobs/pending_file.h"

namespace bitswap {

// Errors of all but write_file() are the file's own, Cancelled apart. `threads` is how many may work on this file
// alone; it changes no byte.

/// Content, hash and times; with a pixel path the file becomes a PNG here.
Status read_file(CompressJob& job, PendingFile& file);
/// A picture and its recipe, or a JPEG as JPEG XL, or neither.
/// Decides with the bytes whether the file is its twin's duplicate.
void compare_with_twin(const CompressJob& job, PendingFile& file);
Status take_apart(CompressJob& job, PendingFile& file, int threads);
/// What became of segment `s` of the picture is kept with the file. Errors: Cancelled.
Status keep_segment(CompressJob& job, PendingFile& file, std::size_t s, Result<EncodedSegment> coded);
/// The same of reading it back.
Status keep_outcome(CompressJob& job, PendingFile& file, std::size_t s, Status outcome);
void try_jxl(PendingFile& file, int threads);
/// Whether JPEG XL is to be tried for its pixels.
bool wants_jxl(const CompressJob& job, const PendingFile& file);
/// Bit-Swap, JPEG XL or bytes, whichever is smallest in the archive.
Status choose(const CompressJob& job, PendingFile& file);
/// Makes the decoder of a picture of segments, or gives the pixels up. Errors: none.
void prepare_verifying(PendingFile& file);
/// That picture and recipe give the file; the outcome is kept with it.
void prove(PendingFile& file);
/// Last look at what was read back, bytes for what is not kept as pixels, and away with what is not written.
Status finish_file(CompressJob& job, PendingFile& file, int threads);
/// Errors: those that end the job.
Status write_file(CompressJob& job, PendingFile& file);

}  // namespace bitswap
