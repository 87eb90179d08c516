// SPDX-License-Identifier: GPL-3.0-or-later
// What the program never does to its inputs, names that want to act, and too little memory.
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "program.h"

namespace bitswap::test {
namespace {

const QStringList kPlain = {"--device", "plain"};

/// The program under `ulimit -v`, in KiB.
Outcome run_with_little_memory(int kibibytes, const QStringList& arguments) {
  QProcess process;
  process.start("sh", QStringList{"-c", QString("ulimit -v %1 && exec \"$0\" \"$@\"").arg(kibibytes), BITSWAP_PROGRAM} +
                          arguments);
  Outcome outcome;
  if (!process.waitForStarted() || !process.waitForFinished(300'000)) return outcome;
  outcome.out = process.readAllStandardOutput();
  outcome.err = process.readAllStandardError();
  if (process.exitStatus() == QProcess::NormalExit) outcome.code = process.exitCode();
  return outcome;
}

}  // namespace

class SafetyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void outputs_are_never_inputs_data() {
    QTest::addColumn<QString>("output");
    for (const char* name : {"p.ppm", "link.ppm", "hard.ppm"}) QTest::newRow(name) << QString(name);
  }
  void outputs_are_never_inputs() {
    QFETCH(const QString, output);
    const QTemporaryDir folder;
    const QString photo = folder.filePath("p.ppm");
    const QByteArray content = pnm(32, 32, 3, 1);
    QVERIFY(write(photo, content));
    QVERIFY(QFile::link("p.ppm", folder.filePath("link.ppm")));
    QCOMPARE(::link(QFile::encodeName(photo).constData(), QFile::encodeName(folder.filePath("hard.ppm")).constData()),
             0);
    const QString target = folder.filePath(output);
    const QList<QStringList> commands = {{"compress", photo, "-o", target, "--force"},
                                         {"compress", photo, "-o", target, "--update"},
                                         {"compress", folder.path(), "-o", target, "--force"},
                                         {"compare", photo, "--codecs", "raw", "--csv", target},
                                         {"compare", folder.path(), "--codecs", "raw", "--report", target},
                                         {"inspect", photo, "--heatmap", target}};
    for (const QStringList& command : commands) {
      const Outcome refused = run(command + kPlain);
      QVERIFY2(refused.code == 7 || refused.code == 2, command.join(' ').toUtf8().constData());
      QVERIFY2(read(photo) == content, command.join(' ').toUtf8().constData());
    }
    QCOMPARE(names_in(folder.path()), QStringList({"hard.ppm", "link.ppm", "p.ppm"}));
  }

  void reports_are_whole_or_not_there() {
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("out"));
    QVERIFY(write(folder.filePath("p.ppm"), pnm(32, 32, 3, 1)));
    QVERIFY(write(folder.filePath("out/real.csv"), "old"));
    QVERIFY(QFile::link("real.csv", folder.filePath("out/link.csv")));
    QCOMPARE(run(QStringList{"compare", folder.filePath("p.ppm"), "--codecs", "raw", "--csv",
                             folder.filePath("out/link.csv")} +
                 kPlain)
                 .code,
             0);
    QVERIFY(read(folder.filePath("out/real.csv")).contains("raw"));
    QCOMPARE(names_in(folder.filePath("out")), QStringList({"link.csv", "real.csv"}));
    // A file-size limit plays the full disk.
    QProcess process;
    process.start("sh",
                  {"-c", "ulimit -f 0 && exec \"$0\" \"$@\"", BITSWAP_PROGRAM, "compare", folder.filePath("p.ppm"),
                   "--codecs", "raw", "--csv", folder.filePath("out/real.csv"), "--device", "plain"});
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 2);
    QVERIFY(read(folder.filePath("out/real.csv")).contains("raw"));
    QCOMPARE(names_in(folder.filePath("out")), QStringList({"link.csv", "real.csv"}));
  }

