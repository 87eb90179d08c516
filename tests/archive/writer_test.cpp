// SPDX-License-Identifier: GPL-3.0-or-later
// What a crash, a full disk, a file in the way and a change of mind leave behind.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <functional>
#include <memory>

#include "engine/archive/archive_lock.h"
#include "tests/archive/samples.h"

using namespace bitswap;
namespace fs = std::filesystem;

class WriterTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void existing_target_is_refused();
  void target_that_appears_meanwhile_is_kept();
  void replacing_keeps_permissions_and_follows_links();
  void new_archive_respects_the_mask();
  void folders_and_pipes_are_no_targets();
  void destroyed_writer_leaves_nothing();
  void crashed_process_leaves_the_old_archive();
  void full_disk_data();
  void full_disk();
  void another_program_replaces_the_archive();
  void one_program_at_a_time_changes_an_archive();
  void what_the_disk_gives_back_is_checked();
  void misuse_is_refused_and_harmless();
  void dropped_entries_leave_no_trace();
  void update_by_copying();
  void small_entries_share_system_calls();

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  fs::path root_;
  fs::path target_;

  std::size_t files() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(root_), {})); }
};

namespace {

// True if `body`, in a process of its own, returned true.
bool child_succeeds(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

WriteOptions replacing() {
  WriteOptions options;
  options.replace_existing = true;
  return options;
}

mode_t mode_of(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

}  // namespace

void WriterTest::init() {
  folder_ = std::make_unique<QTemporaryDir>();
  root_ = folder_->path().toStdString();
  target_ = root_ / "photos.bswap";
}

void WriterTest::existing_target_is_refused() {
  samples::write_file(target_, samples::bytes_of("precious"));
  auto writer = ArchiveWriter::create(target_);
  QVERIFY(!writer.ok());
  QCOMPARE(writer.error().code, Error::Code::Exists);
  QVERIFY(samples::read_file(target_) == samples::bytes_of("precious"));
  QCOMPARE(files(), 1U);
  QCOMPARE(ArchiveWriter::create(root_ / "no such folder" / "a.bswap").error().code, Error::Code::NotFound);
}

void WriterTest::target_that_appears_meanwhile_is_kept() {
  {
    auto writer = ArchiveWriter::create(target_);
    QVERIFY(writer.ok());
    samples::write_file(target_, samples::bytes_of("precious"));
    const Status finished = writer->finish();
    QVERIFY(!finished.ok());
    QCOMPARE(finished.error().code, Error::Code::Exists);
  }
  QVERIFY(samples::read_file(target_) == samples::bytes_of("precious"));
  QCOMPARE(files(), 1U);
}

void WriterTest::replacing_keeps_permissions_and_follows_links() {
  const fs::path real = root_ / "real.bswap";
  QVERIFY(samples::write_with_writer(real, samples::tiny(), {}).ok());
  ::chmod(real.c_str(), 0640);
  fs::create_symlink("real.bswap", target_);
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), replacing()).ok());
  QVERIFY(fs::is_symlink(target_));
  QVERIFY(ArchiveReader::open(real).ok());
  QCOMPARE(mode_of(real), mode_t{0640});
  QCOMPARE(files(), 2U);
}

void WriterTest::new_archive_respects_the_mask() {
  const mode_t before = ::umask(027);
  const bool written = samples::write_with_writer(target_, samples::tiny(), {}).ok();
  ::umask(before);
  QVERIFY(written);
  QCOMPARE(mode_of(target_), mode_t{0640});
}

void WriterTest::folders_and_pipes_are_no_targets() {
  fs::create_directory(target_);
  QCOMPARE(ArchiveWriter::create(target_, replacing()).error().code, Error::Code::InvalidArgument);
  QVERIFY(!ArchiveReader::open(target_).ok());
  const fs::path pipe = root_ / "pipe";
  QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
  QCOMPARE(ArchiveWriter::create(pipe, replacing()).error().code, Error::Code::InvalidArgument);
  QCOMPARE(ArchiveReader::open(pipe).error().code, Error::Code::NotAnArchive);
  QVERIFY(!ArchiveWriter::create(root_ / "", replacing()).ok());
  QCOMPARE(files(), 2U);
}

void WriterTest::destroyed_writer_leaves_nothing() {
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), {}).ok());
  const Bytes old = samples::read_file(target_);
  {
    auto writer = ArchiveWriter::create(target_, replacing());
    QVERIFY(writer.ok());
    ArchiveWriter moved = std::move(writer).value();
    QVERIFY(moved.begin_entry(samples::tiny()[0].header).ok());
    QVERIFY(moved.add_section(SectionType::Data, samples::noise(3 << 20, 1)).ok());
    QCOMPARE(files(), 2U);
  }
  QCOMPARE(files(), 1U);
  QVERIFY(samples::read_file(target_) == old);
}

