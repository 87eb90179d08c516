// SPDX-License-Identifier: GPL-3.0-or-later
// What the program says of itself: every command is in the completions and in the manual page, and shells and man
// accept them.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

namespace {

QString printed(const QStringList& arguments) {
  QProcess process;
  process.start(QStringLiteral(BITSWAP_PROGRAM), arguments);
  if (!process.waitForFinished(60000) || process.exitCode() != 0) return {};
  return QString::fromUtf8(process.readAllStandardOutput());
}

QStringList commands() {
  QStringList names;
  bool listed = false;
  for (const QString& line : printed({QStringLiteral("--help")}).split(QLatin1Char('\n'))) {
    if (listed && line.startsWith(QLatin1String("  "))) names << line.trimmed().section(QLatin1Char(' '), 0, 0);
    listed = listed || line.startsWith(QLatin1String("Subcommands:"));
  }
  return names;
}

}  // namespace

class DescribeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_command_is_described() {
    const QStringList names = commands();
    QVERIFY(names.contains(QStringLiteral("compress")) && names.size() > 10);
    for (const QStringList& arguments : QList<QStringList>{{QStringLiteral("manual")},
                                                           {QStringLiteral("completion"), QStringLiteral("bash")},
                                                           {QStringLiteral("completion"), QStringLiteral("zsh")},
                                                           {QStringLiteral("completion"), QStringLiteral("fish")}}) {
      const QString text = printed(arguments);
      for (const QString& name : names) QVERIFY2(text.contains(name), qPrintable(name));
    }
    for (const QString& name : names) {
      QVERIFY2(printed({QStringLiteral("help"), name}).contains(QStringLiteral("Usage: bitswap ") + name),
               qPrintable(name));
    }
  }

  void bash_completes() {
    QTemporaryDir folder;
    QFile script(folder.filePath(QStringLiteral("bitswap")));
    QVERIFY(script.open(QIODevice::WriteOnly));
    script.write(printed({QStringLiteral("completion"), QStringLiteral("bash")}).toUtf8());
    script.close();
    const auto complete = [&](const QString& words) {
      QProcess bash;
      bash.start(QStringLiteral("bash"),
                 {QStringLiteral("-c"),
                  QStringLiteral("source \"$1\"; COMP_WORDS=(%1); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); "
                                 "_bitswap; echo \"${COMPREPLY[@]}\"")
                      .arg(words),
                  QStringLiteral("bash"), script.fileName()});
      bash.waitForFinished(60000);
      return QString::fromUtf8(bash.readAllStandardOutput()).trimmed();
    };
    QCOMPARE(complete(QStringLiteral("bitswap comp")).split(QLatin1Char(' ')).first(), QStringLiteral("compress"));
    QVERIFY(complete(QStringLiteral("bitswap compress --th")).contains(QStringLiteral("--threads")));
    QVERIFY(complete(QStringLiteral("bitswap compress --codec j")).contains(QStringLiteral("jxl")));
  }

  void man_reads_the_page() {
    if (QStandardPaths::findExecutable(QStringLiteral("man")).isEmpty()) QSKIP("this system has no man");
    QTemporaryDir folder;
    QFile page(folder.filePath(QStringLiteral("bitswap.1")));
    QVERIFY(page.open(QIODevice::WriteOnly));
    page.write(printed({QStringLiteral("manual")}).toUtf8());
    page.close();
    QProcess man;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("C.UTF-8"));
    man.setProcessEnvironment(environment);
    man.start(QStringLiteral("man"), {QStringLiteral("--warnings"), QStringLiteral("-l"), page.fileName()});
    QVERIFY(man.waitForFinished(60000));
    QVERIFY(QString::fromUtf8(man.readAllStandardOutput()).contains(QStringLiteral("compress")));
    QVERIFY2(man.readAllStandardError().isEmpty(), "man complains about the page");
  }
};

QTEST_GUILESS_MAIN(DescribeTest)
#include "describe_test.moc"
