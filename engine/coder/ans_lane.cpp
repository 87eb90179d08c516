// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the rANS lane that are not on the hot path: memory, serialisation, accounting.
#include "engine/coder/ans_lane.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

namespace bitswap {

AnsLane::AnsLane(int states) { reset(states); }

void AnsLane::reset(int states) {
  assert(valid_states(states));
  state_.fill(kLowerBound);
  if (storage_.empty()) storage_.resize(2);
  count_ = 0;
  stream_ = 0;
  initial_words_ = 0;
  states_ = states;
  drawing_ = false;
  underflow_ = false;
}

void AnsLane::reserve(std::size_t words) { ensure_room(words); }

void AnsLane::grow(std::size_t room) {
  storage_.resize(std::max(count_ + room + 2, storage_.size() + storage_.size() / 2));
}

void AnsLane::draw_initial_words(std::uint64_t stream) {
  drawing_ = true;
  stream_ = stream;
  initial_words_ = 0;
}

std::uint32_t AnsLane::word_from_nothing() {
  if (drawing_) return initial_word(stream_, initial_words_++);
  underflow_ = true;
  return 0;
}

Result<AnsLane> AnsLane::parse(ByteView data, int states) {
  AnsLane lane;
  BITSWAP_TRY(lane.load(data, states));
  return lane;
}

Status AnsLane::load(ByteView data, int states) {
  reset(1);
  if (!valid_states(states)) {
    return Error{Error::Code::InvalidArgument, 0, "a lane cannot have " + std::to_string(states) + " states"};
  }
  const std::size_t head = 8 * static_cast<std::size_t>(states);
  if (data.size() < head) return Error{Error::Code::Truncated, data.size(), "a lane is shorter than its states"};
  if ((data.size() - head) % 4 != 0) {
    return Error{Error::Code::Corrupt, data.size(), "a lane is not a whole number of words"};
  }
  reset(states);
  ByteReader reader(data);
  for (int s = 0; s < states; ++s) {
    const std::uint64_t offset = reader.position();
    BITSWAP_TRY_ASSIGN(const std::uint64_t x, reader.u64());
    if (x < kLowerBound) {
      reset(1);
      return Error{Error::Code::Corrupt, offset, "a coder state is out of range"};
    }
    state_[static_cast<std::size_t>(s)] = x;
  }
  const std::size_t words = (data.size() - head) / 4;
  ensure_room(words);
  const std::uint8_t* from = data.data() + head;
  for (std::size_t i = 1; i <= words; ++i, from += 4) {
    storage_[i] = static_cast<std::uint32_t>(from[0]) | static_cast<std::uint32_t>(from[1]) << 8 |
                  static_cast<std::uint32_t>(from[2]) << 16 | static_cast<std::uint32_t>(from[3]) << 24;
  }
  count_ = words;
  return {};
}

void AnsLane::serialise(ByteWriter& out) const {
  for (const std::uint64_t x : state_values()) out.u64(x);
  for (const std::uint32_t word : words()) out.u32(word);
}

Bytes AnsLane::serialise() const {
  ByteWriter out;
  serialise(out);
  return out.take();
}

bool AnsLane::at_start(std::uint64_t initial_words, std::uint64_t stream) const {
  if (underflow_ || count_ != initial_words) return false;
  for (const std::uint64_t x : state_values()) {
    if (x != kLowerBound) return false;
  }
  // The word drawn first lies on top.
  const std::span<const std::uint32_t> stack = words();
  for (std::size_t k = 0; k < count_; ++k) {
    if (stack[count_ - 1 - k] != initial_word(stream, k)) return false;
  }
  return true;
}

double AnsLane::content_bits() const {
  double bits = static_cast<double>(kWordBits) * static_cast<double>(count_);
  for (const std::uint64_t x : state_values()) bits += std::log2(static_cast<double>(x)) - kWordBits;
  return bits;
}

}  // namespace bitswap
