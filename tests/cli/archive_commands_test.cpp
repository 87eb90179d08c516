// SPDX-License-Identifier: GPL-3.0-or-later
// compress, list, test, extract and repair from end to end: what they write, print and return.
#include <csignal>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include "tests/skip.h"

#include "program.h"

namespace bitswap::test {
namespace {

const QStringList kPlain = {"--device", "plain"};

/// A folder "photos" with two pictures, a duplicate, a text and a file to be excluded.
void fill(const QTemporaryDir& folder) {
  QVERIFY(folder.isValid());
  QVERIFY(QDir(folder.path()).mkpath("photos/more"));
  QVERIFY(write(folder.filePath("photos/colour.ppm"), pnm(61, 43, 3, 1)));
  QVERIFY(write(folder.filePath("photos/grey.pgm"), pnm(32, 17, 1, 2)));
  QVERIFY(write(folder.filePath("photos/more/again.ppm"), pnm(61, 43, 3, 1)));
  QVERIFY(write(folder.filePath("photos/more/notes.txt"), QByteArray("bits and pieces\n").repeated(20)));
  QVERIFY(write(folder.filePath("photos/more/notes.tmp"), "to be left out"));
}

QByteArray error_code(const Outcome& outcome) { return outcome.json()["error"]["code"].toString().toUtf8(); }

/// Whether a process handles a signal itself by now: before that, the signal would simply end it.
bool catches(qint64 pid, int signal) {
  const QByteArray status = read(QString("/proc/%1/status").arg(pid));
  const qsizetype at = status.indexOf("SigCgt:");
  if (at < 0) return false;
  return (status.mid(at + 7, 17).trimmed().toULongLong(nullptr, 16) >> (signal - 1) & 1) != 0;
}

}  // namespace

class ArchiveCommandsTest : public QObject {
  Q_OBJECT

  QString archive(const QTemporaryDir& folder) { return folder.filePath("a.bswap"); }
  void compress(const QTemporaryDir& folder) {
    fill(folder);
    const Outcome made =
        run(QStringList{"compress", folder.filePath("photos"), "-o", archive(folder), "--exclude", "*.tmp"} + kPlain);
    QVERIFY2(made.code == 0, made.err.constData());
  }

 private Q_SLOTS:
  void round_trip() {
    const QTemporaryDir folder;
    fill(folder);
    const Outcome made =
        run(QStringList{"compress", folder.filePath("photos"), "-o", archive(folder), "--exclude", "*.tmp", "--json"} +
            kPlain);
    QVERIFY2(made.code == 0, made.err.constData());
    QVERIFY(made.err.isEmpty());
    QCOMPARE(made.json()["totals"]["failed"].toInt(-1), 0);
    QCOMPARE(static_cast<qint64>(made.json()["totals"]["archive_bytes"].toDouble()), QFile(archive(folder)).size());
    QCOMPARE(names_in(folder.path()), (QStringList{"a.bswap", "photos"}));

    const Outcome listed = run({"list", archive(folder), "--json"});
    QCOMPARE(listed.code, 0);
    QStringList paths;
    for (const QJsonValue file : listed.json()["files"].toArray()) {
      paths += file["path"].toString();
      QVERIFY(file["error"].isNull());
    }
    QVERIFY(paths.contains("photos/colour.ppm"));
    QVERIFY(paths.contains("photos/more/notes.txt"));
    QVERIFY(!paths.contains("photos/more/notes.tmp"));
    QVERIFY(run({"list", archive(folder)}).out.contains("photos/grey.pgm"));

    QCOMPARE(run(QStringList{"test", archive(folder)} + kPlain).code, 0);
    const Outcome back = run(QStringList{"extract", archive(folder), "-d", folder.filePath("back")} + kPlain);
    QVERIFY2(back.code == 0, back.err.constData());
    for (const char* name :
         {"photos/colour.ppm", "photos/grey.pgm", "photos/more/again.ppm", "photos/more/notes.txt"}) {
      QCOMPARE(read(folder.filePath(QString("back/") + name)), read(folder.filePath(name)));
    }
  }

