// SPDX-License-Identifier: GPL-3.0-or-later
// Metadata: read as exiv2 and exiftool wrote it, and whole after the way into a PNG.
#include "engine/image/metadata.h"

#include <QtTest>
#include <algorithm>
#include <map>

#include "engine/image/formats.h"
#include "engine/image/icc.h"
#include "tests/image/other_programs.h"
#include "tests/skip.h"

using namespace bitswap;
using test::make_photo;
using test::Random;
using test::Workshop;

namespace {

void put_u32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

void put_text(Bytes& out, const std::string& text) { out.insert(out.end(), text.begin(), text.end()); }

/// A profile of an sRGB-like screen with this 'desc' tag and nothing else.
Bytes profile_with(Bytes description) {
  description.resize((description.size() + 3) / 4 * 4);
  Bytes profile;
  const auto size = static_cast<std::uint32_t>(128 + 4 + 12 + description.size());
  put_u32(profile, size);
  put_text(profile, "lcms");
  put_u32(profile, 0x04300000);
  put_text(profile, "mntrRGB XYZ ");
  profile.resize(36);
  put_text(profile, "acsp");
  profile.resize(68);
  for (const std::uint32_t light : {0xF6D6u, 0x10000u, 0xD32Du}) put_u32(profile, light);  // D50
  profile.resize(128);
  put_u32(profile, 1);
  put_text(profile, "desc");
  put_u32(profile, 144);
  put_u32(profile, static_cast<std::uint32_t>(description.size()));
  profile.insert(profile.end(), description.begin(), description.end());
  return profile;
}

Bytes version_2(const std::string& name) {
  Bytes tag;
  put_text(tag, "desc");
  put_u32(tag, 0);
  put_u32(tag, static_cast<std::uint32_t>(name.size() + 1));
  put_text(tag, name);
  tag.push_back(0);
  // libpng takes a chunk that compresses to less than 92 bytes for a broken one; real profiles hold curves.
  Random random(1);
  for (int i = 0; i < 200; ++i) tag.push_back(static_cast<std::uint8_t>(random.next()));
  return profile_with(tag);
}

/// Names by language, each of them UTF-16.
Bytes version_4(const std::vector<std::pair<std::string, std::u16string>>& names) {
  Bytes tag;
  put_text(tag, "mluc");
  put_u32(tag, 0);
  put_u32(tag, static_cast<std::uint32_t>(names.size()));
  put_u32(tag, 12);
  auto at = static_cast<std::uint32_t>(16 + 12 * names.size());
  for (const auto& [language, name] : names) {
    put_text(tag, language);
    put_u32(tag, static_cast<std::uint32_t>(name.size() * 2));
    put_u32(tag, at);
    at += static_cast<std::uint32_t>(name.size() * 2);
  }
  for (const auto& [language, name] : names) {
    for (const char16_t unit : name) {
      tag.push_back(static_cast<std::uint8_t>(unit >> 8));
      tag.push_back(static_cast<std::uint8_t>(unit));
    }
  }
  return profile_with(tag);
}

/// Values by key, without those that say where something lies in the file.
std::multimap<std::string, std::string> facts(const std::vector<MetadataItem>& items) {
  std::multimap<std::string, std::string> facts;
  for (const MetadataItem& item : items) {
    const bool place = item.key == "Exif.Image.ExifTag" || item.key == "Exif.Image.GPSTag";
    if (!place) facts.emplace(item.group + " " + item.key, item.value);
  }
  return facts;
}

std::string value_of(const std::vector<MetadataItem>& items, const std::string& key) {
  const auto found = std::ranges::find(items, key, &MetadataItem::key);
  return found == items.end() ? "(none)" : found->value;
}

}  // namespace

class MetadataTest : public QObject {
  Q_OBJECT

  Workshop shop_;

  /// Everything that a camera and an editor write, in a file of any format that exiftool writes.
  [[nodiscard]] bool describe(const QString& name) const {
    return shop_.run("exiftool", {"-q",
                                  "-overwrite_original",
                                  "-icc_profile<=a.icc",
                                  "-GPSLatitude=48.2",
                                  "-GPSLatitudeRef=N",
                                  "-GPSLongitude=11.5",
                                  "-GPSLongitudeRef=E",
                                  "-Orientation#=6",
                                  "-Make=Acme",
                                  "-FNumber=2.8",
                                  "-ExposureTime=1/250",
                                  "-UserComment=hello user",
                                  "-IPTC:Caption-Abstract=An IPTC caption",
                                  "-IPTC:Keywords=sea",
                                  "-IPTC:Keywords=sky",
                                  "-XMP-dc:Title=XMP title",
                                  "-XMP-dc:Subject=one",
                                  "-XMP-dc:Subject=two",
                                  "-XMP-xmp:Rating=4",
                                  name});
  }

