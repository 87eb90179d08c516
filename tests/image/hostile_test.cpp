// SPDX-License-Identifier: GPL-3.0-or-later
// Broken and hostile input: every truncation and thousands of changed bytes must end in an error or an exact result.
#include <QtTest>
#include <string_view>
#include <vector>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/image_files.h"

using namespace bitswap;
using test::keeps_promises;
using test::make_photo;
using test::Random;

namespace {

struct Sample {
  const ImageFormat* format;
  Bytes file;
};

Bytes small_bmp() {
  ByteWriter writer;
  writer.raw(Bytes{'B', 'M'});
  for (const std::uint32_t value : {0u, 0u, 54u, 40u, 5u, 3u, 0x00180001u, 0u, 0u, 0u, 0u, 0u, 0u}) writer.u32(value);
  for (std::uint32_t i = 0; i < 48; ++i) writer.u8(static_cast<std::uint8_t>(i * 5));
  writer.u8(9);
  return writer.take();
}

Bytes runs_bmp() {
  ByteWriter writer;
  writer.raw(Bytes{'B', 'M'});
  for (const std::uint32_t value : {0u, 0u, 62u, 40u, 6u, 2u, 0x00040001u, 2u, 0u, 0u, 0u, 2u, 0u}) writer.u32(value);
  writer.u32(0x112233);
  writer.u32(0x445566);
  writer.raw(Bytes{4, 0x01, 0, 2, 1, 0, 1, 1, 0, 0, 0, 5, 0x01, 0x01, 0x10, 0, 0, 1});
  return writer.take();
}

Bytes small_pnm() {
  Bytes file = {'P', '6', ' ', '#', 'x', '\n', '3', ' ', '2', ' ', '2', '5', '5', '\n'};
  for (std::uint8_t i = 0; i < 20; ++i) file.push_back(i);
  return file;
}

/// A few bytes more than the samples need, none of which sets a bit behind the end of a row.
Bytes text_and_samples(std::string_view header) {
  Bytes file(header.begin(), header.end());
  for (std::uint8_t i = 0; i < 20; ++i) file.push_back(static_cast<std::uint8_t>(i << 7));
  return file;
}

Bytes palette_bmp() {
  ByteWriter writer;
  writer.raw(Bytes{'B', 'M'});
  for (const std::uint32_t value : {0u, 0u, 66u, 40u, 9u, 2u, 0x00040001u, 0u, 0u, 0u, 0u, 3u, 0u}) writer.u32(value);
  for (const std::uint32_t colour : {0x112233u, 0x445566u, 0x778899u}) writer.u32(colour);
  for (std::uint32_t i = 0; i < 18; ++i) writer.u8(static_cast<std::uint8_t>(i * 13));
  return writer.take();
}

std::vector<Sample> samples() {
  test::PngOptions extras;
  extras.extras = true;
  extras.idat_size = 64;
  test::PngOptions interlaced;
  interlaced.interlaced = true;
  test::PngOptions palette;
  palette.palette = true;
  palette.depth = 4;
  test::PngOptions deep;
  deep.depth = 16;
  deep.interlaced = true;
  return {{&png_format(), test::write_png(make_photo(13, 9, 3), extras)},
          {&png_format(), test::write_png(make_photo(9, 7, 4), interlaced)},
          {&png_format(), test::write_png(make_photo(9, 7, 1), palette)},
          {&png_format(), test::write_png(make_photo(9, 7, 3), deep)},
          {&pnm_format(), small_pnm()},
          {&pnm_format(), text_and_samples("P5 3 2 999 ")},
          {&pnm_format(), text_and_samples("P4 9 7 ")},
          {&pnm_format(), text_and_samples("P7\nWIDTH 2\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nENDHDR\n")},
          {&bmp_format(), small_bmp()},
          {&bmp_format(), palette_bmp()},
          {&bmp_format(), runs_bmp()},
          {&jpeg_format(), test::write_jpeg(make_photo(20, 20, 3), 80)},
          {&jpeg_format(), test::write_jpeg(make_photo(20, 20, 3), 80, true)}};
}

}  // namespace

class HostileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void truncations() {
    for (const Sample& sample : samples()) {
      for (std::size_t size = 0; size < sample.file.size(); ++size) {
        const Bytes file(sample.file.begin(), sample.file.begin() + static_cast<std::ptrdiff_t>(size));
        QVERIFY(keeps_promises(*sample.format, file));
        // A PNG has an end; nothing before it may pass for whole.
        if (sample.format == &png_format()) QVERIFY(!sample.format->take_apart(file).ok());
      }
    }
  }

  void changed_bytes() {
    Random random(7);
    for (const Sample& sample : samples()) {
      QVERIFY(keeps_promises(*sample.format, sample.file));
      for (int round = 0; round < 3000; ++round) {
        Bytes file = sample.file;
        file[random.below(static_cast<std::uint32_t>(file.size()))] = static_cast<std::uint8_t>(random.next());
        QVERIFY(keeps_promises(*sample.format, file));
      }
    }
  }

  void changed_recipes() {
    Random random(11);
    for (const Sample& sample : samples()) {
      const auto taken = sample.format->take_apart(sample.file);
      if (!taken) continue;
      const std::size_t expected = sample.file.size();
      for (std::size_t size = 0; size < taken->recipe.size(); ++size) {
        QVERIFY(!sample.format->rebuild(taken->picture, ByteView(taken->recipe).first(size)).ok());
      }
      for (int round = 0; round < 5000; ++round) {
        Bytes recipe = taken->recipe;
        recipe[random.below(static_cast<std::uint32_t>(recipe.size()))] = static_cast<std::uint8_t>(random.next());
        const auto again = sample.format->rebuild(taken->picture, recipe);
        QVERIFY(!again.ok() || again->size() <= expected * 2 + 4096);
      }
    }
  }

  void wrong_pictures() {
    for (const Sample& sample : samples()) {
      const auto taken = sample.format->take_apart(sample.file);
      if (!taken) continue;
      for (const Picture& picture :
           {Picture{}, make_photo(1, 1, 1), make_photo(14, 9, 3), make_photo(5, 3, 4), Picture{13, 9, 3, Bytes(7)},
            Picture{0xFFFFFFFFu, 0xFFFFFFFFu, 4, Bytes(4)}, Picture{1, 1, 5, Bytes(5)}, Picture{1, 1, 0, {}}}) {
        QVERIFY(!sample.format->rebuild(picture, taken->recipe).ok() || sample.format == &png_format());
      }
    }
  }
};

QTEST_APPLESS_MAIN(HostileTest)
#include "hostile_test.moc"
