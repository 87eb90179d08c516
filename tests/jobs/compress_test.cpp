// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs, targets and interruptions: what is taken in, what is replaced, and that nothing half-written stays.
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "engine/archive/reader.h"
#include "tests/fakes/random_model.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;
using Existing = CompressOptions::Existing;

namespace {

/// The administrator reads everything; as long as this lives, the process is nobody, who owns the test's folder.
class Nobody {
 public:
  explicit Nobody(const fs::path& folder) {
    if (::geteuid() != 0) return;
    for (const auto& item : fs::recursive_directory_iterator(folder)) give(item.path());
    give(folder);
    give(folder.parent_path());
    active_ = ::seteuid(kNobody) == 0;
  }
  ~Nobody() {
    if (active_) (void)!::seteuid(0);
  }
  Nobody(const Nobody&) = delete;
  Nobody& operator=(const Nobody&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  static void give(const fs::path& path) { (void)!::lchown(path.c_str(), kNobody, static_cast<gid_t>(-1)); }
  bool active_ = false;
};

}  // namespace

class CompressTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

 private Q_SLOTS:
  void init() {
    root_ = fs::path(temporary_.path().toStdString()) / QTest::currentTestFunction();
    fs::create_directories(root_ / "target");
  }

  void cancelling_leaves_nothing() {
    make_folder(root_ / "photos");
    CompressOptions options = compress_options(root_ / "photos", root_ / "target/a.bswap");
    for (int stop = 0; stop < 1000; ++stop) {
      CancelToken token;
      int calls = 0;
      options.cancel = &token;
      options.progress = [&](const JobProgress&) {
        if (calls++ == stop) token.cancel();
      };
      const auto report = compress(options);
      if (report.ok()) {
        QVERIFY(stop > 0 && calls <= stop);
        return;
      }
      QCOMPARE(report.error().code, Error::Code::Cancelled);
      QVERIFY(holds_only(root_ / "target", {}));
    }
    QFAIL("never came to an end");
  }

  void cancelling_keeps_the_old_archive() {
    write_file(root_ / "a.txt", "a");
    CompressOptions options = compress_options(root_ / "a.txt", root_ / "target/a.bswap");
    QVERIFY(compress(options).ok());
    const Bytes before = read_file(options.archive);
    CancelToken token;
    options.cancel = &token;
    options.progress = [&](const JobProgress&) { token.cancel(); };
    for (const Existing existing : {Existing::Replace, Existing::Update}) {
      options.existing = existing;
      QCOMPARE(compress(options).error().code, Error::Code::Cancelled);
      QVERIFY(read_file(options.archive) == before);
      QVERIFY(holds_only(root_ / "target", {"a.bswap"}));
    }
  }

  void an_existing_archive() {
    write_file(root_ / "in/a.txt", "a");
    CompressOptions options = compress_options(root_ / "in", root_ / "target/a.bswap");
    QVERIFY(compress(options).ok());
    QCOMPARE(compress(options).error().code, Error::Code::Exists);
    options.existing = Existing::Replace;
    options.inputs = {root_ / "in/a.txt"};
    QVERIFY(compress(options).ok());
    QCOMPARE(list(options.archive)->files.size(), std::size_t{1});
  }