  void check_read(const Bytes& file, bool iptc) const {
    const auto items = read_metadata(file);
    QVERIFY(items.ok());
    QCOMPARE(value_of(*items, "Exif.Image.Make"), std::string("Acme"));
    QCOMPARE(value_of(*items, "Exif.Image.Orientation"), std::string("right, top"));
    QCOMPARE(value_of(*items, "Exif.Photo.FNumber"), std::string("F2.8"));
    QCOMPARE(value_of(*items, "Exif.Photo.ExposureTime"), std::string("1/250 s"));
    QCOMPARE(value_of(*items, "Exif.Photo.UserComment"), std::string("hello user"));
    QCOMPARE(value_of(*items, "Exif.GPSInfo.GPSLatitude"), std::string("48deg 12' 0\""));
    QCOMPARE(value_of(*items, "Exif.GPSInfo.GPSLongitudeRef"), std::string("East"));
    QCOMPARE(value_of(*items, "Xmp.dc.title"), std::string("XMP title"));
    QCOMPARE(value_of(*items, "Xmp.dc.subject"), std::string("one, two"));
    QCOMPARE(value_of(*items, "Xmp.xmp.Rating"), std::string("4"));
    QCOMPARE(value_of(*items, "ColourProfile"), std::string("A screen"));
    QCOMPARE(colour_profile_name(file), std::string("A screen"));
    if (!iptc) return;
    QCOMPARE(value_of(*items, "Iptc.Application2.Caption"), std::string("An IPTC caption"));
    QCOMPARE(value_of(*items, "Iptc.Application2.Keywords"), std::string("sea"));
  }

  /// Into a PNG of the same picture: the same facts, the same pixels, a file that others read.
  void check_copy(const Bytes& original) const {
    const Picture picture = make_photo(40, 30, 3);
    const auto png = copy_metadata_to_png(original, test::write_png(picture));
    if (!png) qWarning("%s", png.error().detail.c_str());
    QVERIFY(png.ok());
    QVERIFY(png_format().view(*png).value() == picture);
    QVERIFY(test::decode_independently(*png, true) == picture);
    QCOMPARE(facts(read_metadata(*png).value()), facts(read_metadata(original).value()));
    QCOMPARE(colour_profile_name(*png), colour_profile_name(original));
  }

 private Q_SLOTS:
  void initTestCase() {
    if (!Workshop::has("exiftool") || !Workshop::has("exiv2") || !Workshop::has("convert")) {
      SKIP_UNLESS_CI("no exiftool, exiv2 or ImageMagick");
    }
    shop_.write("a.icc", version_2("A screen"));
    shop_.write("a.png", test::write_png(make_photo(40, 30, 3)));
    shop_.write("a.jpg", test::write_jpeg(make_photo(40, 30, 3), 90));
    QVERIFY(shop_.run("convert", {"a.png", "a.tif"}));
    QVERIFY(shop_.run("convert", {"a.png", "a.webp"}));
  }

  void nothing_to_read() {
    for (const char* name : {"a.png", "a.jpg"}) {
      QVERIFY(read_metadata(shop_.read(name)).value().empty());
      QCOMPARE(colour_profile_name(shop_.read(name)), std::string());
    }
    QCOMPARE(copy_metadata_to_png(shop_.read("a.jpg"), shop_.read("a.png")).value(), shop_.read("a.png"));
  }

  void jpeg() {
    QVERIFY(shop_.run("exiv2", {"-c", "A comment of the file", "a.jpg"}));
    QVERIFY(describe("a.jpg"));
    const Bytes file = shop_.read("a.jpg");
    check_read(file, true);
    const auto items = read_metadata(file);
    QCOMPARE(value_of(*items, "Comment"), std::string("A comment of the file"));
    const auto latitude = std::ranges::find(*items, "Exif.GPSInfo.GPSLatitude", &MetadataItem::key);
    QCOMPARE(latitude->group, std::string("Exif"));
    QCOMPARE(latitude->label, std::string("GPS Latitude"));
    check_copy(file);
  }

