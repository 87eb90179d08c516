// SPDX-License-Identifier: GPL-3.0-or-later
// Adapting a model to pictures: `train --finetune`, and `compress --adapt` and --model with what it wrote.
#include <QDir>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

namespace bitswap::test {

class AdaptTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void finetune_and_use() {
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("in"));
    QVERIFY(write(folder.filePath("in/a.ppm"), pnm(70, 64, 3, 1)));
    QVERIFY(write(folder.filePath("in/notes.txt"), "no picture"));
    const QString model = folder.filePath("own.model"), archive = folder.filePath("a.bswap");
    const Outcome trained = run({"train", "--finetune", "compact", "--data", folder.filePath("in"), "--steps", "2",
                                 "--batch", "1", "--crop", "32", "--threads", "1", "--json", "-o", model});
    QVERIFY2(trained.code == 0, trained.err.constData());
    QCOMPARE(trained.json()["base"].toString().size(), 32);
    QVERIFY(trained.json()["changed"].isBool());
    QCOMPARE(read(model).size(), read(BITSWAP_SOURCE_DIR "/models/compact.model").size());
    const Outcome packed = run({"compress", folder.filePath("in"), "-o", archive, "--model", model, "--json"});
    QVERIFY2(packed.code == 0, packed.err.constData());
    QCOMPARE(run({"test", archive}).code, 0);
  }

  void train_from_a_released_model() {
    const QTemporaryDir folder;
    const QString a = folder.filePath("a.ppm"), b = folder.filePath("b.ppm");
    const QString model = folder.filePath("own.model"), log = folder.filePath("log.csv");
    QVERIFY(write(a, pnm(70, 64, 3, 1)) && write(b, pnm(64, 96, 3, 2)));
    const QStringList small = {"--steps", "1", "--batch", "1", "--crop", "64", "--shrink", "1", "--threads", "1"};
    const Outcome trained =
        run(QStringList{"train", a, "--start", "compact", "--log", log, "--validate", b, "-o", model} + small);
    QVERIFY2(trained.code == 0, trained.err.constData());
    // Not a terminal: whole lines.
    QVERIFY2(trained.err.contains("\nstep 1 ") && !trained.err.contains('\r'), trained.err.constData());
    QVERIFY2(trained.err.contains("\nvalidation "), trained.err.constData());
    const QList<QByteArray> lines = read(log).split('\n');
    QVERIFY2(lines[0].startsWith("# compact,level_width=48:56:40:40,") && lines[0].contains(", with the weights of "),
             lines[0].constData());
    QVERIFY2(lines[1].contains("validation: b.ppm"), lines[1].constData());
    QVERIFY(lines[lines.size() - 2].split(',')[6].toDouble() > 0);
    QCOMPARE(read(model).size(), read(BITSWAP_SOURCE_DIR "/models/compact.model").size());
    const Outcome other =
        run(QStringList{"train", a, "--start", "compact", "--config", "classic", "-o", model} + small);
    QCOMPARE(other.code, 7);
    QCOMPARE(run(QStringList{"train", a, "--start", "none", "-o", model} + small).code, 2);
  }

  void adapt_while_compressing() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("a.ppm"), pnm(70, 64, 3, 1)));
    const QString archive = folder.filePath("a.bswap");
    const Outcome packed = run({"compress", folder.filePath("a.ppm"), "-o", archive, "--adapt", "0.01", "--codec",
                                "bitswap", "--threads", "1", "--json"});
    QVERIFY2(packed.code == 0, packed.err.constData());
    QVERIFY(packed.json()["adapted_model"]["used"].isBool());
    QCOMPARE(run({"test", archive}).code, 0);
    // No picture, and no such model.
    QVERIFY(write(folder.filePath("a.txt"), "text"));
    const Outcome nothing = run({"train", "--finetune", "compact", "--data", folder.filePath("a.txt"), "-o", "m"});
    QCOMPARE(nothing.code, 7);
    QCOMPARE(run({"train", "--finetune", "none", "--data", folder.path(), "-o", "m"}).code, 2);
  }
};

}  // namespace bitswap::test

QTEST_GUILESS_MAIN(bitswap::test::AdaptTest)
#include "adapt_test.moc"
