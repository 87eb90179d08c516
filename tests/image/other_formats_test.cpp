// SPDX-License-Identifier: GPL-3.0-or-later
// GIF, HEIC and AVIF: kept as their own bytes, so what counts is the view, the limits, and broken files.
#include <QtTest>
#include <algorithm>

#include "engine/image/formats.h"
#include "tests/image/other_programs.h"
#include "tests/skip.h"

using namespace bitswap;
using test::make_photo;
using test::Random;
using test::Workshop;

namespace {

void put_u16(Bytes& out, unsigned value) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

/// One frame of 2 x 2 pixels with the colours 0 1 2 3 of a palette of four, at (left, top) on a screen of any size.
Bytes tiny_gif(unsigned width, unsigned height, unsigned left, unsigned top, unsigned background) {
  Bytes gif = {'G', 'I', 'F', '8', '9', 'a'};
  put_u16(gif, width);
  put_u16(gif, height);
  gif.insert(gif.end(), {0x91, static_cast<std::uint8_t>(background), 0});
  for (std::uint8_t colour = 0; colour < 4; ++colour) {
    gif.insert(gif.end(), {static_cast<std::uint8_t>(colour * 10 + 1), static_cast<std::uint8_t>(colour * 10 + 2),
                           static_cast<std::uint8_t>(colour * 10 + 3)});
  }
  gif.push_back(0x2C);
  for (const unsigned value : {left, top, 2u, 2u}) put_u16(gif, value);
  // LZW of 3 bits: clear, 0, 1, 2, then 4 bits: 3, end
  gif.insert(gif.end(), {0, 2, 3, 0x44, 0x34, 0x05, 0, 0x3B});
  return gif;
}

Picture picture_of(const ImageFormat& format, const Bytes& file) {
  const auto view = format.view(file);
  if (!view) qWarning("%s", view.error().detail.c_str());
  return view ? *view : Picture{};
}

/// Without noise, so that lossy codecs keep it.
Picture gradient(std::uint32_t width, std::uint32_t height) {
  Picture picture{width, height, 3, {}};
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      picture.samples.push_back(static_cast<std::uint8_t>(x * 2));
      picture.samples.push_back(static_cast<std::uint8_t>(y * 3));
      picture.samples.push_back(static_cast<std::uint8_t>(128));
    }
  }
  return picture;
}

}  // namespace

class OtherFormatsTest : public QObject {
  Q_OBJECT

  Workshop shop_;

  void check_kept(const ImageFormat& format, const Bytes& file) const {
    QCOMPARE(find_format(file), &format);
    QCOMPARE(format.take_apart(file).error().code, Error::Code::Unsupported);
    QCOMPARE(format.rebuild({}, {}).error().code, Error::Code::Unsupported);
  }

  /// Every cut and many changed bits end in an error or a picture.
  void check_broken(const ImageFormat& format, const Bytes& file) const {
    Random random(8);
    const std::size_t step = std::max<std::size_t>(1, file.size() / 300);
    for (std::size_t size = 0; size < file.size(); size += step) {
      QVERIFY(test::keeps_promises(format, {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}));
    }
    for (int round = 0; round < 500; ++round) {
      Bytes changed = file;
      changed[random.below(static_cast<std::uint32_t>(file.size()))] ^= 1u << random.below(8);
      QVERIFY(test::keeps_promises(format, changed));
    }
  }

 private Q_SLOTS:
  void gif_by_hand() {
    const Bytes file = tiny_gif(2, 2, 0, 0, 0);
    check_kept(gif_format(), file);
    QVERIFY(picture_of(gif_format(), file) == (Picture{2, 2, 3, {1, 2, 3, 11, 12, 13, 21, 22, 23, 31, 32, 33}}));
    // On a larger screen, and partly beyond its edge: the rest has the background's colour.
    QVERIFY(picture_of(gif_format(), tiny_gif(3, 1, 1, 0, 3)) == (Picture{3, 1, 3, {31, 32, 33, 1, 2, 3, 11, 12, 13}}));
    QVERIFY(picture_of(gif_format(), tiny_gif(2, 2, 1, 1, 2)) ==
            (Picture{2, 2, 3, {21, 22, 23, 21, 22, 23, 21, 22, 23, 1, 2, 3}}));
    QCOMPARE(gif_format().view(tiny_gif(65535, 65535, 0, 0, 0)).error().code, Error::Code::LimitExceeded);
    QCOMPARE(gif_format().view(tiny_gif(0, 5, 0, 0, 0)).error().code, Error::Code::Corrupt);
    for (std::size_t size = 6; size + 2 < file.size(); ++size) {
      QCOMPARE(gif_format().view(ByteView(file).first(size)).error().code, Error::Code::Truncated);
    }
    check_broken(gif_format(), file);
  }

  void gif_by_imagemagick() {
    if (!Workshop::has("convert")) SKIP_UNLESS_CI("no ImageMagick");
    shop_.write("a.png", test::write_png(make_photo(61, 47, 3)));
    for (const char* interlace : {"none", "GIF"}) {
      QVERIFY(shop_.run("convert", {"a.png", "-interlace", interlace, "a.gif"}));
      const Bytes file = shop_.read("a.gif");
      check_kept(gif_format(), file);
      QVERIFY(shop_.run("convert", {"a.gif", "-depth", "8", "a.ppm"}));
      const Picture expected = shop_.read_netpbm("a.ppm");
      QVERIFY(!expected.samples.empty());
      QVERIFY(picture_of(gif_format(), file) == expected);
      check_broken(gif_format(), file);
    }
    QVERIFY(shop_.run("convert", {"-size", "20x10", "xc:red", "xc:blue", "-delay", "5", "a.gif"}));
    const Picture first = picture_of(gif_format(), shop_.read("a.gif"));
    QVERIFY(first.samples.size() == 600 && first.samples[0] == 255 && first.samples[2] == 0);
  }

