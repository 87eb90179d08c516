// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing is written outside the folder, nothing is lost in it, and attributes come back.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <memory>
#include <thread>

#include "engine/archive/extraction.h"
#include "tests/archive/samples.h"

using namespace bitswap;
namespace fs = std::filesystem;

class ExtractionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void unsafe_paths_data();
  void unsafe_paths();
  void link_targets_data();
  void link_targets();
  void links_in_the_way_are_not_followed();
  void links_planted_meanwhile_are_not_followed();
  void links_come_last();
  void conflicts_of_files();
  void conflicts_with_folders();
  void conflicts_of_links();
  void permissions_and_times();
  void folders_get_attributes_at_the_end();
  void failed_content_leaves_nothing();
  void full_disk_leaves_nothing();
  void many_threads();

 private:
  std::unique_ptr<QTemporaryDir> scratch_;
  fs::path root_;     // where is extracted
  fs::path outside_;  // what must stay as it is

  ExtractionFolder open(NamePolicy names = NamePolicy::Portable) const {
    return std::move(ExtractionFolder::open(root_, names)).value();
  }
  std::size_t count(const fs::path& folder) const {
    return static_cast<std::size_t>(std::distance(fs::recursive_directory_iterator(folder), {}));
  }
  std::string text(const fs::path& path) const {
    const Bytes bytes = samples::read_file(path);
    return {bytes.begin(), bytes.end()};
  }
};

