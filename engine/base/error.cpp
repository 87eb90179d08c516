// SPDX-License-Identifier: GPL-3.0-or-later
// Names of the error codes.
#include "engine/base/error.h"

namespace bitswap {

const char* to_string(Error::Code code) {
  switch (code) {
    case Error::Code::Io: return "io";
    case Error::Code::NotAnArchive: return "not-an-archive";
    case Error::Code::Truncated: return "truncated";
    case Error::Code::Corrupt: return "corrupt";
    case Error::Code::Unsupported: return "unsupported";
    case Error::Code::LimitExceeded: return "limit-exceeded";
    case Error::Code::Cancelled: return "cancelled";
    case Error::Code::NotFound: return "not-found";
    case Error::Code::Exists: return "exists";
    case Error::Code::OutOfMemory: return "out-of-memory";
    case Error::Code::NoSpace: return "no-space";
    case Error::Code::InvalidArgument: return "invalid-argument";
    case Error::Code::Internal: return "internal";
  }
  return "unknown";
}

}  // namespace bitswap