  void names_do_not_act() {
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("in"));
    const QByteArray in = QFile::encodeName(folder.filePath("in")) + '/';
    const QList<QByteArray> names = {"esc\x1B[31m",
                                     "c1\xC2\x9B"
                                     "31m",
                                     "bidi\xE2\x80\xAEgpj", "latin\xE9", "latin\xE8"};
    for (const QByteArray& name : names) {
      FILE* file = ::fopen((in + name).constData(), "w");
      QVERIFY(file != nullptr);
      QCOMPARE(::fclose(file), 0);
    }
    const QString archive = folder.filePath("a.bswap");
    const Outcome made = run(QStringList{"compress", folder.filePath("in"), "-o", archive, "-v"} + kPlain);
    QCOMPARE(made.code, 0);
    const Outcome again =
        run(QStringList{"compress", folder.filePath("in/esc\x1B[31m"), "-o", folder.filePath("no/\x1B[31m")} + kPlain);
    const Outcome listed = run({"list", archive});
    QCOMPARE(listed.code, 0);
    for (const QByteArray& text : {made.out, made.err, listed.out, again.err}) {
      for (const char* acting : {"\x1B", "\xC2\x9B", "\xE2\x80\xAE", "\xE9", "\xE8"}) QVERIFY(!text.contains(acting));
    }
    QVERIFY(listed.out.contains("esc\\u{1B}[31m") && listed.out.contains("bidi\\u{202E}gpj"));
    // In JSON names stay names, and two stay two.
    QSet<QString> paths;
    QSet<QString> bytes;
    for (const QJsonValue& file : run({"list", archive, "--json"}).json()["files"].toArray()) {
      paths.insert(file["path"].toString());
      if (file["path_hex"].isString()) bytes.insert(file["path_hex"].toString());
    }
    QCOMPARE(paths.size(), names.size() + 1);
    QVERIFY(paths.contains(QString("in/esc\x1B[31m")));
    QCOMPARE(bytes, QSet<QString>({QByteArray("in/latin\xE9").toHex(), QByteArray("in/latin\xE8").toHex()}));
  }

  void too_little_memory_is_an_error_of_one_file() {
    const QString cjpeg = QStandardPaths::findExecutable("cjpeg");
    if (cjpeg.isEmpty()) QSKIP("cjpeg is not here");
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("in"));
    constexpr int kWidth = 8000;
    constexpr int kHeight = 6000;
    QVERIFY(write(folder.filePath("noise.pgm"), pnm(kWidth, kHeight, 1, 1)));
    QCOMPARE(QProcess::execute(cjpeg, {"-outfile", folder.filePath("in/large.jpg"), folder.filePath("noise.pgm")}), 0);
    QVERIFY(write(folder.filePath("in/small.txt"), "the job goes on"));
    const QString archive = folder.filePath("a.bswap");
    QCOMPARE(run(QStringList{"compress", folder.filePath("in"), "-o", archive} + kPlain).code, 0);
    for (const int kibibytes : {400'000, 700'000, 1'000'000, 1'300'000, 2'500'000}) {
      const Outcome tested =
          run_with_little_memory(kibibytes, QStringList{"test", archive, "--json", "--threads", "2"} + kPlain);
      QVERIFY2(tested.code == 0 || tested.code == 8, QByteArray::number(kibibytes) + ": " + tested.err);
      const QString out = folder.filePath(QString::number(kibibytes));
      const Outcome extracted =
          run_with_little_memory(kibibytes, QStringList{"extract", archive, "-d", out, "--threads", "2"} + kPlain);
      QCOMPARE(extracted.code, tested.code);
      QCOMPARE(read(out + "/in/small.txt"), QByteArray("the job goes on"));
      const QString again = out + "/again.bswap";
      const Outcome made = run_with_little_memory(
          kibibytes, QStringList{"compress", folder.filePath("in"), "-o", again, "--threads", "2"} + kPlain);
      QVERIFY2(made.code == 0 || made.code == 1, QByteArray::number(kibibytes) + ": " + made.err);
      QCOMPARE(run(QStringList{"test", again} + kPlain).code, 0);
    }
  }
};

}  // namespace bitswap::test

QTEST_GUILESS_MAIN(bitswap::test::SafetyTest)
#include "safety_test.moc"
