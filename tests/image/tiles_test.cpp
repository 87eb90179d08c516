// SPDX-License-Identifier: GPL-3.0-or-later
// Tiles cover every pixel once, are nearly equal, and their crops make up the picture.
#include "engine/image/pixels/tiles.h"

#include <QtTest>
#include <algorithm>
#include <set>

#include "tests/image/image_files.h"

using namespace bitswap;

namespace {

void paste(const Picture& piece, const Tile& tile, Picture& into) {
  for (std::size_t i = 0; i < piece.samples.size(); ++i) {
    const std::size_t c = i % piece.channels, x = i / piece.channels % piece.width;
    const std::size_t y = i / piece.channels / piece.width;
    into.samples.at(((tile.y + y) * into.width + tile.x + x) * into.channels + c) = piece.samples[i];
  }
}

}  // namespace

class TilesTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void a_sample_is_made_of_patches_of_the_picture() {
    // Every pixel tells where it comes from.
    const std::uint32_t width = 2000, height = 1100;
    Picture picture{width, height, 3, Bytes(std::size_t{width} * height * 3)};
    for (std::size_t i = 0; i < picture.pixel_count(); ++i) {
      for (int c = 0; c < 3; ++c) picture.samples[i * 3 + c] = static_cast<std::uint8_t>(i >> (8 * c));
    }
    QCOMPARE(sample_patches(picture, 0), picture);
    QCOMPARE(sample_patches(picture, picture.pixel_count() / 4), picture);
    const Picture sample = sample_patches(picture, 400'000);
    QVERIFY(sample.pixel_count() > 250'000 && sample.pixel_count() < 500'000);
    QVERIFY(sample.width % 256 == 0 && sample.height % 256 == 0);
    std::set<std::size_t> corners;
    for (std::size_t i = 0; i < sample.pixel_count(); ++i) {
      const std::size_t from = sample.samples[i * 3] | sample.samples[i * 3 + 1] << 8 | sample.samples[i * 3 + 2] << 16;
      const std::size_t x = i % sample.width % 256, y = i / sample.width % 256;
      const std::size_t corner = from - y * width - x;
      QVERIFY(corner % width % 16 == 0 && corner / width % 16 == 0);
      corners.insert(corner);
    }
    QCOMPARE(corners.size(), sample.pixel_count() / (256 * 256));  // no patch twice
    // Narrow ones, too.
    const Picture strip{10, 60'000, 1, Bytes(600'000, 7)};
    const Picture part = sample_patches(strip, 100'000);
    QCOMPARE(part.width, 10U);
    QVERIFY(part.pixel_count() > 0 && part.pixel_count() < strip.pixel_count());
  }

  void covers() {
    for (std::uint32_t width = 1; width <= 40; ++width) {
      for (std::uint32_t height : {1u, 2u, 7u, 16u, 33u}) {
        for (std::uint32_t size : {1u, 2u, 3u, 8u, 16u, 100u}) {
          const Picture picture = test::make_photo(width, height, 3, width);
          Picture again{width, height, 3, Bytes(picture.samples.size())};
          std::size_t pixels = 0;
          std::uint32_t narrowest = width;
          std::uint32_t widest = 0;
          for (const Tile& tile : make_tiles(width, height, size)) {
            QVERIFY(tile.width >= 1 && tile.width <= size && tile.height >= 1 && tile.height <= size);
            narrowest = std::min(narrowest, tile.width);
            widest = std::max(widest, tile.width);
            pixels += std::size_t{tile.width} * tile.height;
            paste(crop(picture, tile), tile, again);
          }
          QVERIFY(widest - narrowest <= 1);
          QCOMPARE(pixels, picture.pixel_count());
          QVERIFY(again == picture);
        }
      }
    }
  }

  void begins_on_a_grid() {
    for (std::uint32_t width : {1u, 15u, 16u, 17u, 1023u, 1024u, 1025u, 2047u, 2063u, 5000u}) {
      const std::vector<Tile> tiles = make_tiles(width, 20, 1024, 16);
      QCOMPARE(tiles.size(), make_tiles(width, 20, 1024).size());
      std::uint32_t end = 0;
      for (const Tile& tile : tiles) {
        QCOMPARE(tile.x, end);
        QVERIFY(tile.x % 16 == 0 && tile.width >= 1 && tile.width <= 1024);
        QVERIFY(tile.width + 32 > width / tiles.size());
        end = tile.x + tile.width;
      }
      QCOMPARE(end, width);
    }
    QCOMPARE(make_tiles(40, 1, 10, 16).size(), std::size_t{3});  // no tile is smaller than the grid
  }

  void orders() {
    std::vector<Tile> tiles = make_tiles(1025, 6, 1024);
    QVERIFY(tiles == (std::vector<Tile>{{0, 0, 512, 6}, {512, 0, 513, 6}}));
    tiles = make_tiles(5, 3, 2);
    QCOMPARE(tiles.size(), std::size_t{6});
    QVERIFY(tiles[1].y == 0 && tiles[1].x > 0 && tiles[3].x == 0 && tiles[3].y > 0);
    QVERIFY(make_tiles(0, 5, 4).empty() && make_tiles(5, 0, 4).empty() && make_tiles(5, 5, 0).empty());
    QCOMPARE(make_tiles(1u << 24, 64, 1024).size(), std::size_t{1u << 14});
  }
};

QTEST_APPLESS_MAIN(TilesTest)
#include "tiles_test.moc"
