// SPDX-License-Identifier: GPL-3.0-or-later
// Round trips of every kind of entry, sizes that add up, limits, and the zstd payloads.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <thread>

#include "engine/archive/path_set.h"
#include "engine/archive/zstd_payload.h"
#include "tests/archive/samples.h"

using namespace bitswap;

class ArchiveTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_kind_comes_back();
  void writer_and_assembled_archive_agree();
  void sizes_add_up_to_the_file();
  void sections_are_read_by_many_threads();
  void sections_beyond_four_gibibytes();
  void crafted_counts_take_no_memory();
  void path_rules_data();
  void path_rules();
  void clashes_of_paths();
  void zstd();

 private:
  QTemporaryDir folder_;
  std::filesystem::path at(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
};

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Runs `body` in a process of its own with little memory; true if it returned true.
bool holds_with_little_memory(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{std::size_t{256} << 20, std::size_t{256} << 20};
    if (!kSanitized) ::setrlimit(RLIMIT_DATA, &limit);
    ::_exit(body() ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

void ArchiveTest::every_kind_comes_back() {
  const auto path = at("kinds.bswap");
  const auto expected = samples::all_kinds();
  QVERIFY(samples::write_with_writer(path, expected, {}).ok());
  auto reader = ArchiveReader::open(path);
  QVERIFY(reader.ok());
  QCOMPARE(reader->entries().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Entry& entry = reader->entries()[i];
    QVERIFY(entry.header == expected[i].header);
    QVERIFY(!entry.damaged);
    QVERIFY(reader->check_entry(entry).ok());
    QCOMPARE(entry.sections.size(), expected[i].sections.size());
    const bool model = entry.header.kind == EntryKind::Model;
    QCOMPARE(reader->find(entry.header.path).value_or(99), model ? 99 : i);
    QCOMPARE(reader->find_model(entry.header.path).value_or(99), model ? i : 99);
    QCOMPARE(entry.unsupported, entry.header.path == "future.bin");
    for (std::size_t k = 0; k < entry.sections.size(); ++k) {
      QCOMPARE(entry.sections[k].type, expected[i].sections[k].type);
      auto payload = reader->read_section(entry, k);
      if (entry.unsupported) {
        QCOMPARE(payload.error().code, Error::Code::Unsupported);
      } else {
        QVERIFY(payload.ok());
        QVERIFY(*payload == expected[i].sections[k].payload);
      }
    }
    QCOMPARE(reader->read_section(entry, entry.sections.size()).ok(), false);
  }
  QVERIFY(!reader->find("no such path").has_value());
}

void ArchiveTest::writer_and_assembled_archive_agree() {
  const auto path = at("agree.bswap");
  WriteOptions options;
  options.archive_id = samples::kArchiveId;
  QVERIFY(samples::write_with_writer(path, samples::all_kinds(), options).ok());
  QVERIFY(samples::read_file(path) == samples::assemble(samples::all_kinds()));
}

void ArchiveTest::sizes_add_up_to_the_file() {
  const auto path = at("sizes.bswap");
  auto writer = ArchiveWriter::create(path);
  QVERIFY(writer.ok());
  std::uint64_t total = 0;
  std::vector<EntrySizes> told;
  for (const auto& entry : samples::all_kinds()) {
    QVERIFY(writer->begin_entry(entry.header).ok());
    for (const auto& section : entry.sections) QVERIFY(writer->add_section(section.type, section.payload).ok());
    auto sizes = writer->end_entry();
    QVERIFY(sizes.ok());
    told.push_back(*sizes);
    total += sizes->total();
  }
  QVERIFY(writer->finish().ok());
  auto reader = ArchiveReader::open(path);
  QVERIFY(reader.ok());
  QCOMPARE(reader->file_size(), std::filesystem::file_size(path));
  QCOMPARE(writer->size(), reader->file_size());
  QCOMPARE(total + reader->frame_bytes(), reader->file_size());
  QCOMPARE(reader->frame_bytes(), format::kFileHeaderBytes + 1 + format::kFooterBytes);
  for (std::size_t i = 0; i < told.size(); ++i) QVERIFY(reader->entries()[i].sizes == told[i]);
}

void ArchiveTest::sections_are_read_by_many_threads() {
  const auto path = at("threads.bswap");
  std::vector<samples::EntrySample> entries;
  for (std::size_t i = 0; i < 50; ++i) {
    entries.push_back(samples::stored_file(samples::name_of("f", i), ""));
    entries.back().sections[0].payload = samples::noise(5000, i);
  }
  QVERIFY(samples::write_with_writer(path, entries, {}).ok());
  auto opened = ArchiveReader::open(path);
  QVERIFY(opened.ok());
  const ArchiveReader reader = std::move(opened).value();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < entries.size(); ++i) {
        auto payload = reader.read_section(reader.entries()[i], 0);
        if (!payload.ok() || *payload != entries[i].sections[0].payload) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  QCOMPARE(wrong.load(), 0);
}

void ArchiveTest::sections_beyond_four_gibibytes() {
  // A sparse file: five sections that are holes of a GiB, then a small one. Only its place is of interest.
  const auto path = at("large.bswap");
  samples::EntrySample sample = samples::stored_file("large", "at the end");
  sample.sections.clear();
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC, 0600);
  QVERIFY(file >= 0);
  std::uint64_t offset = 0;
  bool written = true;
  const auto put = [&](ByteView bytes) {
    written &=
        ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes.size());
    offset += bytes.size();
  };
  std::vector<Section> layout;
  const Bytes header = format::write_entry_header(sample.header, samples::kArchiveId);
  put(format::write_file_header({samples::kArchiveId}));
  put(header);
  for (int i = 0; i < 5; ++i) {
    layout.push_back({SectionType::Data, offset, static_cast<std::uint32_t>(kMaxSectionBytes)});
    put(format::write_section_head({1, static_cast<std::uint32_t>(kMaxSectionBytes), 0}));
    offset += kMaxSectionBytes;
  }
  const Bytes content = samples::bytes_of("at the end");
  layout.push_back({SectionType::Data, offset, static_cast<std::uint32_t>(content.size())});
  put(format::write_section_head({1, static_cast<std::uint32_t>(content.size()), hash64(content)}));
  put(content);
  put(format::write_section_head({0, 6, format::checksum_of(header)}));
  ByteWriter index;
  index.raw(format::write_index_count(1));
  index.raw(format::write_index_record(sample.header, layout));
  const format::Footer footer{offset, index.size(), hash64(index.bytes()), samples::kArchiveId};
  put(index.bytes());
  put(format::write_footer(footer));
  ::close(file);
  if (!written) QSKIP("no sparse file of 5 GiB can be made here");

  auto reader = ArchiveReader::open(path);
  QVERIFY(reader.ok());
  const Entry& entry = reader->entries()[0];
  QVERIFY(reader->check_entry(entry).ok());
  QVERIFY(entry.sections[5].offset > (std::uint64_t{5} << 30));
  QVERIFY(*reader->read_section(entry, 5) == content);
  std::filesystem::remove(path);
}

