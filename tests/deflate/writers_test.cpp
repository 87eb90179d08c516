// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of other writers, and of none: whatever is valid comes back bit for bit, and what it costs is printed.
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>

#ifdef BITSWAP_LIBDEFLATE
#include <libdeflate.h>
#endif

#include "engine/deflate/block_writer.h"
#include "engine/deflate/recipe.h"
#include "tests/deflate/streams.h"

using namespace bitswap;
using namespace bitswap::deflate;
using test::make_text;
using test::Random;
using test::Text;

namespace {

constexpr std::uint64_t kMost = std::uint64_t{1} << 28;

/// Bytes of the recipe for a DEFLATE stream of `text`; -1 if it did not come back.
std::int64_t recipe_bytes(ByteView stream, const Bytes& text) {
  const auto inflated = inflate(stream, kMost);
  if (!inflated.ok() || inflated->plaintext != text || inflated->bytes != stream.size()) return -1;
  const Source source{stream, &*inflated};
  const auto described = describe({&source, 1}, {0x78, 0x9C}, 1000);
  if (!described.ok() || !described->has_value()) return -1;
  const ByteView view = text;
  const auto again = rebuild({&view, 1}, (*described)->recipe);
  if (!again.ok() || !std::ranges::equal(again->front(), stream)) return -1;
  return static_cast<std::int64_t>((*described)->recipe.size());
}

/// A block of tokens that no compressor would choose: matches are right, but of any length and from anywhere.
std::vector<Token> odd_tokens(const Bytes& text, std::uint64_t begin, std::uint64_t end, Random& random) {
  std::vector<Token> tokens;
  for (std::uint64_t at = begin; at < end;) {
    Token token;
    const std::uint64_t window = std::min<std::uint64_t>(at, kFarthest);
    for (int i = 0; i < 20 && window > 0 && !token.is_match(); ++i) {
      const std::uint64_t distance = 1 + random.below(static_cast<std::uint32_t>(window));
      std::uint32_t length = 0;
      while (length < kLongest && at + length < end && text[at + length] == text[at + length - distance]) ++length;
      if (length < kShortest) continue;
      length -= random.below(length - kShortest + 1) / 2;
      const bool odd = length == kLongest && random.below(2) == 0;
      token = {static_cast<std::uint16_t>(odd ? std::uint32_t{Token::kOddLongest} : length),
               static_cast<std::uint16_t>(distance)};
    }
    tokens.push_back(token);
    at += token.bytes();
  }
  return tokens;
}

/// Every freedom that the format leaves to a writer, by chance.
Bytes odd_stream(const Bytes& text, std::uint64_t seed) {
  Random random(seed);
  BitWriter out(0);
  std::uint64_t at = 0;
  do {
    Block block;
    const std::uint64_t end = std::min<std::uint64_t>(text.size(), at + random.below(9000));
    block.last = end == text.size();
    block.tail = static_cast<std::uint8_t>(random.below(128));
    block.type = static_cast<BlockType>(random.below(3));
    if (block.type == BlockType::Stored) {
      block.stored = static_cast<std::uint16_t>(end - at);
      block.padding = static_cast<std::uint8_t>(random.below(128));
    } else {
      block.tokens = odd_tokens(text, at, end, random);
      Frequencies frequencies;
      std::uint64_t place = at;
      for (const Token& token : block.tokens) {
        if (token.is_match()) {
          ++frequencies.literals[kEndOfBlock + 1 + kLengthIndex[token.length]];
          ++frequencies.distances[distance_index(token.distance)];
        } else {
          ++frequencies.literals[text[place]];
        }
        place += token.bytes();
      }
      ++frequencies.literals[kEndOfBlock];
      Frequencies smooth = frequencies;  // another code than Huffman's for these tokens
      for (std::uint32_t& count : smooth.literals)
        count = count == 0 && random.below(40) != 0 ? 0 : 1 + count / (1 + random.below(3));
      block.header = zlib_header(smooth);
      if (random.below(2) == 0) {  // lengths one by one, and all the code lengths' codes
        block.header.runs.clear();
        for (std::size_t i = 0; i < block.header.literals; ++i)
          block.header.runs.push_back({block.header.literal_lengths[i], 0});
        for (std::size_t i = 0; i < block.header.distances; ++i)
          block.header.runs.push_back({block.header.distance_lengths[i], 0});
        meta_code(block.header);
        block.header.listed = kMetaSymbols;
      }
    }
    write_block(out, block, text, at);
    at = end;
    if (block.last) break;
  } while (true);
  return out.take();
}

}  // namespace

