// SPDX-License-Identifier: GPL-3.0-or-later
// What the trainer sees of its photos: where crops begin, and what a Photo CD keeps.
#include <QtTest>

#include <map>

#include "engine/image/pixels/ycc_colours.h"
#include "engine/training/photo_cd.h"
#include "engine/training/photo_set.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

/// Whose pixels say where they are.
Picture map(std::uint8_t width, std::uint8_t height) {
  Picture picture{width, height, 3, Bytes(std::size_t{3} * width * height)};
  for (std::uint8_t y = 0; y < height; ++y) {
    for (std::uint8_t x = 0; x < width; ++x) {
      picture.samples[3 * (std::size_t{y} * width + x)] = x;
      picture.samples[3 * (std::size_t{y} * width + x) + 1] = y;
    }
  }
  return picture;
}

}  // namespace

class PhotoSetTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void crops_begin_on_the_grid_data() {
    QTest::addColumn<std::uint32_t>("grid");
    QTest::newRow("any place, mirrored") << 1u;
    QTest::newRow("JPEG's blocks") << 8u;
  }

  void crops_begin_on_the_grid() {
    QFETCH(const std::uint32_t, grid);
    constexpr int kSide = 16, kCount = 200;
    PhotoSet set(grid);
    set.add(map(97, 90), 1);
    std::mt19937_64 random(3);
    Bytes crops(std::size_t{3} * kCount * kSide * kSide);
    set.sample(kCount, kSide, random, crops.data());
    int off_the_grid = 0, mirrored = 0;
    std::uint8_t last_x = 0, last_y = 0;
    for (int n = 0; n < kCount; ++n) {
      const std::uint8_t* x = &crops[std::size_t{3} * n * kSide * kSide];
      const std::uint8_t* y = x + std::size_t{kSide} * kSide;
      mirrored += x[0] > x[1];
      off_the_grid += std::min(x[0], x[kSide - 1]) % 8 != 0 || y[0] % 8 != 0;
      last_x = std::max(last_x, x[kSide - 1]);
      last_y = std::max(last_y, y[kSide * kSide - 1]);
    }
    QCOMPARE(off_the_grid == 0, grid == 8);
    QCOMPARE(mirrored == 0, grid == 8);
    QVERIFY(last_x >= 95 && last_y >= 87);  // the last rows and columns have their chance
  }

  void large_crops_follow_their_photo() {
    PhotoSet set(8);
    set.add(map(97, 90), 1);
    set.add(map(40, 200), 1);
    set.add(map(9, 9), 10);
    std::mt19937_64 random(4);
    std::map<int, int> sides;
    for (int n = 0; n < 200; ++n) {
      const PhotoSet::Crop crop = set.sample_large(16, 16, 64, random);
      QCOMPARE(crop.planes.size(), std::size_t{3} * crop.side * crop.side);
      ++sides[crop.side];
    }
    QCOMPARE(sides.size(), std::size_t{3});
    QVERIFY(sides[64] > 0 && sides[32] > 0 && sides[16] > 0);
  }

  void photo_cds() {
    const Picture photo = test_picture(83, 62, 3, 5);
    const Picture disc = like_photo_cd(photo, Turn::None);
    QCOMPARE(disc.width, 82u);
    const auto at = [&](std::uint32_t x, std::uint32_t y, int c) {
      return int{disc.samples[(std::size_t{y} * disc.width + x) * 3 + static_cast<std::size_t>(c)]};
    };
    for (const int c : {0, 2}) {
      QCOMPARE(at(21, 30, c), (at(20, 30, c) + at(22, 30, c) + 1) / 2);
      QCOMPARE(at(20, 31, c), (at(20, 30, c) + at(20, 32, c) + 1) / 2);
      QCOMPARE(at(21, 31, c), (at(20, 30, c) + at(22, 30, c) + at(20, 32, c) + at(22, 32, c) + 2) / 4);
      QCOMPARE(at(81, 61, c), at(80, 60, c));
    }
    // Its colours are nearly those of the photo: what is lost is the detail of chroma.
    Picture shown = disc;
    from_ycc(shown, YccSpace::PhotoCd);
    double error = 0;
    for (std::uint32_t y = 0; y < 62; ++y) {
      for (std::uint32_t x = 0; x < 82; ++x) {
        const std::uint8_t* a = &shown.samples[(std::size_t{y} * 82 + x) * 3];
        const std::uint8_t* b = &photo.samples[(std::size_t{y} * 83 + x) * 3];
        error += 0.299 * (a[0] - b[0]) + 0.587 * (a[1] - b[1]) + 0.114 * (a[2] - b[2]);
      }
    }
    QVERIFY(std::abs(error / (82 * 62)) < 1);

    const Picture turned = like_photo_cd(photo, Turn::Quarter);
    QCOMPARE(turned.width, 62u);
    QCOMPARE(turned.height, 82u);
    for (int c = 0; c < 3; ++c) {
      QCOMPARE(int{turned.samples[(std::size_t{81 - 20} * 62 + 31) * 3 + static_cast<std::size_t>(c)]}, at(20, 31, c));
    }
  }
};

QTEST_APPLESS_MAIN(PhotoSetTest)
#include "photo_set_test.moc"