void ArchiveTest::crafted_counts_take_no_memory() {
  const std::filesystem::path bad = std::filesystem::path(BITSWAP_SOURCE_DIR) / "tests/golden/bad";
  for (const char* name : {"count-huge", "sections-huge", "section-huge", "section-over-limit", "index-too-long"}) {
    const auto path = bad / (std::string("container-") + name + ".bswap");
    QVERIFY2(holds_with_little_memory([&] {
               auto reader = ArchiveReader::open(path);
               auto salvaged = ArchiveReader::salvage(path);
               return !reader.ok() && reader.error().code != Error::Code::OutOfMemory && salvaged.ok();
             }),
             name);
  }
  // A zstd frame that promises 2^40 bytes and holds an empty block that is not the last.
  const Bytes frame = {0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0x00, 0, 0, 0, 0, 0, 1, 0, 0, 0x00, 0x00, 0x00};
  QVERIFY(holds_with_little_memory([&] { return !zstd_decompress(frame, std::uint64_t{1} << 50).ok(); }));
}

void ArchiveTest::path_rules_data() {
  QTest::addColumn<QByteArray>("path");
  QTest::addColumn<bool>("good");
  QTest::newRow("plain") << QByteArray("a") << true;
  QTest::newRow("nested") << QByteArray("a/b/c.png") << true;
  QTest::newRow("dots in a name") << QByteArray("...a/..b/c..") << true;
  QTest::newRow("not UTF-8") << QByteArray("\xFF\xFE") << true;
  QTest::newRow("255 bytes") << QByteArray(255, 'x') << true;
  QTest::newRow("256 bytes") << QByteArray(256, 'x') << false;
  QTest::newRow("4096 bytes") << QByteArray("a/").repeated(2047) + "ab" << true;
  QTest::newRow("4097 bytes") << QByteArray("a/").repeated(2048) + "a" << false;
  QTest::newRow("empty") << QByteArray("") << false;
  QTest::newRow("root") << QByteArray("/") << false;
  QTest::newRow("absolute") << QByteArray("/a") << false;
  QTest::newRow("twice") << QByteArray("a//b") << false;
  QTest::newRow("end") << QByteArray("a/") << false;
  QTest::newRow("here") << QByteArray("a/./b") << false;
  QTest::newRow("up") << QByteArray("..") << false;
  QTest::newRow("up inside") << QByteArray("a/../b") << false;
  QTest::newRow("NUL") << QByteArray("a\0b", 3) << false;
}

