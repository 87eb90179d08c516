// SPDX-License-Identifier: GPL-3.0-or-later
// Hash chains over three bytes, searched with zlib's bounds.
#include "engine/deflate/matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bitswap::deflate {
namespace {

constexpr std::uint64_t kRing = 32768;  ///< places whose chains are kept: the largest window
/// Candidates that are looked at for a distance that was not predicted.
constexpr int kMostSteps = 4096;

std::uint32_t load32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, 4);
  return value;
}

/// Bytes that are the same at both places, at most `most`.
std::uint32_t common(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t most) {
  std::uint32_t length = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; length + 8 <= most; length += 8) {
      std::uint64_t x = 0;
      std::uint64_t y = 0;
      std::memcpy(&x, a + length, 8);
      std::memcpy(&y, b + length, 8);
      if (x != y) return length + static_cast<std::uint32_t>(std::countr_zero(x ^ y) / 8);
    }
  }
  while (length < most && a[length] == b[length]) ++length;
  return length;
}

Token match_token(std::uint32_t length, std::uint32_t distance) {
  return {static_cast<std::uint16_t>(length), static_cast<std::uint16_t>(distance)};
}

}  // namespace

Matcher::Matcher(ByteView text, std::uint64_t begin, const Settings& settings)
    : text_(text),
      settings_(settings),
      reach_((std::uint64_t{1} << settings.window) - settings.margin),
      hash_mask_((1u << settings.hash_bits) - 1),
      hash_shift_((settings.hash_bits + 2) / 3),
      next_insert_(begin > kRing ? begin - kRing : 0),
      head_(std::size_t{1} << settings.hash_bits),
      before_(kRing) {}

void Matcher::insert_through(std::uint64_t place) {
  const std::uint64_t end = text_.size() < 3 ? 0 : std::min<std::uint64_t>(place + 1, text_.size() - 2);
  for (std::uint64_t at = next_insert_; at < end; ++at) {
    const std::uint8_t* bytes = text_.data() + at;
    const std::uint32_t hash =
        (std::uint32_t{bytes[0]} << 2 * hash_shift_ ^ std::uint32_t{bytes[1]} << hash_shift_ ^ bytes[2]) & hash_mask_;
    const auto mark = static_cast<std::uint32_t>(at + 1);
    const std::uint32_t back = head_[hash] == 0 ? 0 : mark - head_[hash];
    before_[at % kRing] = static_cast<std::uint16_t>(back <= kRing ? back : 0);
    head_[hash] = mark;
  }
  next_insert_ = std::max(next_insert_, place + 1);
}

Matcher::Found Matcher::search(std::uint64_t place, std::uint32_t beat) {
  insert_through(place);
  const std::uint64_t left = text_.size() - place;
  const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(kLongest, left));
  if (most < kShortest || beat >= most) return {};
  const std::uint32_t nice = std::min<std::uint32_t>(settings_.nice, most);
  std::uint32_t tries = settings_.chain;
  if (beat >= settings_.good) tries = std::max(tries >> 2, 1u);

  const std::uint8_t* const here = text_.data() + place;
  Found found{beat, 0};
  std::uint64_t distance = before_[place % kRing];
  // The first place of the plaintext is never matched: zlib's chains end at 0.
  if (distance == 0 || distance > reach_ || distance >= place) return {};
  for (;;) {
    const std::uint8_t* const there = here - distance;
    // Only a longer match counts, so that its last byte and those before decide first.
    const bool promising = found.length >= 3 ? load32(there + found.length - 3) == load32(here + found.length - 3)
                                             : there[2] == here[2] && there[1] == here[1];
    if (promising) {
      const std::uint32_t length = common(there, here, most);
      if (length > found.length) {
        found = {length, static_cast<std::uint32_t>(distance)};
        if (length >= nice) break;
      }
    }
    if (--tries == 0) break;
    const std::uint32_t back = before_[(place - distance) % kRing];
    distance += back;
    if (back == 0 || distance >= reach_ || distance >= place) break;
  }
  return found.distance == 0 ? Found{} : found;
}

Matcher::Found Matcher::run_before(std::uint64_t place) const {
  if (place == 0) return {};
  const auto most = static_cast<std::uint32_t>(std::min<std::uint64_t>(kLongest, text_.size() - place));
  const std::uint32_t length = common(text_.data() + place - 1, text_.data() + place, most);
  return length >= kShortest ? Found{length, 1} : Found{};
}

bool Matcher::too_poor(const Found& found) const {
  if (found.length < kShortest) return true;
  if (settings_.method != Method::Lazy) return false;
  return found.length < settings_.shortest || (found.length == kShortest && found.distance > settings_.near);
}

Prediction Matcher::predict(std::uint64_t place) {
  Prediction prediction;
  next_ = {};
  if (settings_.method == Method::Stored || settings_.method == Method::Literals) return prediction;
  const bool runs = settings_.method == Method::Runs;
  const Found found = runs ? run_before(place) : carried_place_ == place ? carried_ : search(place, kShortest - 1);
  if (found.length < kShortest) return prediction;
  prediction.match = match_token(found.length, found.distance);
  if (too_poor(found)) return prediction;
  if (settings_.method == Method::Lazy && found.length < settings_.lazy && place + 1 < text_.size()) {
    next_ = search(place + 1, found.length);
    if (next_.length > found.length) return prediction;
    next_ = {};
  }
  prediction.token = prediction.match;
  return prediction;
}

void Matcher::accept(std::uint64_t place, const Prediction& prediction, Token token) {
  if (next_.length > 0 && !token.is_match() && !prediction.token.is_match()) {
    carried_ = next_;
    carried_place_ = place + 1;
  }
  if (settings_.method == Method::Greedy && token.is_match() && token.bytes() > settings_.lazy) {
    insert_through(place);
    next_insert_ = std::max(next_insert_, place + token.bytes());
  }
}

Matcher::Candidates Matcher::candidates(std::uint64_t place, std::uint32_t length) {
  insert_through(place);
  Candidates list;
  list.matcher_ = this;
  list.place_ = place;
  list.length_ = length;
  list.at_ = place;
  list.steps_ = kMostSteps;
  return list;
}

std::uint32_t Matcher::Candidates::next_distance() {
  const std::uint8_t* const here = matcher_->text_.data() + place_;
  while (steps_ > 0) {
    --steps_;
    const std::uint32_t back = matcher_->before_[at_ % kRing];
    if (back == 0 || back > at_ || place_ - (at_ - back) > kFarthest) break;
    at_ -= back;
    if (common(matcher_->text_.data() + at_, here, length_) == length_) return static_cast<std::uint32_t>(place_ - at_);
  }
  steps_ = 0;
  return 0;
}

}  // namespace bitswap::deflate
