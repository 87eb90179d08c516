// SPDX-License-Identifier: GPL-3.0-or-later
// Flipped bytes, cut files and lost indexes: no crash, and nothing that is handed out is wrong.
#include <QTemporaryDir>
#include <QTest>
#include <map>
#include <random>

#include "tests/archive/samples.h"

using namespace bitswap;

class DamageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void every_truncation();
  void seeded_flips();
  void seeded_cuts_and_insertions();
  void index_cut_off();
  void damage_stays_local();
  void header_comes_from_the_index();
  void file_header_lost();
  void archive_inside_the_archive();
  void nested_fakes_end_in_time();

 private:
  QTemporaryDir folder_;
  std::filesystem::path file_;
  std::map<std::string, samples::EntrySample> expected_;
  Bytes good_;

  // Whether everything that the reader hands out is what was put in; `headers` when they must be right too.
  bool nothing_wrong(const ArchiveReader& reader) const;
  // Opens and searches these bytes.
  bool survives(ByteView bytes, bool may_open) const;
};

bool DamageTest::nothing_wrong(const ArchiveReader& reader) const {
  for (const Entry& entry : reader.entries()) {
    const auto original = expected_.find(entry.header.path);
    if (original == expected_.end() || entry.header != original->second.header) return false;
    const bool whole = reader.check_entry(entry).ok();
    if (whole && entry.sections.size() != original->second.sections.size()) return false;
    for (std::size_t k = 0; k < entry.sections.size(); ++k) {
      auto payload = reader.read_section(entry, k);
      if (payload.ok() && *payload != original->second.sections[k].payload) return false;
      if (!payload.ok() && !entry.unsupported && !entry.damaged && entry.header_from_index) return false;
    }
  }
  return true;
}

bool DamageTest::survives(ByteView bytes, bool may_open) const {
  samples::write_file(file_, bytes);
  auto reader = ArchiveReader::open(file_);
  if (reader.ok() && (!may_open || !nothing_wrong(*reader))) return false;
  SalvageReport report;
  auto salvaged = ArchiveReader::salvage(file_, &report);
  if (!salvaged.ok()) return salvaged.error().code != Error::Code::Internal;
  return nothing_wrong(*salvaged) && report.whole_entries + report.damaged_entries == salvaged->entries().size();
}

void DamageTest::initTestCase() {
  file_ = std::filesystem::path(folder_.path().toStdString()) / "damaged.bswap";
  good_ = samples::assemble(samples::all_kinds());
  for (const auto& entry : samples::all_kinds()) expected_[entry.header.path] = entry;
  QVERIFY(survives(good_, true));
}

void DamageTest::every_truncation() {
  for (std::size_t length = 0; length < good_.size(); ++length)
    QVERIFY2(survives(ByteView(good_).first(length), false), std::to_string(length).c_str());
}

void DamageTest::seeded_flips() {
  std::mt19937_64 random(20240607);
  for (int round = 0; round < 4000; ++round) {
    Bytes bytes = good_;
    for (std::uint64_t i = 0, count = 1 + random() % 3; i < count; ++i)
      bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    QVERIFY2(survives(bytes, true), std::to_string(round).c_str());
  }
  // And one bit of every byte.
  for (std::size_t place = 0; place < good_.size(); ++place) {
    Bytes bytes = good_;
    bytes[place] ^= static_cast<std::uint8_t>(1U << (place % 8));
    QVERIFY2(survives(bytes, true), std::to_string(place).c_str());
  }
}

void DamageTest::seeded_cuts_and_insertions() {
  std::mt19937_64 random(7);
  for (int round = 0; round < 1500; ++round) {
    Bytes bytes = good_;
    const auto place = static_cast<std::ptrdiff_t>(random() % bytes.size());
    if (round % 2 == 0) {
      const auto end = std::min<std::ptrdiff_t>(place + 1 + static_cast<std::ptrdiff_t>(random() % 200),
                                                static_cast<std::ptrdiff_t>(bytes.size()));
      bytes.erase(bytes.begin() + place, bytes.begin() + end);
    } else {
      const Bytes extra = samples::noise(1 + random() % 200, random());
      bytes.insert(bytes.begin() + place, extra.begin(), extra.end());
    }
    QVERIFY2(survives(bytes, false), std::to_string(round).c_str());
  }
}

void DamageTest::index_cut_off() {
  format::Footer footer = *format::parse_footer(ByteView(good_).last(format::kFooterBytes));
  samples::write_file(file_, ByteView(good_).first(footer.index_offset));
  QCOMPARE(ArchiveReader::open(file_).error().code, Error::Code::Truncated);
  SalvageReport report;
  auto salvaged = ArchiveReader::salvage(file_, &report);
  QVERIFY(salvaged.ok());
  QVERIFY(!report.index_usable);
  QCOMPARE(report.whole_entries, expected_.size());
  QCOMPARE(report.damaged_entries, 0U);
  QCOMPARE(report.unreadable_bytes, 0U);
  QVERIFY(nothing_wrong(*salvaged));

  // What was found makes a whole archive again, the unknown section included.
  const auto repaired = file_.parent_path() / "repaired.bswap";
  WriteOptions options;
  options.archive_id = samples::kArchiveId;
  auto writer = ArchiveWriter::create(repaired, options);
  QVERIFY(writer.ok());
  for (std::size_t i = 0; i < salvaged->entries().size(); ++i) QVERIFY(writer->copy_entry(*salvaged, i).ok());
  QVERIFY(writer->finish().ok());
  QVERIFY(samples::read_file(repaired) == good_);
}

