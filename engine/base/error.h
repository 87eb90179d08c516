// SPDX-License-Identifier: GPL-3.0-or-later
// Errors as values: a stable code, a place, and a sentence for the log; only a user interface words it for people.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace bitswap {

struct Error {
  /// Numbers are part of the JSON output and of the exit codes' documentation: append, never renumber.
  enum class Code : std::uint8_t {
    Io = 1,             ///< the operating system refused: open, read, write, rename
    NotAnArchive = 2,   ///< the magic bytes are not ours
    Truncated = 3,      ///< the data ends early
    Corrupt = 4,        ///< a checksum, a range or an invariant does not hold
    Unsupported = 5,    ///< valid, but not something this version can handle
    LimitExceeded = 6,  ///< a count or size over the format's limits
    Cancelled = 7,      ///< the user stopped it
    NotFound = 8,       ///< no such file, entry or model
    Exists = 9,         ///< the target is already there
    OutOfMemory = 10,
    NoSpace = 11,  ///< the disk is full
    InvalidArgument = 12,
    Internal = 13,  ///< a broken promise of our own, found by a check
  };

  Code code = Code::Internal;
  std::uint64_t offset = 0;  ///< byte position in the file or buffer that is being read, 0 if there is none
  std::string detail;
};

/// Stable lower-case name of a code ("io", "corrupt", …) for logs and JSON.
const char* to_string(Error::Code code);

}  // namespace bitswap
