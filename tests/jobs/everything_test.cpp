// SPDX-License-Identifier: GPL-3.0-or-later
// One file of every kind that the program knows, in one archive: what becomes of each, and that each comes back.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/jobs/sample_kinds.h"
#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

class EverythingTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;
  std::vector<SampleKind> kinds_ = one_of_each_kind();

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    QVERIFY(kinds_.size() >= 30);
    for (const SampleKind& kind : kinds_) {
      QVERIFY2(!kind.content.empty() || kind.name == "empty.txt", kind.name.c_str());
      write_file(root_ / "in" / kind.name, kind.content);
    }
    fs::create_symlink("text.txt", root_ / "in/link");
    fs::create_directories(root_ / "in/folder");
  }

  void one_of_everything_data() {
    QTest::addColumn<QString>("codec");
    for (const char* codec : {"bitswap", "jxl", "auto", "zstd"}) QTest::newRow(codec) << QString(codec);
  }

  void one_of_everything() {
    QFETCH(QString, codec);
    const fs::path archive = root_ / (codec.toStdString() + ".bswap");
    CompressOptions options = compress_options(root_ / "in", archive);
    if (codec != "auto") options.form = form_named(codec.toStdString());
    const auto report = compress(options);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->count(FileReport::Status::Ok), report->files.size());
    const auto listed = list(archive);
    QVERIFY(listed.ok());
    QCOMPARE(listed->files.size(), kinds_.size() + 3);  // two folders and a link
    QCOMPARE(report_of(*listed, "in/link").kind, std::string("symlink"));
    QCOMPARE(report_of(*listed, "in/folder").kind, std::string("directory"));
    for (const SampleKind& expected : kinds_) {
      const std::string path = "in/" + expected.name;
      const FileReport file = report_of(*listed, path);
      const std::string what = path + ": " + std::string(form_name(file.form)) + " " + file.format;
      QVERIFY2(file.form == report_of(*report, path).form, what.c_str());
      QVERIFY2(file.format == expected.format, what.c_str());
      const bool pixels = keeps_pixels(file.form);
      if (codec == "zstd") {
        QVERIFY2(is_form(file, expected.form == Form::Duplicate ? Form::Duplicate : Form::Zstd), what.c_str());
      } else if (expected.form != Form::None) {
        QVERIFY2(is_form(file, expected.form), what.c_str());
      } else if (codec != "auto") {
        QVERIFY2(file.form == options.form, what.c_str());
      }
      const bool rebuilt = pixels && expected.exactness == Exactness::Pixels;
      QVERIFY2(file.exactness == (rebuilt ? Exactness::Pixels : Exactness::Bytes), what.c_str());
      const bool shown = pixels || file.form == Form::JpegTranscoded;
      QVERIFY2(size_of(file) == (shown ? expected.size : std::vector{0U, 0U}), what.c_str());
      QVERIFY2(size_of(file) == size_of(report_of(*report, path)), what.c_str());
    }

    // Files that come back with their pixels only are compared by another decoder, then put aside.
    const fs::path out = root_ / ("out " + codec.toStdString());
    QVERIFY(extract(extract_options(archive, out)).ok());
    for (const char* name : {"foreign.png", "foreign.tif"}) {
      if (report_of(*listed, std::string("in/") + name).exactness != Exactness::Pixels) continue;
      const Bytes before = read_file(root_ / "in" / name);
      const Bytes after = read_file(out / "in" / name);
      QVERIFY2(before != after, name);
      const Picture picture = decode_rgb(before);
      QVERIFY2(!picture.samples.empty() && decode_rgb(after) == picture, name);
    }
    const auto before = snapshot(root_ / "in");
    const auto after = snapshot(out / "in");
    QCOMPARE(after.size(), before.size());
    for (const auto& [path, what] : before) {
      QVERIFY2(after.contains(path), path.c_str());
      if (report_of(*listed, "in/" + path).exactness == Exactness::Pixels) continue;
      QVERIFY2(after.at(path) == what, path.c_str());
    }
  }
};

QTEST_GUILESS_MAIN(EverythingTest)
#include "everything_test.moc"
