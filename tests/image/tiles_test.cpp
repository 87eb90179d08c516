// Tiles cover every pixel once, are nearly equal, and their crops make up the picture.
#include "engine/image/tiles.h"

#include <QtTest>
#include <algorithm>

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