  void gif_by_giflib() {
    if (!Workshop::has("gifbuild")) SKIP_UNLESS_CI("no giflib programs");
    shop_.write("a.gif", tiny_gif(5, 4, 2, 1, 1));
    const QByteArray text = shop_.output("gifbuild", {"-d", "a.gif"});
    QVERIFY(!text.isEmpty());
    shop_.write("a.txt", {reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<std::size_t>(text.size())});
    const QByteArray built = shop_.output("gifbuild", {"a.txt"});
    const Bytes file(built.begin(), built.end());
    check_kept(gif_format(), file);
    QVERIFY(picture_of(gif_format(), file) == picture_of(gif_format(), tiny_gif(5, 4, 2, 1, 1)));
  }

  void heif_brands() {
    Bytes file = {0, 0, 0, 16, 'f', 't', 'y', 'p', 'h', 'e', 'i', 'c', 0, 0, 0, 0};
    for (const std::string brand : {"heic", "heix", "mif1", "msf1", "hevc", "avif", "avis"}) {
      std::copy(brand.begin(), brand.end(), file.begin() + 8);
      check_kept(heif_format(), file);
      QVERIFY(!heif_format().view(file).ok());
    }
    const std::string film = "isom";
    std::copy(film.begin(), film.end(), file.begin() + 8);
    QVERIFY(find_format(file) == nullptr);
  }

  void heif_view_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("HEIC") << "a.heic";
    QTest::newRow("AVIF") << "a.avif";
  }

  void heif_view() {
    QFETCH(const QString, name);
    if (!Workshop::has("heif-enc") || !Workshop::has("heif-convert")) SKIP_UNLESS_CI("no libheif programs");
    const Picture picture = gradient(128, 64);  // sides that need no padding: one coded picture
    shop_.write("a.png", test::write_png(picture));
    if (!shop_.run("heif-enc", {"-q", "90", "a.png", "-o", name})) QSKIP("libheif has no encoder for it here");
    const Bytes file = shop_.read(name);
    check_kept(heif_format(), file);
    const auto view = heif_format().view(file);
    if (!view && view.error().detail.find("without libheif") != std::string::npos)
      SKIP_UNLESS_CI("built without libheif");
    QVERIFY(test::largest_difference(picture_of(heif_format(), file), picture) < 16);
    QVERIFY(shop_.run("heif-convert", {name, "b.png"}));
    QVERIFY(picture_of(heif_format(), file) == test::decode_independently(shop_.read("b.png"), true));
    check_broken(heif_format(), file);

    // A rotation box is for viewers; the pixels are as stored. Its quarter turns are the last byte of the box.
    const Bytes turned = with_rotation(file);
    QVERIFY(turned.size() > file.size());
    shop_.write("t" + name, turned);
    QVERIFY(shop_.run("heif-convert", {"t" + name, "c.png"}));
    QCOMPARE(test::decode_independently(shop_.read("c.png"), true).width, 64u);
    QVERIFY(picture_of(heif_format(), turned) == picture_of(heif_format(), file));
  }

 private:
  static std::size_t find(const Bytes& file, const std::string& tag) {
    return static_cast<std::size_t>(std::search(file.begin(), file.end(), tag.begin(), tag.end()) - file.begin());
  }
  static void add_to_u32(Bytes& file, std::size_t at, std::uint32_t more) {
    std::uint32_t value = 0;
    for (std::size_t k = 0; k < 4; ++k) value = value << 8 | file[at + k];
    value += more;
    for (std::size_t k = 0; k < 4; ++k) file[at + k] = static_cast<std::uint8_t>(value >> (24 - 8 * k));
  }
  static void insert(Bytes& file, std::size_t at, const Bytes& more) {
    file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
  }

  /// The file with a quarter turn for its one picture: a property box at the end of ipco, named by ipma.
  static Bytes with_rotation(Bytes file) {
    const std::size_t meta = find(file, "meta") - 4;
    const std::size_t iprp = find(file, "iprp") - 4;
    const std::size_t ipco = find(file, "ipco") - 4;
    const std::size_t ipma = find(file, "ipma") - 4;
    const std::size_t iloc = find(file, "iloc") - 4;
    if (std::max({meta, iprp, ipco, ipma, iloc}) > file.size() || ipma < ipco || iloc > iprp) return {};
    // The properties in front of the new one, which gets the next number.
    std::uint8_t number = 1;
    for (std::size_t at = ipco + 8; at < ipma; ++number) {
      at += std::size_t{file[at + 2]} << 8 | file[at + 3];
    }
    // ipma: size, type, version and flags, count of entries, item number (16 bits), count of its properties
    ++file[ipma + 18];
    insert(file, ipma + 19, {number});
    add_to_u32(file, ipma, 1);
    insert(file, ipma, {0, 0, 0, 9, 'i', 'r', 'o', 't', 1});
    add_to_u32(file, ipco, 9);
    add_to_u32(file, iprp, 10);
    add_to_u32(file, meta, 10);
    // iloc: header 12 bytes, sizes 2, count 2, item 2, (method 2 in version 1), reference 2, [base], extents 2, offset
    const std::size_t method = file[iloc + 8] == 0 ? 0 : 2;
    const std::size_t base = file[iloc + 13] >> 4;
    add_to_u32(file, iloc + 12 + 2 + 2 + 2 + method + 2 + base + 2, 10);
    return file;
  }
};

QTEST_APPLESS_MAIN(OtherFormatsTest)
#include "other_formats_test.moc"
