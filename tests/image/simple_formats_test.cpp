// SPDX-License-Identifier: GPL-3.0-or-later
// PNM, BMP and JPEG made by hand or by libjpeg: exact where that is promised, refused in the right words elsewhere.
#include <QtTest>
#include <algorithm>
#include <string>
#include <string_view>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/image_files.h"

using namespace bitswap;
using test::make_photo;

namespace {

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes pnm_of(std::string_view header, ByteView samples, std::string_view trailer = {}) {
  Bytes file = bytes_of(header);
  file.insert(file.end(), samples.begin(), samples.end());
  file.insert(file.end(), trailer.begin(), trailer.end());
  return file;
}

struct BmpOptions {
  bool top_down = false;
  std::uint8_t padding = 0;
  std::uint32_t header = 40;
  std::uint32_t gap = 0;  ///< bytes between headers and samples
  std::uint8_t palette_step = 1;
  std::string_view trailer = {};
};

/// 8, 24 or 32 bits after the channels of the picture.
Bytes bmp_of(const Picture& picture, const BmpOptions& options) {
  const std::uint32_t palette = picture.channels == 1 ? 1024 : 0;
  const std::uint32_t raster = 14 + options.header + palette + options.gap;
  ByteWriter writer;
  writer.raw(bytes_of("BM"));
  writer.u32(12345);  // the size of the file is often wrong
  writer.u32(0x01020304);
  writer.u32(raster);
  writer.u32(options.header);
  writer.u32(picture.width);
  writer.u32(options.top_down ? 0u - picture.height : picture.height);
  writer.u16(1);
  writer.u16(static_cast<std::uint16_t>(picture.channels * 8));
  for (const std::uint32_t value : {0u, 0u, 2835u, 2835u, 0u, 0u}) writer.u32(value);
  for (std::uint32_t i = 40; i < options.header; ++i) writer.u8(static_cast<std::uint8_t>(i));
  for (std::uint32_t i = 0; i < palette / 4; ++i) {
    for (int channel = 0; channel < 3; ++channel) writer.u8(static_cast<std::uint8_t>(i * options.palette_step));
    writer.u8(0);
  }
  for (std::uint32_t i = 0; i < options.gap; ++i) writer.u8(0xEE);
  const std::size_t channels = picture.channels;
  for (std::size_t row = 0; row < picture.height; ++row) {
    const std::size_t y = options.top_down ? row : picture.height - 1 - row;
    const std::uint8_t* line = picture.samples.data() + y * picture.width * channels;
    for (std::size_t x = 0; x < picture.width; ++x) {
      const std::uint8_t* pixel = line + x * channels;
      if (channels == 1) writer.u8(pixel[0]);
      if (channels >= 3) writer.raw(Bytes{pixel[2], pixel[1], pixel[0]});
      if (channels == 4) writer.u8(pixel[3]);
    }
    while ((writer.size() - raster) % 4 != 0) writer.u8(options.padding);
  }
  writer.raw(bytes_of(options.trailer));
  return writer.take();
}

/// The samples of a wide picture as PNM has them.
Bytes interleaved(const Picture& wide) {
  Bytes samples;
  for (const unsigned sample : join_wide(wide)) {
    samples.push_back(static_cast<std::uint8_t>(sample >> 8));
    samples.push_back(static_cast<std::uint8_t>(sample));
  }
  return samples;
}

}  // namespace

class SimpleFormatsTest : public QObject {
  Q_OBJECT