void WriterTest::crashed_process_leaves_the_old_archive() {
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), {}).ok());
  const Bytes old = samples::read_file(target_);
  QVERIFY(child_succeeds([&] {
    auto writer = ArchiveWriter::create(target_, replacing());
    if (!writer.ok() || !writer->begin_entry(samples::tiny()[0].header).ok()) return false;
    if (!writer->add_section(SectionType::Data, samples::noise(3 << 20, 1)).ok()) return false;
    ::_exit(0);
  }));
  QVERIFY(samples::read_file(target_) == old);
  QVERIFY(ArchiveReader::open(target_).ok());
  // And the next attempt removes what the crash left, but not what somebody is still writing.
  QCOMPARE(files(), 2U);
  {
    auto other = ArchiveWriter::create(root_ / "other.bswap");
    QVERIFY(other.ok());
    QVERIFY(samples::write_with_writer(target_, samples::all_kinds(), replacing()).ok());
    QCOMPARE(files(), 2U);
    QVERIFY(other->finish().ok());
  }
  QCOMPARE(files(), 2U);
  QCOMPARE(ArchiveReader::open(target_)->entries().size(), samples::all_kinds().size());
}

void WriterTest::full_disk_data() {
  QTest::addColumn<int>("section");
  QTest::addColumn<int>("limit");
  QTest::newRow("while adding") << (4 << 20) << (1 << 20);
  QTest::newRow("while finishing") << 5000 << 4096;
  QTest::newRow("at once") << 10 << 1;
}

void WriterTest::full_disk() {
  QFETCH(const int, section);
  QFETCH(const int, limit);
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), {}).ok());
  const Bytes old = samples::read_file(target_);
  QVERIFY(child_succeeds([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{static_cast<rlim_t>(limit), static_cast<rlim_t>(limit)};
    ::setrlimit(RLIMIT_FSIZE, &small);
    std::vector<samples::EntrySample> entries = samples::tiny();
    entries[0].sections[0].payload = samples::noise(static_cast<std::size_t>(section), 1);
    const Status status = samples::write_with_writer(target_, entries, replacing());
    return !status.ok() && status.error().code == Error::Code::NoSpace && !status.error().detail.empty();
  }));
  QVERIFY(samples::read_file(target_) == old);
  QCOMPARE(files(), 1U);
}

void WriterTest::another_program_replaces_the_archive() {
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), {}).ok());
  const auto old = ArchiveReader::open(target_);
  QVERIFY(old.ok());
  WriteOptions options = replacing();
  options.replaces = &*old;
  auto writer = ArchiveWriter::create(target_, options);
  QVERIFY(writer.ok());
  QVERIFY(samples::write_with_writer(target_, samples::all_kinds(), replacing()).ok());
  QCOMPARE(writer->finish().error().code, Error::Code::Io);
  QCOMPARE(ArchiveWriter::create(target_, options).error().code, Error::Code::Io);
  QCOMPARE(ArchiveReader::open(target_)->entries().size(), samples::all_kinds().size());
}

void WriterTest::one_program_at_a_time_changes_an_archive() {
  using namespace std::chrono_literals;
  QVERIFY(ArchiveLock::acquire(target_, nullptr, 0ms).ok());  // nothing there, nothing to lock
  QVERIFY(samples::write_with_writer(target_, samples::tiny(), {}).ok());
  {
    const auto lock = ArchiveLock::acquire(target_, nullptr, 0ms);
    QVERIFY(lock.ok());
    QCOMPARE(ArchiveLock::acquire(target_, nullptr, 1ms).error().code, Error::Code::Io);
    CancelToken token;
    token.cancel();
    QCOMPARE(ArchiveLock::acquire(target_, &token).error().code, Error::Code::Cancelled);
  }
  QVERIFY(ArchiveLock::acquire(target_, nullptr, 0ms).ok());
  QCOMPARE(files(), 1U);
}

void WriterTest::what_the_disk_gives_back_is_checked() {
  // A byte that changes on its way to the disk: another handle plays the disk.
  auto writer = ArchiveWriter::create(target_);
  QVERIFY(writer.ok());
  const samples::EntrySample entry = samples::tiny()[0];
  QVERIFY(writer->begin_entry(entry.header).ok());
  QVERIFY(writer->add_section(SectionType::Data, samples::noise(3 << 20, 1)).ok());
  QVERIFY(writer->end_entry().ok());
  for (const auto& item : fs::directory_iterator(root_)) {
    std::fstream disk(item.path(), std::ios::in | std::ios::out | std::ios::binary);
    disk.seekp(1 << 20);
    disk.put('!').put('?');
  }
  QCOMPARE(writer->finish().error().code, Error::Code::Io);
  QVERIFY(!fs::exists(target_));
}

