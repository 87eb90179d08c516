// SPDX-License-Identifier: GPL-3.0-or-later
// Whether two files are one: a hash only proposes, bytes decide.
#pragma once

#include <functional>

#include "engine/jobs/compress_job.h"

namespace bitswap {

/// Fills the span with the content's bytes from an offset on; gives how many there were.
using ContentReader = std::function<Result<std::size_t>(std::uint64_t, std::span<std::uint8_t>)>;

/// Whether the earlier content, read again from the disk or unpacked from the old archive, is byte by byte what
/// `content` gives, `size` bytes. One that cannot be read again is not the same.
bool is_same_content(const CompressJob& job, const KnownContent& earlier, std::uint64_t size,
                     const ContentReader& content);

/// Reads a content that is in memory; it must outlive the reader.
ContentReader reader_of(ByteView content);

}  // namespace bitswap
