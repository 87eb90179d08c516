// SPDX-License-Identifier: GPL-3.0-or-later
// A second start hands its files over to the window that is open, through a socket that only its user reaches.
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <thread>

#include "ui/controllers/single_instance.h"

namespace bitswap::ui {

class SingleInstanceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void second_start_hands_over() {
    const QString name = QStringLiteral("bitswap-test-%1").arg(QCoreApplication::applicationPid());
    SingleInstance first(name);
    QVERIFY(!first.hand_over({QStringLiteral("a")}));
    QVERIFY(first.listen());
    QSignalSpy received(&first, &SingleInstance::received);
    bool handed = false;
    std::thread second([&] { handed = SingleInstance(name).hand_over({QStringLiteral("/x/ä.png")}); });
    QVERIFY(received.wait());
    second.join();
    QVERIFY(handed);
    QCOMPARE(received.first().first().toStringList(), QStringList{QStringLiteral("/x/ä.png")});
  }

  void stale_socket_is_taken_over() {
    const QString name = QStringLiteral("bitswap-stale-%1").arg(QCoreApplication::applicationPid());
    // What a crash leaves: a file of that name that nobody listens to.
    QFile left(QDir::temp().filePath(name));
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.close();
    SingleInstance instance(name);
    QVERIFY(!instance.hand_over({}));
    QVERIFY(instance.listen());
  }

  void the_socket_lies_in_a_folder_of_the_users_own() {
    using std::filesystem::perms;
    const QTemporaryDir folder;
    const QString open = folder.filePath(QStringLiteral("open"));
    const QString own = folder.filePath(QStringLiteral("own"));
    const QString link = folder.filePath(QStringLiteral("link"));
    QVERIFY(QDir().mkdir(open) && QDir().mkdir(own) && QFile::link(own, link));
    std::filesystem::permissions(open.toStdString(), perms::all);
    std::filesystem::permissions(own.toStdString(), perms::owner_all);
    QVERIFY(SingleInstance::is_private(own));
    QVERIFY(!SingleInstance::is_private(open));
    QVERIFY(!SingleInstance::is_private(link));
    QVERIFY(!SingleInstance::is_private(folder.filePath(QStringLiteral("nothing"))));

    const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
    for (const QString& runtime : {open, own, link}) {
      qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime));
      const QString name = SingleInstance::default_name();
      QCOMPARE(name.startsWith(runtime + QLatin1Char('/')), runtime == own);
      if (!name.isEmpty()) QVERIFY(SingleInstance::is_private(QFileInfo(name).path()));
    }
    qputenv("XDG_RUNTIME_DIR", before);
    // Without such a folder every start is on its own.
    SingleInstance alone{QString()};
    QVERIFY(!alone.hand_over({}));
    QVERIFY(!alone.listen());
  }
};

}  // namespace bitswap::ui

QTEST_MAIN(bitswap::ui::SingleInstanceTest)

#include "single_instance_test.moc"
