// SPDX-License-Identifier: GPL-3.0-or-later
// PNG beyond plain 8 bits: palettes, 1 to 4 and 16 bits, interlacing, animation, from several writers, and recipes of
// such files that lie.
#include <zlib.h>

#include <QtTest>
#include <algorithm>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "engine/image/png/png_file.h"
#include "tests/image/other_programs.h"
#include "tests/skip.h"

using namespace bitswap;
using test::animate_png;
using test::make_photo;
using test::PngOptions;
using test::Random;
using test::write_png;

namespace {

/// What the codecs are to see of a file that write_png() makes.
Picture coded_picture(Picture picture, const PngOptions& options) {
  if (options.depth < 8) {
    for (std::uint8_t& sample : picture.samples) sample = static_cast<std::uint8_t>(sample >> (8 - options.depth));
  } else if (options.depth == 16 && !options.split) {
    std::vector<std::uint16_t> wide;
    for (const unsigned sample : picture.samples) wide.push_back(static_cast<std::uint16_t>(sample * 257));
    picture = split_wide(picture.width, picture.height, picture.channels, wide);
  }
  return picture;
}

Picture make_wide_photo(std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Random random(width);
  std::vector<std::uint16_t> samples;
  for (const unsigned sample : make_photo(width, height, channels).samples) {
    samples.push_back(static_cast<std::uint16_t>(sample << 8 | random.below(256)));
  }
  return split_wide(width, height, channels, samples);
}

Bytes deflated(const Bytes& raw) {
  uLongf length = compressBound(raw.size());
  Bytes stream(length);
  compress2(stream.data(), &length, raw.data(), raw.size(), 6);
  stream.resize(length);
  return stream;
}

Bytes file_of(const PngHeader& header, const Bytes& stream) {
  Bytes data;
  for (const std::uint32_t side : {header.width, header.height}) {
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<std::uint8_t>(side >> shift));
  }
  data.insert(data.end(), {header.depth, header.colour, 0, 0, static_cast<std::uint8_t>(header.interlaced ? 1 : 0)});
  Bytes file(kPngSignature.begin(), kPngSignature.end());
  put_chunk(file, chunk_type("IHDR"), data);
  if (header.colour == 3) put_chunk(file, chunk_type("PLTE"), Bytes(6));
  put_chunk(file, chunk_type("IDAT"), stream);
  put_chunk(file, chunk_type("IEND"), {});
  return file;
}

/// One row of `pixels` pixels, from its filtered bytes.
Bytes one_row(std::uint32_t pixels, std::uint8_t depth, std::uint8_t colour, const Bytes& raw) {
  return file_of({pixels, 1, depth, colour, false}, deflated(raw));
}

struct Kind {
  const char* name;
  std::uint8_t channels;
  PngOptions options;
};

std::vector<Kind> kinds() {
  return {{"grey 1", 1, {.depth = 1}},
          {"grey 2", 1, {.depth = 2}},
          {"grey 4", 1, {.depth = 4}},
          {"grey 8 interlaced", 1, {.interlaced = true}},
          {"palette 1", 1, {.depth = 1, .palette = true}},
          {"palette 4 interlaced", 1, {.depth = 4, .palette = true, .interlaced = true}},
          {"palette 8", 1, {.palette = true}},
          {"grey 16", 1, {.depth = 16, .extras = true}},
          {"RGB 8 interlaced", 3, {.interlaced = true, .extras = true}},
          {"RGB and alpha 16 interlaced", 4, {.depth = 16, .interlaced = true}}};
}

}  // namespace

class PngKindsTest : public QObject {
  Q_OBJECT

