// SPDX-License-Identifier: GPL-3.0-or-later
// The preview: next and previous, decoding ahead, errors, and leaving.
#include <QSignalSpy>
#include <QtTest>

#include "tests/ui/tab_fixture.h"
#include "ui/views/picture_view.h"
#include "ui/views/preview_window.h"

using namespace bitswap;
using namespace bitswap::ui;
using namespace bitswap::ui::test;

class PreviewWindowTest : public QObject {
  Q_OBJECT

 private:
  struct Preview {
    FakeEngine engine;
    PreviewWindow window{engine};
    NamedSources list;
    explicit Preview(std::initializer_list<const char*> names) {
      for (const char* name : names) list.push_back(TabFixture::entry(name));
    }
    PictureView& view() { return *window.findChild<PictureView*>(); }
    void press(Qt::Key key) { QTest::keyClick(&view(), key); }
    std::vector<std::string> decoded() const {
      std::vector<std::string> paths;
      for (const FakeEngine::Call& call : engine.calls()) {
        if (call.name == "load_picture") paths.push_back(call.paths.front());
      }
      return paths;
    }
  };

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void keys_go_through_the_list() {
    Preview p{"a.png", "b.png", "c.png"};
    QSignalSpy changed(&p.window, &PreviewWindow::current_changed);
    p.window.show_pictures(p.list, 0);
    QVERIFY(p.window.isVisible());
    QTRY_VERIFY(p.window.loaded() && p.view().has_image());
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("a.png")));
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("48 × 32")));
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("100%")));
    p.press(Qt::Key_Right);
    QCOMPARE(p.window.current(), 1);
    p.press(Qt::Key_PageDown);
    QCOMPARE(p.window.current(), 2);
    p.press(Qt::Key_Right);
    QCOMPARE(p.window.current(), 2);  // the end
    p.press(Qt::Key_PageUp);
    p.press(Qt::Key_Left);
    QCOMPARE(p.window.current(), 0);
    p.press(Qt::Key_Left);
    QCOMPARE(p.window.current(), 0);
    QTRY_VERIFY(p.window.loaded());
    QCOMPARE(changed.size(), 5);
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("a.png")));
  }

  void the_next_one_is_decoded_ahead() {
    Preview p{"a.png", "b.png", "c.png", "d.png"};
    p.window.show_pictures(p.list, 1);
    QTRY_COMPARE(p.decoded(), (std::vector<std::string>{"b.png", "c.png", "a.png"}));
    QTest::qWait(20);
    p.press(Qt::Key_Right);
    QVERIFY(p.window.loaded());  // at once
    QTRY_COMPARE(p.decoded(), (std::vector<std::string>{"b.png", "c.png", "a.png", "d.png"}));
  }

  void a_picture_that_was_left_is_cancelled() {
    Preview p{"a.png", "b.png"};
    p.engine.file_delay = std::chrono::seconds(20);
    p.window.show_pictures(p.list, 0);
    QTRY_COMPARE(p.decoded().size(), 1U);
    QTRY_VERIFY(!p.view().accessibleDescription().isEmpty());  // says that it is decoding
    p.engine.file_delay = {};
    p.press(Qt::Key_Right);
    QTRY_VERIFY(p.window.loaded());
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("b.png")));
    QTRY_VERIFY(p.view().has_image());
  }

  void errors_are_shown_in_place() {
    Preview p{"notes.txt", "b.png"};
    p.window.show_pictures(p.list, 0);
    QTRY_VERIFY(p.window.loaded());
    QVERIFY(!p.view().has_image());
    QVERIFY(p.view().accessibleDescription().contains(QStringLiteral("notes.txt")));
    p.press(Qt::Key_Right);
    QTRY_VERIFY(p.view().has_image());
  }

  void arrows_pan_first_where_the_picture_is_larger() {
    Preview p{"a.png", "b.png"};
    p.engine.picture_width = 3000;
    p.engine.picture_height = 2000;
    p.window.resize(600, 400);
    p.window.show_pictures(p.list, 0);
    QTRY_VERIFY(p.view().has_image());
    p.press(Qt::Key_1);
    const double before = p.view().picture_rect().x();
    p.press(Qt::Key_Right);
    QCOMPARE(p.window.current(), 0);
    QVERIFY(p.view().picture_rect().x() < before);
    p.press(Qt::Key_0);
    p.press(Qt::Key_Right);
    QCOMPARE(p.window.current(), 1);
  }

  void full_screen_and_closing() {
    Preview p{"a.png"};
    p.window.show_pictures(p.list, 0);
    QTRY_VERIFY(p.view().has_image());
    p.press(Qt::Key_F11);
    QVERIFY(p.window.isFullScreen());
    p.press(Qt::Key_Escape);
    QVERIFY(!p.window.isFullScreen());
    QVERIFY(p.window.isVisible());
    p.press(Qt::Key_Escape);
    QVERIFY(!p.window.isVisible());
    p.window.show_pictures(p.list, 0);  // and again
    QTRY_VERIFY(p.view().has_image());
  }

  void closing_while_it_decodes() {
    Preview p{"a.png", "b.png"};
    p.engine.file_delay = std::chrono::seconds(20);
    p.window.show_pictures(p.list, 0);
    QTRY_COMPARE(p.decoded().size(), 1U);
    p.press(Qt::Key_Escape);
    QVERIFY(!p.window.isVisible());
    p.engine.file_delay = {};
    p.window.show_pictures(p.list, 1);
    QTRY_VERIFY(p.view().has_image());
    QVERIFY(p.window.windowTitle().contains(QStringLiteral("b.png")));
  }
};

QTEST_MAIN(PreviewWindowTest)
#include "preview_window_test.moc"
