// SPDX-License-Identifier: GPL-3.0-or-later
// What goes in comes out: every kind of file, selections, conflicts, and the same archive whatever the threads.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/jobs/sample_pictures.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

class RoundTripTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "photos");
    const auto report = compress(compress_options(root_ / "photos", root_ / "a.bswap"));
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->count(Outcome::Failed), 0U);
    QCOMPARE(report->archive_bytes, fs::file_size(root_ / "a.bswap"));
    QCOMPARE(report_of(*report, "photos/broken.png").status, Outcome::Warning);
    QCOMPARE(report->count(Outcome::Warning), 1U);
    for (const char* name : {"rgb.png", "grey.png", "alpha.png", "grey-alpha.png", "one.png", "wide.png",
                             "sub/pixels.ppm", "sub/pixels.bmp"}) {
      const FileReport file = report_of(*report, std::string("photos/") + name);
      QVERIFY2(file.form == Form::Picture, name);
      QVERIFY2(file.raw_bytes > 0 && file.pixel_bytes > 0 && file.pixel_bytes < file.stored_bytes, name);
    }
    QCOMPARE(report_of(*report, "photos/sub/copy of rgb.png").form, Form::Duplicate);
    QCOMPARE(report_of(*report, "photos/rgb.png").format, std::string("png"));
    QCOMPARE(report_of(*report, "photos/text.txt").form, Form::Zstd);
    QCOMPARE(report_of(*report, "photos/deep.png").exactness, Exactness::Bytes);
    QCOMPARE(report_of(*report, "photos/deep.png").form, Form::Picture);
  }

  void everything_comes_back() {
    const auto report = extract(extract_options(root_ / "a.bswap", root_ / "out"));
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    for (const FileReport& file : report->files) {
      QVERIFY2(file.status == Outcome::Ok, (file.path + (file.error ? file.error->detail : "")).c_str());
    }
    const auto before = snapshot(root_ / "photos");
    const auto after = snapshot(root_ / "out/photos");
    QCOMPARE(after.size(), before.size());
    for (const auto& [path, what] : before) QVERIFY2(after.contains(path) && after.at(path) == what, path.c_str());
  }

  void a_test_and_a_list_agree() {
    TestOptions options;
    options.archive = root_ / "a.bswap";
    options.device = "plain";
    const auto tested = bitswap::test(options);
    QVERIFY(tested.ok());
    QCOMPARE(tested->count(Outcome::Ok), tested->files.size());
    const auto listed = list(options.archive);
    QVERIFY(listed.ok());
    QCOMPARE(listed->files.size(), tested->files.size());
    for (std::size_t i = 0; i < listed->files.size(); ++i) {
      QCOMPARE(listed->files[i].path, tested->files[i].path);
      QCOMPARE(listed->files[i].stored_bytes, tested->files[i].stored_bytes);
      if (listed->files[i].form == Form::Picture) QCOMPARE(listed->files[i].raw_bytes, tested->files[i].raw_bytes);
    }
    QCOMPARE(listed->archive_bytes, fs::file_size(options.archive));
  }

  void the_archive_does_not_depend_on_threads() {
    CompressOptions options = compress_options(root_ / "photos", root_ / "one-thread.bswap");
    options.threads = 1;
    QVERIFY(compress(options).ok());
    QVERIFY(read_file(root_ / "one-thread.bswap") == read_file(root_ / "a.bswap"));
  }

  void entries_are_selected() {
    ExtractOptions options = extract_options(root_ / "a.bswap", root_ / "some");
    options.entries = {"photos/sub/", "photos/*.txt"};
    auto report = extract(options);
    QVERIFY(report.ok());
    const auto found = snapshot(root_ / "some/photos");
    QVERIFY(found.contains("sub/copy of rgb.png") && found.contains("text.txt") && !found.contains("rgb.png"));
    QVERIFY(read_file(root_ / "some/photos/sub/copy of rgb.png") == read_file(root_ / "photos/rgb.png"));
    options.entries = {"photos/text.txt", "photos/no such file"};
    report = extract(options);
    QVERIFY(!report.ok());
    QCOMPARE(report.error().code, Error::Code::NotFound);
  }

  void conflicts() {
    ExtractOptions options = extract_options(root_ / "a.bswap", root_ / "conflicts");
    options.entries = {"photos/text.txt", "photos/one.png"};
    const fs::path text = root_ / "conflicts/photos/text.txt";
    write_file(text, "mine");
    auto report = extract(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "photos/text.txt").status, Outcome::Failed);
    QCOMPARE(report_of(*report, "photos/one.png").status, Outcome::Ok);
    options.on_conflict = OnConflict::Skip;
    report = extract(options);
    QCOMPARE(report->count(Outcome::Skipped), 2U);
    QCOMPARE(read_file(text).size(), std::size_t{4});
    options.on_conflict = OnConflict::Rename;
    report = extract(options);
    QCOMPARE(report->count(Outcome::Ok), 2U);
    QVERIFY(read_file(root_ / "conflicts/photos/text (1).txt") == read_file(root_ / "photos/text.txt"));
    options.on_conflict = OnConflict::Overwrite;
    report = extract(options);
    QCOMPARE(report->count(Outcome::Ok), 2U);
    QVERIFY(read_file(text) == read_file(root_ / "photos/text.txt"));
  }

  void a_file_too_large_for_memory_is_streamed() {
    const fs::path large = root_ / "large.bin";
    write_file(large, "start");
    fs::resize_file(large, (std::uintmax_t{256} << 20) + 12345);
    QVERIFY(compress(compress_options(large, root_ / "large.bswap")).ok());
    QVERIFY(fs::file_size(root_ / "large.bswap") < (1U << 20));
    const auto report = extract(extract_options(root_ / "large.bswap", root_ / "large"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Ok), 1U);
    QVERIFY(read_file(root_ / "large/large.bin") == read_file(large));
  }

  void the_automatic_choice_is_never_larger() {
    CompressOptions options = compress_options(root_ / "photos", root_ / "auto.bswap");
    options.form = {};
    const auto best = compress(options);
    options.form = Form::Zstd;
    options.archive = root_ / "zstd.bswap";
    const auto plain = compress(options);
    QVERIFY(best.ok() && plain.ok());
    for (const FileReport& file : best->files) {
      QVERIFY2(file.stored_bytes <= report_of(*plain, file.path).stored_bytes, file.path.c_str());
    }
    QCOMPARE(extract(extract_options(root_ / "auto.bswap", root_ / "auto"))->count(Outcome::Failed), 0U);
    QVERIFY(snapshot(root_ / "auto/photos") == snapshot(root_ / "photos"));
  }

  void pictures_that_only_keep_their_pixels() {
    const Picture picture = photo(40, 30, 3, 11);
    write_file(root_ / "odd/odd.png", png_file_of_stored_blocks(picture));
    CompressOptions options = compress_options(root_ / "odd", root_ / "odd.bswap");
    const auto pixels = compress(options);
    QVERIFY(pixels.ok());
    QCOMPARE(report_of(*pixels, "odd/odd.png").form, Form::Picture);
    QCOMPARE(report_of(*pixels, "odd/odd.png").exactness, Exactness::Pixels);
    const auto out = extract(extract_options(root_ / "odd.bswap", root_ / "odd-out"));
    QVERIFY(out.ok());
    QCOMPARE(out->count(Outcome::Ok), 2U);
    QVERIFY(decode_rgb(read_file(root_ / "odd-out/odd/odd.png")) == picture);

    options.require_exact_bytes = true;
    options.archive = root_ / "exact.bswap";
    const auto exact = compress(options);
    QVERIFY(exact.ok());
    QVERIFY(report_of(*exact, "odd/odd.png").form != Form::Picture);
    QCOMPARE(report_of(*exact, "odd/odd.png").exactness, Exactness::Bytes);
  }
};

QTEST_GUILESS_MAIN(RoundTripTest)
#include "roundtrip_test.moc"
