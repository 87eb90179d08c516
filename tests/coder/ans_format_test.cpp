// SPDX-License-Identifier: GPL-3.0-or-later
// Damage is an error value, never a crash or a silent success; the layout of lanes and the code lengths are as written.
#include <QtTest>
#include <cmath>

#include "engine/coder/ans_lane.h"
#include "engine/coder/code_length.h"
#include "engine/coder/lanes.h"
#include "tests/coder/random_message.h"

namespace bitswap::test {
namespace {

constexpr int kStateCounts[] = {1, 2, 4, 8, 16, 32};

void push(AnsLane& lane, const Message& message) {
  push_block(lane, message.symbols.size(), [&](std::size_t i) { return message.interval(i); });
}

/// Pops a message without keeping it.
void skip(AnsLane& lane, const Message& message) {
  pop_block(lane, message.symbols.size(), [&](std::size_t i, std::uint32_t slot) {
    const Distribution& d = message.distribution(i);
    return d.interval(d.symbol(slot));
  });
}

}  // namespace

class AnsFormatTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void parse_refuses_damage();
  void load_keeps_nothing_after_an_error();
  void missing_words_set_underflow();
  void any_bytes_are_safe();
  void at_start_sees_every_change();
  void initial_words_are_pinned();
  void reset_forgets();
  void lane_layouts();
  void rows_are_split_without_gap();
  void ideal_bits_of_every_frequency();
};

void AnsFormatTest::parse_refuses_damage() {
  for (const int states : kStateCounts) {
    const Bytes good = random_stack(states, 5, 1);
    const std::size_t head = 8 * static_cast<std::size_t>(states);
    QVERIFY(AnsLane::parse(good, states).ok());
    QVERIFY(AnsLane::parse(good, states)->serialise() == good);
    QVERIFY(AnsLane::parse(ByteView(good).first(head), states).ok());
    for (std::size_t length = 0; length < good.size(); ++length) {
      const auto cut = AnsLane::parse(ByteView(good).first(length), states);
      if (length < head) {
        QVERIFY(!cut.ok());
        QVERIFY(cut.error().code == Error::Code::Truncated);
      } else if (length % 4 != 0) {
        QVERIFY(!cut.ok());
        QVERIFY(cut.error().code == Error::Code::Corrupt);
      } else {
        QVERIFY(cut.ok());
      }
    }
    for (int s = 0; s < states; ++s) {
      const std::size_t at = 8 * static_cast<std::size_t>(s);
      Bytes bad = good;
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at), 4, std::uint8_t{0xFF});
      std::fill_n(bad.begin() + static_cast<std::ptrdiff_t>(at) + 4, 4, std::uint8_t{0});
      const auto low = AnsLane::parse(bad, states);
      QVERIFY(!low.ok());
      QVERIFY(low.error().code == Error::Code::Corrupt);
      QCOMPARE(low.error().offset, at);
    }
  }
  for (const int states : {-1, 0, 3, 5, 31, 33, 64, 1 << 30}) {
    const auto lane = AnsLane::parse(random_stack(32, 100, 2), states);
    QVERIFY(!lane.ok());
    QVERIFY(lane.error().code == Error::Code::InvalidArgument);
  }
}

void AnsFormatTest::load_keeps_nothing_after_an_error() {
  AnsLane lane(4);
  push(lane, random_message(6, 1001, true, 3));
  Bytes bad = lane.serialise();
  std::fill_n(bad.begin() + 8, 8, std::uint8_t{0});
  QVERIFY(!lane.load(bad, 4).ok());
  QVERIFY(lane.at_start(0, 0));
  QCOMPARE(lane.states(), 1);
}

void AnsFormatTest::missing_words_set_underflow() {
  for (const int states : kStateCounts) {
    const Message message = random_message(6, 1001, true, 4);
    AnsLane lane(states);
    push(lane, message);
    const Bytes good = lane.serialise();
    const std::size_t words = lane.words().size();
    QVERIFY(words > 10);
    for (std::size_t missing = 0; missing <= words; ++missing) {
      // The bottom of the stack is what is read last, so that the decoder must run dry.
      Bytes cut = good;
      const auto head = cut.begin() + 8 * states;
      cut.erase(head, head + 4 * static_cast<std::ptrdiff_t>(missing));
      auto decoder = AnsLane::parse(cut, states);
      QVERIFY(decoder.ok());
      skip(*decoder, message);
      QCOMPARE(decoder->underflow(), missing > 0);
      QCOMPARE(decoder->at_start(0, 0), missing == 0);
      QCOMPARE(decoder->initial_words(), 0u);
    }
    AnsLane empty(states);
    for (int i = 0; i < 10; ++i) empty.pop(states - 1, {0, 1});
    QVERIFY(empty.underflow());
  }
}

void AnsFormatTest::any_bytes_are_safe() {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const int states = kStateCounts[seed % 6];
    auto lane = AnsLane::parse(random_stack(states, seed, seed), states);
    QVERIFY(lane.ok());
    const Message message = random_message(seed % family_names().size(), 1001, false, seed);
    for (int round = 0; round < 3; ++round) {
      skip(*lane, message);
      skip(*lane, message);
      push(*lane, message);
    }
    QVERIFY(std::isfinite(lane->content_bits()));
    for (const std::uint64_t x : lane->state_values()) QVERIFY(x >= kLowerBound);
  }
}

