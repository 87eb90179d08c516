// SPDX-License-Identifier: GPL-3.0-or-later
// PngSuite: every kind of PNG that there is goes through pixels, and every broken file is called broken.
#include <QDir>
#include <QFile>
#include <QtTest>
#include <algorithm>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "engine/image/png/png_file.h"
#include "tests/image/image_files.h"

using namespace bitswap;

namespace {

Bytes read_file(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray content = file.readAll();
  return {content.begin(), content.end()};
}

QDir suite() { return {BITSWAP_SOURCE_DIR "/tests/image/pngsuite", "*.png"}; }

bool same_chunks(const std::vector<PngChunk>& a, const std::vector<PngChunk>& b) {
  return std::ranges::equal(a, b, [](const PngChunk& x, const PngChunk& y) {
    return x.type == y.type && std::ranges::equal(x.data, y.data);
  });
}

/// As the view must be, from OpenCV's samples: alpha dropped, grey repeated, 16 bits rounded to 8.
Picture expected_view(const Bytes& file, bool wide) {
  if (!wide) return test::decode_independently(file, true);
  return test::to_rgb(test::narrow(test::decode_independently(file, false)));
}

}  // namespace

class PngSuiteTest : public QObject {
  Q_OBJECT

  static void add_rows(bool broken) {
    QTest::addColumn<QString>("path");
    for (const QString& name : suite().entryList()) {
      if (name.startsWith('x') == broken) QTest::newRow(name.toUtf8().constData()) << suite().filePath(name);
    }
  }

  int taken_apart_ = 0;
  int byte_exact_ = 0;

 private Q_SLOTS:
  void good_files_data() { add_rows(false); }
  void good_files() {
    QFETCH(QString, path);
    const Bytes file = read_file(path);
    const auto original = parse_png(file);
    QVERIFY(original.ok());
    const PngHeader& header = original->header;
    const auto taken = png_format().take_apart(file);
    if (!taken) qWarning("%s", taken.error().detail.c_str());
    QVERIFY(taken.ok());
    ++taken_apart_;
    QCOMPARE(taken->wide, header.depth == 16);
    QCOMPARE(taken->picture.width, header.width);
    QCOMPARE(taken->picture.height, header.height * (taken->wide ? 2 : 1));
    QCOMPARE(taken->picture.channels, header.channels());

    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok());
    if (taken->exactness == Exactness::Bytes) {
      ++byte_exact_;
      QVERIFY(*again == file);
    }
    const Picture independent = test::decode_independently(file, false);
    QVERIFY(!independent.samples.empty());
    QVERIFY(test::decode_independently(*again, false) == independent);
    const auto rebuilt = parse_png(*again);
    QVERIFY(rebuilt.ok());
    QVERIFY(rebuilt->header == header);
    QVERIFY(same_chunks(rebuilt->before, original->before) && same_chunks(rebuilt->after, original->after));

    const auto view = png_format().view(file);
    QVERIFY(view.ok());
    QVERIFY(*view == expected_view(file, taken->wide));
  }

  /// With another zlib fewer files may come back byte for byte, but all of them with their pixels.
  void all_are_taken_apart() {
    qInfo("%d good files are taken apart, %d of them byte for byte", taken_apart_, byte_exact_);
    QCOMPARE(taken_apart_, 162);
    QVERIFY(byte_exact_ > 0);
  }

  void broken_files_data() { add_rows(true); }
  void broken_files() {
    QFETCH(QString, path);
    const Bytes file = read_file(path);
    QVERIFY(!file.empty());
    const auto taken = png_format().take_apart(file);
    QVERIFY(!taken.ok());
    QVERIFY(taken.error().code != Error::Code::Unsupported);
    QVERIFY(!png_format().view(file).ok());
  }
};

QTEST_APPLESS_MAIN(PngSuiteTest)
#include "png_suite_test.moc"
