// SPDX-License-Identifier: GPL-3.0-or-later
// Damage stays where it is: one entry, not the archive; and a backend that lies is caught before the archive is there.
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>

#include "engine/archive/reader.h"
#include "engine/jobs/compress_job.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

namespace {

/// Computes rightly for a while, then not: what bad memory or a driver does.
class LyingModel : public BackendModel {
 public:
  LyingModel(std::unique_ptr<BackendModel> honest, std::atomic<int>& runs)
      : BackendModel(honest->model()), honest_(std::move(honest)), runs_(runs) {}
  bitswap::Status run(const NetworkRun& run, const NetworkOutput& output) const override {
    BITSWAP_TRY(honest_->run(run, output));
    // Half of all runs are the encoder's.
    if (runs_-- <= 0) {
      for (std::int16_t& value : output.head) value = static_cast<std::int16_t>(value / 2);
    }
    return {};
  }

 private:
  std::unique_ptr<BackendModel> honest_;
  std::atomic<int>& runs_;
};

class LyingBackend : public Backend {
 public:
  explicit LyingBackend(std::atomic<int>& runs) : runs_(runs) {}
  std::string_view name() const override { return "lying"; }
  std::string_view device() const override { return "cpu"; }
  Result<std::unique_ptr<BackendModel>> load(const Model& model) const override {
    BITSWAP_TRY_ASSIGN(auto honest, honest_->load(model));
    return std::unique_ptr<BackendModel>(std::make_unique<LyingModel>(std::move(honest), runs_));
  }

 private:
  std::unique_ptr<Backend> honest_ = make_plain_backend();
  std::atomic<int>& runs_;
};

}  // namespace

class DamageTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "photos");
    QVERIFY(compress(compress_options(root_ / "photos", root_ / "a.bswap")).ok());
  }

  void a_flipped_byte_damages_one_entry() {
    Bytes archive = read_file(root_ / "a.bswap");
    {
      const auto reader = ArchiveReader::open(root_ / "a.bswap");
      QVERIFY(reader.ok());
      const Entry& entry = reader->entries()[*reader->find("photos/alpha.png")];
      QCOMPARE(entry.sections.back().type, SectionType::Segment);
      archive[entry.sections.back().offset + 18 + entry.sections.back().length / 2] ^= 0x10;
    }
    write_file(root_ / "flipped.bswap", archive);
    const auto report = extract(extract_options(root_ / "flipped.bswap", root_ / "flipped"));
    QVERIFY(report.ok());
    QCOMPARE(report->count(Outcome::Failed), 1U);
    QCOMPARE(report_of(*report, "photos/alpha.png").status, Outcome::Failed);
    QCOMPARE(report_of(*report, "photos/alpha.png").error->code, Error::Code::Corrupt);
    auto expected = snapshot(root_ / "photos");
    expected.erase("alpha.png");
    QVERIFY(snapshot(root_ / "flipped/photos") == expected);

    TestOptions options;
    options.archive = root_ / "flipped.bswap";
    options.device = "plain";
    const auto tested = bitswap::test(options);
    QVERIFY(tested.ok());
    QCOMPARE(tested->count(Outcome::Failed), 1U);

    // Updating would lose what repair could still save.
    const Bytes before = read_file(root_ / "flipped.bswap");
    CompressOptions update = compress_options(root_ / "photos/text.txt", root_ / "flipped.bswap");
    update.existing = CompressOptions::Existing::Update;
    QCOMPARE(compress(update).error().code, Error::Code::Corrupt);
    QVERIFY(read_file(root_ / "flipped.bswap") == before);

    RepairOptions repair_options;
    repair_options.archive = root_ / "flipped.bswap";
    repair_options.repaired = root_ / "flipped repaired.bswap";
    const auto repaired = repair(repair_options);
    QVERIFY(repaired.ok());
    QCOMPARE(repaired->count(Outcome::Failed), 1U);
    QCOMPARE(extract(extract_options(repair_options.repaired, root_ / "flipped repaired"))->count(Outcome::Failed), 0U);
  }

  void a_truncated_archive_is_repaired() {
    Bytes archive = read_file(root_ / "a.bswap");
    archive.resize(archive.size() * 3 / 4);
    write_file(root_ / "cut.bswap", archive);
    QVERIFY(!extract(extract_options(root_ / "cut.bswap", root_ / "cut")).ok());
    RepairOptions options;
    options.archive = root_ / "cut.bswap";
    options.repaired = root_ / "repaired.bswap";
    const auto report = repair(options);
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QVERIFY(report->count(Outcome::Ok) > 3);
    QCOMPARE(repair(options).error().code, Error::Code::Exists);
    const auto out = extract(extract_options(options.repaired, root_ / "repaired"));
    QVERIFY(out.ok());
    QCOMPARE(out->count(Outcome::Failed), 0U);
    QCOMPARE(out->files.size(), report->count(Outcome::Ok));
    for (const auto& [path, what] : snapshot(root_ / "repaired/photos")) {
      QVERIFY2(what == snapshot(root_ / "photos")[path], path.c_str());
    }
  }

  void nothing_to_repair() {
    write_file(root_ / "text.bswap", "this is no archive");
    RepairOptions options;
    options.archive = root_ / "text.bswap";
    options.repaired = root_ / "none.bswap";
    QVERIFY(!repair(options).ok());
    QVERIFY(!fs::exists(options.repaired));
  }

  void a_lying_backend_is_caught() {
    std::atomic<int> runs{1 << 30};
    CompressOptions options = compress_options(root_ / "photos/rgb.png", root_ / "honest.bswap");
    options.threads = 1;
    const auto source = [&]() -> Result<std::unique_ptr<Backend>> {
      return std::unique_ptr<Backend>(std::make_unique<LyingBackend>(runs));
    };
    auto report = compress_with(options, source);
    QVERIFY(report.ok());
    QCOMPARE(report->files[0].form, Form::Picture);
    const int needed = (1 << 30) - runs;

    runs = needed / 2 + 1;
    options.archive = root_ / "lied.bswap";
    report = compress_with(options, source);
    QVERIFY(report.ok());
    QCOMPARE(report->files[0].status, Outcome::Warning);
    QVERIFY(report->files[0].form != Form::Picture);
    const auto out = extract(extract_options(options.archive, root_ / "lied"));
    QVERIFY(out.ok());
    QVERIFY(read_file(root_ / "lied/rgb.png") == read_file(root_ / "photos/rgb.png"));
  }
};

QTEST_GUILESS_MAIN(DamageTest)
#include "damage_test.moc"