void WriterTest::misuse_is_refused_and_harmless() {
  auto writer = ArchiveWriter::create(target_);
  QVERIFY(writer.ok());
  QVERIFY(!writer->add_section(SectionType::Data, {}).ok());
  QVERIFY(!writer->end_entry().ok());
  QVERIFY(!writer->drop_entry().ok());
  EntryHeader header = samples::tiny()[0].header;
  header.path = std::string("../a");
  QCOMPARE(writer->begin_entry(header).error().code, Error::Code::InvalidArgument);
  header.path = std::string("a");
  header.codec = "UPPER";
  QVERIFY(!writer->begin_entry(header).ok());
  header.codec = "stored";
  QVERIFY(writer->begin_entry(header).ok());
  QVERIFY(!writer->begin_entry(header).ok());
  QVERIFY(!writer->finish().ok());
  QVERIFY(!writer->add_section(static_cast<SectionType>(0), {}).ok());
  QVERIFY(writer->end_entry().ok());
  QCOMPARE(writer->begin_entry(header).error().code, Error::Code::Exists);
  header.path = "a/b";
  QCOMPARE(writer->begin_entry(header).error().code, Error::Code::Exists);
  header.path = std::string("c");
  header.kind = EntryKind::Duplicate;
  header.link_target = "nothing";
  QCOMPARE(writer->begin_entry(header).error().code, Error::Code::InvalidArgument);
  QVERIFY(writer->finish().ok());
  QVERIFY(!writer->finish().ok());
  QVERIFY(!writer->begin_entry(header).ok());
  QCOMPARE(ArchiveReader::open(target_)->entries().size(), 1U);
}

void WriterTest::dropped_entries_leave_no_trace() {
  auto writer = ArchiveWriter::create(target_, {false, samples::kArchiveId});
  QVERIFY(writer.ok());
  const samples::EntrySample kept = samples::tiny()[0];
  // Small ones are dropped from the buffer, large ones from the file; the path is free again.
  for (const std::size_t size : {std::size_t{10}, std::size_t{5} << 20, std::size_t{700} << 10}) {
    QVERIFY(writer->begin_entry(kept.header).ok());
    QVERIFY(writer->add_section(SectionType::Data, samples::noise(size, 1)).ok());
    QVERIFY(writer->add_section(SectionType::Data, samples::noise(size, 2)).ok());
    QVERIFY(writer->drop_entry().ok());
  }
  QVERIFY(writer->begin_entry(kept.header).ok());
  QVERIFY(writer->add_section(SectionType::Data, kept.sections[0].payload).ok());
  QVERIFY(writer->end_entry().ok());
  QVERIFY(writer->finish().ok());
  QVERIFY(samples::read_file(target_) == samples::assemble(samples::tiny()));
}

void WriterTest::update_by_copying() {
  QVERIFY(samples::write_with_writer(target_, samples::all_kinds(), {}).ok());
  auto old = ArchiveReader::open(target_);
  QVERIFY(old.ok());
  auto writer = ArchiveWriter::create(target_, replacing());
  QVERIFY(writer.ok());
  for (std::size_t i = 0; i < old->entries().size(); ++i) {
    auto sizes = writer->copy_entry(*old, i);
    QVERIFY(sizes.ok());
    QVERIFY(*sizes == old->entries()[i].sizes);
  }
  QVERIFY(!writer->copy_entry(*old, 0).ok());
  QVERIFY(!writer->copy_entry(*old, 1000).ok());
  const samples::EntrySample added = samples::stored_file("added.txt", "new");
  QVERIFY(writer->begin_entry(added.header).ok());
  QVERIFY(writer->add_section(SectionType::Data, added.sections[0].payload).ok());
  QVERIFY(writer->end_entry().ok());
  QVERIFY(writer->finish().ok());

  auto expected = samples::all_kinds();
  expected.push_back(added);
  auto fresh = ArchiveReader::open(target_);
  QVERIFY(fresh.ok());
  QVERIFY(fresh->archive_id() != old->archive_id());
  QCOMPARE(fresh->entries().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    QVERIFY(fresh->entries()[i].header == expected[i].header);
    QVERIFY(fresh->check_entry(fresh->entries()[i]).ok());
    for (std::size_t k = 0; k < expected[i].sections.size() && !fresh->entries()[i].unsupported; ++k)
      QVERIFY(*fresh->read_section(fresh->entries()[i], k) == expected[i].sections[k].payload);
  }
  // The reader of the replaced archive still reads what it opened.
  QVERIFY(old->read_section(old->entries()[0], 0).ok());
}

void WriterTest::small_entries_share_system_calls() {
  const auto writes = [] {
    std::ifstream io("/proc/self/io");
    for (std::string line; std::getline(io, line);)
      if (line.rfind("syscw:", 0) == 0) return std::stoll(line.substr(6));
    return -1LL;
  };
  if (writes() < 0) QSKIP("no count of system calls here");
  auto writer = ArchiveWriter::create(target_);
  QVERIFY(writer.ok());
  const long long before = writes();
  for (std::size_t i = 0; i < 20'000; ++i) {
    const samples::EntrySample entry = samples::stored_file(samples::name_of("folder/", i), "content");
    QVERIFY(writer->begin_entry(entry.header).ok());
    QVERIFY(writer->add_section(SectionType::Data, entry.sections[0].payload).ok());
    QVERIFY(writer->end_entry().ok());
  }
  QVERIFY(writer->finish().ok());
  QVERIFY(writes() - before < 30);
  QCOMPARE(ArchiveReader::open(target_)->entries().size(), 20'000U);
}

QTEST_GUILESS_MAIN(WriterTest)
#include "writer_test.moc"
