// SPDX-License-Identifier: GPL-3.0-or-later
// Where a container may run out of memory, the exception becomes an error value before it crosses an interface.
#pragma once

#include <new>
#include <stdexcept>
#include <system_error>

#include "engine/base/error.h"

namespace bitswap {

/// `body` gives a Status or a Result; running out of memory or of threads in it becomes an error value like any
/// other.
template <typename Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Error{Error::Code::OutOfMemory, 0, "not enough memory"};
  } catch (const std::length_error&) {
    return Error{Error::Code::OutOfMemory, 0, "more than memory could ever hold"};
  } catch (const std::system_error&) {
    return Error{Error::Code::OutOfMemory, 0, "the system has no more threads: not enough memory"};
  }
}

}  // namespace bitswap
