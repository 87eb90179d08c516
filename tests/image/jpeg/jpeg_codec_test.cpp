// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG files to coefficients and back: what they are worth, and that every byte returns.
#include <QtTest>

#include "tests/image/jpeg/jpeg_files.h"

using namespace bitswap;
using namespace bitswap::test;

namespace {

// Codes of the standard's tables for luma.
constexpr const char* kEob = "1010";
constexpr const char* kZeroRun = "11111111001";

Bytes two_blocks(const char* padding) {
  Bytes file = grey_frame(0xC0, 16);
  append(file, grey_scan(0, 63, 0));
  // DC 5, AC -1, end; DC 3 less, a run of 16 zeros that nobody needs, end.
  append(file, coded(std::string("100 101  00 0 ") + kEob + " 011 00 " + kZeroRun + kEob + padding));
  append(file, {0xFF, 0xD9});
  return file;
}

}  // namespace

class JpegCodecTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void cjpegFiles_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("scans");
    QTest::addColumn<int>("components");
    for (const char* sampling :
         {"1x1", "2x1", "1x2", "2x2", "4x1", "4x2", "3x1,1x1,1x1", "2x2,2x1,1x2", "1x1,2x2,2x2", "1x4,1x2,1x1"}) {
      for (const char* kind : {"", "-progressive", "-optimize -restart 1", "-progressive -restart 3B"}) {
        QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(QLatin1String(sampling), QLatin1String(kind))))
            << QStringLiteral("%1 -sample %2").arg(QLatin1String(kind), QLatin1String(sampling)) << QByteArray() << 3;
      }
    }
    QTest::newRow("grey") << "-grayscale" << QByteArray() << 1;
    QTest::newRow("grey, 2x2, progressive") << "-grayscale -sample 2x2 -progressive" << QByteArray() << 1;
    QTest::newRow("RGB") << "-rgb" << QByteArray() << 3;
    for (const char* quality : {"1", "30", "100"}) {
      QTest::newRow(quality) << QStringLiteral("-quality %1").arg(QLatin1String(quality)) << QByteArray() << 3;
    }
    QTest::newRow("not interleaved") << "" << QByteArray("0;1;2;\n") << 3;
    QTest::newRow("not interleaved, tables each") << "-optimize -restart 2B" << QByteArray("0;1;2;\n") << 3;
    QTest::newRow("partly interleaved") << "" << QByteArray("0 1;2;\n") << 3;
    QTest::newRow("odd script") << ""
                                << QByteArray(
                                       "0 1 2: 0-0, 0, 3;\n0 1 2: 0-0, 3, 2;\n0 1 2: 0-0,2,1;\n0 1 2: 0-0,1,0;\n"
                                       "0: 1-63,0,2;\n0: 1-63,2,1;\n0:1-63,1,0;\n1:1-63,0,0;\n2:1-10,0,0;\n"
                                       "2:11-63,0,0;\n")
                                << 3;
    QTest::newRow("incomplete script") << "" << QByteArray("0 1 2: 0-0, 0, 0;\n0: 1-63,0,2;\n") << 3;
  }

  void cjpegFiles() {
    if (!has_cjpeg()) QSKIP("no cjpeg here");
    QFETCH(QString, arguments);
    QFETCH(QByteArray, scans);
    QFETCH(int, components);
    for (const auto& [width, height] : {std::pair(150, 99), std::pair(16, 16), std::pair(1, 1), std::pair(9, 70)}) {
      const Bytes file =
          cjpeg(arguments.split(QLatin1Char(' '), Qt::SkipEmptyParts), make_pnm(width, height, false), scans);
      QVERIFY(!file.empty());
      const Result<JpegImage> image = take_apart_jpeg(file);
      QVERIFY2(image.ok(), image.ok() ? "" : image.error().detail.c_str());
      QCOMPARE(image->layout.width, static_cast<std::uint32_t>(width));
      QCOMPARE(image->layout.height, static_cast<std::uint32_t>(height));
      QCOMPARE(image->layout.components.size(), static_cast<std::size_t>(components));
      QVERIFY(comes_back(file));
    }
  }

  void sampleOfOurs() {
    QFile source(QStringLiteral(BITSWAP_SOURCE_DIR "/resources/samples/kodim07-q90.jpg"));
    QVERIFY(source.open(QIODevice::ReadOnly));
    const QByteArray content = source.readAll();
    const Bytes file(content.begin(), content.end());
    std::size_t recipe = 0;
    QVERIFY(comes_back(file, &recipe));
    QVERIFY2(recipe < file.size() / 50, qPrintable(QString::number(recipe)));
  }

  void inks() {
    if (QStandardPaths::findExecutable(QStringLiteral("convert")).isEmpty()) QSKIP("no ImageMagick here");
    QProcess process;
    process.start(QStringLiteral("convert"),
                  {QStringLiteral("-size"), QStringLiteral("75x51"), QStringLiteral("plasma:red-blue"),
                   QStringLiteral("-colorspace"), QStringLiteral("CMYK"), QStringLiteral("jpg:-")});
    QVERIFY(process.waitForFinished(60000));
    const QByteArray out = process.readAllStandardOutput();
    const Bytes file(out.begin(), out.end());
    const Result<JpegImage> image = take_apart_jpeg(file);
    QVERIFY(image.ok());
    QCOMPARE(image->layout.components.size(), std::size_t{4});
    QVERIFY(comes_back(file));
  }

  void coefficientsByHand() {
    const Result<JpegImage> image = take_apart_jpeg(two_blocks("1111111"));
    QVERIFY(image.ok());
    QCOMPARE(image->layout.components.size(), std::size_t{1});
    const JpegComponent& component = image->layout.components[0];
    QCOMPARE(component.columns, 2U);
    QCOMPARE(component.rows, 1U);
    QCOMPARE(component.quantisation[5], std::uint16_t{1});  // the file has no table
    JpegPlanes expected(2 * 64);
    expected[0] = 5;
    expected[1] = 2;
    expected[2] = -1;
    QCOMPARE(image->planes[0], expected);
    // The example of FORMAT.md.
    const Bytes recipe = {0x05, 0x1B, 0xFF, 0xD8, 0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00, 0x08, 0x00,
                          0x10, 0x01, 0x01, 0x11, 0x00, 0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00,
                          0x00, 0x3F, 0x00, 0xFF, 0xD9, 0x00, 0x01, 0x00, 0x20, 0x01, 0x01, 0x01};
    QCOMPARE(image->recipe, recipe);
  }

  void paddingBits() {
    for (const char* padding : {"1111111", "0000000", "0101001"}) QVERIFY(comes_back(two_blocks(padding)));
    // Of restart intervals with one MCU each.
    for (const char* second : {"11", "00", "10"}) {
      Bytes file = grey_frame(0xC0, 16);
      append(file, segment(0xDD, {0, 1}));
      append(file, grey_scan(0, 63, 0));
      append(file, coded(std::string("00 ") + kEob + "11"));
      append(file, {0xFF, 0xD0});
      append(file, coded(std::string("00 ") + kEob + second));
      append(file, {0xFF, 0xD9});
      QVERIFY(comes_back(file));
    }
  }

  void runsOfSingleBlocks() {
    Bytes file = grey_frame(0xC2, 24);
    append(file, grey_scan(0, 0, 0));
    append(file, coded("100 101  00  00  111111"));
    append(file, grey_scan(1, 63, 0));
    append(file, coded(std::string(kEob) + kEob + kEob + "1111"));
    append(file, {0xFF, 0xD9});
    QVERIFY(comes_back(file));
    const Result<JpegImage> image = read_jpeg(file);
    QVERIFY(image.ok());
    QCOMPARE(image->planes[0][2], std::int16_t{5});
  }

  void intervalsThatChange() {
    if (!has_cjpeg()) QSKIP("no cjpeg here");
    const QByteArray pnm = make_pnm(90, 61, false);
    const Bytes two = cjpeg({QStringLiteral("-restart"), QStringLiteral("2B")}, pnm, "0;1;2;\n");
    const Bytes three = cjpeg({QStringLiteral("-restart"), QStringLiteral("3B")}, pnm, "0;1;2;\n");
    const std::size_t end = find_segment(two, 0xDA, 1);
    const std::size_t begin = find_segment(three, 0xDA, 1);
    QVERIFY(end < two.size() && begin < three.size());
    Bytes file(two.begin(), two.begin() + static_cast<std::ptrdiff_t>(end));
    append(file, segment(0xDD, {0, 3}));
    file.insert(file.end(), three.begin() + static_cast<std::ptrdiff_t>(begin), three.end());
    std::size_t recipe = 0;
    QVERIFY(comes_back(file, &recipe));
    QVERIFY(recipe < 200);  // nothing of the scans is in it
  }

  void oddRestarts() {
    if (!has_cjpeg()) QSKIP("no cjpeg here");
    const Bytes file = cjpeg({QStringLiteral("-restart"), QStringLiteral("4B")}, make_pnm(150, 99, false));
    const std::size_t at = find_segment(file, 0xD3);
    QVERIFY(at < file.size());
    Bytes wrong = file;
    wrong[at + 1] = 0xD5;
    Bytes missing = file;
    missing.erase(missing.begin() + static_cast<std::ptrdiff_t>(at),
                  missing.begin() + static_cast<std::ptrdiff_t>(at + 2));
    Bytes filled = file;
    filled.insert(filled.begin() + static_cast<std::ptrdiff_t>(at), 3, 0xFF);
    Bytes without = cjpeg({}, make_pnm(150, 99, false));
    const Bytes interval = segment(0xDD, {0, 4});
    without.insert(without.begin() + 2, interval.begin(), interval.end());
    for (const Bytes& odd : {wrong, missing, filled, without}) {
      std::size_t recipe = 0;
      QVERIFY(comes_back(odd, &recipe));
      QVERIFY2(recipe < 250, qPrintable(QString::number(recipe)));
    }
  }

  void brokenIntervalIsLeftOut() {
    if (!has_cjpeg()) QSKIP("no cjpeg here");
    Bytes file = cjpeg({QStringLiteral("-restart"), QStringLiteral("4B")}, make_pnm(150, 99, false));
    const std::size_t at = find_segment(file, 0xD1);
    QVERIFY(at + 8 < file.size());
    for (std::size_t i = at + 2; i < at + 8; ++i) file[i] = 0xFE;  // no code begins so
    std::size_t recipe = 0;
    QVERIFY(comes_back(file, &recipe));
    QVERIFY(recipe < file.size() / 4);  // the intervals behind are coded
  }

  void filledHeadersAndTails() {
    const Bytes file = two_blocks("1111111");
    Bytes filled = file;
    filled.insert(filled.begin() + 2, 7, 0xFF);
    Bytes stuffed = file;
    stuffed.insert(stuffed.begin() + 2, {0xFF, 0x00, 0x00, 0x12});
    Bytes tail = file;
    append(tail, file);
    append(tail, {0, 0, 0xFF, 0xDA, 1, 2});
    Bytes no_end(file.begin(), file.end() - 2);
    Bytes late = no_end;
    append(late, segment(0xE5, {'l', 'a', 't', 'e'}));
    append(late, {0xFF, 0xFF, 0xFF, 0xD9});
    for (const Bytes& odd : {filled, stuffed, tail, no_end, late}) QVERIFY(comes_back(odd));
  }

  void heightBehindTheScan() {
    const Bytes good = two_blocks("1111111");
    Bytes file = good;
    const std::size_t frame = find_segment(file, 0xC0);
    file[frame + 5] = file[frame + 6] = 0;
    JpegReason reason = JpegReason::None;
    QVERIFY(!read_jpeg(file, {}, nullptr, &reason).ok());
    QCOMPARE(reason, JpegReason::NoHeight);
    const Bytes height = segment(0xDC, {0, 8});
    file.insert(file.end() - 2, height.begin(), height.end());
    QVERIFY(comes_back(file));
    QCOMPARE(read_jpeg(file)->planes, read_jpeg(good)->planes);
  }

  void reasons() {
    const auto reason_of = [](const Bytes& file, const JpegLimits& limits = {}) {
      JpegReason reason = JpegReason::None;
      const Result<JpegImage> image = take_apart_jpeg(file, limits, nullptr, &reason);
      return image.ok() || image.error().detail.empty() ? JpegReason::None : reason;
    };
    const Bytes good = two_blocks("1111111");
    QCOMPARE(reason_of({}), JpegReason::NotJpeg);
    QCOMPARE(reason_of({'G', 'I', 'F', '8'}), JpegReason::NotJpeg);
    QCOMPARE(reason_of({0xFF, 0xD8, 0xFF, 0xD9}), JpegReason::NoFrame);
    QCOMPARE(reason_of(grey_frame(0xC0, 16)), JpegReason::NoScan);
    QCOMPARE(reason_of(grey_frame(0xC9, 16)), JpegReason::Arithmetic);
    QCOMPARE(reason_of(grey_frame(0xC3, 16)), JpegReason::Lossless);
    QCOMPARE(reason_of(grey_frame(0xC5, 16)), JpegReason::Hierarchical);
    JpegLimits small;
    small.coefficient_bytes = 255;
    QCOMPARE(reason_of(good, small), JpegReason::TooLarge);
    Bytes twelve = good;
    twelve[find_segment(twelve, 0xC0) + 4] = 12;
    QCOMPARE(reason_of(twelve), JpegReason::Precision);
    QCOMPARE(reason_of(good), JpegReason::None);
  }

  void otherPlanesAreRefused() {
    Result<JpegImage> image = read_jpeg(two_blocks("1111111"));
    QVERIFY(image.ok());
    image->planes[0].pop_back();
    QCOMPARE(write_jpeg(*image).error().code, Error::Code::InvalidArgument);
    image->planes[0].push_back(0);
    QVERIFY(write_jpeg(*image).ok());
    image->planes[0][2] = -32768;  // no table has a code for it
    QCOMPARE(write_jpeg(*image).error().code, Error::Code::Corrupt);
    CancelToken cancel;
    cancel.cancel();
    QCOMPARE(read_jpeg(two_blocks("1111111"), {}, &cancel).error().code, Error::Code::Cancelled);
  }
};

QTEST_GUILESS_MAIN(JpegCodecTest)
#include "jpeg_codec_test.moc"
