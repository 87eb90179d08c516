// SPDX-License-Identifier: GPL-3.0-or-later
// A last-in-first-out rANS coder: push is encode, pop is decode, each the exact inverse of the other.
// Duda, arXiv:1311.2540; interleaving after Giesen, arXiv:1402.3392; bits-back after Townsend et al., arXiv:1901.04866.
//
// A lane has S interleaved states (1, 2, 4, … 32) over ONE stack of 32-bit words. Symbol i of a block of n symbols uses
// state i mod S; every block begins again at state 0. A block is popped from symbol 0 to n - 1 and pushed from n - 1 to
// 0, one symbol after the other, and this order defines the order of the words.
//
// For a kernel that handles a group of S symbols (states 0 … S-1) at once: let `mask` have bit s set where state s
// emits (push) or reads (pop), m = popcount(mask), and `size` the number of words before the group.
//   push: state s writes word size + popcount(mask >> s >> 1); size += m.      (the highest state goes deepest)
//   pop:  state s reads word size - 1 - popcount(mask & ((1 << s) - 1)); size -= m.     (state 0 takes the top)
// A last, partial group uses the states below n mod S; in a push it comes first.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/coder/ans_core.h"
#include "engine/coder/lane_window.h"

namespace bitswap {

/// Owns its words. Not for use by two threads at once; lanes are independent of each other. A lane that was moved from
/// may only be assigned, reset or destroyed.
///
/// What an empty stack means depends on the mode. While encoding (after draw_initial_words) a pop that finds no word
/// takes the next *initial word* (ans_core.h: initial_word). As the words form a stack, this is the same as if the n
/// words that are drawn in the end, seq[n-1] … seq[1], seq[0] from bottom to top, had lain there from the beginning.
/// Otherwise (decoding) it sets underflow(): all that is popped from then on is meaningless, though defined.
class AnsLane {
 public:
  /// True for 1, 2, 4, 8, 16, 32.
  static constexpr bool valid_states(int states) {
    return states >= 1 && states <= kMaxStates && (states & (states - 1)) == 0;
  }

  /// Requires valid_states(states). All states are kLowerBound, there are no words, and nothing can be drawn.
  explicit AnsLane(int states = 1);

  /// As the constructor does, but keeps the memory.
  void reset(int states);
  /// Room for `words` more words, so that pushes do not allocate. One push adds at most one word.
  void reserve(std::size_t words);
  /// From now on an empty stack gives the words of `stream`, from its first: the mode of an encoder.
  void draw_initial_words(std::uint64_t stream);

  /// The serialised form: the states (u64 each, state 0 first), then the words (u32 each, bottom first), little-endian;
  /// the number of words follows from the length. `data` may be given up afterwards.
  /// Errors: InvalidArgument (number of states), Truncated (no room for the states), Corrupt (length or a state below
  /// 2^32); their offset is a position in `data`.
  static Result<AnsLane> parse(ByteView data, int states);
  /// parse() into this lane, whose memory is kept. After an error the lane is as after its constructor.
  Status load(ByteView data, int states);
  void serialise(ByteWriter& out) const;
  [[nodiscard]] Bytes serialise() const;
  /// Size of the serialised form in bytes.
  [[nodiscard]] std::size_t serialised_size() const { return 8 * static_cast<std::size_t>(states_) + 4 * count_; }

  /// Requires 0 <= state < states() and a valid interval. Inline and cheap, but push_block is cheaper.
  void push(int state, Interval symbol);
  /// Slot in [0, kSlots) of the symbol that `state` will pop.
  [[nodiscard]] std::uint32_t peek(int state) const { return slot_of(state_[static_cast<std::size_t>(state)]); }
  /// Takes the symbol off; it must hold peek(state).
  void pop(int state, Interval symbol);

  /// For kernels that handle groups of symbols; nothing else may touch the lane until close(). `room` words may be
  /// written behind the top.
  [[nodiscard]] LaneWindow window(std::size_t room) {
    ensure_room(room);
    return {state_.data(), static_cast<std::size_t>(states_), storage_.data(), storage_.data() + count_};
  }
  void close(const LaneWindow& window) { count_ = window.words(); }

  /// True when a pop found no word, since the construction, reset or load; look once a block. Only while decoding.
  [[nodiscard]] bool underflow() const { return underflow_; }
  /// Number of initial words drawn; goes into the segment's header.
  [[nodiscard]] std::uint64_t initial_words() const { return initial_words_; }
  /// After all symbols are popped: the states are kLowerBound, the stack is exactly the `initial_words` words of
  /// `stream` and there was no underflow. If not, the segment is corrupt.
  [[nodiscard]] bool at_start(std::uint64_t initial_words, std::uint64_t stream) const;

  /// Information held, initial words included: 32 bits a word, and log2(state) - 32 for each state. Zero at the start.
  [[nodiscard]] double content_bits() const;
  /// Bits of the serialised form over content_bits(): what it costs to end this lane, 32 to 64 bits a state.
  [[nodiscard]] double flush_bits() const { return 8.0 * static_cast<double>(serialised_size()) - content_bits(); }

