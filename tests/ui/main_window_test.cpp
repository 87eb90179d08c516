// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window, driven as a user does: drops, keys, questions answered beforehand.
#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProcess>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTranslator>
#include <QTreeWidget>
#include <QXmlStreamReader>
#include <cmath>

#include "tests/fakes/fake_engine.h"
#include "tests/ui/answers.h"
#include "tests/ui/drop.h"
#include "ui/controllers/settings.h"
#include "ui/items/file_tree_model.h"
#include "ui/views/file_view.h"
#include "ui/views/leave.h"
#include "ui/views/main_window.h"
#include "ui/views/problems_panel.h"
#include "ui/views/progress_panel.h"
#include "ui/views/settings_dialog.h"
#include "ui/views/start_page.h"
#include "ui/views/theme.h"

namespace bitswap::ui {
namespace {

using Mode = ArchiveController::Mode;

struct Fixture {
  Fixture() : settings(path("settings.ini")) {
    QDir(folder.path()).mkdir(QStringLiteral("photos"));
    for (const char* name : {"photos/a.png", "photos/b.png", "photos/c.jpg", "photos/notes.txt"}) {
      QFile file(path(name));
      if (file.open(QIODevice::WriteOnly)) file.write(QByteArray(2000, 'x'));
    }
    answers.extraction_folder = path("out");
    answers.folder = path("photos");
    window = std::make_unique<MainWindow>(engine, settings, std::make_unique<FakePrompts>(answers));
    window->show();
    if (!QTest::qWaitForWindowExposed(window.get())) qWarning("the window did not appear");
    view = window->findChild<FileView*>();
  }
  QString path(const char* name) const { return folder.filePath(QString::fromUtf8(name)); }
  ArchiveController& controller() { return window->controller(); }
  bool idle() {
    return QTest::qWaitFor([this] { return !controller().busy(); }, 20000);
  }
  std::size_t rows() { return controller().model().files_under({}).size(); }
  void drop(const QStringList& paths) {
    QVERIFY(ui::drop(*window, paths));
    QVERIFY(idle());
  }
  void make_archive() {
    drop({path("photos")});
    controller().compress(path("photos.bswap"), CompressOptions::Existing::Refuse);
    QVERIFY(idle());
    QCOMPARE(controller().mode(), Mode::Archive);
  }

