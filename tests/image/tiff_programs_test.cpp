// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF files of other programs, and metadata that other programs put into them.
#include <QtTest>
#include <algorithm>
#include <string>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/other_programs.h"
#include "tests/image/tiff_files.h"
#include "tests/skip.h"

using namespace bitswap;
using test::expected_picture;
using test::hand_packed;
using test::make_photo;
using test::one_page;
using test::Random;
using test::TiffOptions;
using test::Workshop;
using test::write_tiff_file;
using test::wrong_with;

class TiffProgramsTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void metadata_survives() {
    if (!Workshop::has("exiv2")) SKIP_UNLESS_CI("exiv2 is not installed");
    Picture noise = make_photo(64, 64, 3);
    Random random(5);
    for (std::uint8_t& sample : noise.samples) sample = static_cast<std::uint8_t>(random.next());
    TiffOptions options = hand_packed(COMPRESSION_LZW);
    Bytes profile(3000);
    for (std::uint8_t& byte : profile) byte = static_cast<std::uint8_t>(random.next());
    options.tags = [&](TIFF* tiff) {
      TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(profile.size()), profile.data());
      TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, "a test");
    };
    const Workshop workshop;
    const QString before = "before.tif";
    const QString after = "after.tif";
    workshop.write(before, one_page(noise, options));
    QVERIFY(workshop.run(
        "exiv2", {"-Mset Exif.Photo.UserComment charset=Ascii under the bridge",
                  "-Mset Exif.GPSInfo.GPSLatitude 48/1 30/1 0/1", "-Mset Xmp.dc.title lang=en-GB Bridge", before}));
    const Bytes file = workshop.read(before);
    QVERIFY(std::ranges::search(file, profile).begin() != file.end());
    const std::string wrong = wrong_with(file, Exactness::Pixels, &noise);
    QVERIFY2(wrong.empty(), wrong.c_str());
    const auto taken = tiff_format().take_apart(file);
    const auto again = tiff_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok());
    QVERIFY(std::ranges::search(*again, profile).begin() != again->end());
    workshop.write(after, *again);
    const auto metadata = [&](const QString& path) {
      // Where the strips lie is what may change.
      QByteArray kept;
      for (const QByteArray& line : workshop.output("exiv2", {"-PEXIkt", path}).split('\n')) {
        if (!line.contains("StripOffsets") && !line.contains("StripByteCounts")) kept += line + '\n';
      }
      return kept;
    };
    QVERIFY(metadata(before).contains("under the bridge") && metadata(before).contains("Bridge"));
    QCOMPARE(metadata(after), metadata(before));
    QCOMPARE(workshop.output("exiv2", {"-pX", after}), workshop.output("exiv2", {"-pX", before}));
  }

  void image_magick() {
    if (!Workshop::has("convert")) SKIP_UNLESS_CI("imagemagick is not installed");
    const Workshop workshop;
    const Picture photo = make_photo(150, 90, 3);
    workshop.write("a.png", test::write_png(photo));
    for (const QStringList& how : {QStringList{"-compress", "None"},
                                   {"-compress", "LZW"},
                                   {"-compress", "RLE"},
                                   {"-compress", "Zip"},
                                   {"-compress", "Zip", "-quality", "95"},
                                   {"-compress", "LZW", "-depth", "16"},
                                   {"-compress", "Zip", "-endian", "MSB", "-depth", "16"},
                                   {"-compress", "LZW", "-interlace", "plane"},
                                   {"-compress", "Zip", "-define", "tiff:tile-geometry=64x64"},
                                   {"-compress", "LZW", "-define", "tiff:rows-per-strip=7"},
                                   {"-compress", "LZW", "-colors", "200", "-type", "palette"},
                                   {"-compress", "Zip", "-colorspace", "CMYK"},
                                   {"-compress", "LZW", "-colorspace", "gray"}}) {
      QVERIFY(workshop.run("convert", QStringList{"a.png"} + how + QStringList{"a.tif"}));
      const Bytes file = workshop.read("a.tif");
      const bool plain = !how.contains("-depth") && !how.contains("-colorspace") && !how.contains("-colors");
      const std::string wrong = wrong_with(file, Exactness::Bytes, plain ? &photo : nullptr);
      QVERIFY2(wrong.empty(), (how.join(' ').toStdString() + ": " + wrong).c_str());
      const auto view = tiff_format().view(file);
      QVERIFY(view.ok());
      if (!how.contains("CMYK")) {
        // Others cut the 16 bits of a palette's colours short instead of rounding them.
        QVERIFY2(test::largest_difference(*view, test::decode_independently(file, true)) <=
                     (how.contains("palette") ? 1 : 0),
                 qPrintable(how.join(' ')));
      }
    }
  }

  void tiffcp() {
    if (!Workshop::has("tiffcp")) SKIP_UNLESS_CI("libtiff-tools is not installed");
    const Workshop workshop;
    const Picture photo = make_photo(150, 90, 3);
    for (const int bits : {8, 16}) {
      TiffOptions options;
      options.bits = bits;
      workshop.write("a.tif", write_tiff_file({{photo, options}, {photo, options}}));
      const Picture expected = expected_picture(photo, bits);
      for (const QStringList& how : {QStringList{"-c", "none"},
                                     {"-c", "lzw"},
                                     {"-c", "lzw:2"},
                                     {"-c", "packbits"},
                                     {"-c", "zip"},
                                     {"-c", "zip:2:p9"},
                                     {"-c", "zip:2", "-t", "-w", "64", "-l", "32"},
                                     {"-c", "lzw:2", "-p", "separate"},
                                     {"-c", "zip:p1", "-B", "-r", "5"},
                                     {"-c", "lzw", "-8", "-t"}}) {
        if (bits == 16 && how.contains("separate")) continue;  // tiffcp cannot
        QVERIFY(workshop.run("tiffcp", how + QStringList{"a.tif", "b.tif"}));
        const Bytes file = workshop.read("b.tif");
        const std::string wrong = wrong_with(file, Exactness::Bytes);
        QVERIFY2(wrong.empty(), (how.join(' ').toStdString() + ": " + wrong).c_str());
        const auto taken = tiff_format().take_apart(file);
        QCOMPARE(taken->picture.height, expected.height * 2);
        QVERIFY(taken->recipe.size() < 4000);  // what its one buffer leaves behind the edges is not kept
      }
    }
  }
};

QTEST_GUILESS_MAIN(TiffProgramsTest)
#include "tiff_programs_test.moc"
