// SPDX-License-Identifier: GPL-3.0-or-later
// The details tab: every fact is there, and can be copied.
#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QTreeView>
#include <QtTest>

#include "tests/ui/tab_fixture.h"
#include "ui/items/details_model.h"
#include "ui/views/details_tab.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;

namespace {

Details details() {
  Details d;
  d.source = {"/archive.bswap", "in/x.png"};
  d.format = "png";
  d.form = Form::Picture;
  d.exactness = Exactness::Pixels;
  d.width = 1200;
  d.height = 800;
  d.file_bytes = 1'234'567;
  d.stored_bytes = 617'284;
  d.pixel_bytes = 600'000;
  d.checksum = "0123456789abcdef0123456789abcdef";
  d.metadata = {{"Exif", "Exif.Photo.FNumber", "F-Number", "F2.8"},
                {"IPTC", "Iptc.Application2.Caption", "", "two\nlines"},
                {"Exif", "Exif.Image.Model", "Model", "Test camera"},
                {"File", "ICC", "Colour profile", "Adobe RGB (1998)"}};
  return d;
}

/// The value beside a label, in a group.
QString value(const DetailsModel& model, const QString& group, const QString& label) {
  for (int g = 0; g < model.rowCount(); ++g) {
    const QModelIndex parent = model.index(g, 0);
    if (parent.data().toString() != group) continue;
    for (int row = 0; row < model.rowCount(parent); ++row) {
      if (model.index(row, 0, parent).data().toString() == label) return model.index(row, 1, parent).data().toString();
    }
  }
  return {};
}

}  // namespace

class DetailsTabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void model_groups_the_facts() {
    DetailsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    InspectReport report;
    report.model = "photo-1";
    report.model_hash = "abcd";
    report.tiles = 4;
    report.channels = 3;
    report.payload_bytes = 600'000;
    report.entry_header_bytes = 77;
    report.stored_as_pixels = true;
    model.set_report(report);  // before the details
    model.set_details(QStringLiteral("in/x.png"), details());
    const QString file = QStringLiteral("File");
    const QString storage = QStringLiteral("In the archive");
    QCOMPARE(value(model, file, QStringLiteral("Name")), QStringLiteral("in/x.png"));
    QVERIFY(value(model, file, QStringLiteral("Size")).contains(QStringLiteral("1,234,567")));
    QVERIFY(value(model, file, QStringLiteral("Dimensions")).contains(QStringLiteral("0.96 megapixels")));
    QCOMPARE(value(model, file, QStringLiteral("BLAKE2b-256")), QStringLiteral("0123456789abcdef0123456789abcdef"));
    QCOMPARE(value(model, storage, QStringLiteral("Codec")), QStringLiteral("Bit-Swap"));
    QCOMPARE(value(model, storage, QStringLiteral("Comes back")), QStringLiteral("Pixel-exact"));
    QCOMPARE(value(model, storage, QStringLiteral("Of the file")), QStringLiteral("50.0%"));
    QCOMPARE(value(model, storage, QStringLiteral("Entry header")), QStringLiteral("77 bytes"));
    QCOMPARE(value(model, QStringLiteral("Bit-Swap"), QStringLiteral("Model hash")), QStringLiteral("abcd"));
    QCOMPARE(value(model, QStringLiteral("Bit-Swap"), QStringLiteral("Tiles")), QStringLiteral("4"));
    QCOMPARE(value(model, QStringLiteral("Exif"), QStringLiteral("F-Number")), QStringLiteral("F2.8"));
    QCOMPARE(value(model, QStringLiteral("Exif"), QStringLiteral("Model")), QStringLiteral("Test camera"));
    QVERIFY(!value(model, QStringLiteral("IPTC"), QStringLiteral("Iptc.Application2.Caption")).contains(u'\n'));
    QCOMPARE(value(model, QStringLiteral("Embedded in the file"), QStringLiteral("Colour profile")),
             QStringLiteral("Adobe RGB (1998)"));
    QVERIFY(model.all_text().contains(QStringLiteral("Model hash\tabcd\n")));

