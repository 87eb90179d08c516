// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG XL: lossless pixels of all kinds, JPEG files that come back, a look at files, and hostile data.
#include <QtTest>

#include "engine/image/format.h"
#include "engine/image/jpeg/jpeg_file.h"
#include "engine/image/jxl/jpegxl.h"
#include "engine/image/pixels/drawn.h"
#include "tests/image/image_files.h"

using namespace bitswap;
using test::make_photo;
using test::Random;
using Code = Error::Code;

namespace {

enum class Kind : std::uint8_t { Flat, Noise, Steps, Transparent };

Picture make(Kind kind, std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Picture picture{width, height, channels, Bytes(std::size_t{width} * height * channels)};
  Random random(width * 131 + height);
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const auto noise = static_cast<std::uint8_t>(random.next() >> 8);
    switch (kind) {
      case Kind::Flat: picture.samples[i] = 200; break;
      case Kind::Noise: picture.samples[i] = noise; break;
      case Kind::Steps: picture.samples[i] = static_cast<std::uint8_t>(i / channels * 3); break;
      case Kind::Transparent:
        picture.samples[i] = channels % 2 == 0 && i % channels == channels - 1U ? 0 : noise;
        break;
    }
  }
  return picture;
}

JpegXlShape shape_of(const Picture& picture, bool wide = false) { return jpegxl_shape(picture, wide).value(); }

Bytes joined(const Bytes& first, const Bytes& second) {
  Bytes both = first;
  both.insert(both.end(), second.begin(), second.end());
  return both;
}

Bytes with_segment(const Bytes& jpeg, std::uint8_t marker, const Bytes& data) {
  ByteWriter file;
  file.raw(ByteView(jpeg).first(2));
  file.u8(0xFF);
  file.u8(marker);
  file.u8(static_cast<std::uint8_t>((data.size() + 2) >> 8));
  file.u8(static_cast<std::uint8_t>(data.size() + 2));
  file.raw(data);
  file.raw(ByteView(jpeg).subspan(2));
  return file.take();
}

double mean_difference(const Picture& a, const Picture& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) sum += std::abs(a.samples[i] - b.samples[i]);
  return sum / static_cast<double>(a.samples.size());
}

}  // namespace

class JpegXlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void pixels_come_back_data() {
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("wide");
    for (int channels = 1; channels <= 4; ++channels) {
      for (const bool wide : {false, true}) {
        QTest::addRow("%d channels, %d bits", channels, wide ? 16 : 8) << channels << wide;
      }
    }
  }
  void pixels_come_back() {
    QFETCH(int, channels);
    QFETCH(bool, wide);
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> sizes = {{1, 1}, {2, 1}, {1, 3}, {7, 9}, {300, 270}};
    for (const Kind kind : {Kind::Flat, Kind::Noise, Kind::Steps, Kind::Transparent}) {
      for (const auto& [width, height] : sizes) {
        const Picture picture = make(kind, width, height * (wide ? 2 : 1), static_cast<std::uint8_t>(channels));
        const auto data = encode_jpegxl(picture, wide);
        QVERIFY2(data.ok(), data.ok() ? "" : data.error().detail.c_str());
        const JpegXlShape shape = shape_of(picture, wide);
        QCOMPARE(shape.height, height);
        const auto again = decode_jpegxl(*data, shape);
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().detail.c_str());
        QVERIFY(*again == picture);
      }
    }
  }

  void threads_change_nothing() {
    const Picture picture = make_photo(700, 600, 3);
    const auto alone = encode_jpegxl(picture, false, kJpegXlSafeEffort, 1);
    const auto together = encode_jpegxl(picture, false, kJpegXlSafeEffort, 3);
    QVERIFY(alone.ok() && together.ok() && *alone == *together);
    QVERIFY(*decode_jpegxl(*alone, shape_of(picture), 3) == picture);
    const Bytes jpeg = test::write_jpeg(picture, 90);
    QVERIFY(*pack_jpeg(jpeg, 1) == *pack_jpeg(jpeg, 3));
  }

  void pictures_that_contradict_themselves() {
    QCOMPARE(encode_jpegxl({4, 4, 3, Bytes(47)}, false).error().code, Code::InvalidArgument);
    QCOMPARE(encode_jpegxl({4, 3, 3, Bytes(36)}, true).error().code, Code::InvalidArgument);
    QCOMPARE(encode_jpegxl({0, 3, 3, {}}, false).error().code, Code::Corrupt);
  }

  void data_of_another_shape() {
    const Picture picture = make(Kind::Noise, 20, 30, 4);
    const Bytes data = encode_jpegxl(picture, false).value();
    const JpegXlShape right = shape_of(picture);
    for (const JpegXlShape wrong : {JpegXlShape{30, 20, 4, 8}, JpegXlShape{20, 31, 4, 8}, JpegXlShape{20, 30, 3, 8},
                                    JpegXlShape{20, 30, 2, 8}, JpegXlShape{20, 30, 4, 16}, JpegXlShape{20, 30, 5, 8},
                                    JpegXlShape{20, 30, 0, 8}, JpegXlShape{20, 30, 4, 7}}) {
      QCOMPARE(decode_jpegxl(data, wrong).error().code, Code::Corrupt);
    }
    QCOMPARE(decode_jpegxl(joined(data, {0}), right).error().code, Code::Corrupt);
    QVERIFY(decode_jpegxl(data, right).ok());
  }

  void impossible_sizes_take_no_memory() {
    const Bytes data = encode_jpegxl(make(Kind::Flat, 8, 8, 3), false).value();
    QCOMPARE(decode_jpegxl(data, {1U << 24, 1U << 24, 3, 8}).error().code, Code::LimitExceeded);
    QCOMPARE(decode_jpegxl(data, {1U << 15, 1U << 15, 4, 16}).error().code, Code::LimitExceeded);
    QCOMPARE(unpack_jpeg(data, 1U << 15, 1U << 15, 1U << 30).error().code, Code::LimitExceeded);
    QCOMPARE(decode_jpegxl(data, {0, 8, 3, 8}).error().code, Code::Corrupt);
  }

  void damaged_pixels() {
    const Picture picture = make_photo(60, 50, 3);
    const Bytes data = encode_jpegxl(picture, false).value();
    for (std::size_t length = 0; length < data.size(); length += 1 + length / 8) {
      QVERIFY(!decode_jpegxl(ByteView(data).first(length), shape_of(picture)).ok());
    }
    Random random(3);
    for (int i = 0; i < 150; ++i) {
      Bytes changed = data;
      changed[random.below(i % 2 == 0 ? 40 : static_cast<std::uint32_t>(data.size()))] =
          static_cast<std::uint8_t>(random.next());
      const auto decoded = decode_jpegxl(changed, shape_of(picture));
      if (decoded.ok()) QCOMPARE(decoded->samples.size(), picture.samples.size());
      (void)view_jpegxl(changed);
    }
  }

  void jpegs_come_back_data() {
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("progressive");
    QTest::newRow("colour") << 3 << false;
    QTest::newRow("colour, progressive") << 3 << true;
    QTest::newRow("grey") << 1 << false;
    QTest::newRow("grey, progressive") << 1 << true;
  }
  void jpegs_come_back() {
    QFETCH(int, channels);
    QFETCH(bool, progressive);
    for (const std::uint32_t side : {1U, 8U, 17U, 200U}) {
      const Bytes jpeg =
          test::write_jpeg(make_photo(side, side * 2, static_cast<std::uint8_t>(channels)), 85, progressive);
      const auto packed = pack_jpeg(jpeg);
      QVERIFY2(packed.ok(), packed.ok() ? "" : packed.error().detail.c_str());
      if (side == 200) QVERIFY(packed->size() < jpeg.size());
      const auto again = unpack_jpeg(*packed, side, side * 2, jpeg.size());
      QVERIFY2(again.ok(), again.ok() ? "" : again.error().detail.c_str());
      QVERIFY(*again == jpeg);
      QCOMPARE(unpack_jpeg(*packed, side, side * 2, jpeg.size() - 1).error().code, Code::LimitExceeded);
      QCOMPARE(unpack_jpeg(*packed, side, side * 2, 0).error().code, Code::LimitExceeded);
      QCOMPARE(unpack_jpeg(*packed, side, side * 2 + 1, jpeg.size()).error().code, Code::Corrupt);
    }
  }

  void pixels_are_no_jpeg() {
    const Bytes data = encode_jpegxl(make(Kind::Noise, 20, 30, 3), false).value();
    QCOMPARE(unpack_jpeg(data, 20, 30, 1 << 20).error().code, Code::Corrupt);
  }

  void damaged_jpegs() {
    const Bytes jpeg = test::write_jpeg(make_photo(64, 48, 3), 85);
    const Bytes packed = pack_jpeg(jpeg).value();
    for (std::size_t length = 0; length < packed.size(); length += 1 + length / 16) {
      QVERIFY(!unpack_jpeg(ByteView(packed).first(length), 64, 48, jpeg.size()).ok());
    }
    Random random(5);
    for (int i = 0; i < 200; ++i) {
      const auto change = [&](Bytes bytes) {
        bytes[random.below(static_cast<std::uint32_t>(i % 2 == 0 ? bytes.size() : 300))] ^=
            static_cast<std::uint8_t>(1U << random.below(8));
        return bytes;
      };
      (void)unpack_jpeg(change(packed), 64, 48, jpeg.size());
      const Bytes broken = change(jpeg);
      const auto parsed = parse_jpeg(broken);
      if (parsed.ok()) (void)pack_jpeg(ByteView(broken).first(parsed->length));
    }
  }

  void where_a_jpeg_ends() {
    const Bytes jpeg = test::write_jpeg(make_photo(40, 30, 3), 80, true);
    const Bytes thumbnail = test::write_jpeg(make_photo(10, 10, 1), 50);
    for (const Bytes& file : {jpeg, joined(jpeg, {0, 0, 0}), joined(jpeg, thumbnail)}) {
      const auto parsed = parse_jpeg(file);
      QVERIFY(parsed.ok());
      QCOMPARE(parsed->length, jpeg.size());
      QCOMPARE(parsed->width, 40U);
      QCOMPARE(parsed->height, 30U);
      QCOMPARE(parsed->components, std::uint8_t{3});
      QCOMPARE(parsed->coding, std::uint8_t{2});
      QCOMPARE(parsed->bits, std::uint8_t{8});
    }
    const Bytes with_thumbnail = with_segment(jpeg, 0xE1, joined({'E', 'x', 'i', 'f', 0, 0}, thumbnail));
    QCOMPARE(parse_jpeg(joined(with_thumbnail, thumbnail))->length, with_thumbnail.size());
    Bytes filled = jpeg;
    filled.insert(filled.end() - 2, 5, 0xFF);
    QCOMPARE(parse_jpeg(filled)->length, filled.size());
    for (std::size_t length = 0; length < jpeg.size(); ++length)
      QVERIFY(!parse_jpeg(ByteView(jpeg).first(length)).ok());
    QCOMPARE(parse_jpeg(ByteView(jpeg).first(jpeg.size() - 2)).error().code, Code::Truncated);
    QCOMPARE(parse_jpeg(Bytes{0xFF, 0xD8, 0xFF, 0xD9}).error().code, Code::Corrupt);
    QCOMPARE(parse_jpeg(Bytes{0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 0xFF, 0xD9}).error().code, Code::Corrupt);
  }

  void files_are_shown() {
    for (std::uint8_t channels = 1; channels <= 4; ++channels) {
      const Picture picture = make_photo(50, 40, channels);
      const Bytes file = encode_jpegxl(picture, false).value();
      const ImageFormat* format = find_format(file);
      QVERIFY(format != nullptr && format->name() == "jxl");
      QCOMPARE(format->take_apart(file).error().code, Code::Unsupported);
      const auto view = format->view(file);
      QVERIFY2(view.ok(), view.ok() ? "" : view.error().detail.c_str());
      QVERIFY(*view == test::to_rgb(picture));
    }
    Picture wide = make_photo(50, 40, 3);
    const Picture narrow = wide;
    wide.samples.insert(wide.samples.end(), narrow.samples.begin(), narrow.samples.end());
    wide.height *= 2;
    const Bytes deep = encode_jpegxl(wide, true).value();
    QCOMPARE(find_format(deep)->name(), std::string_view("jxl"));
    QVERIFY(*find_format(deep)->view(deep) == narrow);

    const Bytes jpeg = test::write_jpeg(make_photo(90, 70, 3), 90);
    const Bytes packed = pack_jpeg(jpeg).value();
    QCOMPARE(find_format(packed)->name(), std::string_view("jxl"));
    const auto view = find_format(packed)->view(packed);
    const Picture expected = test::decode_independently(jpeg, true);
    QVERIFY(view.ok() && view->samples.size() == expected.samples.size());
    QVERIFY(mean_difference(*view, expected) < 3);
    QVERIFY(!view_jpegxl(ByteView(packed).first(packed.size() / 2)).ok());
  }

  void drawings_are_told_from_photos() {
    QVERIFY(!looks_drawn(make(Kind::Noise, 200, 150, 3)));
    QVERIFY(looks_drawn(make(Kind::Flat, 200, 150, 3)));
    QVERIFY(looks_drawn(make(Kind::Steps, 200, 150, 4)));  // 256 colours that never repeat
    QVERIFY(looks_drawn(make(Kind::Noise, 200, 150, 1)));
    Picture half = make(Kind::Noise, 200, 150, 3);
    std::fill(half.samples.begin(), half.samples.begin() + static_cast<std::ptrdiff_t>(half.samples.size() / 2), 255);
    QVERIFY(looks_drawn(half));
  }
};

QTEST_GUILESS_MAIN(JpegXlTest)
#include "jpegxl_test.moc"
