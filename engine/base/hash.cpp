// SPDX-License-Identifier: GPL-3.0-or-later
// The only file that sees xxhash.h; compiled in, so no library is needed at run time.
#define XXH_INLINE_ALL
#include "engine/base/hash.h"

#include <xxhash.h>

#include <cstring>

namespace bitswap {
namespace {

Hash128 canonical(XXH128_hash_t hash) {
  XXH128_canonical_t bytes;
  XXH128_canonicalFromHash(&bytes, hash);
  Hash128 out;
  std::memcpy(out.data(), bytes.digest, out.size());
  return out;
}

}  // namespace

struct Hasher128::State {
  XXH3_state_t xxh;
};

std::uint64_t hash64(ByteView data) { return XXH3_64bits(data.data(), data.size()); }

Hash128 hash128(ByteView data) { return canonical(XXH3_128bits(data.data(), data.size())); }

std::string hex(ByteView data) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(data.size() * 2);
  for (const std::uint8_t byte : data) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

Hasher128::Hasher128() : state_(std::make_unique<State>()) { XXH3_128bits_reset(&state_->xxh); }
Hasher128::~Hasher128() = default;
void Hasher128::add(ByteView data) { XXH3_128bits_update(&state_->xxh, data.data(), data.size()); }
Hash128 Hasher128::finish() const { return canonical(XXH3_128bits_digest(&state_->xxh)); }

}  // namespace bitswap
