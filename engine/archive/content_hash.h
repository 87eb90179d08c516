// SPDX-License-Identifier: GPL-3.0-or-later
// The hash that stands for a content which must come back: BLAKE2b with 256 bits, so that nobody can make two contents
// of one hash. XXH3 (engine/base/hash.h) guards against damage and no more. https://www.rfc-editor.org/rfc/rfc7693,
// computed by libsodium (ISC).
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "engine/base/bytes.h"

namespace bitswap {

/// hex() of it is what `b2sum -l 256` prints.
using ContentHash = std::array<std::uint8_t, 32>;

ContentHash content_hash(ByteView content);

/// Incremental form of content_hash().
class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  ContentHasher(const ContentHasher&) = delete;
  ContentHasher& operator=(const ContentHasher&) = delete;
  void add(ByteView piece);
  /// Once.
  [[nodiscard]] ContentHash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bitswap
