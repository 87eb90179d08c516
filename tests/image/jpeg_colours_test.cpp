// The lattice of JPEG's colours: which pixels lie on it, checked against all triples, and the way there and back.
#include <QTest>
#include <random>
#include <vector>

#include "engine/image/format.h"
#include "engine/image/jpeg_colours.h"
#include "engine/image/shrink.h"
#include "tests/image/image_files.h"

using namespace bitswap;

namespace {

std::size_t index(const std::uint8_t* p) { return std::size_t{p[0]} << 16 | std::size_t{p[1]} << 8 | p[2]; }

Picture one_pixel(std::size_t rgb) {
  return {1,
          1,
          3,
          {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8), static_cast<std::uint8_t>(rgb)}};
}

}  // namespace

class JpegColoursTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Every triple in 8 bits, as one picture each for a Cr.
  void initTestCase() {
    images_.resize(std::size_t{1} << 24);
    Picture plane{256, 256, 3, Bytes(std::size_t{3} << 16)};
    for (int cr = 0; cr < 256; ++cr) {
      for (std::size_t i = 0; i < plane.pixel_count(); ++i) {
        plane.samples[3 * i] = static_cast<std::uint8_t>(cr);
        plane.samples[3 * i + 1] = static_cast<std::uint8_t>(i >> 8);
        plane.samples[3 * i + 2] = static_cast<std::uint8_t>(i);
      }
      from_jpeg_colours(plane);
      for (std::size_t i = 0; i < plane.pixel_count(); ++i) images_[index(&plane.samples[3 * i])] = true;
      if (cr % 16 != 3) continue;  // some of them there and back
      QVERIFY(has_jpeg_colours(plane));
      Picture back = plane;
      to_jpeg_colours(back);
      from_jpeg_colours(back);
      QCOMPARE(back, plane);
    }
  }

  void a_quarter_lies_on_the_lattice() {
    std::mt19937 random(1);
    int on_it = 0;
    for (int n = 0; n < 100000; ++n) {
      std::size_t rgb = random() >> 8;
      if (n % 4 == 0) rgb |= 0xFF0000;  // clamped ones are the difficult ones
      if (n % 8 == 4) rgb &= 0xFFFF00;
      const bool has = has_jpeg_colours(one_pixel(rgb));
      QCOMPARE(has, static_cast<bool>(images_[rgb]));
      if (n % 4 == 1 && has) ++on_it;
    }
    QVERIFY(on_it > 25000 / 5 && on_it < 25000 / 3);
  }

  void of_known_colours() {
    Picture white = one_pixel(0xFFFFFF);
    to_jpeg_colours(white);
    QCOMPARE(white.samples, (Bytes{128, 255, 128}));
    Picture triple{1, 1, 3, {200, 100, 90}};  // Cr, Y, Cb; JFIF: R = Y + 1.402 (Cr - 128), …
    from_jpeg_colours(triple);
    QCOMPARE(triple.samples, (Bytes{201, 62, 33}));
  }

  void pictures() {
    const Bytes file = test::write_jpeg(test::make_photo(61, 47, 3), 90);
    const Picture decoded = find_format(file)->view(file).value();
    QVERIFY(has_jpeg_colours(decoded));
    QVERIFY(!has_jpeg_colours(shrink(decoded, 30, 23)));
    QVERIFY(!has_jpeg_colours(Picture{1, 1, 1, {7}}));
    Picture with_alpha{1, 1, 4, {255, 255, 255, 3}};
    QVERIFY(has_jpeg_colours(with_alpha));
    Picture touched = decoded;
    std::size_t rgb = 0;
    while (images_[rgb]) ++rgb;
    std::copy_n(one_pixel(rgb).samples.begin(), 3, touched.samples.end() - 3);
    QVERIFY(!has_jpeg_colours(touched));
  }

 private:
  std::vector<bool> images_;  ///< of R, G, B as one number
};

QTEST_APPLESS_MAIN(JpegColoursTest)
#include "jpeg_colours_test.moc"
