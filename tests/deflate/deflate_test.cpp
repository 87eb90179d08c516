// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of this machine's zlib are described in a few bytes and come back bit for bit; what we compress ourselves is
// read by zlib; a recipe of an earlier version still gives its stream.
#include <zlib.h>

#include <QFile>
#include <QtTest>

#include "engine/deflate/compress.h"
#include "engine/deflate/recipe.h"
#include "engine/deflate/zlib_frame.h"
#include "tests/deflate/streams.h"

using namespace bitswap;
using namespace bitswap::deflate;
using test::make_text;
using test::Text;
using test::zlib_stream;
using test::ZlibOptions;

namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 30;
constexpr std::uint32_t kAnyPercent = 1000;

/// Takes a zlib stream apart, describes and rebuilds it. The bytes of the recipe, -1 if it did not come back.
std::int64_t recipe_bytes(const Bytes& stream, const Bytes& text, SpareThreads* spare = nullptr) {
  const auto opened = open_zlib(stream, kMost);
  if (!opened.ok() || opened->inflated.plaintext != text || opened->bytes != stream.size()) return -1;
  const Source source{opened->deflate, &opened->inflated};
  const auto described = describe({&source, 1}, opened->header, kAnyPercent, {spare, nullptr});
  if (!described.ok() || !described->has_value()) return -1;
  const ByteView view = text;
  const auto again = rebuild({&view, 1}, (*described)->recipe, {spare, nullptr});
  if (!again.ok() || zlib_frame(opened->header, again->front(), text) != stream) return -1;
  return static_cast<std::int64_t>((*described)->recipe.size());
}

Bytes read_file(const char* name) {
  QFile file(QStringLiteral(BITSWAP_SOURCE_DIR "/tests/golden/deflate/") + QString::fromLatin1(name));
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray data = file.readAll();
  return {data.begin(), data.end()};
}

}  // namespace

class DeflateTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void levels_and_strategies_data() {
    QTest::addColumn<int>("level");
    QTest::addColumn<int>("strategy");
    for (int level = 0; level <= 9; ++level) {
      for (int strategy = 0; strategy <= 4; ++strategy) QTest::addRow("%d %d", level, strategy) << level << strategy;
    }
  }
  void levels_and_strategies() {
    QFETCH(const int, level);
    QFETCH(const int, strategy);
    ZlibOptions options;
    options.level = level;
    options.strategy = strategy;
    for (const Text kind : {Text::Picture, Text::Words, Text::Noise, Text::Flat}) {
      const Bytes text = make_text(kind, 150'000);
      const Bytes stream = zlib_stream(text, options);
      const std::int64_t bytes = recipe_bytes(stream, text);
      QVERIFY(bytes > 0);
      // Half a per mille of the plaintext: what zlib did is understood, and not merely written down.
      if (level > 0) QVERIFY2(bytes < 150, qPrintable(QStringLiteral("%1 of %2 bytes").arg(bytes).arg(stream.size())));
    }
  }

  void windows_and_memory() {
    const Bytes text = make_text(Text::Picture, 200'000);
    for (const int window : {9, 10, 12, 14, 15}) {
      for (int memory = 1; memory <= 9; ++memory) {
        for (const int level : {1, 3, 6, 9}) {
          ZlibOptions options;
          options.level = level;
          options.window = window;
          options.memory = memory;
          const Bytes stream = zlib_stream(text, options);
          const std::int64_t bytes = recipe_bytes(stream, text);
          QVERIFY(bytes > 0);
          QVERIFY2(200 * bytes < static_cast<std::int64_t>(stream.size()),
                   qPrintable(QStringLiteral("window %1 memory %2 level %3: %4 of %5 bytes")
                                  .arg(window)
                                  .arg(memory)
                                  .arg(level)
                                  .arg(bytes)
                                  .arg(stream.size())));
        }
      }
    }
  }

  void small_texts() {
    for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 5u, 257u, 258u, 259u, 600u, 32768u, 33000u}) {
      for (const Text kind : {Text::Picture, Text::Words, Text::Noise, Text::Flat}) {
        const Bytes text = make_text(kind, size);
        for (const int level : {0, 1, 6, 9}) {
          ZlibOptions options;
          options.level = level;
          QVERIFY(recipe_bytes(zlib_stream(text, options), text) > 0);
        }
      }
    }
  }

  void portions_and_flushes() {
    const Bytes text = make_text(Text::Picture, 100'000);
    for (const int flush : {Z_NO_FLUSH, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_BLOCK}) {
      for (const std::size_t portion : {601u, 8192u, 40'000u}) {
        for (const int level : {0, 1, 6}) {
          ZlibOptions options;
          options.level = level;
          options.portion = portion;
          options.flush = flush;
          QVERIFY(recipe_bytes(zlib_stream(text, options), text) > 0);
        }
      }
    }
  }

  void threads_do_not_matter() {
    const Bytes text = make_text(Text::Picture, 9'000'000);
    const Bytes stream = zlib_stream(text);
    const auto opened = open_zlib(stream, kMost);
    QVERIFY(opened.ok());
    const Source source{opened->deflate, &opened->inflated};
    SpareThreads threads(3);
    const SpareThreads::Busy busy(&threads);
    const auto one = describe({&source, 1}, opened->header, kAnyPercent);
    const auto three = describe({&source, 1}, opened->header, kAnyPercent, {&threads, nullptr});
    QVERIFY(one.ok() && three.ok() && one->has_value() && three->has_value());
    QVERIFY((*one)->recipe == (*three)->recipe);
    QVERIFY(recipe_bytes(stream, text, &threads) > 0);
    const Bytes packed = *compress(text, zlib_settings(6));
    QVERIFY(packed == *compress(text, zlib_settings(6), {&threads, nullptr}));
  }

  void several_streams_in_one_recipe() {
    std::vector<Bytes> texts;
    std::vector<Bytes> streams;
    std::vector<ZlibStream> opened;
    for (std::size_t i = 0; i < 40; ++i) {
      texts.push_back(make_text(i % 7 == 6 ? Text::Flat : Text::Picture, i == 20 ? 5'000'000 : 8000 + 13 * i, i));
      streams.push_back(zlib_stream(texts.back()));
    }
    for (const Bytes& stream : streams) {
      auto one = open_zlib(stream, kMost);
      QVERIFY(one.ok());
      opened.push_back(std::move(*one));
    }
    std::vector<Source> sources;
    for (const ZlibStream& one : opened) sources.push_back({one.deflate, &one.inflated});
    const auto described = describe(sources, opened[0].header, 1);
    QVERIFY(described.ok());
    QVERIFY(described->has_value());
    std::vector<ByteView> views(texts.begin(), texts.end());
    const auto again = rebuild(views, (*described)->recipe);
    QVERIFY(again.ok());
    for (std::size_t i = 0; i < streams.size(); ++i) {
      QVERIFY(zlib_frame(opened[i].header, (*again)[i], texts[i]) == streams[i]);
    }
  }

  void what_does_not_pay_is_said() {
    // Level 9 for one half, level 1 with flushes for the other: no settings fit both.
    const Bytes text = make_text(Text::Picture, 500'000);
    ZlibOptions options;
    options.portion = 100;
    options.flush = Z_FULL_FLUSH;
    const Bytes stream = zlib_stream(text, options);
    const auto opened = open_zlib(stream, kMost);
    QVERIFY(opened.ok());
    const Source source{opened->deflate, &opened->inflated};
    const auto described = describe({&source, 1}, opened->header, 1);
    QVERIFY(described.ok());
    QVERIFY(!described->has_value());
  }

  void cancellation() {
    const Bytes text = make_text(Text::Picture, 100'000);
    const Bytes stream = zlib_stream(text);
    const auto opened = open_zlib(stream, kMost);
    QVERIFY(opened.ok());
    CancelToken cancel;
    cancel.cancel();
    const Source source{opened->deflate, &opened->inflated};
    const auto described = describe({&source, 1}, opened->header, kAnyPercent, {nullptr, &cancel});
    QVERIFY(!described.ok());
    QCOMPARE(described.error().code, Error::Code::Cancelled);
  }

  void our_own_streams_are_read_by_zlib() {
    for (const Text kind : {Text::Picture, Text::Words, Text::Noise, Text::Flat}) {
      for (const std::size_t size : {0u, 1u, 1000u, 5'000'000u}) {
        const Bytes text = make_text(kind, size);
        for (const int level : {1, 6}) {
          const auto packed = compress(text, zlib_settings(level));
          QVERIFY(packed.ok());
          const Bytes stream = zlib_frame({0x78, 0x9C}, *packed, text);
          Bytes out(size + 1);
          uLongf length = out.size();
          QCOMPARE(uncompress(out.data(), &length, stream.data(), stream.size()), Z_OK);
          out.resize(length);
          QVERIFY(out == text);
        }
      }
    }
  }

  void recipes_of_before_still_work() {
    for (const char* name : {"zlib", "zopfli"}) {
      const Bytes stream = read_file((std::string(name) + ".zz").c_str());
      const Bytes recipe = read_file((std::string(name) + ".recipe").c_str());
      QVERIFY(!stream.empty() && !recipe.empty());
      const auto opened = open_zlib(stream, kMost);
      QVERIFY(opened.ok());
      const ByteView view = opened->inflated.plaintext;
      const auto again = rebuild({&view, 1}, recipe);
      QVERIFY(again.ok());
      QVERIFY(zlib_frame(opened->header, again->front(), view) == stream);
    }
  }
};

QTEST_GUILESS_MAIN(DeflateTest)
#include "deflate_test.moc"