namespace {

const Bytes kNew = samples::bytes_of("new");
constexpr Attributes kPlain{0644, {1'600'000'000, 123'456'789}};

struct stat info_of(const fs::path& path) {
  struct stat info {};
  ::lstat(path.c_str(), &info);
  return info;
}

unsigned umask_of_the_test() {
  const mode_t mask = ::umask(022);
  ::umask(mask);
  return mask;
}

FileTime time_of(const fs::path& path) {
  const struct stat info = info_of(path);
  return {info.st_mtim.tv_sec, static_cast<std::uint32_t>(info.st_mtim.tv_nsec)};
}

}  // namespace

void ExtractionTest::init() {
  scratch_ = std::make_unique<QTemporaryDir>();
  root_ = fs::path(scratch_->path().toStdString()) / "to/here";
  outside_ = fs::path(scratch_->path().toStdString()) / "outside";
  fs::create_directories(root_);
  fs::create_directories(outside_);
  samples::write_file(outside_ / "secret", samples::bytes_of("old"));
}

void ExtractionTest::unsafe_paths_data() {
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<bool>("portable_only");
  QTest::newRow("empty") << QByteArray("") << false;
  QTest::newRow("absolute") << QByteArray("/tmp/x") << false;
  QTest::newRow("up") << QByteArray("../x") << false;
  QTest::newRow("up inside") << QByteArray("a/../../x") << false;
  QTest::newRow("only up") << QByteArray("..") << false;
  QTest::newRow("here") << QByteArray(".") << false;
  QTest::newRow("NUL") << QByteArray("a\0/../x", 8) << false;
  QTest::newRow("long name") << QByteArray(256, 'a') << false;
  QTest::newRow("long path") << QByteArray("abc/").repeated(1100) + "x" << false;
  QTest::newRow("backslash up") << QByteArray("..\\x") << true;
  QTest::newRow("backslash up inside") << QByteArray("a/b\\..\\..\\x") << true;
  QTest::newRow("backslash root") << QByteArray("\\x") << true;
  QTest::newRow("drive") << QByteArray("C:x") << true;
  QTest::newRow("drive inside") << QByteArray("a/c:/x") << true;
  for (const char* name : {"CON", "nul", "Aux.txt", "prn .txt", "COM1", "lpt9.tar.gz", "conin$", "NUL:stream",
                           "folder/nul/x", "com\xC2\xB9"})
    QTest::newRow(name) << QByteArray(name) << true;
}

void ExtractionTest::unsafe_paths() {
  QFETCH(const QByteArray, path);
  QFETCH(const bool, portable_only);
  const std::string name = path.toStdString();
  {
    ExtractionFolder folder = open();
    for (const OnConflict conflict : {OnConflict::Fail, OnConflict::Overwrite, OnConflict::Skip, OnConflict::Rename}) {
      QCOMPARE(folder.write_file(name, kNew, kPlain, conflict).error().code, Error::Code::InvalidArgument);
      QCOMPARE(folder.make_directory(name, kPlain, conflict).error().code, Error::Code::InvalidArgument);
      QCOMPARE(folder.add_link(name, "x", {}, conflict).error().code, Error::Code::InvalidArgument);
    }
    QVERIFY(folder.finish().problems.empty());
    QCOMPARE(count(root_), 0U);
  }
  QCOMPARE(open(NamePolicy::Native).write_file(name, kNew, kPlain, OnConflict::Fail).ok(), portable_only);
  QCOMPARE(count(outside_), 1U);
}

void ExtractionTest::link_targets_data() {
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<QByteArray>("target");
  QTest::addColumn<bool>("good");
  QTest::newRow("beside") << QByteArray("a/l") << QByteArray("x") << true;
  QTest::newRow("below") << QByteArray("l") << QByteArray("a/b/") << true;
  QTest::newRow("up and down") << QByteArray("a/b/l") << QByteArray("../../c") << true;
  QTest::newRow("dots between") << QByteArray("a/l") << QByteArray("./.././x") << true;
  QTest::newRow("the folder") << QByteArray("a/l") << QByteArray("..") << true;
  QTest::newRow("too far up") << QByteArray("a/l") << QByteArray("../../x") << false;
  QTest::newRow("parent") << QByteArray("l") << QByteArray("..") << false;
  QTest::newRow("absolute") << QByteArray("l") << QByteArray("/etc") << false;
  QTest::newRow("up behind a name") << QByteArray("a/l") << QByteArray("x/..") << false;
  QTest::newRow("through a link") << QByteArray("a/l") << QByteArray("y/l/../..") << false;
  QTest::newRow("empty") << QByteArray("l") << QByteArray("") << false;
  QTest::newRow("NUL") << QByteArray("l") << QByteArray("a\0b", 3) << false;
  QTest::newRow("backslashes") << QByteArray("l") << QByteArray("..\\x") << false;
  QTest::newRow("drive") << QByteArray("a/l") << QByteArray("../C:/x") << false;
  QTest::newRow("long") << QByteArray("l") << QByteArray(5000, 'a') << false;
}

void ExtractionTest::link_targets() {
  QFETCH(const QByteArray, path);
  QFETCH(const QByteArray, target);
  QFETCH(const bool, good);
  ExtractionFolder folder = open();
  QCOMPARE(folder.add_link(path.toStdString(), target.toStdString(), kPlain.modified, OnConflict::Fail).ok(), good);
  const FinishReport report = folder.finish();
  QVERIFY(report.problems.empty());
  QCOMPARE(report.links.size(), good ? 1U : 0U);
  if (!good) return;
  QCOMPARE(fs::read_symlink(root_ / path.toStdString()).string(), target.toStdString());
  QVERIFY(time_of(root_ / path.toStdString()) == kPlain.modified);
}

void ExtractionTest::links_in_the_way_are_not_followed() {
  fs::create_directory_symlink(outside_, root_ / "door");
  fs::create_symlink(outside_ / "secret", root_ / "window");
  ExtractionFolder folder = open();
  for (const OnConflict conflict : {OnConflict::Fail, OnConflict::Overwrite, OnConflict::Skip, OnConflict::Rename}) {
    QCOMPARE(folder.write_file("door/secret", kNew, kPlain, conflict).error().code, Error::Code::Exists);
    QCOMPARE(folder.make_directory("door", kPlain, conflict).error().code, Error::Code::Exists);
    QCOMPARE(folder.make_directory("door/deeper", kPlain, conflict).error().code, Error::Code::Exists);
    QVERIFY(folder.add_link("door/link", "x", {}, conflict).ok());
  }
  QCOMPARE(folder.finish().problems.size(), 4U);
  QCOMPARE(folder.write_file("window", kNew, kPlain, OnConflict::Fail).error().code, Error::Code::Exists);
  QVERIFY(folder.write_file("window", kNew, kPlain, OnConflict::Skip)->skipped);
  QCOMPARE(folder.write_file("window", kNew, kPlain, OnConflict::Rename)->path, std::string("window (1)"));
  QVERIFY(folder.write_file("window", kNew, kPlain, OnConflict::Overwrite).ok());
  QVERIFY(!fs::is_symlink(root_ / "window"));
  QCOMPARE(text(outside_ / "secret"), std::string("old"));
  QCOMPARE(count(outside_), 1U);
}

void ExtractionTest::links_planted_meanwhile_are_not_followed() {
  // Someone swaps a folder for a link to the outside again and again while files are written into it.
  std::atomic<bool> stop = false;
  std::thread attacker([&] {
    std::error_code ignored;
    while (!stop) {
      fs::rename(root_ / "album", root_ / "aside", ignored);
      fs::create_directory_symlink(outside_, root_ / "album", ignored);
      fs::remove(root_ / "album", ignored);
      fs::rename(root_ / "aside", root_ / "album", ignored);
    }
  });
  ExtractionFolder folder = open();
  for (std::size_t i = 0; i < 2000; ++i)
    (void)folder.write_file(samples::name_of("album/p", i), kNew, kPlain, OnConflict::Fail).ok();
  stop = true;
  attacker.join();
  QCOMPARE(count(outside_), 1U);
  QCOMPARE(text(outside_ / "secret"), std::string("old"));
}

void ExtractionTest::links_come_last() {
  ExtractionFolder folder = open();
  QVERIFY(folder.add_link("album", "elsewhere", {}, OnConflict::Overwrite).ok());
  QVERIFY(!fs::exists(fs::symlink_status(root_ / "album")));
  QVERIFY(folder.write_file("album/a", kNew, kPlain, OnConflict::Fail).ok());
  const FinishReport report = folder.finish();
  QCOMPARE(report.problems.size(), 1U);
  QCOMPARE(report.problems[0].error.code, Error::Code::Exists);
  QCOMPARE(text(root_ / "album/a"), std::string("new"));
}

void ExtractionTest::conflicts_of_files() {
  ExtractionFolder folder = open();
  const std::string path = "a/photo.tar.gz";
  QCOMPARE(folder.write_file(path, samples::bytes_of("old"), kPlain, OnConflict::Fail)->path, path);
  int calls = 0;
  const auto produce = [&](FileSink& sink) {
    ++calls;
    return sink.write(kNew);
  };
  QCOMPARE(folder.write_file(path, produce, kPlain, OnConflict::Fail).error().code, Error::Code::Exists);
  QVERIFY(folder.write_file(path, produce, kPlain, OnConflict::Skip)->skipped);
  QCOMPARE(calls, 0);
  QCOMPARE(text(root_ / path), std::string("old"));
  QCOMPARE(folder.write_file(path, produce, kPlain, OnConflict::Rename)->path, std::string("a/photo.tar (1).gz"));
  QCOMPARE(folder.write_file(path, produce, kPlain, OnConflict::Rename)->path, std::string("a/photo.tar (2).gz"));
  QCOMPARE(text(root_ / path), std::string("old"));
  QCOMPARE(folder.write_file(path, produce, kPlain, OnConflict::Overwrite)->path, path);
  QCOMPARE(text(root_ / path), std::string("new"));
  QCOMPARE(folder.write_file(".hidden", kNew, kPlain, OnConflict::Rename)->path, std::string(".hidden"));
  QCOMPARE(folder.write_file(".hidden", kNew, kPlain, OnConflict::Rename)->path, std::string(".hidden (1)"));
  // A file where a folder is needed is never replaced by one.
  QCOMPARE(folder.write_file(path + "/b", kNew, kPlain, OnConflict::Overwrite).error().code, Error::Code::Exists);
  QCOMPARE(count(root_), 6U);
}

void ExtractionTest::conflicts_with_folders() {
  fs::create_directories(root_ / "album/inner");
  ExtractionFolder folder = open();
  QCOMPARE(folder.write_file("album", kNew, kPlain, OnConflict::Fail).error().code, Error::Code::Exists);
  QCOMPARE(folder.write_file("album", kNew, kPlain, OnConflict::Overwrite).error().code, Error::Code::Exists);
  QVERIFY(folder.write_file("album", kNew, kPlain, OnConflict::Skip)->skipped);
  QCOMPARE(folder.write_file("album", kNew, kPlain, OnConflict::Rename)->path, std::string("album (1)"));
  QVERIFY(folder.make_directory("album", kPlain, OnConflict::Fail)->skipped);
  QVERIFY(!folder.make_directory("album", {0700, {0, 5}}, OnConflict::Overwrite)->skipped);
  QVERIFY(fs::exists(root_ / "album/inner"));
  QCOMPARE(folder.make_directory("album (1)", kPlain, OnConflict::Overwrite).error().code, Error::Code::Exists);
  QVERIFY(folder.finish().problems.empty());
  QVERIFY((time_of(root_ / "album") == FileTime{0, 5}));
}

void ExtractionTest::conflicts_of_links() {
  samples::write_file(root_ / "a", samples::bytes_of("old"));
  fs::create_directories(root_ / "d");
  const auto make = [&](const char* path, OnConflict conflict) {
    ExtractionFolder folder = open();
    (void)folder.add_link(path, "target", {}, conflict).ok();
    return folder.finish();
  };
  QCOMPARE(make("a", OnConflict::Fail).problems.size(), 1U);
  QVERIFY(make("a", OnConflict::Skip).links[0].skipped);
  QCOMPARE(make("a", OnConflict::Rename).links[0].path, std::string("a (1)"));
  QCOMPARE(text(root_ / "a"), std::string("old"));
  QCOMPARE(make("a", OnConflict::Overwrite).links.size(), 1U);
  QCOMPARE(fs::read_symlink(root_ / "a").string(), std::string("target"));
  QCOMPARE(make("d", OnConflict::Overwrite).problems.size(), 1U);
  QVERIFY(fs::is_directory(root_ / "d"));
  QCOMPARE(count(root_), 3U);
}

void ExtractionTest::permissions_and_times() {
  ExtractionFolder folder = open();
  // The last one is of the year 2300, which nanoseconds in 64 bits do not reach.
  for (const FileTime time : {FileTime{}, FileTime{-1, 999'999'999}, FileTime{-1'500'000'001, 999'999'999},
                              FileTime{4'000'000'000, 999'999'999}, FileTime{10'413'792'000, 1}}) {
    QVERIFY(folder.write_file("t", kNew, {0600, time}, OnConflict::Overwrite).ok());
    QVERIFY(time_of(root_ / "t") == time);
  }
  for (const std::uint32_t permissions : {0644U, 0400U, 0755U, 07777U, 06755U, 0U}) {
    QVERIFY(folder.write_file("p", kNew, {permissions, {}}, OnConflict::Overwrite).ok());
    QCOMPARE(info_of(root_ / "p").st_mode & 07777, permissions & 0777 & ~umask_of_the_test());
  }
  const mode_t before = ::umask(077);
  ExtractionFolder careful = open();
  ::umask(before);
  QVERIFY(careful.write_file("mine", kNew, {0755, {}}, OnConflict::Overwrite).ok());
  QCOMPARE(info_of(root_ / "mine").st_mode & 07777, 0700U);
}

void ExtractionTest::folders_get_attributes_at_the_end() {
  ExtractionFolder folder = open();
  QVERIFY(folder.make_directory("a", {0555, {0, 1'000}}, OnConflict::Fail).ok());
  QVERIFY(folder.write_file("a/b/c", kNew, kPlain, OnConflict::Fail).ok());
  // Made for the file above; its entry comes only now and still counts as ours.
  QVERIFY(!folder.make_directory("a/b", {02500, {0, 2'000}}, OnConflict::Fail)->skipped);
  QVERIFY(folder.add_link("a/b/link", "c", {}, OnConflict::Fail).ok());
  QVERIFY(folder.finish().problems.empty());
  QVERIFY((time_of(root_ / "a") == FileTime{0, 1'000}));
  QVERIFY((time_of(root_ / "a/b") == FileTime{0, 2'000}));
  QCOMPARE(info_of(root_ / "a").st_mode & 07777, 0555U);
  QCOMPARE(info_of(root_ / "a/b").st_mode & 07777, 0500U);
  QCOMPARE(text(root_ / "a/b/link"), std::string("new"));
  ::chmod((root_ / "a").c_str(), 0700);
  ::chmod((root_ / "a/b").c_str(), 0700);
}

void ExtractionTest::failed_content_leaves_nothing() {
  ExtractionFolder folder = open();
  QVERIFY(folder.write_file("a", samples::bytes_of("old"), kPlain, OnConflict::Fail).ok());
  const auto produce = [](FileSink& sink) -> Status {
    BITSWAP_TRY(sink.write(kNew));
    return Error{Error::Code::Corrupt, 3, "the hash does not match"};
  };
  QCOMPARE(folder.write_file("a", produce, kPlain, OnConflict::Overwrite).error().code, Error::Code::Corrupt);
  QCOMPARE(folder.write_file("b", produce, kPlain, OnConflict::Fail).error().code, Error::Code::Corrupt);
  QCOMPARE(text(root_ / "a"), std::string("old"));
  QCOMPARE(count(root_), 1U);
}

void ExtractionTest::full_disk_leaves_nothing() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto written = open().write_file("a", samples::noise(100'000, 1), kPlain, OnConflict::Fail);
    ::_exit(!written.ok() && written.error().code == Error::Code::NoSpace ? 0 : 1);
  }
  int status = 1;
  QCOMPARE(::waitpid(child, &status, 0), child);
  QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  QCOMPARE(count(root_), 0U);
}

void ExtractionTest::many_threads() {
  ExtractionFolder folder = open();
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < 200; ++i) {
        const std::string folder_name = samples::name_of("d", i % 7);
        if (!folder.write_file(folder_name + "/e/f", kNew, kPlain, OnConflict::Rename).ok()) ++failures;
        if (!folder.make_directory(folder_name, {0755, {0, 9}}, OnConflict::Fail).ok()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  QVERIFY(folder.finish().problems.empty());
  QCOMPARE(failures.load(), 0);
  QCOMPARE(count(root_), 800U + 14U);
  QVERIFY((time_of(root_ / "d3") == FileTime{0, 9}));
}

QTEST_GUILESS_MAIN(ExtractionTest)
#include "extraction_test.moc"
