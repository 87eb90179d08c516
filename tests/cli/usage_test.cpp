// SPDX-License-Identifier: GPL-3.0-or-later
// Every command with good and bad usage: exit codes, sentences, help, and what must not be loaded.
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

namespace bitswap::test {

class UsageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void version() {
    const Outcome outcome = run({"--version"});
    QCOMPARE(outcome.code, 0);
    QVERIFY(outcome.out.startsWith("bitswap "));
    QVERIFY(outcome.err.isEmpty());
  }

  void help_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("program") << QStringList{"--help"};
    for (const char* command : {"compress", "extract", "list", "test", "repair", "inspect", "compare", "bench",
                                "selftest", "train", "models"}) {
      QTest::newRow(command) << QStringList{command, "--help"};
    }
  }
  void help() {
    QFETCH(QStringList, arguments);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.code, 0);
    QVERIFY(outcome.out.contains("Usage:"));
    QVERIFY(outcome.err.isEmpty());
  }

  void bad_usage_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("nothing") << QStringList{};
    QTest::newRow("unknown command") << QStringList{"shrink"};
    QTest::newRow("unknown option") << QStringList{"list", "a.bswap", "--colour"};
    QTest::newRow("compress without output") << QStringList{"compress", "a"};
    QTest::newRow("compress without input") << QStringList{"compress", "-o", "a.bswap"};
    QTest::newRow("force and update") << QStringList{"compress", "a", "-o", "b", "--force", "--update"};
    QTest::newRow("unknown codec") << QStringList{"compress", "a", "-o", "b", "--codec", "jpeg"};
    QTest::newRow("unknown exactness") << QStringList{"compress", "a", "-o", "b", "--exact", "nearly"};
    QTest::newRow("extract without archive") << QStringList{"extract"};
    QTest::newRow("skip and rename") << QStringList{"extract", "a", "--skip", "--rename"};
    QTest::newRow("overwrite and skip") << QStringList{"extract", "a", "--overwrite", "--skip"};
    QTest::newRow("list without archive") << QStringList{"list"};
    QTest::newRow("test without archive") << QStringList{"test"};
    QTest::newRow("repair without output") << QStringList{"repair", "a"};
    QTest::newRow("inspect without file") << QStringList{"inspect"};
    QTest::newRow("crop by nothing") << QStringList{"inspect", "a", "--crop", "0"};
    QTest::newRow("stage without heat map") << QStringList{"inspect", "a", "--stage", "BC0"};
    QTest::newRow("compare without image") << QStringList{"compare"};
    QTest::newRow("unknown comparison") << QStringList{"compare", "a", "--codecs", "raw,gif"};
    QTest::newRow("unknown device") << QStringList{"test", "a", "--device", "abacus"};
    QTest::newRow("threads below zero") << QStringList{"test", "a", "--threads", "-1"};
    QTest::newRow("threads in words") << QStringList{"test", "a", "--threads", "two"};
    QTest::newRow("train on nothing") << QStringList{"train", "-o", "a.model"};
    QTest::newRow("train to nowhere") << QStringList{"train", "a"};
    QTest::newRow("train plain") << QStringList{"train", "a", "-o", "b", "--device", "plain"};
    QTest::newRow("adapt for no time") << QStringList{"compress", "a", "-o", "b", "--adapt", "0"};
    QTest::newRow("adapt no networks") << QStringList{"compress", "a", "-o", "b", "--adapt", "1", "--codec", "zstd"};
    QTest::newRow("adapt and resume") << QStringList{"train",   "a",        "-o",           "b", "--finetune",
                                                     "compact", "--resume", "--checkpoint", "c"};
    QTest::newRow("adapt and start") << QStringList{"train",      "a",       "-o",      "b",
                                                    "--finetune", "compact", "--start", "large"};
    QTest::newRow("resume from nothing") << QStringList{"train", "a", "-o", "b", "--resume"};
    QTest::newRow("two golden files") << QStringList{"selftest", "--golden", "a", "--write-golden", "b"};
  }
  void bad_usage() {
    QFETCH(QStringList, arguments);
    const Outcome outcome = run(arguments);
    QCOMPARE(outcome.code, 7);
    QVERIFY(outcome.out.isEmpty());
    QVERIFY2(outcome.err.startsWith("bitswap: "), outcome.err.constData());
  }

  void missing_file_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("compress") << QStringList{"compress", "MISSING", "-o", "OUT"};
    QTest::newRow("extract") << QStringList{"extract", "MISSING", "-d", "OUT"};
    QTest::newRow("list") << QStringList{"list", "MISSING"};
    QTest::newRow("test") << QStringList{"test", "MISSING"};
    QTest::newRow("repair") << QStringList{"repair", "MISSING", "-o", "OUT"};
    QTest::newRow("inspect") << QStringList{"inspect", "MISSING"};
    QTest::newRow("compare") << QStringList{"compare", "MISSING", "--codecs", "raw"};
    QTest::newRow("bench") << QStringList{"bench", "MISSING", "--device", "plain"};
    QTest::newRow("selftest") << QStringList{"selftest", "MISSING", "--device", "plain"};
    QTest::newRow("model") << QStringList{"bench", "--model", "MISSING", "--device", "plain"};
  }
  void missing_file() {
    QFETCH(QStringList, arguments);
    const QTemporaryDir folder;
    arguments.replaceInStrings("MISSING", folder.filePath("nowhere"));
    arguments.replaceInStrings("OUT", folder.filePath("out"));
    const Outcome words = run(arguments);
    QCOMPARE(words.code, 2);
    QVERIFY(words.out.isEmpty());
    QVERIFY2(words.err.startsWith("bitswap: ") && words.err.contains("nowhere"), words.err.constData());
    const Outcome json = run(arguments + QStringList{"--json"});
    QCOMPARE(json.code, 2);
    QCOMPARE(json.json()["error"]["code"].toString(), QString("not-found"));
    QVERIFY(!json.json()["error"]["message"].toString().isEmpty());
    QVERIFY(!QFile::exists(folder.filePath("out")));
  }

  /// LibTorch takes a second to load: commands that compute nothing must not open it.
  void no_torch_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("version") << QStringList{"--version"};
    QTest::newRow("help") << QStringList{"--help"};
    QTest::newRow("models") << QStringList{"models"};
    QTest::newRow("list") << QStringList{"list", BITSWAP_SOURCE_DIR "/tests/golden/good/container-tiny.bswap"};
  }
  void no_torch() {
    QFETCH(QStringList, arguments);
    const Outcome outcome = run(arguments, {"LD_DEBUG=files"});
    QVERIFY(outcome.err.contains("libc.so"));  // the loader did tell what it loads
    QVERIFY(!outcome.err.contains("libtorch"));
    QVERIFY(!outcome.err.contains("libbitswap_torch"));
    QVERIFY(!outcome.err.contains("libopencv"));
  }

  void full_output() {
    if (!QFile::exists("/dev/full")) QSKIP("this system has no /dev/full");
    QProcess process;
    process.setStandardOutputFile("/dev/full");
    process.start(BITSWAP_PROGRAM, {"models"});
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitCode(), 2);
  }
};

}  // namespace bitswap::test

QTEST_APPLESS_MAIN(bitswap::test::UsageTest)
#include "usage_test.moc"
