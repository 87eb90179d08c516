// SPDX-License-Identifier: GPL-3.0-or-later
// Smaller pictures keep their means, and PNG files that the program draws come back as they were drawn.
#include <QTest>
#include <numeric>
#include <random>

#include "engine/image/format.h"
#include "engine/image/pixels/shrink.h"
#include "engine/image/png/png_write.h"

using namespace bitswap;

namespace {

Picture noise(std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Picture picture{width, height, channels, Bytes(std::size_t{width} * height * channels)};
  std::mt19937 random(width);
  for (std::uint8_t& sample : picture.samples) sample = static_cast<std::uint8_t>(random());
  return picture;
}

}  // namespace

class ShrinkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void means_of_squares() {
    const Picture picture{4, 2, 1, {10, 20, 1, 1, 30, 41, 1, 2}};
    QVERIFY((shrink(picture, 2, 1) == Picture{2, 1, 1, {25, 1}}));  // 25.25 and 1.25
    QVERIFY((shrink(picture, 1, 1) == Picture{1, 1, 1, {13}}));
    const Picture colours{2, 1, 3, {255, 0, 100, 254, 0, 50}};
    QVERIFY((shrink(colours, 1, 1) == Picture{1, 1, 3, {255, 0, 75}}));
    QVERIFY(shrink(noise(13, 7, 4), 13, 7) == noise(13, 7, 4));
  }

  void every_pixel_counts() {
    // Sides that do not divide: the mean of a smooth picture stays.
    Picture ramp{101, 67, 1, {}};
    for (std::uint32_t y = 0; y < ramp.height; ++y) {
      for (std::uint32_t x = 0; x < ramp.width; ++x) ramp.samples.push_back(static_cast<std::uint8_t>(x + y));
    }
    const auto mean = [](const Picture& picture) {
      return std::accumulate(picture.samples.begin(), picture.samples.end(), 0.0) /
             static_cast<double>(picture.samples.size());
    };
    const Picture small = shrink(ramp, 31, 20);
    QCOMPARE(small.samples.size(), std::size_t{31} * 20);
    QVERIFY(std::abs(mean(small) - mean(ramp)) < 1);
  }

  void thumbnails() {
    const Picture wide = thumbnail(noise(300, 10, 3), 60);
    QCOMPARE(wide.width, 60U);
    QCOMPARE(wide.height, 2U);
    const Picture thin = thumbnail(noise(2, 500, 3), 60);
    QCOMPARE(thin.width, 1U);
    QCOMPARE(thin.height, 60U);
    QVERIFY(thumbnail(noise(60, 41, 3), 60) == noise(60, 41, 3));
  }

  void png_comes_back_data() {
    QTest::addColumn<int>("channels");
    for (const int channels : {1, 2, 3, 4}) QTest::addRow("%d channels", channels) << channels;
  }
  void png_comes_back() {
    QFETCH(int, channels);
    const Picture picture = noise(37, 23, static_cast<std::uint8_t>(channels));
    const Result<Bytes> file = write_png(picture);
    QVERIFY2(file.ok(), file.ok() ? "" : file.error().detail.c_str());
    const ImageFormat* format = find_format(*file);
    QVERIFY(format != nullptr);
    QVERIFY(format->name() == "png");
    const Result<TakenApart> taken = format->take_apart(*file);
    QVERIFY2(taken.ok(), taken.ok() ? "" : taken.error().detail.c_str());
    QVERIFY(taken->picture == picture);
    QVERIFY(!write_png({3, 3, static_cast<std::uint8_t>(channels), {1, 2}}).ok());
    QVERIFY(!write_png({}).ok());
  }
};

QTEST_APPLESS_MAIN(ShrinkTest)
#include "shrink_test.moc"
