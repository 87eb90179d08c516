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