    Details file_only = details();
    file_only.source.entry.clear();
    model.set_details(QStringLiteral("x.png"), file_only);
    QVERIFY(value(model, storage, QStringLiteral("Codec")).isEmpty());
    model.clear();
    QCOMPARE(model.rowCount(), 0);
  }

  void coding_of_an_entry_and_sums_of_files() {
    DetailsModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    Details entry = details();
    entry.coding = PixelCoding{"photo", "beef", 1024, 6, 6, 9, 12, 32};
    model.set_details(QStringLiteral("x.png"), entry);
    const QString group = QStringLiteral("Bit-Swap");
    QCOMPARE(value(model, group, QStringLiteral("Model")), QStringLiteral("photo"));
    QCOMPARE(value(model, group, QStringLiteral("Tiles")), QStringLiteral("6 of at most 1024 × 1024 pixels"));
    QCOMPARE(value(model, group, QStringLiteral("Lanes")), QStringLiteral("9 to 12 a tile, 32 states each"));
    FilesSummary sum;
    sum.files = 3;
    sum.pictures = 2;
    sum.file_bytes = 4'000'000;
    sum.stored_files = 3;
    sum.stored_file_bytes = 4'000'000;
    sum.stored_bytes = 1'000'000;
    sum.pixel_exact = 1;
    sum.forms[Form::JpegTranscoded] = {3, 1'000'000};
    model.set_summary(QStringLiteral("trip"), sum);
    QCOMPARE(value(model, QStringLiteral("trip"), QStringLiteral("Files")), QStringLiteral("3"));
    QCOMPARE(value(model, QStringLiteral("trip"), QStringLiteral("Of the files")), QStringLiteral("25.0%"));
    QVERIFY(value(model, QStringLiteral("Stored under"), QStringLiteral("JPEG, transcoded"))
                .contains(QStringLiteral("1.0 MB")));
    QVERIFY(value(model, group, QStringLiteral("Model")).isEmpty());
  }

  void rows_values_and_everything_are_copied() {
    TabFixture f;
    DetailsTab tab(f.controller);
    tab.show();
    tab.set_sources({f.file(QStringLiteral("a.png"), "0123456789")});
    QTRY_VERIFY(tab.model().rowCount() > 0);
    auto* const tree = tab.findChild<QTreeView*>();
    const QModelIndex group = tree->model()->index(0, 0);
    tree->setCurrentIndex(tree->model()->index(0, 0, group));
    tree->setFocus();
    QClipboard* const clipboard = QGuiApplication::clipboard();
    const QList<QAction*> actions = tree->actions();
    QCOMPARE(actions.size(), 3);
    QCOMPARE(actions[0]->shortcut(), QKeySequence(QKeySequence::Copy));
    QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(clipboard->text(), QStringLiteral("Name\ta.png"));
    actions[1]->trigger();
    QCOMPARE(clipboard->text(), QStringLiteral("a.png"));
    actions[2]->trigger();
    QCOMPARE(clipboard->text(), tab.model().all_text());
    tree->selectAll();
    actions[0]->trigger();
    QVERIFY(clipboard->text().startsWith(QStringLiteral("File\nName\ta.png\n")));
  }

  void an_inspection_adds_the_model() {
    TabFixture f;
    DetailsTab tab(f.controller);
    tab.show();
    const NamedSource source = f.file(QStringLiteral("a.png"));
    tab.set_sources({source});
    QTRY_VERIFY(tab.model().rowCount() > 0);
    QVERIFY(value(tab.model(), QStringLiteral("Bit-Swap"), QStringLiteral("Model")).isEmpty());
    f.controller.inspect(source);
    QTRY_COMPARE(value(tab.model(), QStringLiteral("Bit-Swap"), QStringLiteral("Model")), QStringLiteral("fake"));
  }

  void empty_and_failed() {
    TabFixture f;
    DetailsTab tab(f.controller);
    tab.show();
    auto* const hint = tab.findChild<QLabel*>();
    QVERIFY(hint->isVisible());
    QVERIFY(hint->text().contains(QStringLiteral("Select a file")));
    tab.set_sources({{QStringLiteral("gone"), {f.folder.filePath(QStringLiteral("gone.png")).toStdString(), {}}}});
    QTRY_VERIFY(hint->text().contains(QStringLiteral("not there")));
    QVERIFY(hint->isVisible());
  }
};

QTEST_MAIN(DetailsTabTest)
#include "details_tab_test.moc"
