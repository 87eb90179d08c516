// SPDX-License-Identifier: GPL-3.0-or-later
// A fuzz target: bytes in, nothing may crash, leak, hang or come back different. With clang and -DBITSWAP_FUZZ=ON each
// is a libFuzzer program; in every build replay.cpp runs the same function over a corpus and seeded changes of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// A promise was broken: both kinds of runner stop here.
inline void must(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}