  [[nodiscard]] int states() const { return states_; }
  /// Valid until the lane is changed.
  [[nodiscard]] std::span<const std::uint64_t> state_values() const {
    return {state_.data(), static_cast<std::size_t>(states_)};
  }
  /// Bottom first; valid until the lane is changed.
  [[nodiscard]] std::span<const std::uint32_t> words() const { return {storage_.data() + 1, count_}; }

 private:
  template <typename IntervalOf>
  friend void push_range(AnsLane& lane, std::size_t first, std::size_t last, IntervalOf&& interval_of);
  template <typename Decode>
  friend void pop_range(AnsLane& lane, std::size_t first, std::size_t last, Decode&& decode);

  /// Symbols between two looks at the capacity.
  static constexpr std::size_t kChunk = 256;

  /// Makes storage_[count_ + 1 … count_ + room] writable, and one word more, so that a store may come before the
  /// decision whether it counts.
  void ensure_room(std::size_t room) {
    if (storage_.size() - count_ < room + 2) [[unlikely]]
      grow(room);
  }
  void grow(std::size_t room);
  /// What an empty stack gives: the next initial word, or underflow and 0.
  std::uint32_t word_from_nothing();

  std::array<std::uint64_t, kMaxStates> state_{};
  /// storage_[0] is a guard (0), so that the top may be read before it is known whether there is one; the words are
  /// storage_[1 … count_].
  std::vector<std::uint32_t> storage_;
  std::size_t count_ = 0;
  std::uint64_t stream_ = 0;
  std::uint64_t initial_words_ = 0;
  int states_ = 1;
  bool drawing_ = false;
  bool underflow_ = false;
};

inline void AnsLane::push(int state, Interval symbol) {
  std::uint64_t x = state_[static_cast<std::size_t>(state)];
  if (push_emits(x, symbol)) {
    ensure_room(1);
    storage_[++count_] = low_word(x);
    x = drop_word(x);
  }
  state_[static_cast<std::size_t>(state)] = push_state(x, symbol);
}

inline void AnsLane::pop(int state, Interval symbol) {
  std::uint64_t x = pop_state(state_[static_cast<std::size_t>(state)], symbol);
  if (pop_reads(x)) x = append_word(x, count_ > 0 ? storage_[count_--] : word_from_nothing());
  state_[static_cast<std::size_t>(state)] = x;
}

/// Pushes symbols last-1 … first of a block, symbol i on state i mod S. `interval_of(std::size_t i)` gives its
/// Interval; it must not touch the lane.
template <typename IntervalOf>
void push_range(AnsLane& lane, std::size_t first, std::size_t last, IntervalOf&& interval_of) {
  // States and stack pointer live in locals: a callable that stores bytes would else force them to memory each time.
  std::array<std::uint64_t, kMaxStates> state = lane.state_;
  const std::size_t mask = static_cast<std::size_t>(lane.states_) - 1;
  for (std::size_t end = last; end > first;) {
    const std::size_t begin = std::max(first, (end - 1) / AnsLane::kChunk * AnsLane::kChunk);
    lane.ensure_room(end - begin);
    std::uint32_t* top = lane.storage_.data() + lane.count_;
    for (std::size_t i = end; i-- > begin;) {
      const Interval symbol = interval_of(i);
      const std::uint64_t x = state[i & mask];
      const bool emits = push_emits(x, symbol);
      top[1] = low_word(x);  // overwritten by the next if it does not count
      top += emits;
      state[i & mask] = push_state(emits ? drop_word(x) : x, symbol);
    }
    lane.count_ = static_cast<std::size_t>(top - lane.storage_.data());
    end = begin;
  }
  lane.state_ = state;
}

/// Pops symbols first … last-1 of a block, symbol i from state i mod S. `decode(std::size_t i, std::uint32_t slot)`
/// gives the Interval that holds the slot, whatever the slot (damaged data gives any); it must not touch the lane. Look
/// at underflow() afterwards.
template <typename Decode>
void pop_range(AnsLane& lane, std::size_t first, std::size_t last, Decode&& decode) {
  std::array<std::uint64_t, kMaxStates> state = lane.state_;
  const std::size_t mask = static_cast<std::size_t>(lane.states_) - 1;
  const std::uint32_t* const guard = lane.storage_.data();
  const std::uint32_t* top = guard + lane.count_;
  for (std::size_t i = first; i < last; ++i) {
    const std::uint64_t old = state[i & mask];
    const std::uint64_t x = pop_state(old, decode(i, slot_of(old)));
    const std::uint32_t reads = pop_reads(x) ? 1 : 0;
    std::uint32_t word = *top;
    if (top == guard) [[unlikely]] {
      if (reads != 0) word = lane.word_from_nothing();
      top += reads;
    }
    top -= reads;
    // append_word if `reads`, without a branch: whether a word is due is close to random.
    state[i & mask] = x << (reads * kWordBits) | (word & (0 - reads));
  }
  lane.count_ = static_cast<std::size_t>(top - guard);
  lane.state_ = state;
}

/// A whole block of n symbols; the exact inverse of pop_block.
template <typename IntervalOf>
void push_block(AnsLane& lane, std::size_t n, IntervalOf&& interval_of) {
  push_range(lane, 0, n, interval_of);
}

template <typename Decode>
void pop_block(AnsLane& lane, std::size_t n, Decode&& decode) {
  pop_range(lane, 0, n, decode);
}

}  // namespace bitswap
