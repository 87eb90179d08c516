// SPDX-License-Identifier: GPL-3.0-or-later
// The property that bits-back stands on: message and stack come back exactly, in both directions, at no loss.
#include "engine/coder/ans_lane.h"

#include <QtTest>
#include <algorithm>
#include <bit>

#include "engine/base/hash.h"
#include "engine/coder/code_length.h"
#include "tests/coder/random_message.h"

namespace bitswap::test {
namespace {

constexpr int kStateCounts[] = {1, 2, 4, 8, 16, 32};
constexpr std::size_t kLengths[] = {0, 1, 31, 32, 33, 1001, 100000};

// The header's worked example, and the borders at which words move.
static_assert(push_state(kLowerBound, {16384, 32768}) == 8589950976u);
static_assert(pop_state(8589950976u, {16384, 32768}) == kLowerBound);
static_assert(!push_emits(~std::uint64_t{0}, {0, kSlots}));
static_assert(push_emits(std::uint64_t{1} << 48, {7, 1}) && !push_emits((std::uint64_t{1} << 48) - 1, {7, 1}));
static_assert(push_state(~std::uint64_t{0}, {0, kSlots}) == ~std::uint64_t{0});

/// A second coder written from the definition alone: 128-bit numbers, a division wherever there is one, no blocks.
class SlowTwin {
 public:
  using Wide = unsigned __int128;

  explicit SlowTwin(const AnsLane& lane) {
    for (const std::uint64_t x : lane.state_values()) states_.push_back(x);
    words_.assign(lane.words().begin(), lane.words().end());
  }

  void push(const Message& message) {
    for (std::size_t i = message.symbols.size(); i-- > 0;) {
      Wide& x = states_[i % states_.size()];
      const Wide start = message.interval(i).start;
      const Wide freq = message.interval(i).freq;
      const auto pushed = [&] { return x / freq * 65536 + x % freq + start; };
      if (pushed() >= Wide{1} << 64) {
        words_.push_back(static_cast<std::uint32_t>(x % (Wide{1} << 32)));
        x /= Wide{1} << 32;
      }
      x = pushed();
    }
  }

  void pop(Message& message) {
    for (std::size_t i = 0; i < message.symbols.size(); ++i) {
      Wide& x = states_[i % states_.size()];
      const auto slot = static_cast<std::uint32_t>(x % 65536);
      message.symbols[i] = message.distribution(i).symbol(slot);
      x = message.interval(i).freq * (x / 65536) + slot - message.interval(i).start;
      if (x < Wide{1} << 32) {
        x = x * (Wide{1} << 32) + words_.back();
        words_.pop_back();
      }
    }
  }

  [[nodiscard]] Bytes serialise() const {
    ByteWriter out;
    for (const Wide x : states_) out.u64(static_cast<std::uint64_t>(x));
    for (const std::uint32_t word : words_) out.u32(word);
    return out.take();
  }

 private:
  std::vector<Wide> states_;
  std::vector<std::uint32_t> words_;
};

void push(AnsLane& lane, const Message& message) {
  push_block(lane, message.symbols.size(), [&](std::size_t i) { return message.interval(i); });
}

void pop(AnsLane& lane, Message& message) {
  pop_block(lane, message.symbols.size(), [&](std::size_t i, std::uint32_t slot) {
    message.symbols[i] = message.distribution(i).symbol(slot);
    return message.interval(i);
  });
}

AnsLane lane_of(const Bytes& bytes, int states) {
  auto lane = AnsLane::parse(bytes, states);
  if (!lane.ok()) qFatal("a lane of our own did not parse: %s", lane.error().detail.c_str());
  return std::move(lane).value();
}

}  // namespace

class AnsLaneTest : public QObject {
  Q_OBJECT

 private:
  static void add_families() {
    QTest::addColumn<int>("family");
    for (std::size_t i = 0; i < family_names().size(); ++i) QTest::newRow(family_names()[i]) << static_cast<int>(i);
  }
  static std::size_t family_index() {
    QFETCH(const int, family);
    return static_cast<std::size_t>(family);
  }

