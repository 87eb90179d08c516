// SPDX-License-Identifier: GPL-3.0-or-later
// XXH3 hashes: 64 bits guard headers and segments, 128 bits name models. https://xxhash.com (BSD-2)
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/bytes.h"

namespace bitswap {

/// Canonical (big-endian) byte order of XXH3-128, so that hex() agrees with `xxh128sum`.
using Hash128 = std::array<std::uint8_t, 16>;

std::uint64_t hash64(ByteView data);
Hash128 hash128(ByteView data);
std::string hex(ByteView data);

/// Incremental form of hash128.
class Hasher128 {
 public:
  Hasher128();
  ~Hasher128();
  Hasher128(const Hasher128&) = delete;
  Hasher128& operator=(const Hasher128&) = delete;
  void add(ByteView data);
  [[nodiscard]] Hash128 finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bitswap
