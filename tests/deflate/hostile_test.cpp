// SPDX-License-Identifier: GPL-3.0-or-later
// Streams and recipes from anywhere: an error, or bounded work; never a crash, and never more memory than the text
// asks.
#include <QtTest>

#include "engine/deflate/recipe.h"
#include "engine/deflate/zlib_frame.h"
#include "tests/deflate/streams.h"

using namespace bitswap;
using namespace bitswap::deflate;
using test::make_text;
using test::Random;
using test::Text;
using test::zlib_stream;

namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 22;

Error::Code error_of(const Bytes& stream, std::uint64_t most = kMost) {
  const auto inflated = inflate(stream, most);
  return inflated.ok() ? Error::Code{} : inflated.error().code;
}

/// Takes a stream apart; if that works it must come back.
bool survives(const Bytes& stream) {
  const auto inflated = inflate(stream, kMost);
  if (!inflated.ok()) return true;
  const ByteView used = ByteView(stream).first(inflated->bytes);
  const Source source{used, &*inflated};
  const auto described = describe({&source, 1}, {0x78, 0x9C}, 100'000);
  if (!described.ok()) return described.error().code == Error::Code::Unsupported;
  if (!described->has_value()) return false;
  const ByteView view = inflated->plaintext;
  const auto again = rebuild({&view, 1}, (*described)->recipe);
  return again.ok() && std::ranges::equal(again->front(), used);
}

Bytes mutated(Bytes data, Random& random) {
  const std::uint32_t changes = 1 + random.below(4);
  for (std::uint32_t i = 0; i < changes && !data.empty(); ++i) {
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(data.size()));
    switch (random.below(4)) {
      case 0: data[at] = static_cast<std::uint8_t>(data[at] ^ 1u << random.below(8)); break;
      case 1: data[at] = static_cast<std::uint8_t>(random.next()); break;
      case 2: data.erase(data.begin() + at); break;
      default: data.insert(data.begin() + at, static_cast<std::uint8_t>(random.next()));
    }
  }
  return data;
}

Bytes deflate_of(const Bytes& text, int level) {
  test::ZlibOptions options;
  options.level = level;
  const Bytes stream = zlib_stream(text, options);
  return {stream.begin() + 2, stream.end() - 4};
}

}  // namespace

class HostileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void streams_by_hand() {
    QCOMPARE(error_of({}), Error::Code::Truncated);
    QCOMPARE(error_of({0x03}), Error::Code::Truncated);
    QCOMPARE(error_of({0x03, 0x00}), Error::Code{});                                          // an empty fixed block
    QCOMPARE(error_of({0x01, 0x00, 0x00, 0xFF, 0xFF}), Error::Code{});                        // an empty stored block
    QCOMPARE(error_of({0x07}), Error::Code::Corrupt);                                         // type 3
    QCOMPARE(error_of({0x01, 0x05, 0x00, 0xFA, 0xFE, 1, 2, 3, 4, 5}), Error::Code::Corrupt);  // complement
    QCOMPARE(error_of({0x01, 0x05, 0x00, 0xFA, 0xFF, 1, 2, 3, 4}), Error::Code::Truncated);
    QCOMPARE(error_of({0x03, 0x02}), Error::Code::Corrupt);  // a match before any byte
    // 288 lengths of which too many are short: over-subscribed.
    QCOMPARE(error_of({0x05, 0xE0, 0x49, 0x92, 0x24, 0x49, 0x92, 0x24, 0x00, 0x00, 0x00}), Error::Code::Corrupt);
  }

  void every_cut_is_noticed() {
    const Bytes stream = deflate_of(make_text(Text::Words, 3000), 6);
    for (std::size_t size = 0; size < stream.size(); ++size) {
      QCOMPARE(error_of(Bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size))),
               Error::Code::Truncated);
    }
  }

  void bombs_end_at_the_limit() {
    const Bytes stream = deflate_of(Bytes(20'000'000), 9);
    QCOMPARE(error_of(stream, 1'000'000), Error::Code::LimitExceeded);
    QCOMPARE(error_of(stream, 19'999'999), Error::Code::LimitExceeded);
    QCOMPARE(error_of(stream, 20'000'000), Error::Code{});
    Bytes blocks;  // empty stored blocks for ever
    for (int i = 0; i < 100'000; ++i) blocks.insert(blocks.end(), {0x00, 0x00, 0x00, 0xFF, 0xFF});
    QCOMPARE(error_of(blocks), Error::Code::Unsupported);
  }

  void frames() {
    const Bytes text = make_text(Text::Words, 1000);
    const Bytes good = zlib_stream(text);
    QVERIFY(open_zlib(good, kMost).ok());
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, good.size() - 1, good.size() - 4}) {
      Bytes bad = good;
      bad[at] ^= 0x10;
      const auto opened = open_zlib(bad, kMost);
      QVERIFY(!opened.ok());
      QCOMPARE(opened.error().code, Error::Code::Corrupt);
    }
    const auto cut = open_zlib(ByteView(good).first(good.size() - 1), kMost);
    QVERIFY(!cut.ok());
    QCOMPARE(cut.error().code, Error::Code::Truncated);
  }

  void mutated_streams() {
    Random random(7);
    for (const Text kind : {Text::Picture, Text::Words, Text::Flat}) {
      for (const int level : {0, 1, 6, 9}) {
        const Bytes stream = deflate_of(make_text(kind, 5000), level);
        for (int i = 0; i < 300; ++i) QVERIFY(survives(mutated(stream, random)));
      }
    }
  }

  void garbage() {
    Random random(9);
    for (int i = 0; i < 3000; ++i) {
      Bytes stream(1 + random.below(400));
      for (std::uint8_t& byte : stream) byte = static_cast<std::uint8_t>(random.next());
      QVERIFY(survives(stream));
    }
  }

  void mutated_recipes() {
    Random random(11);
    for (const Text kind : {Text::Picture, Text::Words}) {
      const Bytes text = make_text(kind, 30'000);
      // Flushes make corrections of all kinds.
      test::ZlibOptions options;
      options.portion = 700;
      options.flush = 2;
      const Bytes zlib = zlib_stream(text, options);
      const Bytes stream(zlib.begin() + 2, zlib.end() - 4);
      const auto inflated = inflate(stream, kMost);
      QVERIFY(inflated.ok());
      const Source source{stream, &*inflated};
      const auto described = describe({&source, 1}, {0x78, 0x9C}, 1000);
      QVERIFY(described.ok() && described->has_value());
      const ByteView view = text;
      int refused = 0;
      for (int i = 0; i < 1500; ++i) {
        const Bytes recipe = mutated((*described)->recipe, random);
        const auto again = rebuild({&view, 1}, recipe);
        if (again.ok()) {
          QVERIFY(again->front().size() <= 2 * text.size() + 65536);
        } else {
          ++refused;
        }
      }
      QVERIFY(refused > 1000);  // the coder's end shows nearly all damage
    }
  }

  void recipes_for_other_texts() {
    const Bytes text = make_text(Text::Words, 10'000);
    const Bytes stream = deflate_of(text, 6);
    const auto inflated = inflate(stream, kMost);
    QVERIFY(inflated.ok());
    const Source source{stream, &*inflated};
    const auto described = describe({&source, 1}, {0x78, 0x9C}, 1000);
    QVERIFY(described.ok() && described->has_value());
    const Bytes& recipe = (*described)->recipe;
    const Bytes longer = make_text(Text::Words, 10'001);
    const ByteView one = longer;
    QVERIFY(!rebuild({&one, 1}, recipe).ok());
    const std::vector<ByteView> two = {text, text};
    QVERIFY(!rebuild(two, recipe).ok());
    QVERIFY(!rebuild({}, recipe).ok());
    QVERIFY(!rebuild(std::vector<ByteView>{text}, {}).ok());
  }
};

QTEST_GUILESS_MAIN(HostileTest)
#include "hostile_test.moc"