class WritersTest : public QObject {
  Q_OBJECT

  static void report(const char* writer, std::int64_t recipe, std::size_t stream) {
    qInfo("%-24s %9zu bytes, recipe %7lld bytes, %6.2f %%", writer, stream, static_cast<long long>(recipe),
          100.0 * static_cast<double>(recipe) / static_cast<double>(stream));
  }

  /// What follows `skip` bytes of the program's output, without `behind` bytes at its end.
  static void check_program(const QString& program, const QStringList& arguments, std::size_t skip,
                            std::size_t behind) {
    if (QStandardPaths::findExecutable(program).isEmpty()) QSKIP("the program is not installed");
    QTemporaryDir folder;
    const Bytes text = make_text(Text::Picture, 200'000);
    QFile file(folder.filePath(QStringLiteral("text")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char*>(text.data()), static_cast<qint64>(text.size()));
    file.close();
    QProcess process;
    process.start(program, arguments + QStringList{file.fileName()});
    QVERIFY(process.waitForFinished(300'000));
    QCOMPARE(process.exitCode(), 0);
    const QByteArray made = process.readAllStandardOutput();
    QVERIFY(static_cast<std::size_t>(made.size()) > skip + behind);
    const Bytes stream(made.begin() + static_cast<std::ptrdiff_t>(skip),
                       made.end() - static_cast<std::ptrdiff_t>(behind));
    const std::int64_t bytes = recipe_bytes(stream, text);
    QVERIFY(bytes > 0);
    report(qPrintable(program + u' ' + arguments.join(u' ')), bytes, stream.size());
  }

 private Q_SLOTS:
  void odd_streams_come_back() {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const Bytes text = make_text(static_cast<Text>(seed % 4), 1000 * seed, seed);
      const Bytes stream = odd_stream(text, seed);
      QVERIFY2(recipe_bytes(stream, text) > 0, qPrintable(QStringLiteral("seed %1").arg(seed)));
    }
  }

  void zopfli() {
    check_program(QStringLiteral("zopfli"), {QStringLiteral("--deflate"), QStringLiteral("--i5"), QStringLiteral("-c")},
                  0, 0);
  }
  void gzip() { check_program(QStringLiteral("gzip"), {QStringLiteral("-9nc")}, 10, 8); }
  void pigz() { check_program(QStringLiteral("pigz"), {QStringLiteral("-znc"), QStringLiteral("-6")}, 2, 4); }

  void libdeflate_data() {
    QTest::addColumn<int>("level");
    for (const int level : {0, 1, 3, 6, 8, 9, 12}) QTest::addRow("%d", level) << level;
  }
  void libdeflate() {
#ifdef BITSWAP_LIBDEFLATE
    QFETCH(const int, level);
    const Bytes text = make_text(Text::Picture, 300'000);
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(level);
    QVERIFY(compressor != nullptr);
    Bytes stream(libdeflate_deflate_compress_bound(compressor, text.size()));
    stream.resize(libdeflate_deflate_compress(compressor, text.data(), text.size(), stream.data(), stream.size()));
    libdeflate_free_compressor(compressor);
    const std::int64_t bytes = recipe_bytes(stream, text);
    QVERIFY(bytes > 0);
    report(qPrintable(QStringLiteral("libdeflate %1").arg(level)), bytes, stream.size());
#else
    QSKIP("built without libdeflate");
#endif
  }
};

QTEST_GUILESS_MAIN(WritersTest)
#include "writers_test.moc"
