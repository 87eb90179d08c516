// SPDX-License-Identifier: GPL-3.0-or-later
// The lattices of luma and chroma: which pixels lie on them, checked against all triples, and the way there and back.
#include <webp/decode.h>
#include <webp/encode.h>

#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "engine/image/format.h"
#include "engine/image/pixels/shrink.h"
#include "engine/image/pixels/ycc_colours.h"
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

class YccColoursTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void lattice_data() {
    QTest::addColumn<YccSpace>("space");
    QTest::addColumn<double>("share");  // of RGB: one over the determinant, and something for clamped colours
    QTest::newRow("JPEG") << YccSpace::Jpeg << 0.254;
    QTest::newRow("WebP") << YccSpace::WebP << 0.176;
    QTest::newRow("Photo CD") << YccSpace::PhotoCd << 0.128;
  }

  void lattice() {
    QFETCH(const YccSpace, space);
    QFETCH(const double, share);
    // Every triple in 8 bits, as one picture each for a Cr.
    std::vector<bool> images(std::size_t{1} << 24);
    Picture plane{256, 256, 3, Bytes(std::size_t{3} << 16)};
    for (int cr = 0; cr < 256; ++cr) {
      for (std::size_t i = 0; i < plane.pixel_count(); ++i) {
        plane.samples[3 * i] = static_cast<std::uint8_t>(cr);
        plane.samples[3 * i + 1] = static_cast<std::uint8_t>(i >> 8);
        plane.samples[3 * i + 2] = static_cast<std::uint8_t>(i);
      }
      from_ycc(plane, space);
      for (std::size_t i = 0; i < plane.pixel_count(); ++i) images[index(&plane.samples[3 * i])] = true;
      if (cr % 16 != 3) continue;  // some of them there and back
      QVERIFY(lies_in(plane, space));
      Picture back = plane;
      to_ycc(back, space);
      from_ycc(back, space);
      QCOMPARE(back, plane);
    }
    const auto on_it = static_cast<double>(std::ranges::count(images, true)) / static_cast<double>(images.size());
    QVERIFY(std::abs(on_it - share) < 0.001);

    std::mt19937 random(1);
    for (int n = 0; n < 100000; ++n) {
      std::size_t rgb = random() >> 8;
      if (n % 4 == 0) rgb |= 0xFF0000;  // clamped ones are the difficult ones
      if (n % 8 == 4) rgb &= 0xFFFF00;
      QCOMPARE(lies_in(one_pixel(rgb), space), static_cast<bool>(images[rgb]));
    }
  }

  void known_colours_data() {
    QTest::addColumn<YccSpace>("space");
    QTest::addColumn<Bytes>("triple");  // Cr, Y, Cb
    QTest::addColumn<Bytes>("rgb");
    QTest::newRow("JPEG: R = Y + 1.402 (Cr - 128), …") << YccSpace::Jpeg << Bytes{200, 100, 90} << Bytes{201, 62, 33};
    QTest::newRow("JPEG: white") << YccSpace::Jpeg << Bytes{128, 255, 128} << Bytes{255, 255, 255};
    QTest::newRow("WebP: black is 16") << YccSpace::WebP << Bytes{128, 16, 128} << Bytes{0, 0, 0};
    QTest::newRow("WebP: white is 235") << YccSpace::WebP << Bytes{128, 235, 128} << Bytes{255, 255, 255};
    // 80 * 1.3584 + 0.194 * 12 is 111.0 but for the rounding of the factors; a colour of the Kodak suite.
    QTest::newRow("Photo CD") << YccSpace::PhotoCd << Bytes{137, 80, 151} << Bytes{108, 110, 97};
    QTest::newRow("Photo CD: grey") << YccSpace::PhotoCd << Bytes{137, 100, 156} << Bytes{135, 135, 135};
  }

  void known_colours() {
    QFETCH(const YccSpace, space);
    QFETCH(const Bytes, triple);
    QFETCH(const Bytes, rgb);
    Picture pixel{1, 1, 3, triple};
    from_ycc(pixel, space);
    QCOMPARE(pixel.samples, rgb);
    to_ycc(pixel, space);
    QCOMPARE(pixel.samples, triple);
  }

  void decoded_files_data() {
    QTest::addColumn<YccSpace>("space");
    QTest::addColumn<Picture>("decoded");
    const Picture photo = test::make_photo(61, 47, 3);
    const Bytes jpeg = test::write_jpeg(photo, 90);
    QTest::newRow("JPEG") << YccSpace::Jpeg << find_format(jpeg)->view(jpeg).value();
    std::uint8_t* webp = nullptr;
    const std::size_t size = WebPEncodeRGB(photo.samples.data(), 61, 47, 3 * 61, 80, &webp);
    int width = 0, height = 0;
    std::uint8_t* pixels = WebPDecodeRGB(webp, size, &width, &height);
    QCOMPARE(width * height, 61 * 47);
    QTest::newRow("lossy WebP") << YccSpace::WebP
                                << Picture{61, 47, 3, Bytes(pixels, pixels + std::size_t{3} * 61 * 47)};
    WebPFree(pixels);
    WebPFree(webp);
    Picture disc = photo;
    from_ycc(disc, YccSpace::PhotoCd);
    QTest::newRow("Photo CD") << YccSpace::PhotoCd << disc;
  }

  void decoded_files() {
    QFETCH(const YccSpace, space);
    QFETCH(const Picture, decoded);
    QCOMPARE(find_ycc_space(decoded), std::optional(space));
    QVERIFY(!find_ycc_space(shrink(decoded, 30, 23)));
    Picture touched = decoded;
    std::size_t rgb = 0;
    while (lies_in(one_pixel(rgb), space)) ++rgb;
    std::copy_n(one_pixel(rgb).samples.begin(), 3, touched.samples.end() - 3);
    QVERIFY(!lies_in(touched, space));
  }

  void grey_and_alpha() {
    QVERIFY(!find_ycc_space(Picture{1, 1, 1, {7}}));
    QCOMPARE(find_ycc_space(Picture{1, 1, 4, {255, 255, 255, 3}}), std::optional(YccSpace::Jpeg));
  }
};

QTEST_APPLESS_MAIN(YccColoursTest)
#include "ycc_colours_test.moc"