void DamageTest::damage_stays_local() {
  samples::write_file(file_, good_);
  auto reader = ArchiveReader::open(file_);
  QVERIFY(reader.ok());
  const std::size_t photo = *reader->find("photos/one.png");
  Bytes bytes = good_;
  bytes[reader->entries()[photo].sections[2].offset + format::kSectionHeadBytes + 5] ^= 0x80;
  samples::write_file(file_, bytes);
  auto damaged = ArchiveReader::open(file_);
  QVERIFY(damaged.ok());
  const Entry& entry = damaged->entries()[photo];
  for (std::size_t k = 0; k < entry.sections.size(); ++k) QCOMPARE(damaged->read_section(entry, k).ok(), k != 2);
  SalvageReport report;
  auto salvaged = ArchiveReader::salvage(file_, &report);
  QVERIFY(salvaged.ok());
  QVERIFY(report.index_usable);
  QCOMPARE(report.damaged_entries, 2U);  // and the duplicate of it
  QVERIFY(salvaged->entries()[photo].damaged);
  QVERIFY(salvaged->entries()[*salvaged->find("photos/two.png")].damaged);
}

void DamageTest::header_comes_from_the_index() {
  samples::write_file(file_, good_);
  const std::uint64_t offset = ArchiveReader::open(file_)->entries()[2].offset;
  Bytes bytes = good_;
  bytes[offset + 30] ^= 1;
  samples::write_file(file_, bytes);
  auto reader = ArchiveReader::open(file_);
  QVERIFY(reader.ok());
  QCOMPARE(reader->read_section(reader->entries()[2], 0).error().code, Error::Code::Corrupt);
  SalvageReport report;
  auto salvaged = ArchiveReader::salvage(file_, &report);
  QVERIFY(salvaged.ok());
  QVERIFY(salvaged->entries()[2].header_from_index);
  QCOMPARE(report.damaged_entries, 0U);
  QVERIFY(nothing_wrong(*salvaged));
}

void DamageTest::file_header_lost() {
  const Bytes bytes(good_.begin() + 10, good_.end() - 10);
  samples::write_file(file_, bytes);
  QCOMPARE(ArchiveReader::open(file_).error().code, Error::Code::NotAnArchive);
  SalvageReport report;
  auto salvaged = ArchiveReader::salvage(file_, &report);
  QVERIFY(salvaged.ok());
  QCOMPARE(report.whole_entries, expected_.size());
  QVERIFY(nothing_wrong(*salvaged));
  samples::write_file(file_, samples::noise(10'000, 5));
  QCOMPARE(ArchiveReader::salvage(file_).error().code, Error::Code::NotAnArchive);
}

void DamageTest::archive_inside_the_archive() {
  samples::EntrySample outer = samples::stored_file("inner.bswap", "");
  outer.sections[0].payload = samples::assemble({samples::stored_file("from inside", "x")});
  const auto path = file_.parent_path() / "outer.bswap";
  QVERIFY(samples::write_with_writer(path, {samples::stored_file("first", "1"), outer}, {}).ok());
  Bytes bytes = samples::read_file(path);
  const std::uint64_t offset = ArchiveReader::open(path)->entries()[1].offset;
  bytes[offset + 20] ^= 1;
  bytes.resize(bytes.size() - format::kFooterBytes);
  samples::write_file(path, bytes);
  auto salvaged = ArchiveReader::salvage(path);
  QVERIFY(salvaged.ok());
  QCOMPARE(salvaged->entries().size(), 1U);
  QCOMPARE(salvaged->entries()[0].header.path, std::string("first"));
}

void DamageTest::nested_fakes_end_in_time() {
  // Thousands of entries, each with a section that claims the rest of the file.
  ByteWriter out;
  out.raw(format::write_file_header({samples::kArchiveId}));
  constexpr std::size_t kSize = 3'000'000;
  for (std::size_t i = 0; out.size() < kSize; ++i) {
    out.raw(format::write_entry_header(samples::stored_file(samples::name_of("f", i), "").header, samples::kArchiveId));
    const std::size_t rest = kSize + 100 - out.size();
    out.raw(format::write_section_head({1, static_cast<std::uint32_t>(rest), 1}));
  }
  out.raw(Bytes(400, 0));
  samples::write_file(file_, out.bytes());
  const auto start = std::chrono::steady_clock::now();
  auto salvaged = ArchiveReader::salvage(file_);
  QVERIFY(salvaged.ok());
  QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

QTEST_GUILESS_MAIN(DamageTest)
#include "damage_test.moc"
