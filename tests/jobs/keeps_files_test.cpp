// SPDX-License-Identifier: GPL-3.0-or-later
// Ways in which a file could be lost without a word: one test for each that was found.
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <thread>

#include "engine/archive/writer.h"
#include "engine/model/released/models.h"
#include "engine/storage/picture_form.h"
#include "engine/storage/rebuild.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// An archive of one stored entry, whatever it says of its content.
void write_archive(const fs::path& path, const EntryHeader& header, ByteView content) {
  auto writer = ArchiveWriter::create(path);
  QVERIFY(writer.ok());
  QVERIFY(writer->begin_entry(header).ok());
  QVERIFY(writer->add_section(SectionType::Data, content).ok());
  QVERIFY(writer->end_entry().ok());
  QVERIFY(writer->finish().ok());
}

/// What the archive gives back for an entry; empty if nothing.
Bytes content_of(const fs::path& archive, const std::string& entry, const fs::path& folder) {
  ExtractOptions options = extract_options(archive, folder);
  options.entries = {entry};
  const auto report = extract(options);
  return report.ok() ? read_file(folder / entry) : Bytes{};
}

}  // namespace

class KeepsFilesTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

 private Q_SLOTS:
  void init() {
    static int number = 0;
    root_ = fs::path(temporary_.path().toStdString()) / std::to_string(number++);
    fs::create_directories(root_);
  }

  void equal_hashes_are_not_equal_files() {
    const Bytes given = bytes_of("the photo that is archived now");
    const Bytes other = bytes_of("another one of the same length");
    QCOMPARE(given.size(), other.size());
    EntryHeader header;
    header.path = "old.bin";
    header.codec = form_name(Form::Stored);
    header.original_size = given.size();
    header.original_hash = content_hash(given);
    write_archive(root_ / "a.bswap", header, other);
    write_file(root_ / "new.bin", given);
    CompressOptions options = compress_options(root_ / "new.bin", root_ / "a.bswap");
    options.existing = CompressOptions::Existing::Update;
    const auto report = compress(options);
    QVERIFY(report.ok());
    QVERIFY(report_of(*report, "new.bin").form != Form::Duplicate);
    QVERIFY(content_of(options.archive, "new.bin", root_ / "out") == given);
  }

  void equal_bytes_are_one_file() {
    const std::string large(100000, 'x');
    write_file(root_ / "in/one", large);
    write_file(root_ / "in/two", large);
    write_file(root_ / "more/three", large);
    CompressOptions options = compress_options(root_ / "in", root_ / "a.bswap");
    auto report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "in/two").form, Form::Duplicate);
    options.inputs = {root_ / "more"};
    options.existing = CompressOptions::Existing::Update;
    report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "more/three").form, Form::Duplicate);
    QVERIFY(content_of(options.archive, "more/three", root_ / "out") == bytes_of(large));
  }

  void what_cannot_be_read_keeps_its_old_copy() {
    write_file(root_ / "in/lost.txt", "old");
    write_file(root_ / "in/other.txt", "old");
    write_file(root_ / "in/same.txt", "old");  // a duplicate of the first, which has to find its content again
    CompressOptions options = compress_options(root_ / "in", root_ / "a.bswap");
    options.threads = 1;
    QVERIFY(compress(options).ok());
    write_file(root_ / "in/other.txt", "new");
    options.existing = CompressOptions::Existing::Update;
    // It was there when the folder was read, and is gone when its turn comes.
    options.progress = [&](const JobProgress&) { fs::remove(root_ / "in/lost.txt"); };
    const auto report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "in/lost.txt").status, Outcome::Failed);
    QVERIFY(report_of(*report, "in/lost.txt").old_copy_kept);
    QCOMPARE(report->count(Outcome::Failed), std::size_t{1});
    QVERIFY(content_of(options.archive, "in/lost.txt", root_ / "out") == bytes_of("old"));
    QVERIFY(content_of(options.archive, "in/other.txt", root_ / "out") == bytes_of("new"));
    QVERIFY(content_of(options.archive, "in/same.txt", root_ / "out") == bytes_of("old"));
  }

  void a_folder_that_became_a_file_that_cannot_be_read_stays() {
    write_file(root_ / "in/thing/one.txt", "1");
    write_file(root_ / "in/thing/two.txt", "2");
    CompressOptions options = compress_options(root_ / "in", root_ / "a.bswap");
    options.threads = 1;
    QVERIFY(compress(options).ok());
    fs::remove_all(root_ / "in/thing");
    write_file(root_ / "in/thing", "a file now");
    options.existing = CompressOptions::Existing::Update;
    options.progress = [&](const JobProgress&) { fs::remove(root_ / "in/thing"); };
    const auto report = compress(options);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "in/thing").status, Outcome::Failed);
    QVERIFY(content_of(options.archive, "in/thing/one.txt", root_ / "out") == bytes_of("1"));
    QVERIFY(content_of(options.archive, "in/thing/two.txt", root_ / "out") == bytes_of("2"));
  }

  void nothing_that_could_be_read_replaces_no_archive() {
    write_file(root_ / "in/a.txt", "precious");
    CompressOptions options = compress_options(root_ / "in", root_ / "a.bswap");
    options.threads = 1;
    QVERIFY(compress(options).ok());
    const Bytes before = read_file(options.archive);
    options.existing = CompressOptions::Existing::Replace;
    options.progress = [&](const JobProgress&) { fs::remove(root_ / "in/a.txt"); };
    const auto report = compress(options);
    QVERIFY(!report.ok());
    QVERIFY(report.error().detail.find("stays as it is") != std::string::npos);
    QVERIFY(read_file(options.archive) == before);
  }

  void an_input_is_never_the_output() {
    const Bytes photo = bytes_of("a photo");
    const auto refused = [&](const fs::path& input, const fs::path& output) {
      for (const auto existing : {CompressOptions::Existing::Replace, CompressOptions::Existing::Update}) {
        CompressOptions options = compress_options(input, output);
        options.existing = existing;
        if (compress(options).ok()) return false;
      }
      return true;
    };
    write_file(root_ / "in/p.png", photo);
    fs::create_symlink("p.png", root_ / "in/link.png");
    fs::create_hard_link(root_ / "in/p.png", root_ / "in/hard.png");
    for (const char* output : {"p.png", "link.png", "hard.png"}) {
      for (const char* input : {"p.png", "link.png", "hard.png"}) {
        QVERIFY2(refused(root_ / "in" / input, root_ / "in" / output), output);
      }
      QVERIFY2(refused(root_ / "in", root_ / "in" / output), output);
    }
    QVERIFY(read_file(root_ / "in/p.png") == photo && read_file(root_ / "in/hard.png") == photo);
    // An archive is no exception.
    QVERIFY(compress(compress_options(root_ / "in/p.png", root_ / "a.bswap")).ok());
    const Bytes archive = read_file(root_ / "a.bswap");
    fs::create_hard_link(root_ / "a.bswap", root_ / "b.bswap");
    QVERIFY(refused(root_ / "a.bswap", root_ / "a.bswap"));
    QVERIFY(refused(root_ / "b.bswap", root_ / "a.bswap"));
    QVERIFY(read_file(root_ / "a.bswap") == archive && read_file(root_ / "b.bswap") == archive);
  }

  void only_archives_are_replaced() {
    write_file(root_ / "in.txt", "in");
    write_file(root_ / "letter.txt", "a letter");
    write_file(root_ / "empty", "");
    CompressOptions options = compress_options(root_ / "in.txt", root_ / "letter.txt");
    options.existing = CompressOptions::Existing::Replace;
    QCOMPARE(compress(options).error().code, Error::Code::InvalidArgument);
    QVERIFY(read_file(root_ / "letter.txt") == bytes_of("a letter"));
    options.archive = root_ / "empty";
    QVERIFY(compress(options).ok());
    QVERIFY(compress(options).ok());
  }

  void an_archive_in_its_own_source_is_left_out() {
    write_file(root_ / "in/a.txt", "a");
    write_file(root_ / "in/.bswap-0123456789abcdef.part", "of another program");
    CompressOptions options = compress_options(root_ / "in", root_ / "in/a.bswap");
    QVERIFY(compress(options).ok());
    for (const auto existing : {CompressOptions::Existing::Update, CompressOptions::Existing::Replace}) {
      options.existing = existing;
      const auto report = compress(options);
      QVERIFY(report.ok());
      QCOMPARE(report->count(Outcome::Failed), std::size_t{0});
      const auto listed = list(options.archive);
      QCOMPARE(listed->files.size(), std::size_t{2});
      QVERIFY(report_of(*listed, "in/a.txt").status == Outcome::Ok);
    }
  }

  void an_archive_does_not_overwrite_itself() {
    write_file(root_ / "work/a.bswap", "this name is the archive's");
    write_file(root_ / "work/b.txt", "b");
    CompressOptions options = compress_options(root_ / "work/a.bswap", root_ / "a.bswap");
    options.inputs.push_back(root_ / "work/b.txt");
    QVERIFY(compress(options).ok());
    const Bytes before = read_file(options.archive);
    ExtractOptions extracting = extract_options(options.archive, root_);
    extracting.on_conflict = OnConflict::Overwrite;
    const auto report = extract(extracting);
    QVERIFY(report.ok());
    QCOMPARE(report_of(*report, "a.bswap").status, Outcome::Failed);
    QCOMPARE(report_of(*report, "b.txt").status, Outcome::Ok);
    QVERIFY(read_file(options.archive) == before);
  }

  void a_picture_of_more_samples_than_its_bytes_can_hold_is_refused() {
    ImageSection image;
    image.header.model = (*load_model(std::string_view()))->hash;
    image.header.width = image.header.height = 16384;
    image.header.channels = 3;
    image.header.tile_size = 4096;
    EntryHeader header;
    header.path = "bomb.ppm";
    header.codec = "bitswap";
    header.format = "pnm";
    header.original_size = std::uint64_t{3} << 28;
    auto writer = ArchiveWriter::create(root_ / "a.bswap");
    QVERIFY(writer.ok());
    QVERIFY(writer->begin_entry(header).ok());
    QVERIFY(writer->add_section(SectionType::ImageHeader, image.write()).ok());
    QVERIFY(writer->add_section(SectionType::Recipe, Bytes(20)).ok());
    for (int tile = 0; tile < 16; ++tile) QVERIFY(writer->add_section(SectionType::Segment, Bytes(1000)).ok());
    QVERIFY(writer->end_entry().ok());
    QVERIFY(writer->finish().ok());
    TestOptions options;
    options.archive = root_ / "a.bswap";
    options.device = "plain";
    const auto report = bitswap::test(options);
    QVERIFY(report.ok());
    QCOMPARE(report->files.front().status, Outcome::Failed);
    QCOMPARE(report->files.front().error->code, Error::Code::LimitExceeded);
  }

  void a_recipe_is_never_many_times_its_section() {
    QCOMPARE(recipe_limit(1000, 10, 100), std::uint64_t{1000 + 10 + (64 << 10)});
    QCOMPARE(recipe_limit(std::uint64_t{1} << 40, 10, 1000), (std::uint64_t{16} << 20) + 512 * 1000);
    QCOMPARE(recipe_limit(std::uint64_t{1} << 40, 0, kMaxSectionBytes), kMaxSectionBytes + (64 << 10));
  }

  void two_updates_at_once_lose_nothing() {
    write_file(root_ / "base.txt", "base");
    QVERIFY(compress(compress_options(root_ / "base.txt", root_ / "a.bswap")).ok());
    constexpr int kUpdates = 4;
    std::vector<std::thread> programs;
    std::atomic<int> good{0};
    for (int i = 0; i < kUpdates; ++i) {
      const std::string name = std::to_string(i);
      write_file(root_ / name, name);
      programs.emplace_back([&, name] {
        CompressOptions options = compress_options(root_ / name, root_ / "a.bswap");
        options.existing = CompressOptions::Existing::Update;
        if (compress(options).ok()) ++good;
      });
    }
    for (std::thread& program : programs) program.join();
    QCOMPARE(good.load(), kUpdates);
    QCOMPARE(list(root_ / "a.bswap")->files.size(), std::size_t{kUpdates + 1});
  }
};

QTEST_GUILESS_MAIN(KeepsFilesTest)
#include "keeps_files_test.moc"