  void copy_in_the_eyes_of_others() {
    QVERIFY(describe("a.jpg"));
    const auto png = copy_metadata_to_png(shop_.read("a.jpg"), shop_.read("a.png"));
    QVERIFY(png.ok());
    shop_.write("c.png", *png);
    const QStringList print = {"-K",  "Exif.Image.Orientation",     "-K", "Exif.GPSInfo.GPSLatitude",
                               "-K",  "Iptc.Application2.Keywords", "-K", "Xmp.dc.subject",
                               "-Pkt"};
    const QByteArray expected = shop_.output("exiv2", print + QStringList{"a.jpg"});
    QCOMPARE(expected.count('\n'), 5);
    QCOMPARE(shop_.output("exiv2", print + QStringList{"c.png"}), expected);
    const QStringList tags = {"-s3", "-Orientation", "-GPSPosition", "-Keywords", "-Title", "-ProfileDescription"};
    const QByteArray seen = shop_.output("exiftool", tags + QStringList{"a.jpg"});
    QCOMPARE(seen.count('\n'), 5);
    QCOMPARE(shop_.output("exiftool", tags + QStringList{"c.png"}), seen);
    QVERIFY(shop_.run("convert", {"c.png", "icc:c.icc"}));  // libpng refuses a profile in a faulty chunk
    QCOMPARE(shop_.read("c.icc"), version_2("A screen"));
  }

  void tiff() {
    QVERIFY(describe("a.tif"));
    const Bytes file = shop_.read("a.tif");
    check_read(file, true);
    const auto png = copy_metadata_to_png(file, shop_.read("a.png"));
    QVERIFY(png.ok());
    check_read(*png, true);
    QVERIFY(png_format().view(*png).value() == make_photo(40, 30, 3));
    // Where TIFF keeps its pixels is nothing that a PNG should say.
    QCOMPARE(value_of(read_metadata(*png).value(), "Exif.Image.StripOffsets"), std::string("(none)"));
  }

  void png() {
    QVERIFY(describe("a.png"));
    check_read(shop_.read("a.png"), true);
    check_copy(shop_.read("a.png"));
    QVERIFY(shop_.run("convert", {"a.png", "-strip", "a.png"}));
  }

  void webp() {
    if (!Workshop::has("webpmux")) SKIP_UNLESS_CI("no WebP programs");
    QVERIFY(describe("a.jpg"));
    QVERIFY(shop_.run("exiv2", {"-f", "-eX", "a.jpg"}));
    QVERIFY(shop_.run("exiftool", {"-q", "-b", "-Exif", "-w", "exif", "a.jpg"}));
    for (const QStringList& part : {QStringList{"icc", "a.icc"}, {"exif", "a.exif"}, {"xmp", "a.xmp"}}) {
      QVERIFY(shop_.run("webpmux", {"-set", part[0], part[1], "a.webp", "-o", "b.webp"}));
      shop_.write("a.webp", shop_.read("b.webp"));
    }
    check_read(shop_.read("a.webp"), false);
    check_copy(shop_.read("a.webp"));
  }