  void samples() {
    const QString samples = BITSWAP_SOURCE_DIR "/resources/samples";
    if (!QFile::exists(samples + "/kodim13-crop.ppm")) SKIP_UNLESS_CI("there are no sample photos");
    const QTemporaryDir folder;
    const Outcome made =
        run({"compress", samples + "/kodim13-crop.ppm", samples + "/kodim07-q90.jpg", "-o", archive(folder), "--json"});
    QVERIFY2(made.code == 0, made.err.constData());
    QCOMPARE(run({"extract", archive(folder), "-d", folder.filePath("back"), "--quiet"}).code, 0);
    for (const char* name : {"/kodim13-crop.ppm", "/kodim07-q90.jpg"}) {
      QCOMPARE(read(folder.filePath("back") + name), read(samples + name));
    }
  }

  void existing_archive() {
    const QTemporaryDir folder;
    compress(folder);
    const QByteArray before = read(archive(folder));
    const QStringList again =
        QStringList{"compress", folder.filePath("photos/grey.pgm"), "-o", archive(folder)} + kPlain;
    const Outcome refused = run(again);
    QCOMPARE(refused.code, 2);
    QVERIFY(refused.err.contains("--force"));
    QVERIFY(refused.err.contains("--update"));
    QCOMPARE(error_code(run(again + QStringList{"--json"})), "exists");
    QCOMPARE(read(archive(folder)), before);

    QCOMPARE(run(again + QStringList{"--update"}).code, 0);
    const QByteArray updated = run({"list", archive(folder)}).out;
    QVERIFY(updated.contains("photos/colour.ppm"));
    QVERIFY(updated.contains(" grey.pgm"));
    QCOMPARE(run(again + QStringList{"--force"}).code, 0);
    QVERIFY(!run({"list", archive(folder)}).out.contains("colour.ppm"));
  }

  void conflicts() {
    const QTemporaryDir folder;
    compress(folder);
    const QString back = folder.filePath("back");
    const QStringList extract = QStringList{"extract", archive(folder), "photos/grey.pgm", "-d", back} + kPlain;
    QCOMPARE(run(extract).code, 0);
    const QString file = back + "/photos/grey.pgm";
    QVERIFY(write(file, "mine"));
    const Outcome refused = run(extract);
    QCOMPARE(refused.code, 2);
    QVERIFY2(refused.err.contains("--overwrite"), refused.err.constData());
    QCOMPARE(read(file), "mine");
    QCOMPARE(run(extract + QStringList{"--skip"}).code, 0);
    QCOMPARE(read(file), "mine");
    QCOMPARE(run(extract + QStringList{"--rename"}).code, 0);
    QCOMPARE(names_in(back + "/photos"), (QStringList{"grey (1).pgm", "grey.pgm"}));
    QCOMPARE(run(extract + QStringList{"--overwrite"}).code, 0);
    QCOMPARE(read(file), read(folder.filePath("photos/grey.pgm")));

    const Outcome nothing = run(QStringList{"extract", archive(folder), "photos/none", "-d", back} + kPlain);
    QCOMPARE(nothing.code, 2);
    QVERIFY(nothing.err.contains("photos/none"));
  }

  void damage() {
    const QTemporaryDir folder;
    compress(folder);
    QByteArray bytes = read(archive(folder));
    bytes[bytes.size() / 4] = static_cast<char>(bytes[bytes.size() / 4] ^ 0x10);
    const QString broken = folder.filePath("broken.bswap");
    QVERIFY(write(broken, bytes));
    const Outcome tested = run(QStringList{"test", broken, "--json"} + kPlain);
    QCOMPARE(tested.code, 2);
    QVERIFY(tested.json()["totals"]["failed"].toInt() >= 1);
    QVERIFY(tested.err.contains("failed"));

    const QString repaired = folder.filePath("repaired.bswap");
    const Outcome saved = run({"repair", broken, "-o", repaired});
    QVERIFY2(saved.code == 1, saved.err.constData());
    QCOMPARE(run(QStringList{"test", repaired} + kPlain).code, 0);
    QCOMPARE(run({"repair", broken, "-o", repaired}).code, 2);

    QVERIFY(write(folder.filePath("other.bswap"), "no archive at all"));
    for (const char* command : {"list", "test", "extract"}) {
      const Outcome other = run({command, folder.filePath("other.bswap"), "--json"});
      QCOMPARE(other.code, 2);
      QCOMPARE(error_code(other), "not-an-archive");
    }
  }

