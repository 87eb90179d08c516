// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels on the display: zoom, pan and exactness at 100 %, the divider and the heat map of the split view.
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QWheelEvent>
#include <QtTest>

#include "engine/compare/heat_map_image.h"
#include "ui/items/format_text.h"
#include "ui/views/picture_view.h"
#include "ui/views/split_view.h"

using namespace bitswap;
using namespace bitswap::ui;

namespace {

/// No two neighbours are alike.
std::shared_ptr<const Picture> picture(std::uint32_t width, std::uint32_t height) {
  auto made = std::make_shared<Picture>(Picture{width, height, 3, {}});
  for (std::uint32_t i = 0; i < width * height; ++i) {
    made->samples.push_back(static_cast<std::uint8_t>(i * 37));
    made->samples.push_back(static_cast<std::uint8_t>(i * 91 / 7));
    made->samples.push_back(static_cast<std::uint8_t>(i % 2 * 200));
  }
  return made;
}

QColor colour_at(const Picture& p, int x, int y) {
  const std::uint8_t* s = p.samples.data() + (static_cast<std::size_t>(y) * p.width + static_cast<std::size_t>(x)) * 3;
  return QColor(s[0], s[1], s[2]);
}

void wheel(QWidget& widget, QPointF at, int delta) {
  QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
  QCoreApplication::sendEvent(&widget, &event);
}

std::shared_ptr<InspectReport> report_for(const Picture& photo, std::uint32_t height_factor = 1) {
  auto report = std::make_shared<InspectReport>();
  report->width = photo.width;
  report->height = photo.height * height_factor;
  report->channels = 3;
  report->heat.width = report->width;
  report->heat.height = report->height;
  report->heat.stages = {"D0", "BC0"};
  const std::size_t pixels = std::size_t{report->width} * report->height;
  report->heat.bits.assign(2, std::vector<float>(pixels));
  for (std::size_t i = 0; i < pixels; ++i) report->heat.bits[i % 2][i] = i % 2 == 0 ? 4.0F : 16.0F;
  return report;
}

std::shared_ptr<const LoadedPicture> loaded(const Picture& photo) {
  auto made = std::make_shared<LoadedPicture>();
  made->rgb = photo;
  return made;
}

}  // namespace

class PictureViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

  void at_100_percent_every_pixel_is_exact() {
    const auto photo = picture(301, 203);
    PictureView view;
    view.resize(200, 150);
    view.set_image(to_image(photo));
    view.actual_size();
    QCOMPARE(view.zoom(), 1.0);
    const QImage shown = view.grab().toImage();
    QCOMPARE(shown.size(), view.size() * view.devicePixelRatio());
    const QPoint corner = view.picture_rect().topLeft().toPoint();
    QCOMPARE(QPointF(corner), view.picture_rect().topLeft());
    for (int y = 0; y < shown.height(); ++y) {
      for (int x = 0; x < shown.width(); ++x) {
        if (shown.pixelColor(x, y) != colour_at(*photo, x - corner.x(), y - corner.y())) {
          QFAIL(qPrintable(QStringLiteral("another colour at %1, %2").arg(x).arg(y)));
        }
      }
    }
  }

  void enlarged_pixels_are_squares() {
    const auto photo = picture(40, 30);
    PictureView view;
    view.resize(160, 120);
    view.set_image(to_image(photo));
    view.set_zoom(8, {80, 60});
    const QImage shown = view.grab().toImage();
    const QPointF corner = view.picture_rect().topLeft();
    for (int y = 0; y < shown.height(); ++y) {
      for (int x = 0; x < shown.width(); ++x) {
        const QPoint pixel(static_cast<int>((x - corner.x()) / 8), static_cast<int>((y - corner.y()) / 8));
        if (shown.pixelColor(x, y) != colour_at(*photo, pixel.x(), pixel.y())) {
          QFAIL(qPrintable(QStringLiteral("another colour at %1, %2").arg(x).arg(y)));
        }
      }
    }
  }

  void shrinking_is_smooth() {
    // Stripes one pixel wide become grey, not stripes or moiré.
    auto stripes = std::make_shared<Picture>(Picture{512, 512, 3, Bytes(512 * 512 * 3)});
    for (std::size_t i = 0; i < stripes->samples.size(); ++i) stripes->samples[i] = i / 3 % 2 == 0 ? 0 : 255;
    PictureView view;
    view.resize(120, 90);
    view.set_image(to_image(stripes));
    QVERIFY(view.fitted());
    const QImage shown = view.grab().toImage();
    for (int x = 40; x < 80; ++x) QVERIFY(std::abs(shown.pixelColor(x, 45).lightness() - 128) < 12);
  }

  void fit_never_enlarges_and_follows_the_size() {
    PictureView view;
    view.resize(200, 150);
    view.set_image(to_image(picture(400, 200)));
    QCOMPARE(view.zoom(), 0.5);
    view.resize(160, 120);
    QApplication::processEvents();
    view.grab();
    QCOMPARE(view.zoom(), 0.4);
    view.set_image(to_image(picture(10, 10)));
    QCOMPARE(view.zoom(), 1.0);
    QCOMPARE(view.picture_rect(), QRectF(75, 55, 10, 10));
  }

  void wheel_keeps_the_pixel_under_the_cursor() {
    PictureView view;
    view.resize(200, 150);
    view.set_image(to_image(picture(800, 600)));
    QSignalSpy changed(&view, &PictureView::zoom_changed);
    const QPointF at(150, 40);
    for (int i = 0; i < 6; ++i) {
      const QPoint before = view.pixel_at(at);
      wheel(view, at, 240);
      // Corners lie on whole pixels of the display: off by at most one of them.
      const QPoint moved = view.pixel_at(at) - before;
      QVERIFY(moved.manhattanLength() <= static_cast<int>(2 / view.zoom()) + 1);
    }
    QCOMPARE(changed.size(), 6);
    QVERIFY(view.zoom() > 1);
    for (int i = 0; i < 4 && view.zoom() != 1; ++i) wheel(view, at, -200);
    QCOMPARE(view.zoom(), 1.0);  // not passed over
  }

  void keys_zoom_and_pan() {
    QWidget window;
    PictureView view(&window);
    view.resize(200, 150);
    window.show();
    view.set_image(to_image(picture(400, 300)));
    QTest::keyClick(&view, Qt::Key_1);
    QCOMPARE(view.zoom(), 1.0);
    QTest::keyClick(&view, Qt::Key_Plus);
    QCOMPARE(view.zoom(), 1.5);
    QTest::keyClick(&view, Qt::Key_Minus);
    QTest::keyClick(&view, Qt::Key_Minus);
    QVERIFY(view.zoom() < 1);
    QTest::keyClick(&view, Qt::Key_1);
    const QPointF before = view.picture_rect().topLeft();
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.picture_rect().x(), before.x() - 25);
    for (int i = 0; i < 20; ++i) QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.picture_rect().right(), 200.0);  // no gap
    QTest::keyClick(&view, Qt::Key_0);
    QVERIFY(view.fitted());
    QCOMPARE(view.zoom(), 0.5);
  }

  void dragging_pans() {
    PictureView view;
    view.resize(200, 150);
    view.show();
    view.set_image(to_image(picture(400, 300)));
    view.actual_size();
    const QPointF before = view.picture_rect().topLeft();
    QTest::mousePress(&view, Qt::LeftButton, {}, {100, 80});
    QTest::mouseMove(&view, {90, 100});
    QTest::mouseRelease(&view, Qt::LeftButton, {}, {90, 100});
    QCOMPARE(view.picture_rect().topLeft(), before + QPointF(-10, 20));
  }

  void divider_by_keys_and_mouse() {
    const auto photo = picture(200, 100);
    SplitCanvas canvas;
    canvas.resize(200, 100);
    canvas.show();
    canvas.set_image(to_image(photo));
    QImage red(200, 100, QImage::Format_RGB888);
    red.fill(Qt::red);
    canvas.set_heat(ImagePyramid(red));
    QCOMPARE(canvas.divider(), 0.5);
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(canvas.divider(), 0.52);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QCOMPARE(canvas.divider(), 0.48);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, {96, 20});
    QTest::mouseMove(&canvas, {50, 20});
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {50, 20});
    QCOMPARE(canvas.divider(), 0.25);
    const QImage shown = canvas.grab().toImage();
    QCOMPARE(shown.pixelColor(30, 70), colour_at(*photo, 30, 70));
    QCOMPARE(shown.pixelColor(90, 70), QColor(Qt::red));
    QTest::mousePress(&canvas, Qt::LeftButton, {}, {120, 20});  // not on the divider
    QTest::mouseMove(&canvas, {150, 20});
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {150, 20});
    QCOMPARE(canvas.divider(), 0.25);
    QTest::keyClick(&canvas, Qt::Key_Home);
    QCOMPARE(canvas.divider(), 0.0);
    QTest::keyClick(&canvas, Qt::Key_Left);
    QCOMPARE(canvas.divider(), 0.0);
    QTest::keyClick(&canvas, Qt::Key_End);
    QCOMPARE(canvas.divider(), 1.0);
  }

  void small_heat_maps_are_coloured_means() {
    // Bits of 0 and 16 by turns: from far away a map of 8, not of the mixture of two colours.
    Picture photo;
    photo.width = 1024;
    photo.height = 1024;
    photo.channels = 3;
    photo.samples.assign(1024 * 1024 * 3, 100);
    auto report = std::make_shared<InspectReport>();
    report->heat.width = report->heat.height = 1024;
    report->heat.stages = {"BC0"};
    report->heat.bits.assign(1, std::vector<float>(1024 * 1024));
    for (std::size_t i = 0; i < 1024 * 1024; ++i) report->heat.bits[0][i] = (i + i / 1024) % 2 == 0 ? 0.0F : 16.0F;
    auto loaded = std::make_shared<LoadedPicture>();
    loaded->rgb = photo;
    SplitView view;
    view.resize(300, 300);
    view.show();
    QSignalSpy drawn(&view, &SplitView::drawn);
    view.set_report(report, loaded);
    QTRY_COMPARE(drawn.size(), 1);
    auto* const canvas = view.findChild<SplitCanvas*>();
    canvas->set_divider(0);
    QVERIFY(canvas->zoom() < 0.5);  // fitted into the view
    const QColor seen = canvas->grab().toImage().pixelColor(canvas->picture_rect().center().toPoint());
    const auto [r, g, b] = heat_colour(0.5);
    QVERIFY2(std::abs(seen.red() - r) < 12 && std::abs(seen.green() - g) < 12 && std::abs(seen.blue() - b) < 12,
             qPrintable(seen.name()));
    // One pixel that costs a hundred bits does not darken the others.
    std::vector<float> bits(10'000, 5.0F);
    bits[17] = 100.0F;
    QCOMPARE(heat_scale(bits), 8.0);
    for (float& one : bits) one = 7.0F;
    QCOMPARE(heat_scale(bits), 8.0);  // the same scale for both
  }

  void stages_are_shown_one_by_one() {
    const auto photo = picture(60, 40);
    SplitView view;
    view.resize(300, 300);
    view.show();
    QSignalSpy drawn(&view, &SplitView::drawn);
    const auto report = report_for(*photo);
    view.set_report(report, loaded(*photo));
    QTRY_COMPARE(drawn.size(), 1);
    auto* const stage = view.findChild<QComboBox*>();
    QCOMPARE(stage->count(), 3);
    const auto* const scale = view.findChild<HeatScale*>();
    QCOMPARE(scale->maximum(), heat_scale(heat_bits(report->heat, "").value()));
    auto* const canvas = view.findChild<SplitCanvas*>();
    canvas->set_divider(0);
    const auto shown = [&] {
      const QPointF middle = canvas->picture_rect().topLeft() + QPointF(20.5, 20.5);
      return canvas->grab().toImage().pixelColor(middle.toPoint());
    };
    const auto expected = [](double share) {
      const auto [r, g, b] = heat_colour(share);
      return QColor(r, g, b);
    };
    const QColor all = shown();
    QVERIFY(all == expected(4.0 / 16) || all == expected(1));
    stage->setCurrentIndex(2);
    Q_EMIT stage->activated(2);
    QTRY_COMPARE(drawn.size(), 2);
    QCOMPARE(shown(), expected(1));  // the mean of its square, everywhere the same
    QCOMPARE(scale->maximum(), 8.0);
    stage->setCurrentIndex(1);
    Q_EMIT stage->activated(1);
    QTRY_COMPARE(scale->maximum(), 2.0);
    view.clear(QStringLiteral("nothing"));
    QVERIFY(!canvas->has_image());
    QCOMPARE(scale->maximum(), 0.0);
  }

  void sixteen_bits_are_folded_onto_the_photo() {
    const auto photo = picture(60, 40);
    SplitView view;
    view.show();
    QSignalSpy drawn(&view, &SplitView::drawn);
    view.set_report(report_for(*photo, 2), loaded(*photo));
    QTRY_COMPARE(drawn.size(), 1);
    QCOMPARE(view.findChild<HeatScale*>()->maximum(), 32.0);  // 16 bits in the high bytes and in the low ones
  }

  void without_a_heat_map_the_photo_is_shown() {
    const auto photo = picture(60, 40);
    SplitView view;
    view.show();
    QSignalSpy drawn(&view, &SplitView::drawn);
    auto report = report_for(*photo);
    report->heat = {};
    view.set_report(report, loaded(*photo));
    QTRY_COMPARE(drawn.size(), 1);
    QVERIFY(view.findChild<SplitCanvas*>()->has_image());
    QCOMPARE(view.findChild<HeatScale*>()->maximum(), 0.0);
  }
};

QTEST_MAIN(PictureViewTest)
#include "picture_view_test.moc"