  static void check_exact(const Bytes& file, const ImageFormat& format, const Picture& picture) {
    QCOMPARE(find_format(file), &format);
    const auto taken = format.take_apart(file);
    if (!taken) qWarning("%s", taken.error().detail.c_str());
    QVERIFY(taken.ok());
    QVERIFY(taken->picture == picture);
    QCOMPARE(taken->exactness, Exactness::Bytes);
    QCOMPARE(taken->recipe[0], std::uint8_t{1});
    QVERIFY(!taken->wide);
    const auto again = format.rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok() && *again == file);
    const auto view = format.view(file);
    QVERIFY(view.ok() && *view == test::to_rgb(picture));
    QVERIFY(test::decode_independently(file, true) == *view);
  }

  /// The picture is not what people see, but what the file holds.
  static void check_plane(const Bytes& file, const ImageFormat& format, const Picture& picture, std::uint8_t version,
                          bool wide = false) {
    QCOMPARE(find_format(file), &format);
    const auto taken = format.take_apart(file);
    if (!taken) qWarning("%s", taken.error().detail.c_str());
    QVERIFY(taken.ok());
    QVERIFY(taken->picture == picture);
    QCOMPARE(taken->wide, wide);
    QCOMPARE(taken->exactness, Exactness::Bytes);
    QCOMPARE(taken->recipe[0], version);
    const auto again = format.rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok() && *again == file);
    Picture other = picture;
    ++other.width;
    other.samples.resize(other.pixel_count() * other.channels);
    QVERIFY(!format.rebuild(other, taken->recipe).ok());
    Bytes recipe = taken->recipe;
    recipe[0] = 1;
    QVERIFY(!format.rebuild(taken->picture, recipe).ok());
    recipe[0] = 3;
    QCOMPARE(format.rebuild(taken->picture, recipe).error().code, Error::Code::Unsupported);
  }

  static void check_error(const Bytes& file, const ImageFormat& format, Error::Code code) {
    QCOMPARE(find_format(file), &format);
    const auto taken = format.take_apart(file);
    QVERIFY(!taken.ok());
    QCOMPARE(taken.error().code, code);
  }

 private Q_SLOTS:
  void registry() {
    QVERIFY(image_formats().size() >= 4);
    for (const ImageFormat* format : image_formats()) {
      QCOMPARE(format_by_name(format->name()), format);
      QVERIFY(!format->recognises({}));
    }
    QVERIFY(format_by_name("text") == nullptr);
    for (const std::string_view text : {"", "P", "P6", "P5 is a text", "BM", "BMW and other cars, a list", "hello"}) {
      QVERIFY(find_format(bytes_of(text)) == nullptr);
    }
  }

  void pnm_exact() {
    const Picture rgb = make_photo(7, 5, 3);
    const Picture grey = make_photo(7, 5, 1);
    check_exact(pnm_of("P6\n7 5\n255\n", rgb.samples), pnm_format(), rgb);
    check_exact(pnm_of("P5\n7 5\n255\n", grey.samples), pnm_format(), grey);
    check_exact(pnm_of("P6\n# a comment\n#another\n 7\n  5 # third\n255\n", rgb.samples, "more"), pnm_format(), rgb);
    check_exact(pnm_of("P6\r7\t005 255 ", rgb.samples, "\n"), pnm_format(), rgb);
  }

  void pnm_kinds() {
    const Picture grey = make_photo(13, 5, 1);
    // Fewer levels are kept as they are.
    Picture few = grey;
    for (std::uint8_t& sample : few.samples) sample = static_cast<std::uint8_t>(sample % 101);
    check_plane(pnm_of("P5\n13 5\n100\n", few.samples), pnm_format(), few, 2);
    // 16 bits: the high byte comes first in the file.
    for (const std::uint8_t channels : {1, 3}) {
      Picture wide = make_photo(13, 10, channels);
      const Bytes samples = interleaved(wide);
      const std::string_view header = channels == 1 ? "P5\n13 5\n65535\n" : "P6\n13 5\n65535\n";
      const Bytes file = pnm_of(header, samples, "end");
      check_plane(file, pnm_format(), wide, 2, true);
      QVERIFY(test::decode_independently(file, false) == wide);
      QVERIFY(*pnm_format().view(file) == test::to_rgb(test::narrow(wide)));
    }
    Picture bits = grey;
    for (std::uint8_t& sample : bits.samples) sample = sample & 1;
    Bytes packed;
    for (std::size_t y = 0; y < 5; ++y) {
      packed.resize(packed.size() + 2);
      for (std::size_t x = 0; x < 13; ++x) {
        packed[y * 2 + x / 8] |= static_cast<std::uint8_t>(bits.samples[y * 13 + x] << (7 - x % 8));
      }
    }
    const Bytes bitmap = pnm_of("P4\n13 5\n", packed);
    check_plane(bitmap, pnm_format(), bits, 2);
    QVERIFY(*pnm_format().view(bitmap) == test::decode_independently(bitmap, true));
    QCOMPARE(pnm_format().view(bitmap)->samples[0], bits.samples[0] == 1 ? 0 : 255);
    for (const std::uint8_t channels : {1, 2, 3, 4}) {
      const std::string depth = "HEIGHT 5\n# comment\nWIDTH 13\nDEPTH " + std::to_string(channels) + "\n";
      const Picture picture = make_photo(13, 5, channels);
      const Bytes file = pnm_of("P7\n#x\n" + depth + "MAXVAL 255\nTUPLTYPE ANY\nENDHDR\n", picture.samples);
      check_plane(file, pnm_format(), picture, 2);
      QVERIFY(*pnm_format().view(file) == test::to_rgb(picture));
      const Picture wide = make_photo(13, 10, channels);
      const Bytes deep = pnm_of("P7\n#x\n" + depth + "MAXVAL 65535\nENDHDR\n", interleaved(wide));
      check_plane(deep, pnm_format(), wide, 2, true);
      QVERIFY(*pnm_format().view(deep) == test::to_rgb(test::narrow(wide)));
    }
  }

  void pnm_other() {
    const Picture grey = make_photo(7, 5, 1);
    check_error(pnm_of("P5\n7 5\n255#\n", grey.samples), pnm_format(), Error::Code::Unsupported);
    for (const std::string_view kind : {"P1", "P2", "P3"}) {
      check_error(pnm_of(std::string(kind) + " 1 1 1 1 1", {}), pnm_format(), Error::Code::Unsupported);
    }
    check_error(bytes_of("P7\nWIDTH 1\n"), pnm_format(), Error::Code::Truncated);
    const std::string_view pam = "P7\nWIDTH 1\nHEIGHT 1\n";
    check_error(pnm_of(pam, bytes_of("DEPTH 5\nMAXVAL 255\nENDHDR\nabcde")), pnm_format(), Error::Code::Unsupported);
    check_error(pnm_of(pam, bytes_of("MAXVAL 255\nENDHDR\na")), pnm_format(), Error::Code::Corrupt);
    check_error(pnm_of(pam, bytes_of("DEPTH 1\nENDHDR\na")), pnm_format(), Error::Code::Corrupt);
    check_error(pnm_of(pam, bytes_of("WIDTH 1\nDEPTH 1\nMAXVAL 255\nENDHDR\na")), pnm_format(), Error::Code::Corrupt);
    check_error(pnm_of(pam, bytes_of("DEPTH 1\nMAXVAL 65536\nENDHDR\nab")), pnm_format(), Error::Code::Corrupt);
    check_error(pnm_of(pam, bytes_of("DEPTH 2\nMAXVAL 256\nENDHDR\nabc")), pnm_format(), Error::Code::Truncated);
    // A bit behind the end of a row has no place in the picture.
    check_error(pnm_of("P4 7 1 ", Bytes{1}), pnm_format(), Error::Code::Unsupported);
    check_error(pnm_of("P5\n7 5\n255\n", ByteView(grey.samples).first(34)), pnm_format(), Error::Code::Truncated);
    check_error(bytes_of("P6 99999999999999999999 1 255 "), pnm_format(), Error::Code::LimitExceeded);
    check_error(bytes_of("P6 16777216 16777216 255 "), pnm_format(), Error::Code::LimitExceeded);
    check_error(bytes_of("P6 32768 32768 255 "), pnm_format(), Error::Code::Truncated);
    check_error(bytes_of("P6 0 1 255 "), pnm_format(), Error::Code::Corrupt);
    check_error(bytes_of("P6 1 1 0 abc"), pnm_format(), Error::Code::Corrupt);
    const auto view = pnm_format().view(pnm_of("P5 3 1 2 ", Bytes{0, 1, 2}));
    QVERIFY(view.ok());
    QVERIFY(view->samples == (Bytes{0, 0, 0, 128, 128, 128, 255, 255, 255}));
  }

  void bmp_exact() {
    for (const std::uint8_t channels : {1, 3, 4}) {
      for (const std::uint32_t width : {1u, 2u, 3u, 4u, 17u}) {
        for (const bool top_down : {false, true}) {
          const Picture picture = make_photo(width, 6, channels, width);
          check_exact(bmp_of(picture, {.top_down = top_down}), bmp_format(), picture);
          check_exact(bmp_of(picture, {.top_down = top_down, .padding = 0x5A, .gap = 10, .trailer = "end"}),
                      bmp_format(), picture);
          check_exact(bmp_of(picture, {.top_down = top_down, .header = 124}), bmp_format(), picture);
        }
      }
    }
  }

  void bmp_other() {
    const Picture grey = make_photo(9, 6, 1);
    const Bytes coloured = bmp_of(grey, {.palette_step = 3});
    check_plane(coloured, bmp_format(), grey, 2);
    QVERIFY(*bmp_format().view(coloured) == test::decode_independently(coloured, true));
    Bytes file = bmp_of(make_photo(9, 6, 3), {});
    file.pop_back();
    check_error(file, bmp_format(), Error::Code::Truncated);
    file = bmp_of(make_photo(9, 6, 3), {});
    file[28] = 7;
    check_error(file, bmp_format(), Error::Code::Corrupt);
    file[18] = file[19] = file[20] = file[21] = 0xFF;
    check_error(file, bmp_format(), Error::Code::LimitExceeded);
  }

  void bmp_palettes() {
    for (const std::uint32_t bits : {1u, 4u, 8u}) {
      for (const std::uint32_t width : {1u, 2u, 7u, 8u, 9u, 31u, 32u, 33u}) {
        for (const std::uint8_t padding : {0x00, 0xA5}) {
          Picture indices = make_photo(width, 3, 1);
          for (std::uint8_t& index : indices.samples) index = static_cast<std::uint8_t>(index >> (8 - bits));
          ByteWriter writer;
          writer.raw(bytes_of("BM"));
          const std::uint32_t colours = 1u << bits;
          for (const std::uint32_t value :
               {0u, 0u, 54 + colours * 4, 40u, width, 3u, bits << 16 | 1, 0u, 0u, 0u, 0u, colours, 0u}) {
            writer.u32(value);
          }
          for (std::uint32_t i = 0; i < colours; ++i) writer.u32(i * 0x030507 ^ 0xFF);
          const std::size_t row_bytes = (width * bits + 31) / 32 * 4;
          for (std::size_t y = 3; y-- > 0;) {
            Bytes row(row_bytes, padding);
            for (std::size_t x = 0; x < width; ++x) {
              const std::size_t at = x * bits;
              const auto shift = static_cast<unsigned>(8 - bits - at % 8);
              const unsigned mask = (colours - 1) << shift;
              row[at / 8] =
                  static_cast<std::uint8_t>((row[at / 8] & ~mask) | unsigned{indices.samples[y * width + x]} << shift);
            }
            writer.raw(row);
          }
          writer.raw(bytes_of("end"));
          check_plane(writer.bytes(), bmp_format(), indices, 2);
          QVERIFY(*bmp_format().view(writer.bytes()) == test::decode_independently(writer.bytes(), true));
          if (bits == 8) continue;
          const auto taken = bmp_format().take_apart(writer.bytes());
          indices.samples[0] = static_cast<std::uint8_t>(colours);
          QVERIFY(!bmp_format().rebuild(indices, taken->recipe).ok());
        }
      }
    }
  }

  void bmp_runs() {
    // 4 x 2 in run lengths: three of index 1, one of 2; end of line; a literal 3 1 2 with padding; end of picture.
    ByteWriter writer;
    writer.raw(bytes_of("BM"));
    for (const std::uint32_t value : {0u, 0u, 54u + 16u, 40u, 4u, 2u, 0x00080001u, 1u, 0u, 0u, 0u, 4u, 0u}) {
      writer.u32(value);
    }
    for (const std::uint32_t colour : {0x000000u, 0x0000FFu, 0x00FF00u, 0xFF0000u}) writer.u32(colour);
    writer.raw(Bytes{3, 1, 1, 2, 0, 0, 0, 3, 3, 1, 2, 0, 1, 2, 0, 1});
    const Bytes file = writer.take();
    check_error(file, bmp_format(), Error::Code::Unsupported);
    const Bytes blue = {0, 0, 255};
    const Bytes green = {0, 255, 0};
    const Bytes red = {255, 0, 0};
    Bytes expected;
    for (const Bytes& pixel : {red, blue, green, green, blue, blue, blue, green}) {
      expected.insert(expected.end(), pixel.begin(), pixel.end());
    }
    const auto view = bmp_format().view(file);
    QVERIFY(view.ok());
    QVERIFY(view->samples == expected);
    QVERIFY(*view == test::decode_independently(file, true));
  }

  void bmp_bit_fields() {
    // 2 x 1 of 16 bits with the fields 5-6-5: full red, then full green and blue.
    ByteWriter writer;
    writer.raw(bytes_of("BM"));
    for (const std::uint32_t value : {0u, 0u, 66u, 40u, 2u, 1u, 0x00100001u, 3u, 0u, 0u, 0u, 0u, 0u}) writer.u32(value);
    for (const std::uint32_t mask : {0xF800u, 0x07E0u, 0x001Fu}) writer.u32(mask);
    writer.u32(0x07FFF800u);
    const auto view = bmp_format().view(writer.bytes());
    QVERIFY(view.ok());
    QVERIFY(view->samples == (Bytes{255, 0, 0, 0, 255, 255}));
  }

  void jpeg_view() {
    for (const bool progressive : {false, true}) {
      for (const std::uint8_t channels : {1, 3}) {
        for (const std::uint32_t width : {1u, 8u, 61u}) {
          const Picture picture = make_photo(width, 37, channels);
          const Bytes file = test::write_jpeg(picture, 95, progressive);
          check_error(file, jpeg_format(), Error::Code::Unsupported);
          const auto view = jpeg_format().view(file);
          QVERIFY(view.ok());
          QCOMPARE(view->channels, 3);
          // OpenCV may come with another libjpeg, whose transforms may round otherwise.
          QVERIFY(test::largest_difference(*view, test::decode_independently(file, true)) <= 4);
        }
      }
    }
  }

  void jpeg_inks() {
    Picture inks{16, 16, 4, Bytes(1024)};
    for (std::size_t pixel = 0; pixel < 256; ++pixel) {
      inks.samples[pixel * 4] = 200;
      inks.samples[pixel * 4 + 1] = 100;
      inks.samples[pixel * 4 + 2] = 50;
      inks.samples[pixel * 4 + 3] = 255;
    }
    const auto view = jpeg_format().view(test::write_jpeg(inks, 100));
    QVERIFY(view.ok());
    const bool inverted = std::abs(view->samples[0] - 200) <= 2 && std::abs(view->samples[1] - 100) <= 2 &&
                          std::abs(view->samples[2] - 50) <= 2;
    QVERIFY(inverted);  // libjpeg writes Adobe's marker for inks
  }

  void jpeg_damaged() {
    const Bytes file = test::write_jpeg(make_photo(64, 64, 3), 90);
    QVERIFY(!jpeg_format().view(ByteView(file).first(100)).ok());
    QVERIFY(jpeg_format().view(ByteView(file).first(file.size() / 2 + 300)).ok());  // a warning, as in every viewer
    Bytes huge = file;
    const std::array<std::uint8_t, 2> frame = {0xFF, 0xC0};
    const auto at = std::ranges::search(huge, frame).begin();
    std::fill(at + 5, at + 9, 0xFF);
    QCOMPARE(jpeg_format().view(huge).error().code, Error::Code::LimitExceeded);
    std::fill(at + 5, at + 9, 0x60);
    QCOMPARE(jpeg_format().view(huge).error().code, Error::Code::Truncated);
  }
};

QTEST_APPLESS_MAIN(SimpleFormatsTest)
#include "simple_formats_test.moc"