  void heif_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("HEIC") << "a.heic";
    QTest::newRow("AVIF") << "a.avif";
  }

  void heif() {
    QFETCH(const QString, name);
    if (!Workshop::has("heif-enc")) SKIP_UNLESS_CI("no libheif programs");
    // libheif makes a grid of smaller pictures, whose metadata Exiv2 0.27 does not find.
    shop_.write("wide.jpg", test::write_jpeg(make_photo(128, 64, 3), 90));
    QVERIFY(describe("wide.jpg"));
    if (!shop_.run("heif-enc", {"wide.jpg", "-o", name})) QSKIP("libheif has no encoder for it here");
    check_read(shop_.read(name), false);
    check_copy(shop_.read(name));
  }

  void long_and_strange_values() {
    QString text;
    for (int i = 0; i < 3000; ++i) text += QChar(i % 2 == 0 ? 0xFC : 0x20AC);
    QVERIFY(shop_.run("exiftool", {"-q", "-overwrite_original", "-XMP-dc:Title=" + text, "a.jpg"}));
    QString numbers;
    for (int i = 0; i < 200; ++i) numbers += " " + QString::number(i);
    QVERIFY(shop_.run("exiv2", {"-M", "set Exif.Image.PrintImageMatching Undefined" + numbers, "a.jpg"}));
    // Latin-1 in a field that should be ASCII
    Bytes file = shop_.read("a.jpg");
    const std::string make = "Acme";
    const auto at = std::search(file.begin(), file.end(), make.begin(), make.end());
    QVERIFY(at != file.end());
    *at = 0xC4;
    const auto items = read_metadata(file);
    QVERIFY(items.ok());
    const std::string title = value_of(*items, "Xmp.dc.title");
    QVERIFY(title.size() <= 1000 && title.size() > 990);
    QVERIFY(text.startsWith(QString::fromStdString(title)));
    QCOMPARE(value_of(*items, "Exif.Image.PrintImageMatching"), std::string("(200 bytes)"));
    QCOMPARE(value_of(*items, "Exif.Image.Make"), std::string("\xC3\x84"
                                                              "cme"));
  }

  void profile_names() {
    QCOMPARE(icc_description(version_2("Adobe RGB (1998)")), std::string("Adobe RGB (1998)"));
    QCOMPARE(icc_description(version_4({{"enUS", u"Display P3"}})), std::string("Display P3"));
    QCOMPARE(icc_description(version_4({{"deDE", u"F\u00FCr \u20AC \U0001F600 "}})),
             std::string("F\xC3\xBCr \xE2\x82\xAC \xF0\x9F\x98\x80"));
    QCOMPARE(icc_description(version_4({{"deDE", u"deutsch"}, {"enGB", u"English"}})), std::string("English"));
    QCOMPARE(icc_description(version_4({})), std::string());
    const std::u16string half = {0xD800, u'x'};
    QCOMPARE(icc_description(version_4({{"enUS", half}})), std::string("\xEF\xBF\xBDx"));
    Random random(2);
    for (const Bytes& profile : {version_2("A screen"), version_4({{"deDE", u"deutsch"}, {"enGB", u"English"}})}) {
      for (std::size_t size = 0; size < profile.size(); ++size) {
        QVERIFY(icc_description(ByteView(profile).first(size)).size() <= 10);
      }
      for (int round = 0; round < 5000; ++round) {
        Bytes changed = profile;
        changed[random.below(static_cast<std::uint32_t>(profile.size()))] = static_cast<std::uint8_t>(random.next());
        QVERIFY(icc_description(changed).size() <= 1003);
      }
    }
  }

  void not_a_picture() {
    const Bytes text(100, 'x');
    for (const Bytes& file : {Bytes{}, Bytes{0xFF}, text}) {
      QCOMPARE(read_metadata(file).error().code, Error::Code::Unsupported);
      QCOMPARE(copy_metadata_to_png(file, shop_.read("a.png")).error().code, Error::Code::Unsupported);
      QCOMPARE(copy_metadata_to_png(shop_.read("a.jpg"), file).error().code, Error::Code::Unsupported);
      QCOMPARE(colour_profile_name(file), std::string());
    }
    QCOMPARE(copy_metadata_to_png(shop_.read("a.jpg"), shop_.read("a.tif")).error().code, Error::Code::Unsupported);
  }

  void broken_files() {
    Random random(6);
    const Bytes png = shop_.read("a.png");
    for (const char* name : {"a.jpg", "a.tif", "a.webp"}) {
      const Bytes file = shop_.read(name);
      for (int round = 0; round < 300; ++round) {
        Bytes changed = file;
        if (round % 3 == 0) changed.resize(random.below(static_cast<std::uint32_t>(file.size())));
        for (int i = 0; i < round % 3 && !changed.empty(); ++i) {
          changed[random.below(static_cast<std::uint32_t>(changed.size()))] = static_cast<std::uint8_t>(random.next());
        }
        if (const auto items = read_metadata(changed)) {
          for (const MetadataItem& item : *items) {
            QVERIFY(item.value.size() <= 1000);
            QVERIFY(QString::fromStdString(item.value).toStdString() == item.value);  // valid UTF-8
          }
        }
        const auto copy = copy_metadata_to_png(changed, png);
        QVERIFY(!copy || png_format().view(*copy).ok());
      }
    }
  }
};

QTEST_APPLESS_MAIN(MetadataTest)
#include "metadata_test.moc"
