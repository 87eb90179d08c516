// SPDX-License-Identifier: GPL-3.0-or-later
// Inspection adds up to the byte, and the JSON documents are what they promise.
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "engine/base/printable.h"
#include "engine/jobs/inspect.h"
#include "engine/jobs/json.h"
#include "tests/jobs/samples.h"

using namespace bitswap;
using namespace bitswap::samples;
using Outcome = FileReport::Status;

class ReportTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir temporary_;
  fs::path root_;

  InspectOptions options(const fs::path& file, const std::string& entry = {}) const {
    InspectOptions options;
    options.file = file;
    options.entry = entry;
    options.device = "plain";
    options.threads = 2;
    return options;
  }

 private Q_SLOTS:
  void initTestCase() {
    root_ = temporary_.path().toStdString();
    make_folder(root_ / "photos");
    QVERIFY(compress(compress_options(root_ / "photos", root_ / "a.bswap")).ok());
  }

  void the_parts_add_up_to_the_entry_data() {
    QTest::addColumn<QString>("path");
    for (const char* name : {"rgb.png", "alpha.png", "grey.png", "wide.png", "sub/pixels.bmp"})
      QTest::newRow(name) << name;
  }
  void the_parts_add_up_to_the_entry() {
    QFETCH(QString, path);
    const std::string entry = "photos/" + path.toStdString();
    const auto report = inspect(options(root_ / "a.bswap", entry));
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QVERIFY(report->stored_as_pixels);
    const auto listed = list(root_ / "a.bswap");
    QCOMPARE(report->entry_bytes, report_of(*listed, entry).stored_bytes);
    QCOMPARE(
        report->entry_header_bytes + report->entry_framing_bytes + report->entry_metadata_bytes + report->payload_bytes,
        report->entry_bytes);
    QVERIFY(std::abs(report->ledger.actual_bits() - 8.0 * static_cast<double>(report->payload_bytes)) < 1e-3);
    QVERIFY(report->bb_ans.stages.size() == report->ledger.stages.size());

    const auto file = inspect(options(root_ / "photos" / path.toStdString()));
    QVERIFY(file.ok());
    QCOMPARE(file->payload_bytes, report->payload_bytes);
    QVERIFY(!file->stored_as_pixels);
  }

  void a_jpeg_is_inspected_by_its_pixels() {
    const auto report = inspect(options(root_ / "a.bswap", "photos/sub/photo.jpg"));
    QVERIFY(report.ok());
    QVERIFY(!report->stored_as_pixels);
    QCOMPARE(report->width, 40U);
  }

  void a_heat_map_has_the_bits_of_the_samples() {
    InspectOptions heat = options(root_ / "photos/alpha.png");
    heat.heat_map = true;
    const auto report = inspect(heat);
    QVERIFY(report.ok());
    double sum = 0;
    for (const auto& stage : report->heat.bits) {
      QCOMPARE(stage.size(), std::size_t{24} * 31);
      for (const float bits : stage) sum += bits;
    }
    double likelihood = 0;
    for (const LedgerStage& stage : report->ledger.stages) likelihood += stage.likelihood_bits;
    QVERIFY(std::abs(sum - likelihood) < 0.001 * likelihood + 1);
  }

  void cropping_keeps_what_is_smaller() {
    InspectOptions crop = options(root_ / "photos/rgb.png");
    crop.crop = 32;
    const auto report = inspect(crop);
    QVERIFY(report.ok());
    QCOMPARE(report->width, 32U);
    QCOMPARE(report->height, 32U);
    crop.file = root_ / "photos/one.png";
    QCOMPARE(inspect(crop)->width, 1U);
  }

  void errors_are_named() {
    QCOMPARE(inspect(options(root_ / "photos/text.txt")).error().code, Error::Code::Unsupported);
    QCOMPARE(inspect(options(root_ / "photos/none.png")).error().code, Error::Code::NotFound);
    QCOMPARE(inspect(options(root_ / "a.bswap", "photos/none.png")).error().code, Error::Code::NotFound);
  }

  void json() {
    const auto report = list(root_ / "a.bswap");
    QVERIFY(report.ok());
    JobReport changed = *report;
    changed.files[0].path = "caf\xE9";  // Latin 1
    set_error(changed.files[1]);
    const auto document = nlohmann::json::parse(report_json(changed));
    QCOMPARE(document["files"].size(), changed.files.size());
    QCOMPARE(document["files"][0]["path"].get<std::string>(), printable("caf\xE9"));
    QCOMPARE(document["files"][0]["path_hex"].get<std::string>(), std::string("636166e9"));
    QVERIFY(document["files"][0]["error"].is_null());
    QCOMPARE(document["files"][1]["error"].get<std::string>(), std::string("it is broken"));
    QCOMPARE(document["files"][1]["status"].get<std::string>(), std::string("failed"));
    QCOMPARE(document["totals"]["failed"].get<int>(), 1);
    QCOMPARE(document["totals"]["archive_bytes"].get<std::uint64_t>(), changed.archive_bytes);
    for (const char* key : {"path", "status", "exactness", "codec", "original_bytes", "stored_bytes", "error"}) {
      QVERIFY2(document["files"][2].contains(key), key);
    }

    const auto inspected = inspect(options(root_ / "a.bswap", "photos/rgb.png"));
    const auto ledger = nlohmann::json::parse(inspect_json(*inspected));
    for (const char* key : {"path", "width", "height", "tiles", "elbo_bits", "actual_bits", "initial_bits_required",
                            "initial_bits_paid", "bb_ans_initial_bits_required", "overhead", "stages"}) {
      QVERIFY2(ledger.contains(key), key);
    }
    double net = 0;
    for (const auto& stage : ledger["stages"]) net += stage["net_bits"].get<double>();
    QVERIFY(std::abs(net - ledger["elbo_bits"].get<double>()) < 1e-3);
  }

 private:
  static void set_error(FileReport& file) {
    file.status = Outcome::Failed;
    file.error = Error{Error::Code::Corrupt, 0, "it is broken"};
  }
};

QTEST_GUILESS_MAIN(ReportTest)
#include "report_test.moc"
