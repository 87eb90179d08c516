// Archives that earlier versions of the program wrote, and this one: they open for ever, with the models they name.
#include <QtTest>

#include "engine/jobs/extract.h"
#include "engine/jobs/inspect.h"

using namespace bitswap;

namespace {

// Hashes of released models.
constexpr const char* kCompact1 = "bc4def1ac6679f7a362d4ba2ffe7e9fa";
constexpr const char* kCompactJpeg = "62b153ca6d1f54416656b7b73ce8c294";
constexpr const char* kCompact = "525efa98942d9186536511b3798e348e";
constexpr const char* kCompactYcc = "45914736ef930cbdebde004fc3237475";

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
    add("compact-1.bswap", "pictures/jpeg.ppm", kCompactJpeg);
    add("compact-1.bswap", "pictures/photo-cd.ppm", kCompact1);
    add("compact-1.bswap", "pictures/rgb.ppm", kCompact1);
    add("compact.bswap", "pictures/jpeg.ppm", kCompactYcc);
    add("compact.bswap", "pictures/photo-cd.ppm", kCompactYcc);
    add("compact.bswap", "pictures/rgb.ppm", kCompact);
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