  void updating() {
    const std::string same(300, 's');
    write_file(root_ / "in/a.txt", same);
    write_file(root_ / "in/b.txt", same);
    write_file(root_ / "in/c.txt", same);
    write_file(root_ / "in/folder/x.txt", "x");
    write_file(root_ / "in/keep.txt", "keep");
    CompressOptions options = compress_options(root_ / "in", root_ / "target/a.bswap");
    QVERIFY(compress(options).ok());
    QCOMPARE(report_of(*list(options.archive), "in/c.txt").form, Form::Duplicate);

    // a.txt, to which b.txt and c.txt point, is replaced; the folder becomes a file; d.txt repeats an old content.
    fs::remove_all(root_ / "in");
    write_file(root_ / "in/a.txt", "new");
    write_file(root_ / "in/folder", "a file now");
    write_file(root_ / "in/d.txt", same);
    options.existing = Existing::Update;
    const auto report = compress(options);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->count(Outcome::Failed), 0U);
    QCOMPARE(report_of(*report, "in/d.txt").form, Form::Duplicate);
    const auto out = extract(extract_options(options.archive, root_ / "out"));
    QVERIFY(out.ok());
    QCOMPARE(out->count(Outcome::Ok), out->files.size());
    const auto content = [&](const char* name) {
      const Bytes bytes = read_file(root_ / "out/in" / name);
      return std::string(bytes.begin(), bytes.end());
    };
    QCOMPARE(content("a.txt"), std::string("new"));
    for (const char* name : {"b.txt", "c.txt", "d.txt"}) QCOMPARE(content(name), same);
    QCOMPARE(content("folder"), std::string("a file now"));
    QCOMPARE(content("keep.txt"), std::string("keep"));
  }

  void names_of_inputs() {
    write_file(root_ / "one/same/a.txt", "1");
    write_file(root_ / "two/same/a.txt", "2");
    CompressOptions options = compress_options(root_ / "one/same", root_ / "target/a.bswap");
    options.inputs.push_back(root_ / "two/same");
    QCOMPARE(compress(options).error().code, Error::Code::InvalidArgument);
    options.inputs = {root_ / "no such file"};
    QCOMPARE(compress(options).error().code, Error::Code::NotFound);
    options.inputs = {fs::path((root_ / "one/same").string() + "/"), root_ / "two/."};
    const auto report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "same/a.txt").status, Outcome::Ok);
    QCOMPARE(report_of(*report, "two/same/a.txt").status, Outcome::Ok);
    QVERIFY(fs::exists(options.archive));
  }

  void exclusions_and_things_without_content() {
    write_file(root_ / "in/a.tmp", "a");
    write_file(root_ / "in/cache/b.txt", "b");
    write_file(root_ / "in/c.txt", "c");
    QCOMPARE(::mkfifo((root_ / "in/pipe").c_str(), 0600), 0);
    CompressOptions options = compress_options(root_ / "in", root_ / "in/a.bswap");
    options.exclude = {"*.tmp", "in/cache"};
    for (const Existing existing : {Existing::Refuse, Existing::Replace}) {
      options.existing = existing;
      const auto report = compress(options);
      QVERIFY(report.ok());
      QCOMPARE(report_of(*report, "in/pipe").status, Outcome::Skipped);
      QVERIFY(report_of(*report, "in/pipe").error.has_value());
      const auto listed = list(options.archive);
      QCOMPARE(listed->files.size(), std::size_t{2});  // the folder and c.txt, never the archive itself
    }
  }

  void unreadable_files() {
    write_file(root_ / "in/a.txt", "a");
    write_file(root_ / "in/secret.txt", "s");
    CompressOptions options = compress_options(root_ / "in", root_ / "target/a.bswap");
    QVERIFY(compress(options).ok());
    fs::permissions(root_ / "in/secret.txt", fs::perms::none);
    const Nobody nobody(root_);
    if (std::ifstream(root_ / "in/secret.txt").good()) QSKIP("this user reads everything");
    options.existing = Existing::Update;
    auto report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "in/secret.txt").status, Outcome::Failed);
    QCOMPARE(report_of(*report, "in/a.txt").status, Outcome::Ok);
    QCOMPARE(list(options.archive)->files.size(), std::size_t{3});  // the old copy is still there
    options.existing = Existing::Replace;
    report = compress(options);
    QCOMPARE(report->count(Outcome::Failed), 1U);
    QCOMPARE(list(options.archive)->files.size(), std::size_t{2});
  }

  void an_unknown_model_travels_with_the_archive() {
    Model model = random_model(small_config(2, 1), 1);
    write_file(root_ / "own.model", write_model(model));
    make_folder(root_ / "photos");
    CompressOptions options = compress_options(root_ / "photos/rgb.png", root_ / "target/a.bswap");
    options.model = (root_ / "own.model").string();
    options.form = Form::Picture;  // it knows nothing of pictures
    QVERIFY(compress(options).ok());
    fs::remove(root_ / "own.model");
    QVERIFY(ArchiveReader::open(options.archive)->find_model(hex(model.hash)).has_value());
    QCOMPARE(list(options.archive)->files.size(), std::size_t{1});
    const auto report = extract(extract_options(options.archive, root_ / "out"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Ok), 1U);
    QVERIFY(read_file(root_ / "out/rgb.png") == read_file(root_ / "photos/rgb.png"));
  }
};

QTEST_GUILESS_MAIN(CompressTest)
#include "compress_test.moc"
