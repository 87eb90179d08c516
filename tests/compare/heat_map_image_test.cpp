// SPDX-License-Identifier: GPL-3.0-or-later
// Heat maps: sums of stages, the end of the scale, colours, and the bar below.
#include <QTest>

#include "engine/compare/heat_map_image.h"

using namespace bitswap;

namespace {

HeatMap two_stages() {
  HeatMap map;
  map.width = 100;
  map.height = 20;
  map.stages = {"A", "BC0"};
  map.bits = {std::vector<float>(2000, 1.0F), std::vector<float>(2000, 0.0F)};
  for (std::size_t i = 1000; i < 2000; ++i) map.bits[1][i] = 3.5F;
  map.bits[1][7] = 90.0F;  // one of 2000 pixels does not set the scale
  return map;
}

std::array<std::uint8_t, 3> pixel(const Picture& picture, std::size_t x, std::size_t y) {
  const std::uint8_t* at = picture.samples.data() + (y * picture.width + x) * 3;
  return {at[0], at[1], at[2]};
}

int brightness(const std::array<std::uint8_t, 3>& colour) { return 2 * colour[0] + 5 * colour[1] + colour[2]; }

}  // namespace

class HeatMapImageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void sums_and_stages() {
    const HeatMap map = two_stages();
    QCOMPARE(heat_bits(map, "").value()[1500], 4.5F);
    QCOMPARE(heat_bits(map, "A").value()[1500], 1.0F);
    QCOMPARE(heat_maximum(heat_bits(map, "").value()), 5.0);
    QCOMPARE(heat_maximum(heat_bits(map, "A").value()), 1.0);
    QCOMPARE(heat_maximum({0.25F}), 1.0);
    const auto unknown = heat_bits(map, "D7");
    QVERIFY(unknown.error().code == Error::Code::InvalidArgument);
    QVERIFY(unknown.error().detail.find("A, BC0") != std::string::npos);
    QVERIFY(draw_heat_map({}, "", true).error().code == Error::Code::InvalidArgument);
  }

  void brighter_is_dearer() {
    int last = -1;
    for (int i = 0; i <= 100; ++i) {
      const int now = brightness(heat_colour(i / 100.0));
      QVERIFY(now > last);
      last = now;
    }
    QVERIFY(heat_colour(-3) == heat_colour(0));
    QVERIFY(heat_colour(7) == heat_colour(1));
  }

  void with_and_without_scale() {
    const HeatMap map = two_stages();
    const Picture plain = draw_heat_map(map, "", false).value();
    QCOMPARE(plain.width, 100U);
    QCOMPARE(plain.height, 20U);
    QCOMPARE(plain.samples.size(), std::size_t{100} * 20 * 3);
    QVERIFY(pixel(plain, 0, 0) == heat_colour(0.2));
    QVERIFY(pixel(plain, 50, 15) == heat_colour(0.9));
    QVERIFY(pixel(plain, 7, 0) == heat_colour(1));
    const Picture scaled = draw_heat_map(map, "", true).value();
    QCOMPARE(scaled.width, 100U);
    QVERIFY(scaled.height > 20);
    for (std::size_t y = 0; y < 20; ++y) {
      for (std::size_t x = 0; x < 100; ++x) QVERIFY(pixel(scaled, x, y) == pixel(plain, x, y));
    }
    QVERIFY(pixel(scaled, 0, 24) == heat_colour(0));
    QVERIFY(pixel(scaled, 99, 24) == heat_colour(1));
  }

  void narrow_maps_keep_their_place() {
    HeatMap map;
    map.width = 3;
    map.height = 2;
    map.stages = {"A"};
    map.bits = {{1, 0, 0, 0, 0, 1}};
    const Picture scaled = draw_heat_map(map, "", true).value();
    QVERIFY(scaled.width > 3);
    QVERIFY(pixel(scaled, 0, 0) == heat_colour(1));
    QVERIFY(pixel(scaled, 2, 1) == heat_colour(1));
    QVERIFY((pixel(scaled, 3, 0) == std::array<std::uint8_t, 3>{0, 0, 0}));
  }
};

QTEST_APPLESS_MAIN(HeatMapImageTest)
#include "heat_map_image_test.moc"