void AnsFormatTest::at_start_sees_every_change() {
  for (const int states : kStateCounts) {
    for (const std::size_t n : {0, 1, 7}) {
      ByteWriter out;
      for (int s = 0; s < states; ++s) out.u64(kLowerBound);
      for (std::size_t k = n; k-- > 0;) out.u32(initial_word(9, k));
      const Bytes good = out.take();
      QVERIFY(AnsLane::parse(good, states)->at_start(n, 9));
      QVERIFY(!AnsLane::parse(good, states)->at_start(n + 1, 9));
      if (n > 0) {
        QVERIFY(!AnsLane::parse(good, states)->at_start(n - 1, 9));
        QVERIFY(!AnsLane::parse(good, states)->at_start(n, 10));
      }
      for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes bad = good;
        bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ 1u << bit % 8);
        const auto lane = AnsLane::parse(bad, states);
        QVERIFY(!lane.ok() || !lane->at_start(n, 9));
      }
    }
  }
}

void AnsFormatTest::initial_words_are_pinned() {
  // SplitMix64's known outputs for seed 0 begin with E220A8397B1DCDAF, 6E789E6AA1B965F4, 06C45D188009454F.
  QCOMPARE(splitmix_output(0x9E3779B97F4A7C15u), 0xE220A8397B1DCDAFu);
  QCOMPARE(splitmix_output(2 * std::uint64_t{0x9E3779B97F4A7C15u}), 0x6E789E6AA1B965F4u);
  QCOMPARE(splitmix_output(3 * std::uint64_t{0x9E3779B97F4A7C15u}), 0x06C45D188009454Fu);
  QCOMPARE(initial_word(0, 0), 153920445u);
  QCOMPARE(initial_word(0, 1), 703711378u);
  QCOMPARE(initial_word(1, 0), 2152780692u);
  QCOMPARE(initial_word(~std::uint64_t{0}, 1000000), 1381663538u);
}

void AnsFormatTest::reset_forgets() {
  const Message message = random_message(7, 1001, true, 20);
  AnsLane fresh(8);
  push(fresh, message);
  AnsLane used(32);
  used.draw_initial_words(3);
  skip(used, message);
  QVERIFY(used.initial_words() > 0);
  used.reset(8);
  QVERIFY(used.at_start(0, 3));
  QCOMPARE(used.initial_words(), 0u);
  used.reserve(2000);
  push(used, message);
  QVERIFY(used.serialise() == fresh.serialise());
  QCOMPARE(used.serialised_size(), fresh.serialise().size());
  used.reset(2);
  skip(used, message);
  QVERIFY(used.underflow());
  used.reset(2);
  QVERIFY(!used.underflow());
}

void AnsFormatTest::lane_layouts() {
  struct Case {
    std::uint64_t subpixels;
    int lanes;
    int states;
  };
  constexpr Case kCases[] = {{0, 1, 1},
                             {1, 1, 1},
                             {16383, 1, 1},
                             {16384, 1, 2},
                             {32767, 1, 2},
                             {64 * 64 * 3, 1, 1},
                             {262143, 1, 16},
                             {262144, 1, 32},
                             {320 * 320 * 3, 1, 32},
                             {393215, 1, 32},
                             {393216, 2, 16},
                             {524288, 2, 32},
                             {1024 * 1024 * 3, 12, 32},
                             {std::uint64_t{1} << 24, 64, 32},
                             {std::uint64_t{1} << 40, 64, 32},
                             {~std::uint64_t{0}, 64, 32}};
  for (const Case& c : kCases) {
    QCOMPARE(lane_layout(c.subpixels).lanes, c.lanes);
    QCOMPARE(lane_layout(c.subpixels).states, c.states);
  }
}

void AnsFormatTest::rows_are_split_without_gap() {
  for (const std::uint32_t rows : {0u, 1u, 2u, 63u, 64u, 65u, 1024u, ~0u}) {
    for (int lanes = 1; lanes <= static_cast<int>(kMaxLanes); ++lanes) {
      std::uint32_t next = 0;
      for (int l = 0; l < lanes; ++l) {
        const RowRange range = lane_rows(rows, l, lanes);
        QCOMPARE(range.begin, next);
        QVERIFY(range.end >= range.begin);
        QVERIFY(range.end - range.begin - rows / static_cast<std::uint32_t>(lanes) <= 1);
        next = range.end;
      }
      QCOMPARE(next, rows);
    }
  }
}

void AnsFormatTest::ideal_bits_of_every_frequency() {
  QCOMPARE(ideal_bits(1), 16.0f);
  QCOMPARE(ideal_bits(kSlots / 2), 1.0f);
  QCOMPARE(ideal_bits(kSlots), 0.0f);
  QVERIFY(std::isinf(ideal_bits_table()[0]));
  for (std::uint32_t freq = 1; freq <= kSlots; ++freq) {
    QVERIFY(std::abs(std::exp2(-static_cast<double>(ideal_bits(freq))) * kSlots - freq) < 1e-6 * freq);
  }
}

}  // namespace bitswap::test

QTEST_APPLESS_MAIN(bitswap::test::AnsFormatTest)
#include "ans_format_test.moc"
