// SPDX-License-Identifier: GPL-3.0-or-later
// The list as a user handles it: keys, selection under a filter, columns, dragging, and thousands of rows.
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTimer>
#include <QtTest>

#include "tests/ui/file_items.h"
#include "ui/items/file_filter_model.h"
#include "ui/items/file_tree_model.h"
#include "ui/views/file_view.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;
using Model = FileTreeModel;
using Paths = std::vector<std::string>;

namespace {

class OpenView : public FileView {
 public:
  using FileView::startDrag;
};

struct Fixture {
  FileTreeModel model;
  FileFilterModel filter;
  OpenView view;
  Fixture() {
    filter.setSourceModel(&model);
    view.setModel(&filter);
    view.resize(900, 500);
    view.show();
  }
  [[nodiscard]] QModelIndex row(std::string_view path) const { return filter.mapFromSource(model.index_of(path)); }
  void add_photos() {
    model.add({queued("trip/a.png", 100), queued("trip/b.jpg", 200), queued("trip/notes.txt", 300),
               queued("trip/more/c.png", 400), queued("single.bmp", 500)});
  }
};

}  // namespace

class FileViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void a_single_folder_opens_by_itself() {
    Fixture f;
    f.model.add({queued("trip/a.png", 1), queued("trip/b/c.png", 1)});
    QVERIFY(f.view.isExpanded(f.row("trip")));
    QVERIFY(!f.view.isExpanded(f.row("trip/b")));
  }

  void selection_by_path() {
    Fixture f;
    f.add_photos();
    QSignalSpy changed(&f.view, &FileView::selection_changed);
    f.view.select_paths({"trip/more/c.png", "trip/a.png", "not there"});
    QTRY_COMPARE(changed.size(), 1);
    QVERIFY(f.view.isExpanded(f.row("trip/more")));
    QCOMPARE(f.view.selected_paths(), (Paths{"trip/more/c.png", "trip/a.png"}));  // folders first
    QCOMPARE(f.view.selected_sources().size(), 2U);
    QCOMPARE(f.view.selected_sources()[1].name, QStringLiteral("trip/a.png"));

    f.view.select_paths({"trip", "trip/a.png"});
    QCOMPARE(f.view.selected_paths(), Paths{"trip"});
    QCOMPARE(f.view.selected_files().size(), 4U);
    QCOMPARE(f.view.selected_sources().size(), 1U);
    QTRY_COMPARE(changed.size(), 2);
    f.model.remove({"trip"});
    QTRY_COMPARE(changed.size(), 3);
    QVERIFY(f.view.selected_paths().empty());
  }

  void a_filter_protects_what_it_hides() {
    Fixture f;
    f.add_photos();
    f.view.set_filter(QStringLiteral(".png"));
    QVERIFY(f.view.isExpanded(f.row("trip/more")));
    f.view.selectAll();
    QCOMPARE(f.view.selected_paths(), (Paths{"trip/more", "trip/a.png"}));  // not all of trip
    QCOMPARE(f.view.selected_files().size(), 2U);
    QCOMPARE(f.view.visible_pictures().size(), 2U);
    f.view.set_filter({});
    QVERIFY(!f.view.isExpanded(f.row("trip/more")));
    QCOMPARE(f.view.visible_pictures().size(), 4U);
  }

  void enter_opens() {
    Fixture f;
    f.add_photos();
    QSignalSpy pictures(&f.view, &FileView::activated_items);
    QSignalSpy others(&f.view, &FileView::activated_file);
    f.view.select_paths({"trip"});
    QTest::keyClick(&f.view, Qt::Key_Return);
    QVERIFY(f.view.isExpanded(f.row("trip")));
    QTest::keyClick(&f.view, Qt::Key_Return);
    QVERIFY(!f.view.isExpanded(f.row("trip")));
    f.view.select_paths({"trip/b.jpg"});
    QTest::keyClick(&f.view, Qt::Key_Enter);
    QCOMPARE(pictures.size(), 1);
    const auto all = pictures[0][0].value<NamedSources>();
    QCOMPARE(all.size(), 4U);  // those in closed folders, too
    QCOMPARE(all[static_cast<std::size_t>(pictures[0][1].toInt())].name, QStringLiteral("trip/b.jpg"));
    f.view.select_paths({"trip/notes.txt"});
    QTest::keyClick(&f.view, Qt::Key_Return);
    QCOMPARE(pictures.size(), 1);
    QCOMPARE(others.size(), 1);
  }

  void other_keys() {
    Fixture f;
    f.add_photos();
    QSignalSpy removes(&f.view, &FileView::remove_requested);
    QTest::keyClick(&f.view, Qt::Key_Delete);
    QCOMPARE(removes.size(), 0);
    f.view.expandAll();
    QTest::keyClick(&f.view, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(f.view.selected_files().size(), 5U);
    QTest::keyClick(&f.view, Qt::Key_Delete);
    QCOMPARE(removes.size(), 1);
    QTest::keyClick(&f.view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("trip\nsingle.bmp"));
    f.view.select_paths({"single.bmp"});
    QTest::keyClicks(&f.view, QStringLiteral("not"));
    QCOMPARE(f.view.selected_paths(), Paths{"trip/notes.txt"});
  }

  void the_menu_key_points_at_the_row() {
    Fixture f;
    f.add_photos();
    f.view.select_paths({"single.bmp"});
    QSignalSpy menus(&f.view, &FileView::context_menu_requested);
    QContextMenuEvent key(QContextMenuEvent::Keyboard, QPoint(1, 1), QPoint(5000, 5000));
    QCoreApplication::sendEvent(f.view.viewport(), &key);
    QCOMPARE(menus.size(), 1);
    const QPoint place = f.view.viewport()->mapFromGlobal(menus[0][0].toPoint());
    QVERIFY(f.view.visualRect(f.row("single.bmp")).contains(place));
  }

  void drops_are_left_to_the_window() {
    Fixture f;
    QVERIFY(!f.view.acceptDrops());
    QVERIFY(!f.view.viewport()->acceptDrops());
  }

  void dragging_asks_the_provider() {
    Fixture f;
    f.add_photos();
    std::vector<Paths> asked;
    f.view.set_drag_provider([&](const Paths& paths) -> QMimeData* {
      asked.push_back(paths);
      return nullptr;
    });
    f.view.startDrag(Qt::CopyAction);
    QVERIFY(asked.empty());
    f.view.select_paths({"trip/a.png", "single.bmp"});
    f.view.startDrag(Qt::CopyAction);
    QCOMPARE(asked.size(), 1U);
    QCOMPARE(asked[0], (Paths{"trip/a.png", "single.bmp"}));
    QVERIFY(f.model.flags(f.model.index_of("trip")).testFlag(Qt::ItemIsDragEnabled));
  }

  void columns_are_kept_by_name() {
    Fixture f;
    f.add_photos();
    f.model.set_codecs({"png", "webp"});
    QHeaderView* header = f.view.header();
    const int png = Model::FixedColumns, webp = Model::FixedColumns + 1;
    QVERIFY(header->isSectionHidden(png));  // shown on demand
    for (const int column : {png, webp}) header->setSectionHidden(column, false);
    header->setSectionHidden(Model::Exactness, true);
    header->resizeSection(png, 123);
    header->moveSection(header->visualIndex(webp), 1);
    f.view.sortByColumn(webp, Qt::DescendingOrder);
    const QByteArray state = f.view.save_state();

    f.model.set_codecs({"webp", "gzip"});  // the same view, other codecs
    QVERIFY(header->isSectionHidden(Model::Exactness));
    QCOMPARE(header->visualIndex(Model::FixedColumns), 1);
    QCOMPARE(header->sortIndicatorSection(), int{Model::FixedColumns});
    f.model.set_codecs({"png"});
    QCOMPARE(header->sectionSize(Model::FixedColumns), 123);
    QCOMPARE(header->sortIndicatorSection(), int{Model::Name});  // the column it was sorted by is gone

    Fixture other;
    other.model.set_codecs({"png", "webp"});
    QVERIFY(other.view.restore_state(state));
    header = other.view.header();
    QVERIFY(header->isSectionHidden(Model::Exactness));
    QCOMPARE(header->sectionSize(png), 123);
    QCOMPARE(header->visualIndex(webp), 1);
    QCOMPARE(header->sortIndicatorSection(), webp);
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    other.view.reset_columns();
    QVERIFY(!header->isSectionHidden(Model::Exactness));
    QCOMPARE(header->visualIndex(webp), webp);
    QVERIFY(!other.view.restore_state({}));
    QVERIFY(!other.view.restore_state(QByteArray(7, 'x')));
    for (int size = 0; size < state.size(); ++size) QVERIFY(!other.view.restore_state(state.left(size)));
  }

  void all_fixed_columns_fit() {
    Fixture f;
    f.add_photos();
    f.model.set_codecs({"png"});
    const QHeaderView* header = f.view.header();
    for (const int width : {820, 1400}) {
      f.view.resize(width, 500);
      QTRY_COMPARE(header->length(), f.view.viewport()->width());
    }
    f.view.header()->resizeSection(Model::Name, 400);  // from now on it keeps its width
    f.view.resize(1000, 500);
    QTRY_COMPARE(f.view.viewport()->width(), f.view.contentsRect().width());
    QCOMPARE(header->sectionSize(Model::Name), 400);
    Fixture again;
    QVERIFY(again.view.restore_state(f.view.save_state()));
    QCOMPARE(again.view.header()->sectionSize(Model::Name), 400);
    QMenu menu;
    f.view.fill_columns_menu(menu);
    QVERIFY(header->isSectionHidden(Model::FixedColumns));
    menu.actions().at(Model::FixedColumns)->trigger();
    QVERIFY(!header->isSectionHidden(Model::FixedColumns));
  }

  void a_reset_keeps_selection_and_open_folders() {
    Fixture f;
    f.add_photos();
    f.view.select_paths({"trip/more/c.png"});
    f.model.set_codecs({"png"});
    QVERIFY(f.view.isExpanded(f.row("trip/more")));
    QCOMPARE(f.view.selected_paths(), Paths{"trip/more/c.png"});
    f.model.clear();  // read anew
    QVERIFY(f.view.selected_paths().empty());
    f.add_photos();
    QVERIFY(f.view.isExpanded(f.row("trip/more")));
    QCOMPARE(f.view.selected_paths(), Paths{"trip/more/c.png"});
  }

  void an_empty_list_says_why() {
    Fixture f;
    const QImage before = f.view.viewport()->grab().toImage();
    f.view.set_empty_text(QStringLiteral("Drop files here"));
    QVERIFY(f.view.viewport()->grab().toImage() != before);
    f.add_photos();
    f.view.set_filter(QStringLiteral("no such name"));
    QVERIFY(f.view.viewport()->grab().toImage() != before);
    QVERIFY(f.view.visible_pictures().empty());
  }

  void thousands_of_rows_data() {
    QTest::addColumn<int>("folders");
    QTest::newRow("in 40 folders") << 40;
    QTest::newRow("in one folder") << 1;
  }
  void thousands_of_rows() {
    QFETCH(int, folders);
    Fixture f;
    constexpr int kRows = 10'000, kChunk = 500;
    QElapsedTimer clock, gap;
    qint64 longest = 0;
    QTimer beat;
    beat.setInterval(10);
    connect(&beat, &QTimer::timeout, this, [&] { longest = std::max(longest, gap.restart()); });
    const auto name = [&](int i) {
      return "folder " + std::to_string(i % folders) + "/picture " + std::to_string(i * 7919 % kRows) + ".png";
    };
    clock.start();
    gap.start();
    beat.start();
    for (int i = 0; i < kRows; i += kChunk) {
      std::vector<FileItem> items;
      for (int k = i; k < i + kChunk; ++k) items.push_back(queued(name(k), static_cast<std::uint64_t>(k)));
      f.model.add(std::move(items));
      QCoreApplication::processEvents();
    }
    f.view.expandAll();
    QCoreApplication::processEvents();
    const auto stage = [&, before = std::make_shared<qint64>(0)](const char* what) {
      QCoreApplication::processEvents();
      qInfo("%s: %lld ms, longest gap of the event loop so far %lld ms", what, clock.elapsed() - *before, longest);
      *before = clock.elapsed();
    };
    stage("10,000 rows in chunks of 500");
    const qint64 while_adding = longest;
    QCOMPARE(f.model.files_under({}).size(), std::size_t{kRows});
    f.view.sortByColumn(Model::OriginalSize, Qt::DescendingOrder);
    stage("sorted by size");
    f.view.sortByColumn(Model::Name, Qt::AscendingOrder);
    stage("sorted by name");
    for (const char* text : {"9", "99", "999", "99", ""}) {
      f.view.set_filter(QString::fromLatin1(text));
      stage("filtered");
    }
    f.view.expandAll();
    for (int step = 0; step <= 50; ++step) {
      f.view.verticalScrollBar()->setValue(f.view.verticalScrollBar()->maximum() * step / 50);
      QCoreApplication::processEvents();
    }
    stage("scrolled in 50 steps");
    f.view.selectAll();
    QCOMPARE(f.view.selected_files().size(), std::size_t{kRows});
    stage("selected");
    f.view.set_filter(QStringLiteral("9"));
    f.view.set_filter({});
    stage("filtered while all were selected");
    for (int i = 0; i < kRows; i += 1) {
      f.model.update(name(i), [](FileItem& item) { item.state = FileItem::State::Done; });
      if (i % 100 == 0) QCoreApplication::processEvents();
    }
    stage("all updated one by one");
    Paths every_second;
    for (int i = 0; i < kRows; i += 2) every_second.push_back(name(i));
    f.model.remove(every_second);
    stage("every second removed");
    QCOMPARE(f.model.files_under({}).size(), std::size_t{kRows / 2});
    beat.stop();
    QVERIFY2(while_adding < 1000, qPrintable(QString::number(while_adding)));
  }
};

QTEST_MAIN(FileViewTest)
#include "file_view_test.moc"