  static void check_exact(const Bytes& file, const Picture& picture) {
    const auto taken = png_format().take_apart(file);
    if (!taken) qWarning("%s", taken.error().detail.c_str());
    QVERIFY(taken.ok());
    QVERIFY(taken->picture == picture);
    QCOMPARE(taken->wide, parse_png(file)->header.depth == 16);
    QCOMPARE(taken->exactness, Exactness::Bytes);
    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok() && *again == file);
  }

  static void check_view(const Bytes& file, const Picture& expected) {
    const auto view = png_format().view(file);
    QVERIFY(view.ok());
    QVERIFY(*view == expected);
  }

 private Q_SLOTS:
  void libpng_data() {
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("depth");
    QTest::addColumn<bool>("palette");
    for (const int depth : {1, 2, 4, 8, 16}) {
      for (const int channels : {1, 2, 3, 4}) {
        if (depth >= 8 || channels == 1) QTest::addRow("%d x %d bits", channels, depth) << channels << depth << false;
      }
      if (depth <= 8) QTest::addRow("palette of %d bits", depth) << 1 << depth << true;
    }
  }
  void libpng() {
    QFETCH(int, channels);
    QFETCH(int, depth);
    QFETCH(bool, palette);
    for (const bool interlaced : {false, true}) {
      for (std::uint32_t width = 1; width <= 9; ++width) {
        for (const std::uint32_t height : {1u, 2u, 3u, 5u, 9u}) {
          const PngOptions options{.depth = depth, .palette = palette, .interlaced = interlaced};
          const Picture picture = make_photo(width, height, static_cast<std::uint8_t>(channels), width * height);
          check_exact(write_png(picture, options), coded_picture(picture, options));
        }
      }
      const Picture large = make_photo(203, 151, static_cast<std::uint8_t>(channels));
      for (const int level : {0, 1, 6, 9}) {
        const PngOptions options{.depth = depth,
                                 .palette = palette,
                                 .interlaced = interlaced,
                                 .level = level,
                                 .idat_size = 3000,
                                 .extras = true};
        const Bytes file = write_png(large, options);
        check_exact(file, coded_picture(large, options));
        if (depth == 16) {
          check_view(file, test::to_rgb(large));
        } else {
          check_view(file, test::decode_independently(file, true));
        }
      }
    }
  }

  void sixteen_bits() {
    for (const std::uint8_t channels : {1, 2, 3, 4}) {
      const Picture wide = make_wide_photo(60, 43, channels);
      QVERIFY(split_wide(60, 43, channels, join_wide(wide)) == wide);
      for (const bool interlaced : {false, true}) {
        const Bytes file = write_png(wide, {.depth = 16, .split = true, .interlaced = interlaced});
        check_exact(file, wide);
        if (channels != 2) QVERIFY(test::decode_independently(file, false) == wide);
      }
      if (channels == 2) continue;
      check_exact(test::write_by_opencv(".png", wide, true), wide);
    }
  }

  void unused_bits() {
    // Three pixels of 2 bits leave 2 bits, which the picture does not hold.
    check_exact(one_row(3, 2, 0, {0, 0b11100100}), Picture{3, 1, 1, {3, 2, 1}});
    const Bytes file = one_row(3, 2, 0, {0, 0b11100110});
    const auto taken = png_format().take_apart(file);
    QVERIFY(taken.ok());
    QCOMPARE(taken->exactness, Exactness::Pixels);
    QVERIFY(taken->picture == (Picture{3, 1, 1, {3, 2, 1}}));
    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok());
    QVERIFY(test::decode_independently(*again, false) == test::decode_independently(file, false));
  }

  void indices_outside_of_the_palette() {
    check_exact(one_row(3, 4, 3, {0, 0x0F, 0x10}), Picture{3, 1, 1, {0, 15, 1}});
  }

  void transparency() {
    for (const bool interlaced : {false, true}) {
      const Picture indices = make_photo(40, 30, 1);
      const Bytes file = write_png(indices, {.palette = true, .interlaced = interlaced});
      const auto png = parse_png(file);
      Bytes clear(file.begin(), file.begin() + 33);
      for (const PngChunk& chunk : png->before) put_chunk(clear, chunk.type, chunk.data);
      put_chunk(clear, chunk_type("tRNS"), Bytes{0, 100, 200});
      put_chunk(clear, chunk_type("IDAT"), png->stream);
      put_chunk(clear, chunk_type("IEND"), {});
      check_exact(clear, indices);
      check_view(clear, test::decode_independently(file, true));
    }
  }

  void animation() {
    const Picture rgb = make_photo(40, 30, 3);
    for (const bool first_is_frame : {false, true}) {
      const Bytes file = animate_png(write_png(rgb), first_is_frame);
      check_exact(file, rgb);
      check_view(file, rgb);
      const PngOptions palette{.depth = 4, .palette = true, .interlaced = true};
      check_exact(animate_png(write_png(make_photo(40, 30, 1), palette), first_is_frame),
                  coded_picture(make_photo(40, 30, 1), palette));
    }
  }

  void imagemagick_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("depth");
    QTest::addColumn<int>("colour");
    QTest::addColumn<bool>("interlaced");
    const QStringList adam7 = {"-interlace", "PNG"};
    QTest::newRow("PNG48") << QStringList{} << "PNG48:" << 16 << 2 << false;
    QTest::newRow("PNG48 interlaced") << adam7 << "PNG48:" << 16 << 2 << true;
    QTest::newRow("PNG64") << QStringList{} << "PNG64:" << 16 << 6 << false;
    QTest::newRow("PNG64 interlaced") << adam7 << "PNG64:" << 16 << 6 << true;
    QTest::newRow("PNG8") << QStringList{"-colors", "200"} << "PNG8:" << 8 << 3 << false;
    QTest::newRow("PNG8 interlaced") << adam7 + QStringList{"-colors", "200"} << "PNG8:" << 8 << 3 << true;
    QTest::newRow("few colours") << QStringList{"-depth", "8", "+dither", "-colors", "4"} << "PNG:" << 4 << 3 << false;
    QTest::newRow("bitmap") << QStringList{"-monochrome"} << "PNG:" << 1 << 0 << false;
    QTest::newRow("grey") << QStringList{"-colorspace", "Gray", "-depth", "16", "-blur", "2"} << "PNG:" << 16 << 0
                          << false;
    QTest::newRow("PNG24 interlaced") << adam7 << "PNG24:" << 8 << 2 << true;
  }
  void imagemagick() {
    if (!test::Workshop::has("convert")) SKIP_UNLESS_CI("ImageMagick is not installed");
    QFETCH(QStringList, arguments);
    QFETCH(QString, prefix);
    QFETCH(int, depth);
    QFETCH(int, colour);
    QFETCH(bool, interlaced);
    const test::Workshop workshop;
    workshop.write("from.png", write_png(make_wide_photo(150, 120, colour == 6 ? 4 : 3), {.depth = 16, .split = true}));
    QVERIFY(workshop.run("convert", QStringList{"from.png"} + arguments + QStringList{prefix + "to.png"}));
    const Bytes file = workshop.read("to.png");
    const PngHeader header = parse_png(file)->header;
    QCOMPARE(int{header.depth}, depth);
    QCOMPARE(int{header.colour}, colour);
    QCOMPARE(header.interlaced, interlaced);
    const auto taken = png_format().take_apart(file);
    QVERIFY(taken.ok());
    QCOMPARE(taken->exactness, Exactness::Bytes);
    QCOMPARE(taken->wide, depth == 16);
    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok() && *again == file);
    if (depth == 16) QVERIFY(taken->picture == test::decode_independently(file, false));

    // ImageMagick's own idea of the file in 8-bit RGB.
    QVERIFY(workshop.run("convert", {"to.png", "-alpha", "off", "-depth", "8", "PPM:to.ppm"}));
    const Picture other = workshop.read_netpbm("to.ppm");
    const auto view = png_format().view(file);
    QVERIFY(view.ok());
    QCOMPARE(view->samples.size(), other.samples.size());
    int difference = 0;  // it rounds some of the 16-bit samples the other way
    for (std::size_t i = 0; i < other.samples.size(); ++i) {
      difference = std::max(difference, std::abs(view->samples[i] - other.samples[i]));
    }
    QVERIFY(difference <= (depth == 16 ? 1 : 0));
  }

  void tall_and_thin() {
    for (const std::uint32_t height : {1000u, 100000u}) {
      const Bytes file = test::tall_png(height);
      const auto taken = png_format().take_apart(file);
      QVERIFY(taken.ok());
      const auto again = png_format().rebuild(taken->picture, taken->recipe);
      QVERIFY(again.ok() && *again == file);
    }
  }

  void cut_recipes() {
    for (const Kind& kind : kinds()) {
      const Bytes file = write_png(make_photo(13, 11, kind.channels), kind.options);
      const auto taken = png_format().take_apart(file);
      QVERIFY2(taken.ok(), kind.name);
      for (std::size_t size = 0; size < taken->recipe.size(); ++size) {
        QVERIFY2(!png_format().rebuild(taken->picture, ByteView(taken->recipe).first(size)).ok(), kind.name);
      }
    }
  }

  void lying_recipes() {
    const Picture photo = make_photo(13, 12, 1);
    const PngOptions options{.depth = 4, .palette = true, .interlaced = true};
    const auto taken = png_format().take_apart(write_png(photo, options));
    QVERIFY(taken.ok());
    const auto code_with = [&](std::size_t at, std::uint8_t value) {
      Bytes recipe = taken->recipe;
      recipe[at] = value;
      const auto again = png_format().rebuild(taken->picture, recipe);
      return again.ok() ? Error::Code{} : again.error().code;
    };
    QCOMPARE(code_with(0, 0), Error::Code::Unsupported);
    for (const int version : {1, 2, 4}) {
      QCOMPARE(code_with(0, static_cast<std::uint8_t>(version)), Error::Code::Unsupported);
    }
    QCOMPARE(code_with(1, 2), Error::Code::Corrupt);
    for (const int depth : {0, 3, 16, 32, 255})
      QCOMPARE(code_with(2, static_cast<std::uint8_t>(depth)), Error::Code::Corrupt);
    QCOMPARE(code_with(2, 2), Error::Code::Corrupt);  // too few bits for the samples
    for (const int colour : {1, 2, 4, 5, 6, 7, 255}) {
      QCOMPARE(code_with(3, static_cast<std::uint8_t>(colour)), Error::Code::Corrupt);
    }
    QVERIFY(code_with(4, 0) != Error::Code{});  // more filters than rows
    QCOMPARE(code_with(4, 2), Error::Code::Corrupt);

    Picture picture = taken->picture;
    picture.samples[7] = 16;
    QCOMPARE(png_format().rebuild(picture, taken->recipe).error().code, Error::Code::Corrupt);
    for (const Picture& other :
         {make_photo(13, 12, 3), make_photo(13, 12, 2), Picture{13, 12, 1, Bytes(3)}, Picture{}}) {
      QVERIFY(!png_format().rebuild(other, taken->recipe).ok());
    }
    const auto wide = png_format().take_apart(write_png(photo, {.depth = 16}));
    QVERIFY(wide.ok());
    QVERIFY(!png_format().rebuild(make_photo(13, 25, 1), wide->recipe).ok());  // an odd number of rows
  }

  void released_recipes() {
    // Of version 3, with streams of one stored block.
    const auto file_of = [](const Bytes& header, const char(&type)[5], const Bytes& chunk, const Bytes& stream) {
      Bytes file(kPngSignature.begin(), kPngSignature.end());
      put_chunk(file, chunk_type("IHDR"), header);
      put_chunk(file, chunk_type(type), chunk);
      put_chunk(file, chunk_type("IDAT"), stream);
      put_chunk(file, chunk_type("IEND"), {});
      return file;
    };
    // An RGB pixel with the filter 1.
    const Bytes first = {3,    1,  8, 2,   0,  1,  't', 'X', 'E', 't', 3, 'a', 0, 'b', 0,  0,   1,   0x78,
                         0x01, 29, 1, 128, 15, 15, 3,   128, 32,  134, 2, 0,   0, 0,   1,  255, 127, 1,
                         0,    1,  4, 0,   8,  0,  0,   21,  0,   64,  0, 0,   0, 1,   15, 1,   0};
    auto again = png_format().rebuild(Picture{1, 1, 3, {10, 20, 30}}, first);
    QVERIFY(again.ok());
    QVERIFY(*again == file_of({0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0}, "tEXt", {'a', 0, 'b'},
                              {0x78, 0x01, 1, 4, 0, 0xFB, 0xFF, 1, 10, 20, 30, 0, 0x6C, 0, 0x3E}));
    // Two indices of 4 bits, into three colours, with the filter 0.
    const Bytes second = {3,   1, 4, 3,    0,    1,  'E', 'T', 'L', 'P', 9, 1,   2,  3,   4, 5, 6,  7, 8, 9,
                          0,   0, 0, 0x78, 0x01, 29, 1,   128, 15,  15,  3, 128, 32, 134, 2, 0, 0,  0, 1, 255,
                          127, 1, 0, 1,    2,    0,  8,   0,   0,   21,  0, 64,  0,  0,   0, 1, 13, 1, 0};
    again = png_format().rebuild(Picture{2, 1, 1, {2, 1}}, second);
    QVERIFY(again.ok());
    QVERIFY(*again == file_of({0, 0, 0, 2, 0, 0, 0, 1, 4, 3, 0, 0, 0}, "PLTE", {1, 2, 3, 4, 5, 6, 7, 8, 9},
                              {0x78, 0x01, 1, 2, 0, 0xFD, 0xFF, 0, 0x21, 0, 0x23, 0, 0x22}));
  }
};

QTEST_APPLESS_MAIN(PngKindsTest)
#include "png_kinds_test.moc"
