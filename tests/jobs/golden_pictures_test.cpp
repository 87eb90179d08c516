// SPDX-License-Identifier: GPL-3.0-or-later
// Archives that earlier versions of the program wrote, and this one: they open for ever, with the models they name.
#include <QtTest>
#include <algorithm>

#include "engine/jobs/extract.h"
#include "engine/jobs/inspect.h"

using namespace bitswap;

namespace {

// Hashes of released models.
constexpr const char* kCompact = "6b2091b6cac4592c92060f85881ed424";
constexpr const char* kCompactYcc = "45914736ef930cbdebde004fc3237475";
constexpr const char* kLarge = "ac94cc3afb26f675f63fe70e301f5ecb";
constexpr const char* kLargeYcc = "9bf59f43fec5967ab5bd465280199d67";
constexpr const char* kClassic = "8cd05532ab784ab5092f7de8d9af148f";

}  // namespace

class GoldenPicturesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void they_open_data() {
    QTest::addColumn<QString>("archive");
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("model");
    const auto add = [](const char* archive, const char* entry, const char* model) {
      QTest::addRow("%s in %s", entry, archive) << archive << entry << model;
    };
    // The same three pictures: pixels of a JPEG, of a Photo CD picture, and neither's.
    for (const auto& [archive, rgb, ycc] : {std::tuple("compact.bswap", kCompact, kCompactYcc),
                                            {"large.bswap", kLarge, kLargeYcc},
                                            {"classic.bswap", kClassic, kClassic}}) {
      add(archive, "pictures/jpeg.ppm", ycc);
      add(archive, "pictures/photo-cd.ppm", ycc);
      add(archive, "pictures/rgb.ppm", rgb);
    }
  }

  void they_open() {
    QFETCH(const QString, archive);
    QFETCH(const QString, entry);
    QFETCH(const QString, model);
    const std::filesystem::path path =
        std::filesystem::path(BITSWAP_SOURCE_DIR) / "tests/golden/pictures" / archive.toStdString();
    InspectOptions inspecting;
    inspecting.device = "plain";
    inspecting.file = path;
    inspecting.entry = entry.toStdString();
    const auto inspected = inspect(inspecting);
    QVERIFY2(inspected.ok(), inspected.ok() ? "" : inspected.error().detail.c_str());
    QCOMPARE(QString::fromStdString(inspected->model_hash), model);
    const auto latents = static_cast<int>(std::ranges::count(inspected->ledger.stages, true, &LedgerStage::latent));
    QCOMPARE(latents, model == kClassic ? 4 : 2);

    TestOptions testing;
    testing.device = "plain";
    testing.archive = path;
    const auto report = test(testing);  // every byte of the files, by their hashes
    QVERIFY2(report.ok(), report.ok() ? "" : report.error().detail.c_str());
    QCOMPARE(report->files.size(), std::size_t{4});
    for (const FileReport& file : report->files) QCOMPARE(file.status, FileReport::Status::Ok);
  }
};

QTEST_GUILESS_MAIN(GoldenPicturesTest)
#include "golden_pictures_test.moc"