  QTemporaryDir folder;
  FakeEngine engine;
  Settings settings;
  Answers answers;
  std::unique_ptr<MainWindow> window;
  FileView* view = nullptr;
};

double contrast(const QColor& a, const QColor& b) {
  const auto luminance = [](const QColor& colour) {
    const auto linear = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
  };
  const double high = std::max(luminance(a), luminance(b)), low = std::min(luminance(a), luminance(b));
  return (high + 0.05) / (low + 0.05);
}

}  // namespace

class MainWindowTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale::c()); }

  void drop_adds_rows_and_opens_archives() {
    Fixture f;
    auto* start = f.window->findChild<StartPage*>();
    QVERIFY(start->isVisible());
    f.drop({f.path("photos")});
    QCOMPARE(f.rows(), std::size_t{4});
    QVERIFY(!start->isVisible());
    f.engine.add_archive(f.folder.filePath(QStringLiteral("x.bswap")).toStdString(),
                         {f.engine.make_report("one.png", 5000)});
    f.drop({f.path("x.bswap")});
    QCOMPARE(f.controller().mode(), Mode::Archive);
    QCOMPARE(f.rows(), std::size_t{1});
    QVERIFY(f.window->windowTitle().contains(QStringLiteral("x.bswap")));
    // Files on an open archive: asked, and a new list wanted.
    f.answers.add_to = Prompts::AddTo::NewList;
    f.drop({f.path("photos/a.png"), f.path("photos/b.png")});
    QCOMPARE(f.answers.asked, (QStringList{QStringLiteral("lose_list"), QStringLiteral("add_to")}));
    QCOMPARE(f.controller().mode(), Mode::Queue);
    QCOMPARE(f.rows(), std::size_t{2});
  }

  void main_job_with_keys_alone() {
    Fixture f;
    f.engine.file_delay = std::chrono::milliseconds(5);
    QTest::keyClick(f.window.get(), Qt::Key_I, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(f.idle());
    QCOMPARE(f.rows(), std::size_t{4});
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(f.controller().job_running());
    QVERIFY(f.window->findChild<ProgressPanel*>()->isVisible());
    QVERIFY(f.idle());
    QCOMPARE(f.controller().archive(), f.path("photos.bswap"));
    QVERIFY(!f.window->findChild<ProgressPanel*>()->isVisible());
    QTest::keyClick(f.window.get(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(QTest::qWaitFor([&] { return f.controller().job_running(); }));
    QVERIFY(f.idle());
    QVERIFY(QFile::exists(f.path("out/photos/a.png")));
    QCOMPARE(f.answers.asked,
             (QStringList{QStringLiteral("folder"), QStringLiteral("target"), QStringLiteral("extract")}));
    // Filter, into the list, select, remove.
    QTest::keyClick(f.window.get(), Qt::Key_F, Qt::ControlModifier);
    auto* filter = f.window->findChild<QLineEdit*>();
    QTest::keyClicks(filter, QStringLiteral("notes"));
    QTest::keyClick(filter, Qt::Key_Return);
    f.view->selectAll();
    QTRY_VERIFY(!f.view->selected_files().empty());
    QTest::keyClick(f.view, Qt::Key_Delete);
    QVERIFY(f.idle());
    QCOMPARE(f.answers.asked.last(), QStringLiteral("remove"));
    QCOMPARE(f.rows(), std::size_t{3});
  }

  void escape_stops_the_job() {
    Fixture f;
    f.engine.file_delay = std::chrono::milliseconds(200);
    f.drop({f.path("photos")});
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(f.controller().job_running());
    QTest::keyClick(f.window.get(), Qt::Key_P, Qt::ControlModifier);
    QVERIFY(f.controller().paused());
    const QList<QLabel*> labels = f.window->findChild<ProgressPanel*>()->findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(),
                        [](const QLabel* label) { return label->text().startsWith(QStringLiteral("Paused")); }));
    f.answers.stop = false;
    QTest::keyClick(f.window.get(), Qt::Key_Escape);
    QVERIFY(f.controller().job_running());
    f.answers.stop = true;
    QTest::keyClick(f.window.get(), Qt::Key_Escape);
    QVERIFY(f.idle());
    QVERIFY(!QFile::exists(f.path("photos.bswap")));
    QCOMPARE(f.rows(), std::size_t{4});
    QCOMPARE(f.answers.asked, (QStringList{QStringLiteral("target"), QStringLiteral("stop"), QStringLiteral("stop")}));
  }

  void existing_target_is_asked_about() {
    Fixture f;
    f.engine.add_archive(f.path("photos.bswap").toStdString(), {f.engine.make_report("old.png", 500)});
    f.drop({f.path("photos")});
    f.answers.target_exists = Prompts::TargetExists::OtherName;
    f.answers.targets = {f.path("photos.bswap"), f.path("other")};
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(f.idle());
    QCOMPARE(f.controller().archive(), f.path("other.bswap"));
    QTest::keyClick(f.window.get(), Qt::Key_N, Qt::ControlModifier);
    f.drop({f.path("photos")});
    f.answers.target_exists = Prompts::TargetExists::Update;
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(f.idle());
    QCOMPARE(f.rows(), std::size_t{5});
    QVERIFY(f.controller().model().find("old.png") != nullptr);
  }

  void conflicts_are_asked_once() {
    Fixture f;
    f.make_archive();
    QTest::keyClick(f.window.get(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(QTest::qWaitFor([&] { return f.engine.count("extract") == 1 && !f.controller().busy(); }));
    f.answers.conflict = OnConflict::Skip;
    QTest::keyClick(f.window.get(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(QTest::qWaitFor([&] { return f.engine.count("extract") == 2 && !f.controller().busy(); }));
    QCOMPARE(f.answers.asked.count(QStringLiteral("conflicts")), 1);
    QVERIFY(f.engine.calls().back().on_conflict == OnConflict::Skip);
  }

  void problems_are_listed_and_copied() {
    Fixture f;
    f.engine.file_errors["photos/b.png"] = {Error::Code::Corrupt, 0, "broken file"};
    auto* panel = f.window->findChild<ProblemsPanel*>();
    QVERIFY(!panel->isVisible());
    f.drop({f.path("photos")});
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    QVERIFY(f.idle());
    QVERIFY(panel->isVisible());
    auto* list = panel->findChild<QTreeWidget*>();
    QCOMPARE(list->topLevelItemCount(), 1);
    QCOMPARE(list->topLevelItem(0)->text(0), QStringLiteral("photos/b.png"));
    QVERIFY(panel->text().contains(QStringLiteral("broken file")));
    list->setFocus();
    QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), panel->text());
    f.engine.file_errors.clear();
    QTest::keyClick(f.window.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(f.idle());
    QVERIFY(!panel->isVisible());
  }

  void closing_asks_while_a_job_runs() {
    Fixture f;
    f.engine.file_delay = std::chrono::milliseconds(100);
    f.drop({f.path("photos")});
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    f.answers.stop = false;
    QVERIFY(!f.window->close());
    QVERIFY(f.window->isVisible());
    f.answers.stop = true;
    QVERIFY(f.window->close());
    f.window.reset();
    QVERIFY(!QFile::exists(f.path("photos.bswap")));
  }

  void a_list_is_not_lost_without_a_question() {
    Fixture f;
    f.engine.add_archive(f.path("x.bswap").toStdString(), {f.engine.make_report("one.png", 5000)});
    f.drop({f.path("photos")});
    f.answers.lose_list = false;
    QVERIFY(!f.window->close());
    QVERIFY(f.window->isVisible());
    QTest::keyClick(f.window.get(), Qt::Key_N, Qt::ControlModifier);
    f.drop({f.path("x.bswap")});
    f.answers.archive = f.path("x.bswap");
    QTest::keyClick(f.window.get(), Qt::Key_O, Qt::ControlModifier);
    QVERIFY(f.idle());
    QCOMPARE(f.rows(), std::size_t{4});
    QCOMPARE(f.answers.asked.count(QStringLiteral("lose_list")), 4);
    f.answers.lose_list = true;
    QVERIFY(f.window->close());
  }

  void several_archives_are_asked_about() {
    Fixture f;
    f.engine.add_archive(f.path("x.bswap").toStdString(), {f.engine.make_report("one.png", 5000)});
    f.engine.add_archive(f.path("y.bswap").toStdString(), {f.engine.make_report("two.png", 5000)});
    f.drop({f.path("x.bswap"), f.path("y.bswap")});
    QCOMPARE(f.answers.asked, QStringList{QStringLiteral("archives")});
    QCOMPARE(f.controller().archive(), f.path("x.bswap"));
    f.controller().clear();
    f.answers.archives = Prompts::Archives::Compress;
    f.drop({f.path("x.bswap"), f.path("y.bswap")});
    QCOMPARE(f.controller().mode(), Mode::Queue);
    QCOMPARE(f.rows(), std::size_t{2});
  }

  void losses_are_said_in_the_colour_of_a_warning() {
    Fixture f;
    f.engine.file_errors["photos/b.png"] = {Error::Code::Io, 0, "opening: Permission denied"};
    f.drop({f.path("photos")});
    const auto outcome = [&]() -> QLabel* {
      for (QLabel* label : f.window->statusBar()->findChildren<QLabel*>()) {
        if (label->accessibleName() == QStringLiteral("Result of the last job")) return label;
      }
      return nullptr;
    };
    QVERIFY(outcome() != nullptr);
    const QColor plain = outcome()->palette().color(QPalette::WindowText);
    f.controller().compress(f.path("photos.bswap"), CompressOptions::Existing::Refuse);
    QVERIFY(f.idle());
    QVERIFY(outcome()->text().startsWith(QStringLiteral("1 ")));
    QVERIFY(outcome()->palette().color(QPalette::WindowText) != plain);
    QCOMPARE(outcome()->accessibleDescription(), outcome()->text());
    // A hint about a menu does not take it away for good, and the next job does.
    f.engine.file_errors.clear();
    f.controller().test();
    QVERIFY(f.idle());
    QCOMPARE(outcome()->palette().color(QPalette::WindowText), plain);
  }

  void title_tells_the_percentage() {
    Fixture f;
    f.engine.file_delay = std::chrono::milliseconds(60);
    f.engine.unlimited_reports = true;
    f.drop({f.path("photos")});
    f.controller().compress(f.path("photos.bswap"), CompressOptions::Existing::Refuse);
    QVERIFY(QTest::qWaitFor([&] { return f.window->windowTitle().contains(QLatin1Char('%')); }));
    QVERIFY(f.idle());
    QVERIFY(!f.window->windowTitle().contains(QLatin1Char('%')));
  }

  void the_process_ends_with_its_window() {
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--leave")});
    const bool ended = process.waitForFinished(120'000);
    if (!ended) process.kill();
    QVERIFY(ended);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
  }

  void files_that_come_during_a_job_wait() {
    Fixture f;
    f.engine.file_delay = std::chrono::milliseconds(20);
    f.drop({f.path("photos")});
    QTest::keyClick(f.window.get(), Qt::Key_S, Qt::ControlModifier);
    f.answers.add_to = Prompts::AddTo::NewList;
    f.window->add_paths({f.path("photos/a.png")});
    QVERIFY(QTest::qWaitFor([&] { return f.rows() == 1; }, 20000));
    QVERIFY(f.controller().model().find("a.png") != nullptr);
    QVERIFY(QFile::exists(f.path("photos.bswap")));
  }

  void state_is_remembered() {
    Fixture f;
    f.window->resize(1111, 666);
    QTest::keyClick(f.window.get(), Qt::Key_3, Qt::ControlModifier);
    f.window->close();
    MainWindow again(f.engine, f.settings, std::make_unique<FakePrompts>(f.answers));
    QCOMPARE(again.size(), QSize(1111, 666));
    QCOMPARE(again.findChild<QTabWidget*>()->currentIndex(), 2);
  }

  void settings_dialog_keeps_choices() {
    Fixture f;
    SettingsDialog dialog(f.settings);
    for (auto* box : dialog.findChildren<QCheckBox*>()) box->setChecked(false);
    dialog.reject();
    QVERIFY(f.settings.verify());
    dialog.accept();
    QVERIFY(!f.settings.verify());
    QCOMPARE(f.settings.codecs(), usual_codecs());
  }

  void everything_has_a_name_and_keys_are_unique() {
    Fixture f;
    QSet<QString> keys;
    for (const QAction* action : f.window->actions()) {
      QVERIFY2(!action->text().isEmpty(), "an action without text");
      const QString key = action->shortcut().toString();
      if (key.isEmpty()) continue;
      QVERIFY2(!keys.contains(key), qPrintable(key));
      keys.insert(key);
    }
    for (const QToolButton* button : f.window->findChildren<QToolButton*>()) {
      if (!button->isVisible() || button->focusPolicy() == Qt::NoFocus) continue;
      QVERIFY2(!button->text().isEmpty() || !button->accessibleName().isEmpty() || !button->toolTip().isEmpty(),
               button->objectName().toLatin1().constData());
    }
    QVERIFY(!f.view->accessibleName().isEmpty());
  }

  void no_button_takes_the_letter_of_a_menu_data() {
    QTest::addColumn<bool>("german");
    QTest::newRow("English") << false;
    QTest::newRow("German") << true;
  }
  void no_button_takes_the_letter_of_a_menu() {
    QFETCH(bool, german);
    QTranslator translator;
    if (german) {
      QVERIFY(translator.load(QStringLiteral(BITSWAP_GERMAN)));
      QVERIFY(QCoreApplication::installTranslator(&translator));
    }
    Fixture f;
    QSet<QString> menus;
    for (const QAction* menu : f.window->menuBar()->actions()) {
      const QString keys = QKeySequence::mnemonic(menu->text()).toString();
      QVERIFY2(!keys.isEmpty(), qPrintable(menu->text()));
      QVERIFY2(!menus.contains(keys), qPrintable(menu->text()));
      menus.insert(keys);
      QSet<QString> inside;
      for (const QAction* action : menu->menu()->actions()) {
        const QString letter = QKeySequence::mnemonic(action->text()).toString();
        if (letter.isEmpty()) continue;
        QVERIFY2(!inside.contains(letter), qPrintable(action->text()));
        inside.insert(letter);
      }
    }
    const auto check = [&] {
      QMap<QString, QString> taken;
      QStringList texts;
      for (const auto* button : f.window->findChildren<QAbstractButton*>()) {
        if (button->isVisible()) texts << button->text();
      }
      for (const auto* label : f.window->findChildren<QLabel*>()) {
        if (label->isVisible() && label->buddy() != nullptr) texts << label->text();
      }
      for (const QString& text : texts) {
        const QString keys = QKeySequence::mnemonic(text).toString();
        if (keys.isEmpty()) continue;
        QVERIFY2(!menus.contains(keys), qPrintable(text));
        QVERIFY2(!taken.contains(keys), qPrintable(text + QStringLiteral(" and ") + taken.value(keys)));
        taken.insert(keys, text);
      }
    };
    check();  // the start page
    f.drop({f.path("photos")});
    f.engine.file_delay = std::chrono::milliseconds(200);  // measurements go on
    f.view->select_paths({"photos/a.png"});
    for (const Qt::Key tab : {Qt::Key_1, Qt::Key_2, Qt::Key_3}) {
      QTest::keyClick(f.window.get(), tab, Qt::ControlModifier);
      QTest::qWait(50);
      check();
      if (tab != Qt::Key_1) continue;
      for (auto* button : f.window->findChildren<QToolButton*>()) {
        if (button->isVisible() && button->isCheckable() && button->autoRaise() && !button->isChecked() &&
            button->group() != nullptr) {
          button->click();  // the heat map
          QTest::qWait(50);
          check();
          break;
        }
      }
    }
    QCoreApplication::removeTranslator(&translator);
  }

  void every_focus_stop_has_a_name() {
    Fixture f;
    const auto check = [&] {
      for (auto* widget : f.window->findChildren<QWidget*>()) {
        if (!widget->isVisible() || (widget->focusPolicy() & Qt::TabFocus) == 0 || widget->focusProxy() != nullptr)
          continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        QString who = QString::fromLatin1(widget->metaObject()->className());
        for (auto* above = widget->parentWidget(); above != nullptr; above = above->parentWidget()) {
          who += QStringLiteral(" in ") + QString::fromLatin1(above->metaObject()->className());
        }
        QVERIFY2(face != nullptr && !face->text(QAccessible::Name).isEmpty(), qPrintable(who));
      }
    };
    check();
    f.drop({f.path("photos")});
    f.view->select_paths({"photos/a.png"});
    for (const Qt::Key tab : {Qt::Key_1, Qt::Key_2, Qt::Key_3}) {
      QTest::keyClick(f.window.get(), tab, Qt::ControlModifier);
      QTest::qWait(150);
      check();
    }
  }

  void a_small_screen_holds_the_window() {
    Fixture f;
    // 1280 × 800 at scale 2, less a title bar.
    const QSize room(640, 370);
    f.window->resize(room);
    QVERIFY2(f.window->size() == room,
             qPrintable(QStringLiteral("%1 × %2").arg(f.window->width()).arg(f.window->height())));
    f.drop({f.path("photos")});
    f.view->select_paths({"photos/a.png"});
    for (const Qt::Key tab : {Qt::Key_1, Qt::Key_2, Qt::Key_3}) {
      QTest::keyClick(f.window.get(), tab, Qt::ControlModifier);
      QTest::qWait(150);
      const QSize least = f.window->minimumSizeHint();
      QVERIFY2(least.width() <= room.width() && least.height() <= room.height(),
               qPrintable(QStringLiteral("%1 × %2").arg(least.width()).arg(least.height())));
    }
  }

  void both_themes_have_contrast() {
    for (const Settings::Theme theme : {Settings::Theme::Light, Settings::Theme::Dark}) {
      apply_theme(*qApp, theme);
      const QPalette palette = qApp->palette();
      QCOMPARE(is_dark(palette), theme == Settings::Theme::Dark);
      const ChartColours colours = chart_colours(palette);
      for (const QColor& text : {colours.text, colours.muted, colours.good, colours.warning, colours.bad}) {
        QVERIFY2(contrast(text, colours.background) >= 4.5, qPrintable(text.name()));
      }
      for (const QColor& area : colours.series + QList<QColor>{colours.accent, colours.accent_muted, colours.other}) {
        QVERIFY2(contrast(area, colours.background) >= 3, qPrintable(area.name()));
      }
      QVERIFY(contrast(palette.color(QPalette::WindowText), palette.color(QPalette::Window)) >= 7);
      QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
      QVERIFY(contrast(palette.color(QPalette::PlaceholderText), palette.color(QPalette::Base)) >= 4.5);
      QVERIFY(!line_icon(QStringLiteral("open")).pixmap(24, 24).isNull());
    }
    apply_theme(*qApp, Settings::Theme::System);
  }

  void german_is_complete() {
    QFile file(QStringLiteral(BITSWAP_SOURCE_DIR "/resources/translations/bitswap_de.ts"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    int count = 0;
    QString source;
    while (!xml.atEnd()) {
      if (xml.readNext() != QXmlStreamReader::StartElement) continue;
      if (xml.name() == QLatin1String("source")) source = xml.readElementText();
      if (xml.name() != QLatin1String("translation")) continue;
      ++count;
      QVERIFY2(!xml.attributes().hasAttribute(QStringLiteral("type")), qPrintable(source));
    }
    QVERIFY(count > 100);
  }
};

}  // namespace bitswap::ui

namespace {

// What app/gui does, with a measurement that never ends: the process must go with its window all the same.
int run_and_leave(int argc, char** argv) {
  using namespace bitswap::ui;
  QApplication application(argc, argv);
  Fixture f;
  f.engine.deaf = true;
  f.engine.file_delay = std::chrono::hours(1);
  QTimer look;
  QObject::connect(&look, &QTimer::timeout, [&] {
    if (f.view->selected_files().empty()) f.view->selectAll();
    if (f.engine.count("compare") > 0) f.window->close();
  });
  look.start(20);
  f.window->add_paths({f.path("photos/a.png")});
  const int exit_code = QApplication::exec();
  leave(*f.window, exit_code);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && qstrcmp(argv[1], "--leave") == 0) return run_and_leave(1, argv);
  QApplication application(argc, argv);
  bitswap::ui::MainWindowTest test;
  return QTest::qExec(&test, argc, argv);
}

#include "main_window_test.moc"
