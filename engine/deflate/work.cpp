// SPDX-License-Identifier: GPL-3.0-or-later
// A loop over parts whose errors are values.
#include "engine/deflate/work.h"

#include <new>
#include <vector>

namespace bitswap::deflate {

Status run_all(std::size_t count, const Work& work, const std::function<Status(std::size_t)>& body) {
  std::vector<Status> done(count);
  std::atomic<bool> failed{false};
  const auto one = [&](std::size_t i) {
    if (failed.load(std::memory_order_relaxed)) return;
    try {
      const bool stop = work.cancel != nullptr && work.cancel->cancelled();
      done[i] = stop ? Status(Error{Error::Code::Cancelled, 0, "stopped"}) : body(i);
    } catch (const std::bad_alloc&) {
      done[i] = Error{Error::Code::OutOfMemory, 0, "no memory for a part of a DEFLATE stream"};
    }
    if (!done[i].ok()) failed = true;
  };
  if (work.spare != nullptr) {
    work.spare->for_each(count, one);
  } else {
    for (std::size_t i = 0; i < count; ++i) one(i);
  }
  for (Status& status : done) {
    if (!status.ok()) return std::move(status);
  }
  return {};
}

}  // namespace bitswap::deflate
