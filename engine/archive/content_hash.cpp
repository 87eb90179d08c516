// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that sees the hash functions of libsodium.
#include "engine/archive/content_hash.h"

#include <sodium.h>

namespace bitswap {

struct ContentHasher::State {
  crypto_generichash_state blake;
};

ContentHasher::ContentHasher() : state_(std::make_unique<State>()) {
  // Chooses the code for this processor, once; without it the portable one gives the same hash.
  [[maybe_unused]] static const int chosen = ::sodium_init();
  ::crypto_generichash_init(&state_->blake, nullptr, 0, sizeof(ContentHash));
}

ContentHasher::~ContentHasher() = default;

void ContentHasher::add(ByteView piece) { ::crypto_generichash_update(&state_->blake, piece.data(), piece.size()); }

ContentHash ContentHasher::finish() {
  ContentHash hash;
  ::crypto_generichash_final(&state_->blake, hash.data(), hash.size());
  return hash;
}

ContentHash content_hash(ByteView content) {
  ContentHasher hasher;
  hasher.add(content);
  return hasher.finish();
}

}  // namespace bitswap
