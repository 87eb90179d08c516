// SPDX-License-Identifier: GPL-3.0-or-later
// Modules of this build open, all others are refused with a sentence that says why.
#include "engine/devices/module.h"

#include <QTest>

using namespace bitswap;  // NOLINT(google-build-using-namespace)

class ModuleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void own_module_opens();
  void only_entry_points_show();
  void strangers_are_refused_data();
  void strangers_are_refused();
};

void ModuleTest::own_module_opens() {
  Module module("libbitswap_test_own.so", "The module");
  const Result<void*> entry = module.symbol("bitswap_train");
  QVERIFY2(entry.ok(), entry.ok() ? "" : entry.error().detail.c_str());
  QCOMPARE(reinterpret_cast<int (*)()>(*entry)(), 7);
}

void ModuleTest::only_entry_points_show() {
  Module module("libbitswap_test_own.so", "The module");
  const Result<void*> inside = module.symbol("bitswap_test_inside");
  QVERIFY(!inside.ok());
  QCOMPARE(inside.error().code, Error::Code::NotFound);
}

void ModuleTest::strangers_are_refused_data() {
  QTest::addColumn<QString>("file");
  QTest::addColumn<QString>("sentence");
  QTest::newRow("another version") << "libbitswap_test_other_version.so"
                                   << "belongs to another version";
  QTest::newRow("no version") << "libbitswap_test_no_version.so"
                              << "belongs to another version";
  QTest::newRow("not there") << "libbitswap_test_missing.so"
                             << "is not installed beside the program";
}

void ModuleTest::strangers_are_refused() {
  QFETCH(QString, file);
  QFETCH(QString, sentence);
  Module module(file.toStdString(), "The module");
  for (int attempt = 0; attempt < 2; ++attempt) {  // the second time nothing is opened any more
    const Result<void*> entry = module.symbol("bitswap_train");
    QVERIFY(!entry.ok());
    QCOMPARE(entry.error().code, Error::Code::NotFound);
    QVERIFY2(QString::fromStdString(entry.error().detail).contains(sentence), entry.error().detail.c_str());
  }
}

QTEST_APPLESS_MAIN(ModuleTest)
#include "module_test.moc"