void ArchiveTest::path_rules() {
  QFETCH(const QByteArray, path);
  QFETCH(const bool, good);
  const Status status = check_entry_path(path.toStdString());
  QCOMPARE(status.ok(), good);
  if (!good) QCOMPARE(status.error().code, Error::Code::InvalidArgument);
}

void ArchiveTest::clashes_of_paths() {
  PathSet paths;
  const auto add = [&](EntryKind kind, const char* path) {
    if (!paths.check(kind, path).ok()) return false;
    paths.add(kind, path, 0);
    return true;
  };
  QVERIFY(add(EntryKind::File, "a/b/c"));
  QVERIFY(add(EntryKind::File, "a/b.x"));
  QVERIFY(add(EntryKind::File, "a/b!/c"));
  QVERIFY(!add(EntryKind::File, "a/b/c"));
  QVERIFY(!add(EntryKind::File, "a/b"));
  QVERIFY(!add(EntryKind::Symlink, "a"));
  QVERIFY(add(EntryKind::Directory, "a/b"));
  QVERIFY(!add(EntryKind::Directory, "a/b"));
  QVERIFY(!add(EntryKind::File, "a/b/c/d"));
  QVERIFY(!add(EntryKind::File, "a/b/c/d/e/f"));
  QVERIFY(add(EntryKind::File, "a/b/cd"));
  QVERIFY(add(EntryKind::Symlink, "a/b/c!"));
  QVERIFY(!add(EntryKind::File, "a/b/c!/x"));
  QVERIFY(add(EntryKind::Model, "a"));
  QVERIFY(!add(EntryKind::Model, "a"));
}

void ArchiveTest::zstd() {
  const Bytes noise = samples::noise(300'000, 1);
  for (const Bytes& content : {Bytes{}, Bytes{7}, Bytes(1'000'000, 42), noise}) {
    auto frame = zstd_compress(content, 19);
    QVERIFY(frame.ok());
    auto back = zstd_decompress(*frame, content.size());
    QVERIFY(back.ok());
    QVERIFY(*back == content);
    if (!content.empty())
      QCOMPARE(zstd_decompress(*frame, content.size() - 1).error().code, Error::Code::LimitExceeded);
    for (std::size_t cut = 0; cut < frame->size(); cut += 1 + frame->size() / 50)
      QCOMPARE(zstd_decompress(ByteView(*frame).first(cut), content.size()).ok(), false);
    frame->push_back(0);
    QCOMPARE(zstd_decompress(*frame, content.size()).error().code, Error::Code::Corrupt);
  }
  QVERIFY(!zstd_compress(noise, 0).ok());
  QVERIFY(!zstd_compress(noise, 99).ok());
}

QTEST_GUILESS_MAIN(ArchiveTest)
#include "archive_test.moc"
