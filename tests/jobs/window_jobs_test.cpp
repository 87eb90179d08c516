// SPDX-License-Identifier: GPL-3.0-or-later
// What the window needs besides the command line's jobs: removal, single pictures, word of each file, a pause.
#include <QTemporaryDir>
#include <QtTest>
#include <set>
#include <thread>

#include "engine/archive/reader.h"
#include "engine/image/format.h"
#include "engine/jobs/inspect.h"
#include "engine/jobs/picture_source.h"
#include "engine/jobs/remove.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;

class WindowJobsTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  /// Everything under `folder`, restored from the archive.
  std::map<std::string, std::string> restored(const fs::path& archive, const std::string& name) {
    const fs::path folder = root_ / name;
    const auto report = extract(extract_options(archive, folder));
    return report.ok() ? snapshot(folder) : std::map<std::string, std::string>{{"error", report.error().detail}};
  }

 private Q_SLOTS:
  void init() {
    root_ = fs::path(temporary_.path().toStdString()) / QTest::currentTestFunction();
    fs::create_directories(root_);
  }

  void removing_keeps_the_rest() {
    make_folder(root_ / "photos");
    const fs::path archive = root_ / "a.bswap";
    QVERIFY(compress(compress_options(root_ / "photos", archive)).ok());
    std::map<std::string, std::string> expected = restored(archive, "before");
    const auto listed = list(archive);
    QVERIFY(listed.ok());
    // Every entry in turn: also the file that a duplicate points to.
    for (const FileReport& file : listed->files) {
      if (file.kind == "directory") continue;
      const fs::path copy = root_ / "copy.bswap";
      fs::copy_file(archive, copy, fs::copy_options::overwrite_existing);
      RemoveOptions options;
      options.archive = copy;
      options.entries = {file.path};
      std::uint64_t last_total = 0;
      options.progress = [&](const JobProgress& p) { last_total = p.files_total; };
      const auto removed = remove_entries(options);
      QVERIFY2(removed.ok(), file.path.c_str());
      QCOMPARE(removed->files.size(), listed->files.size() - 1);
      QVERIFY(last_total > 0);
      std::map<std::string, std::string> rest = expected;
      rest.erase(file.path);
      const std::string name = "after" + std::to_string(&file - listed->files.data());
      std::map<std::string, std::string> got = restored(copy, name);
      QVERIFY2(got == rest, file.path.c_str());
      TestOptions test_options;
      test_options.archive = copy;
      test_options.device = "plain";
      const auto tested = test(test_options);
      QVERIFY(tested.ok());
      QCOMPARE(tested->count(FileReport::Status::Failed), std::size_t{0});
    }
  }

  void a_name_is_no_pattern() {
    for (const char* name : {"a*.txt", "ab.txt", "b1.txt", "b2.txt"}) write_file(root_ / "in" / name, name);
    const fs::path archive = root_ / "a.bswap";
    QVERIFY(compress(compress_options(root_ / "in", archive)).ok());
    RemoveOptions options;
    options.archive = archive;
    options.entries = {"in/a*.txt"};
    const auto removed = remove_entries(options);
    QVERIFY(removed.ok());
    QCOMPARE(report_of(*removed, "in/ab.txt").original_bytes, std::uint64_t{6});
    options.entries = {"in/b*.txt"};
    const auto matched = remove_entries(options);
    QVERIFY(matched.ok());
    QCOMPARE(matched->files.size(), std::size_t{2});  // the folder and ab.txt
  }

  void removing_that_fails_changes_nothing() {
    write_file(root_ / "a.txt", "a");
    const fs::path archive = root_ / "a.bswap";
    QVERIFY(compress(compress_options(root_ / "a.txt", archive)).ok());
    const Bytes before = read_file(archive);
    RemoveOptions options;
    options.archive = archive;
    options.entries = {"b.txt"};
    QCOMPARE(remove_entries(options).error().code, Error::Code::NotFound);
    options.entries = {"a.txt"};
    CancelToken token;
    options.cancel = &token;
    options.progress = [&](const JobProgress&) { token.cancel(); };
    QCOMPARE(remove_entries(options).error().code, Error::Code::Cancelled);
    QCOMPARE(read_file(archive), before);
    QVERIFY(holds_only(root_, {"a.txt", "a.bswap"}));
  }

  void every_file_is_reported_once() {
    make_folder(root_ / "photos");
    CompressOptions options = compress_options(root_ / "photos", root_ / "a.bswap");
    std::map<std::string, FileReport> told;
    int calls = 0;
    const auto note = [&](const FileReport& file) {
      ++calls;
      told[file.path] = file;
    };
    options.file_done = note;
    const auto compressed = compress(options);
    QVERIFY(compressed.ok());
    QCOMPARE(calls, static_cast<int>(compressed->files.size()));
    for (const FileReport& file : compressed->files) {
      QCOMPARE(told[file.path].status, file.status);
      QCOMPARE(told[file.path].stored_bytes, file.stored_bytes);
    }
    told.clear();
    calls = 0;
    ExtractOptions extraction = extract_options(root_ / "a.bswap", root_ / "out");
    extraction.file_done = note;
    const auto extracted = extract(extraction);
    QVERIFY(extracted.ok());
    QCOMPARE(calls, static_cast<int>(extracted->files.size()));
    for (const FileReport& file : extracted->files) QVERIFY2(told.contains(file.path), file.path.c_str());
  }

  void a_picture_comes_from_the_archive_alone() {
    make_folder(root_ / "photos");
    const fs::path archive = root_ / "a.bswap";
    QVERIFY(compress(compress_options(root_ / "photos", archive)).ok());
    JobOptions options;
    options.device = "plain";
    const auto listed = list(archive);
    QVERIFY(listed.ok());
    int pictures = 0;
    for (const FileReport& file : listed->files) {
      if (file.kind != "file") continue;
      const Bytes original = read_file(root_ / file.path);
      const auto content = load_content({archive, file.path}, 1 << 30, options);
      QVERIFY2(content.ok(), file.path.c_str());
      if (file.exactness == Exactness::Bytes) QVERIFY2(*content == original, file.path.c_str());
      const auto stored = load_picture({archive, file.path}, options);
      const auto plain = load_picture({root_ / file.path, {}}, options);
      QCOMPARE(stored.ok(), plain.ok());
      if (!stored.ok()) continue;
      ++pictures;
      QVERIFY2(stored->rgb == plain->rgb, file.path.c_str());
      QCOMPARE(stored->format, plain->format);
      QCOMPARE(stored->file_bytes, file.original_bytes);
      QCOMPARE(stored->stored_bytes, file.stored_bytes);
      QCOMPARE(plain->form, Form::None);
      if (file.form == Form::Picture) QVERIFY(file.width > 0 && file.height > 0);
    }
    QVERIFY(pictures > 2);
    QCOMPARE(load_content({archive, "nothing"}, 100, options).error().code, Error::Code::NotFound);
    QCOMPARE(load_content({root_ / "a.bswap", {}}, 1, options).error().code, Error::Code::LimitExceeded);
  }

  void parts_add_up() {
    make_folder(root_ / "photos");
    InspectOptions options;
    options.device = "plain";
    for (const auto& item : fs::recursive_directory_iterator(root_ / "photos")) {
      options.file = item.path();
      const auto report = inspect(options);
      if (!report.ok()) continue;
      double bits = 0;
      std::uint64_t area = 0;
      for (const InspectReport::Part& part : report->parts) {
        bits += part.ledger.actual_bits();
        if (!part.alpha) area += std::uint64_t{part.area.width} * part.area.height;
      }
      QVERIFY(std::abs(bits - report->ledger.actual_bits()) < 1e-6 * bits + 1e-6);
      QCOMPARE(area, std::uint64_t{report->width} * report->height);
    }
  }

  void a_pause_holds_the_job() {
    make_folder(root_ / "photos");
    CompressOptions options = compress_options(root_ / "photos", root_ / "a.bswap");
    CancelToken token;
    options.cancel = &token;
    std::atomic<int> settled{0};
    options.file_done = [&](const FileReport&) { ++settled; };
    token.pause(true);
    std::atomic<bool> finished{false};
    std::thread worker([&] {
      const auto report = compress(options);
      QVERIFY(report.ok());
      finished = true;
    });
    QTest::qWait(300);
    QVERIFY(token.paused());
    QVERIFY(!finished);
    QCOMPARE(settled.load(), 0);
    token.pause(false);
    worker.join();
    QVERIFY(finished);
    QVERIFY(settled > 0);
  }

  void cancelling_ends_a_pause() {
    make_folder(root_ / "photos");
    CompressOptions options = compress_options(root_ / "photos", root_ / "a.bswap");
    CancelToken token;
    options.cancel = &token;
    token.pause(true);
    Error::Code code{};
    std::thread worker([&] { code = compress(options).error().code; });
    QTest::qWait(100);
    token.cancel();
    worker.join();
    QCOMPARE(code, Error::Code::Cancelled);
    QVERIFY(holds_only(root_, {"photos"}));
  }
};

QTEST_GUILESS_MAIN(WindowJobsTest)
#include "window_jobs_test.moc"
