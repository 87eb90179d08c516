// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that keeps another byte than it was given: the job fails, and what was there before stays.
#include <sys/syscall.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <atomic>

#include "engine/jobs/remove.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

namespace {

/// Of what is written from now on, the byte at which one bit turns over; negative: none does.
std::atomic<std::int64_t> wrong_at{-1};

}  // namespace

/// Takes the place of the C library's in this program.
extern "C" ssize_t write(int file, const void* bytes, std::size_t count) {
  const std::int64_t at = wrong_at;
  if (at < 0 || file <= STDERR_FILENO || count == 0) return ::syscall(SYS_write, file, bytes, count);
  const auto* from = static_cast<const std::uint8_t*>(bytes);
  Bytes copy(from, from + count);
  if (static_cast<std::size_t>(at) < count) copy[static_cast<std::size_t>(at)] ^= 0x04;
  const ssize_t written = ::syscall(SYS_write, file, copy.data(), count);
  if (written > 0) wrong_at = at - written;  // below zero once it has happened
  return written;
}

class WrongWriteTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;
  Bytes whole_;

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "in");
    fs::create_directories(root_ / "target");
    QVERIFY(compress(compress_options(root_ / "in", root_ / "target/a.bswap")).ok());
    whole_ = read_file(root_ / "target/a.bswap");
    QVERIFY(whole_.size() > 5000);
  }

  /// Everywhere: in the frame, in headers, heads, payloads, end records, the index and the footer.
  void nothing_is_replaced_by_it() {
    const std::size_t step = whole_.size() / 23;
    for (std::size_t at = 0; at < whole_.size(); at += at < 60 ? 7 : step) {
      CompressOptions options = compress_options(root_ / "in", root_ / "target/a.bswap");
      options.existing = CompressOptions::Existing::Replace;
      wrong_at = static_cast<std::int64_t>(at);
      const auto report = compress(options);
      QVERIFY2(wrong_at < 0, "the byte was written");
      wrong_at = -1;
      QVERIFY2(!report.ok(), qPrintable(QString::number(at)));
      QCOMPARE(report.error().code, Error::Code::Io);
      QVERIFY(report.error().detail.find("other bytes than were written") != std::string::npos);
      QVERIFY(read_file(options.archive) == whole_);
      QVERIFY(holds_only(root_ / "target", {"a.bswap"}));
    }
  }

  void nor_is_an_archive_by_what_removal_wrote() {
    RemoveOptions options;
    options.archive = root_ / "target/a.bswap";
    options.entries = {"in/text.txt"};
    wrong_at = 3000;
    const auto report = remove_entries(options);
    QVERIFY(wrong_at < 0);
    wrong_at = -1;
    QVERIFY(!report.ok());
    QVERIFY(read_file(options.archive) == whole_);
    QVERIFY(holds_only(root_ / "target", {"a.bswap"}));
  }

  void without_verification_it_is_found_later() {
    CompressOptions options = compress_options(root_ / "in", root_ / "unverified.bswap");
    options.verify = false;
    wrong_at = 3000;
    const auto report = compress(options);
    wrong_at = -1;
    QVERIFY(report.ok());
    TestOptions testing;
    testing.archive = options.archive;
    testing.device = "plain";
    QCOMPARE(bitswap::test(testing)->count(Outcome::Failed), std::size_t{1});
  }
};

QTEST_GUILESS_MAIN(WrongWriteTest)
#include "wrong_write_test.moc"
