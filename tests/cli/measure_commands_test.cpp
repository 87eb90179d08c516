// SPDX-License-Identifier: GPL-3.0-or-later
// compare, inspect, bench, selftest and models: the documents that scripts read, and the files they write.
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <cmath>

#include "program.h"

namespace bitswap::test {
namespace {

const QStringList kPlain = {"--device", "plain"};

}  // namespace

class MeasureCommandsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void models() {
    const Outcome outcome = run({"models", "--json"});
    QCOMPARE(outcome.code, 0);
    const QJsonArray list = outcome.json()["models"].toArray();
    QVERIFY(!list.isEmpty());
    QCOMPARE(list[0]["hash"].toString().size(), 32);
    QVERIFY(list[0]["parameters"].toInteger() > 0);
    QVERIFY(list[0]["macs_per_pixel"].toDouble() > 0);
    const Outcome table = run({"models"});
    QVERIFY(table.out.contains(list[0]["name"].toString().toUtf8()));
    QVERIFY(table.out.contains(list[0]["hash"].toString().toUtf8()));
  }

  void compare_document() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(70, 40, 3, 1)));
    QVERIFY(write(folder.filePath("b.pgm"), pnm(33, 35, 1, 2)));
    QVERIFY(write(folder.filePath("notes.txt"), "no picture"));
    const Outcome outcome =
        run(QStringList{"compare", folder.path(), "--crop", "32", "--json", "--csv", folder.filePath("table.csv")} +
            kPlain);
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    QVERIFY(outcome.err.isEmpty());
    const QJsonValue json = outcome.json();
    const QJsonArray images = json["images"].toArray();
    QCOMPARE(images.size(), 2);
    QCOMPARE(images[0]["width"].toInt(), 64);
    QCOMPARE(images[0]["height"].toInt(), 32);
    QCOMPARE(images[0]["raw_bytes"].toInt(), 64 * 32 * 3);
    for (const char* name : {"raw", "gzip", "bzip2", "lzma", "png", "webp", "jpegxl", "bb-ans", "bit-swap"}) {
      double mean = 0;
      qint64 total = 0;
      for (const QJsonValue image : images) {
        const QJsonValue codec = image["codecs"][name];
        const double bits = 8.0 * static_cast<double>(codec["bytes"].toInteger()) / image["raw_bytes"].toDouble();
        QVERIFY2(codec["bytes"].toInteger() > 0, name);
        QVERIFY(std::abs(codec["bits_per_subpixel"].toDouble() - bits) < 1e-9);
        QVERIFY(codec["encode_seconds"].isDouble() && codec["decode_seconds"].isDouble());
        mean += bits / static_cast<double>(images.size());
        total += codec["bytes"].toInteger();
      }
      QVERIFY(std::abs(json["mean_bits_per_subpixel"][name].toDouble() - mean) < 1e-9);
      QCOMPARE(json["total_bytes"][name].toInteger(), total);
    }
    QCOMPARE(images[0]["codecs"]["raw"]["bytes"].toInt(), 64 * 32 * 3);
    QVERIFY(!json["total_bytes"].toObject().contains("jpegxl-9"));
    QCOMPARE(read(folder.filePath("table.csv")).count('\n'), 1 + 2 * 9);

    // What compare counts is what the ledger explains.
    const Outcome ledger = run(QStringList{"inspect", folder.filePath("a.ppm"), "--crop", "32", "--json"} + kPlain);
    QCOMPARE(ledger.json()["payload_bytes"].toInteger(), images[0]["codecs"]["bit-swap"]["bytes"].toInteger());
    for (const auto& [codec, key] :
         {std::pair("bit-swap", "initial_bits_required"), std::pair("bb-ans", "bb_ans_initial_bits_required")}) {
      const QJsonValue required = images[0]["codecs"][codec]["initial_bits_required"];
      QVERIFY2(required.toDouble() > 0, codec);
      QVERIFY(std::abs(required.toDouble() - ledger.json()[key].toDouble()) < 1e-3);
      QVERIFY(images[0]["codecs"][codec]["initial_bits_paid"].isDouble());
    }
    QVERIFY(images[0]["codecs"]["png"]["initial_bits_paid"].isUndefined());
  }

  void compare_page() {
    const QTemporaryDir folder;
    const QString page = folder.filePath("page.html");
    QVERIFY(write(folder.filePath("<a>&.ppm"), pnm(70, 40, 3, 1)));
    QVERIFY(write(folder.filePath("b.pgm"), pnm(33, 35, 1, 2)));
    const Outcome outcome =
        run(QStringList{"compare", folder.path(), "--codecs", "png,bb-ans,bit-swap", "--report", page} + kPlain);
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    QVERIFY(outcome.out.contains("initial bits"));
    QXmlStreamReader reader(read(page));
    QString text;
    int thumbnails = 0;
    while (!reader.atEnd()) {
      reader.readNext();
      if (reader.isCharacters()) text += reader.text();
      if (!reader.isStartElement() || reader.name() != u"img") continue;
      const QByteArray source = reader.attributes().value("src").toUtf8();
      QVERIFY(source.startsWith("data:image/png;base64,"));
      QVERIFY(QByteArray::fromBase64(source.mid(source.indexOf(',') + 1)).startsWith("\x89PNG"));
      ++thumbnails;
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QCOMPARE(thumbnails, 2);
    for (const char* word :
         {"<a>&.ppm", "b.pgm", "png", "BB-ANS", "Bit-Swap", "z1", "Negative ELBO", "libpng, level 9"}) {
      QVERIFY2(text.contains(word), word);
    }
    QCOMPARE(run({"compare", folder.filePath("b.pgm"), "--codecs", "raw", "--report", folder.path()}).code, 2);
  }

  void compare_some() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(40, 40, 3, 1)));
    QVERIFY(write(folder.filePath("notes.txt"), "no picture"));
    const Outcome table = run({"compare", folder.filePath("a.ppm"), "--codecs", "png,raw"});
    QCOMPARE(table.code, 0);
    QVERIFY(table.out.contains("png") && !table.out.contains("webp"));
    const Outcome warned = run({"compare", folder.filePath("a.ppm"), folder.filePath("notes.txt"), "--codecs", "raw"});
    QCOMPARE(warned.code, 1);
    QVERIFY(warned.err.contains("notes.txt"));
    QCOMPARE(run({"compare", folder.filePath("notes.txt"), "--codecs", "raw"}).code, 2);
  }

  void inspect_document() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(90, 50, 3, 1)));
    const Outcome outcome = run(QStringList{"inspect", folder.filePath("a.ppm"), "--json"} + kPlain);
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const QJsonValue json = outcome.json();
    double elbo = 0;
    int latents = 0;
    for (const QJsonValue stage : json["stages"].toArray()) {
      elbo += stage["net_bits"].toDouble();
      latents += stage["kind"].toString() == "latent" ? 1 : 0;
    }
    QVERIFY(latents > 0 && latents < json["stages"].toArray().size());
    QVERIFY(std::abs(elbo - json["elbo_bits"].toDouble()) < 1e-3);
    const QJsonValue overhead = json["overhead"];
    const double sum = elbo + json["initial_bits_paid"].toDouble() + overhead["coder"].toDouble() +
                       overhead["flush"].toDouble() + overhead["headers"].toDouble();
    QVERIFY(std::abs(sum - json["actual_bits"].toDouble()) < 1e-3);
    QVERIFY(std::abs(8.0 * json["payload_bytes"].toDouble() - json["actual_bits"].toDouble()) < 1e-3);
    const Outcome table = run(QStringList{"inspect", folder.filePath("a.ppm")} + kPlain);
    for (const char* word : {"Negative ELBO", "Bit-Swap", "BB-ANS", "Flush", "Segment headers", "Posterior"}) {
      QVERIFY2(table.out.contains(word), word);
    }
  }

  void heat_map() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(120, 50, 3, 1)));
    const QStringList inspect =
        QStringList{"inspect", folder.filePath("a.ppm"), "--heatmap", folder.filePath("heat.png")} + kPlain;
    QCOMPARE(run(inspect).code, 0);
    const QByteArray all = read(folder.filePath("heat.png"));
    QVERIFY(all.startsWith("\x89PNG"));
    QCOMPARE(static_cast<int>(static_cast<unsigned char>(all[19])), 120);  // the width's last byte
    QCOMPARE(run(inspect + QStringList{"--stage", "BC0"}).code, 0);
    QVERIFY(read(folder.filePath("heat.png")) != all);
    const Outcome unknown = run(inspect + QStringList{"--stage", "Q7"});
    QCOMPARE(unknown.code, 7);
    QVERIFY(unknown.err.contains("BC0"));
  }

  void bench() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(64, 64, 3, 1)));
    const Outcome outcome = run(QStringList{"bench", folder.filePath("a.ppm"), "--threads", "2", "--json"} + kPlain);
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const QJsonValue json = outcome.json();
    QCOMPARE(json["device"].toString(), QString("cpu"));
    QCOMPARE(json["threads"].toInt(), 2);
    QVERIFY(!json["model"].toString().isEmpty());
    QVERIFY(json["encode_megabytes_per_second"].toDouble() > 0);
    QVERIFY(json["decode_megabytes_per_second"].toDouble() > 0);
    QVERIFY(json["network_macs_per_pixel"].toDouble() > 0);
    QVERIFY(json["peak_memory_bytes"].toDouble() > 1e6);
    QVERIFY(json["device_ceilings"].isUndefined());  // only of graphics cards
    for (const char* peer : {"png", "webp", "jpegxl-3", "jpegxl"}) {
      QVERIFY2(json["peers"][peer]["encode_megabytes_per_second"].toDouble() > 0, peer);
      QVERIFY2(json["peers"][peer]["decode_megabytes_per_second"].toDouble() > 0, peer);
    }
  }

  void bench_of_stages_jobs_and_growth() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(64, 64, 3, 1)));
    const Outcome outcome = run({"bench", folder.filePath("a.ppm"), "--threads", "2", "--json", "--device", "cpu",
                                 "--scaling", "--largest", "0.1", "--peers", "png"});
    QVERIFY2(outcome.code == 0, outcome.err.constData());
    const QJsonValue json = outcome.json();
    QCOMPARE(json["peers"].toObject().keys(), QStringList{"png"});
    for (const char* way : {"encode_stages", "decode_stages"}) {
      QVERIFY2(json[way]["networks_seconds"].toDouble() > 0, way);
      QVERIFY2(json[way]["entropy_seconds"].toDouble() > 0, way);
    }
    QCOMPARE(json["jobs"]["file_bytes"].toInt(), 64 * 64 * 3 + 13);
    QVERIFY(json["jobs"]["archive_bytes"].toInt() > 0);
    QCOMPARE(json["raw_bytes"].toInt(), 64 * 64 * 3);  // of one pass, whatever the number of threads
    double pictures = 0;
    for (const QJsonValue row : json["scaling"].toArray()) {
      QVERIFY(row["encode_seconds"].toDouble() > 0);
      if (row["axis"].toString() == "pictures") pictures = std::max(pictures, row["pictures"].toDouble());
    }
    QCOMPARE(pictures, 16.0);
  }

  void selftest() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(25, 19, 3, 1)));
    const Outcome outcome = run({"selftest", folder.filePath("a.ppm"), "--json"});
    QVERIFY2(outcome.code == 0, outcome.out.constData());
    QVERIFY(outcome.json()["passed"].toBool());
    QCOMPARE(outcome.json()["golden"].toString(), QString("equal"));
    const QJsonArray backends = outcome.json()["backends"].toArray();
    QCOMPARE(backends[0]["name"].toString(), QString("plain"));
    for (const QJsonValue backend : backends) {
      if (backend["here"].toBool()) {
        QVERIFY(backend["agrees"].toBool());
        QCOMPARE(backend["payload"], backends[0]["payload"]);
      } else {
        QVERIFY(!backend["problem"].toString().isEmpty());
        QVERIFY(backend["agrees"].isUndefined());
      }
    }
  }

  void golden_values() {
    const QTemporaryDir folder;
    const QString file = folder.filePath("model.golden");
    QCOMPARE(run(QStringList{"selftest", "--write-golden", file} + kPlain).code, 0);
    QCOMPARE(run(QStringList{"selftest", "--golden", file} + kPlain).code, 0);
    const QByteArray golden = read(file);
    for (const char* key : {"\nmodel ", "\ntensors ", "\npayload "}) {
      QByteArray changed = golden;
      char& digit = changed[changed.indexOf(key) + static_cast<qsizetype>(qstrlen(key))];
      digit = digit == '0' ? '1' : '0';
      QVERIFY(write(file, changed));
      const Outcome outcome = run(QStringList{"selftest", "--golden", file, "--json"} + kPlain);
      QCOMPARE(outcome.code, 2);
      QVERIFY(!outcome.json()["passed"].toBool(true));
      QCOMPARE(outcome.json()["golden"].toString(), QString("different"));
    }
    QVERIFY(write(file, golden.left(40)));
    QCOMPARE(run(QStringList{"selftest", "--golden", file} + kPlain).code, 2);
  }
};

}  // namespace bitswap::test

QTEST_APPLESS_MAIN(bitswap::test::MeasureCommandsTest)
#include "measure_commands_test.moc"