 private Q_SLOTS:
  void push_then_pop_data() { add_families(); }
  void push_then_pop();
  void pop_then_push_data() { add_families(); }
  void pop_then_push();
  void pop_then_push_of_initial_words_data() { add_families(); }
  void pop_then_push_of_initial_words();
  void equals_slow_twin_data() { add_families(); }
  void equals_slow_twin();
  void single_calls_equal_blocks_data() { add_families(); }
  void single_calls_equal_blocks();
  void words_of_a_group_lie_as_documented();
  void loss_is_small_data() { add_families(); }
  void loss_is_small();
  void bits_back_archive();
  void format_is_pinned();
};

void AnsLaneTest::push_then_pop() {
  for (const int states : kStateCounts) {
    for (const std::size_t length : kLengths) {
      for (const bool likely : {true, false}) {
        const Message message = random_message(family_index(), length, likely, length + 5);
        const Bytes before = random_stack(states, 3, length);
        AnsLane lane = lane_of(before, states);
        push(lane, message);
        Message back = message;
        back.symbols.assign(length, 0);
        lane = lane_of(lane.serialise(), states);
        pop(lane, back);
        QVERIFY(back.symbols == message.symbols);
        QVERIFY(lane.serialise() == before);
        QVERIFY(!lane.underflow());
      }
    }
  }
}

void AnsLaneTest::pop_then_push() {
  for (const int states : kStateCounts) {
    for (const std::size_t length : kLengths) {
      Message message = random_message(family_index(), length, true, length + 6);
      const Bytes before = random_stack(states, length, length);
      AnsLane lane = lane_of(before, states);
      pop(lane, message);
      QVERIFY(!lane.underflow());
      push(lane, message);
      QVERIFY(lane.serialise() == before);
    }
  }
}

void AnsLaneTest::pop_then_push_of_initial_words() {
  for (const int states : kStateCounts) {
    for (const std::size_t length : kLengths) {
      for (const std::size_t words : {std::size_t{0}, length / 20}) {
        const std::uint64_t stream = length + 77;
        Message message = random_message(family_index(), length, true, length + 7);
        const Bytes before = random_stack(states, words, length);
        AnsLane lane = lane_of(before, states);
        lane.draw_initial_words(stream);
        pop(lane, message);
        QVERIFY(!lane.underflow());
        const std::uint64_t drawn = lane.initial_words();

        // The same as if the words had been under the stack from the beginning.
        ByteWriter whole;
        whole.raw(ByteView(before).first(8 * static_cast<std::size_t>(states)));
        for (std::uint64_t k = drawn; k-- > 0;) whole.u32(initial_word(stream, k));
        whole.raw(ByteView(before).subspan(8 * static_cast<std::size_t>(states)));
        AnsLane twin = lane_of(whole.bytes(), states);
        Message twin_message = message;
        pop(twin, twin_message);
        QVERIFY(!twin.underflow());
        QVERIFY(twin_message.symbols == message.symbols);
        QVERIFY(twin.serialise() == lane.serialise());

        push(lane, message);
        QVERIFY(lane.serialise() == whole.bytes());
        QCOMPARE(lane.initial_words(), drawn);
      }
    }
  }
}

void AnsLaneTest::equals_slow_twin() {
  for (const int states : kStateCounts) {
    for (const std::size_t length : kLengths) {
      for (const bool likely : {true, false}) {
        Message message = random_message(family_index(), length, likely, length + 8);
        AnsLane lane(states);
        SlowTwin twin(lane);
        push(lane, message);
        twin.push(message);
        QVERIFY(lane.serialise() == twin.serialise());

        lane = lane_of(random_stack(states, length, length + 9), states);
        twin = SlowTwin(lane);
        Message twin_message = message;
        pop(lane, message);
        twin.pop(twin_message);
        QVERIFY(message.symbols == twin_message.symbols);
        QVERIFY(lane.serialise() == twin.serialise());
      }
    }
  }
}

void AnsLaneTest::single_calls_equal_blocks() {
  for (const int states : kStateCounts) {
    const Message message = random_message(family_index(), 1001, true, 10);
    AnsLane block(states);
    AnsLane single(states);
    push(block, message);
    for (std::size_t i = message.symbols.size(); i-- > 0;) {
      single.push(static_cast<int>(i % static_cast<std::size_t>(states)), message.interval(i));
    }
    QVERIFY(single.serialise() == block.serialise());
    for (std::size_t i = 0; i < message.symbols.size(); ++i) {
      const int state = static_cast<int>(i % static_cast<std::size_t>(states));
      QCOMPARE(message.distribution(i).symbol(single.peek(state)), message.symbols[i]);
      single.pop(state, message.interval(i));
    }
    QVERIFY(single.at_start(0, 0));
  }
}

// A group of S symbols at once, with the positions that the header gives for kernels.
void AnsLaneTest::words_of_a_group_lie_as_documented() {
  for (const int states : kStateCounts) {
    const auto group = static_cast<std::size_t>(states);
    AnsLane lane = lane_of(random_stack(states, 2 * group, 11), states);
    std::vector<std::uint64_t> x(lane.state_values().begin(), lane.state_values().end());
    std::vector<std::uint32_t> words(lane.words().begin(), lane.words().end());
    for (std::uint64_t round = 0; round < 50; ++round) {
      const std::size_t size = words.size();
      Message message = random_message(7, group, false, round);
      if (round % 2 == 0) {
        std::uint64_t mask = 0;
        for (std::size_t s = 0; s < group; ++s) {
          if (push_emits(x[s], message.interval(s))) mask |= std::uint64_t{1} << s;
        }
        words.resize(size + static_cast<std::size_t>(std::popcount(mask)));
        for (std::size_t s = 0; s < group; ++s) {
          if ((mask >> s & 1) != 0) {
            words[size + static_cast<std::size_t>(std::popcount(mask >> s >> 1))] = low_word(x[s]);
            x[s] = drop_word(x[s]);
          }
          x[s] = push_state(x[s], message.interval(s));
        }
        push(lane, message);
      } else {
        std::uint64_t mask = 0;
        for (std::size_t s = 0; s < group; ++s) {
          message.symbols[s] = message.distribution(s).symbol(slot_of(x[s]));
          x[s] = pop_state(x[s], message.interval(s));
          if (pop_reads(x[s])) mask |= std::uint64_t{1} << s;
        }
        for (std::size_t s = 0; s < group; ++s) {
          const auto above = static_cast<std::size_t>(std::popcount(mask & ((std::uint64_t{1} << s) - 1)));
          if ((mask >> s & 1) != 0) x[s] = append_word(x[s], words[size - 1 - above]);
        }
        words.resize(size - static_cast<std::size_t>(std::popcount(mask)));
        pop(lane, message);
      }
      QVERIFY(std::ranges::equal(x, lane.state_values()));
      QVERIFY(std::ranges::equal(words, lane.words()));
    }
  }
}

void AnsLaneTest::loss_is_small() {
  for (const int states : kStateCounts) {
    const Message message = random_message(family_index(), 100000, true, 12);
    double ideal = 0;
    for (std::size_t i = 0; i < message.symbols.size(); ++i) ideal += ideal_bits(message.interval(i).freq);
    AnsLane lane(states);
    QCOMPARE(lane.content_bits(), 0.0);
    push(lane, message);
    // One bit of grace, since a message of certain symbols has next to no length that 0.05 % could be taken of.
    QVERIFY2(lane.content_bits() <= ideal * 1.0005 + 1, qPrintable(QString::number(lane.content_bits() - ideal)));
    QVERIFY(lane.content_bits() >= ideal * 0.9995 - 1);
    QVERIFY(lane.flush_bits() >= 32.0 * states && lane.flush_bits() <= 64.0 * states);
    QCOMPARE(lane.content_bits() + lane.flush_bits(), 8.0 * static_cast<double>(lane.serialise().size()));
  }
}

// The schedule of a tile in small: the tail pays for a latent, the decoder gives the latent's bits back.
void AnsLaneTest::bits_back_archive() {
  for (const int states : kStateCounts) {
    for (const std::size_t tail_length : {0, 10, 2000, 20000}) {
      const Message tail = random_message(6, tail_length, true, 13);
      const Message data = random_message(7, 5000, true, 14);
      Message latent = random_message(5, 3000, true, 15);
      AnsLane encoder(states);
      encoder.draw_initial_words(16);
      push(encoder, tail);
      pop(encoder, latent);
      QCOMPARE(encoder.initial_words() == 0, tail_length >= 2000);
      push(encoder, data);
      Message prior{family(3, 0), latent.symbols};
      push(encoder, prior);
      const Bytes archive = encoder.serialise();

      AnsLane decoder = lane_of(archive, states);
      Message prior_back{prior.distributions, std::vector<std::uint32_t>(3000)};
      pop(decoder, prior_back);
      QVERIFY(prior_back.symbols == latent.symbols);
      Message data_back{data.distributions, std::vector<std::uint32_t>(5000)};
      pop(decoder, data_back);
      QVERIFY(data_back.symbols == data.symbols);
      push(decoder, latent);
      Message tail_back{tail.distributions, std::vector<std::uint32_t>(tail_length)};
      pop(decoder, tail_back);
      QVERIFY(tail_back.symbols == tail.symbols);
      QVERIFY(decoder.at_start(encoder.initial_words(), 16));
      QVERIFY(!decoder.at_start(encoder.initial_words() + 1, 16));
    }
  }
}

// What was written once must be read for ever: a change of any of these numbers is a change of the format.
void AnsLaneTest::format_is_pinned() {
  constexpr std::uint64_t kHashes[] = {0x075AEA002472572Fu, 0x639B7F13D0214A9Eu, 0xBAF6CF7DDA70817Bu,
                                       0xDB48C21A680A6D40u, 0xB1FA76CB4E099DB5u, 0x93A50F6EB2333B72u};
  for (std::size_t i = 0; i < std::size(kStateCounts); ++i) {
    AnsLane lane(kStateCounts[i]);
    lane.draw_initial_words(1);
    Message latent = random_message(5, 1001, true, 17);
    pop(lane, latent);
    push(lane, random_message(7, 1001, false, 18));
    QCOMPARE(hash64(lane.serialise()), kHashes[i]);
  }
}

}  // namespace bitswap::test

QTEST_APPLESS_MAIN(bitswap::test::AnsLaneTest)
#include "ans_lane_test.moc"
