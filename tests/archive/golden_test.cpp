// SPDX-License-Identifier: GPL-3.0-or-later
// The committed archives stay readable for ever, the bad ones stay refused, and FORMAT.md tells the truth.
#include <QTest>
#include <fstream>
#include <string>

#include "tests/archive/samples.h"

using namespace bitswap;

class GoldenTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void good_data();
  void good();
  void bad_data();
  void bad();
  void worked_example_of_the_specification();
};

namespace {

const std::filesystem::path kGolden = std::filesystem::path(BITSWAP_SOURCE_DIR) / "tests/golden";

void rows(const std::vector<samples::Golden>& files) {
  QTest::addColumn<int>("number");
  int number = 0;
  for (const samples::Golden& file : files) QTest::newRow(file.name.c_str()) << number++;
}

}  // namespace

void GoldenTest::good_data() { rows(samples::good_files()); }

void GoldenTest::good() {
  QFETCH(const int, number);
  const samples::Golden expected = samples::good_files()[static_cast<std::size_t>(number)];
  const auto path = kGolden / "good" / expected.name;
  QVERIFY(samples::read_file(path) == expected.content);
  auto reader = ArchiveReader::open(path);
  QVERIFY2(reader.ok(), reader.ok() ? "" : reader.error().detail.c_str());
  for (const Entry& entry : reader->entries()) {
    QVERIFY(reader->check_entry(entry).ok());
    if (entry.unsupported) continue;
    for (std::size_t k = 0; k < entry.sections.size(); ++k) QVERIFY(reader->read_section(entry, k).ok());
  }
}

void GoldenTest::bad_data() { rows(samples::bad_files()); }

void GoldenTest::bad() {
  QFETCH(const int, number);
  const samples::Golden expected = samples::bad_files()[static_cast<std::size_t>(number)];
  const auto path = kGolden / "bad" / expected.name;
  QVERIFY(samples::read_file(path) == expected.content);
  auto reader = ArchiveReader::open(path);
  if (expected.expected == Error::Code::Internal) {
    QVERIFY2(reader.ok(), reader.ok() ? "" : reader.error().detail.c_str());
    auto payload = reader->read_section(reader->entries()[0], 0);
    QVERIFY(!payload.ok());
    QCOMPARE(to_string(payload.error().code), to_string(Error::Code::Corrupt));
  } else {
    QVERIFY(!reader.ok());
    QCOMPARE(to_string(reader.error().code), to_string(expected.expected));
  }
  // Whatever it is, searching it must end well.
  auto salvaged = ArchiveReader::salvage(path);
  if (!salvaged.ok()) return;
  for (const Entry& entry : salvaged->entries()) {
    QVERIFY(check_entry_path(entry.header.path).ok());
    for (std::size_t k = 0; k < entry.sections.size(); ++k) (void)salvaged->read_section(entry, k).ok();
  }
}

void GoldenTest::worked_example_of_the_specification() {
  std::ifstream specification(std::filesystem::path(BITSWAP_SOURCE_DIR) / "engine/archive/FORMAT.md");
  QVERIFY(specification.is_open());
  Bytes bytes;
  bool inside = false;
  for (std::string line; std::getline(specification, line);) {
    if (line == "```hex" || (inside && line == "```")) {
      inside = !inside;
      continue;
    }
    if (!inside) continue;
    // "0020  E5 42 53 45   marker of an entry": offset, two spaces, bytes, three spaces, words.
    QCOMPARE(std::stoul(line.substr(0, 4), nullptr, 16), static_cast<unsigned long>(bytes.size()));
    const std::string digits = line.substr(6, line.find("   ", 6) - 6);
    for (std::size_t i = 0; i + 1 < digits.size(); i += 3)
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  QVERIFY(!bytes.empty());
  QVERIFY(bytes == samples::read_file(kGolden / "good/container-tiny.bswap"));
}

QTEST_GUILESS_MAIN(GoldenTest)
#include "golden_test.moc"