  void exact_bytes_and_codecs() {
    const QTemporaryDir folder;
    fill(folder);
    for (const char* codec : {"auto", "bitswap", "jxl", "zstd"}) {
      const QString name = folder.filePath(QString(codec) + ".bswap");
      const Outcome made = run(QStringList{"compress", folder.filePath("photos"), "-o", name, "--codec", codec,
                                           "--exact", "bytes", "--no-verify", "--json"} +
                               kPlain);
      QCOMPARE(made.code, 0);
      for (const QJsonValue file : made.json()["files"].toArray()) {
        QCOMPARE(file["exactness"].toString(), QString("byte-exact"));
        const QString used = file["codec"].toString();
        QVERIFY(codec == QByteArray("auto") || used == codec || (used != "bitswap" && used != "jxl"));
      }
      QCOMPARE(run(QStringList{"test", name} + kPlain).code, 0);
    }
  }

  void warnings() {
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("in"));
    QVERIFY(write(folder.filePath("in/cut.ppm"), pnm(40, 30, 3, 1).left(500)));
    const QStringList arguments = QStringList{"compress", folder.filePath("in"), "-o", archive(folder)} + kPlain;
    const Outcome made = run(arguments);
    QCOMPARE(made.code, 1);
    QVERIFY2(made.err.contains("in/cut.ppm: warning: "), made.err.constData());
    const Outcome quiet = run(arguments + QStringList{"--quiet", "--force"});
    QCOMPARE(quiet.code, 1);
    QVERIFY(quiet.out.isEmpty() && quiet.err.isEmpty());
  }

  void inspect_entry() {
    const QTemporaryDir folder;
    fill(folder);
    const Outcome made =
        run(QStringList{"compress", folder.filePath("photos"), "-o", archive(folder), "--codec", "bitswap"} + kPlain);
    QCOMPARE(made.code, 0);
    const Outcome inspected = run(QStringList{"inspect", archive(folder), "photos/colour.ppm", "--json"} + kPlain);
    QVERIFY2(inspected.code == 0, inspected.err.constData());
    const QJsonValue json = inspected.json();
    QCOMPARE(json["width"].toInt(), 61);
    const QJsonValue entry = json["entry"];
    QCOMPARE(entry["bytes"].toInteger(), entry["header_bytes"].toInteger() + entry["framing_bytes"].toInteger() +
                                             entry["metadata_bytes"].toInteger() + json["payload_bytes"].toInteger());
    QVERIFY(run(QStringList{"inspect", archive(folder), "photos/colour.ppm"} + kPlain).out.contains("Entry header"));
    QCOMPARE(run(QStringList{"inspect", archive(folder), "photos/none"} + kPlain).code, 2);
    const Outcome unnamed = run(QStringList{"inspect", archive(folder)} + kPlain);
    QCOMPARE(unnamed.code, 7);
    QVERIFY(unnamed.err.contains("bitswap list"));
  }

  /// The second Ctrl-C does not wait for anything.
  void stop_twice() {
    const QTemporaryDir folder;
    QVERIFY(write(folder.filePath("large.ppm"), pnm(2000, 2000, 3, 1)));
    QProcess process;
    process.start(BITSWAP_PROGRAM,
                  QStringList{"compress", folder.filePath("large.ppm"), "-o", archive(folder), "--quiet"} + kPlain);
    QVERIFY(process.waitForStarted());
    QElapsedTimer timer;
    timer.start();
    while (!catches(process.processId(), SIGINT) && timer.elapsed() < 20'000) QTest::qSleep(10);
    QTest::qSleep(300);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QTest::qSleep(50);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(10'000));
    QCOMPARE(process.exitCode(), 255);
    QVERIFY(!QFile::exists(archive(folder)));
  }

  void stop_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
  }
  void stop() {
    QFETCH(int, signal);
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkpath("in"));
    QVERIFY(QDir(folder.path()).mkpath("out"));
    QVERIFY(write(folder.filePath("in/large.ppm"), pnm(2000, 2000, 3, 1)));
    QProcess process;
    process.start(
        BITSWAP_PROGRAM,
        QStringList{"compress", folder.filePath("in"), "-o", folder.filePath("out/a.bswap"), "--json"} + kPlain);
    QVERIFY(process.waitForStarted());
    QElapsedTimer timer;
    timer.start();
    while (!catches(process.processId(), signal) && timer.elapsed() < 20'000) QTest::qSleep(10);
    QTest::qSleep(500);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), signal), 0);
    QVERIFY(process.waitForFinished(60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 255);
    QVERIFY(process.readAllStandardOutput().contains("\"cancelled\""));
    QCOMPARE(names_in(folder.filePath("out")), QStringList());
  }
};

}  // namespace bitswap::test

QTEST_APPLESS_MAIN(bitswap::test::ArchiveCommandsTest)
#include "archive_commands_test.moc"
