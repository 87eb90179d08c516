// TIFF files of several writers: the same file again where the compressor is at hand, else the same pixels and
// metadata.
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/image_files.h"
#include "tests/image/tiff_files.h"

using namespace bitswap;
using test::expected_picture;
using test::make_photo;
using test::Random;
using test::TiffOptions;
using test::write_tiff_file;

namespace {

bool read_file(const QString& path, Bytes& content) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return false;
  const QByteArray bytes = file.readAll();
  content.assign(bytes.begin(), bytes.end());
  return true;
}

bool write_file(const QString& path, ByteView content) {
  QFile file(path);
  const auto size = static_cast<qint64>(content.size());
  return file.open(QIODevice::WriteOnly) && file.write(reinterpret_cast<const char*>(content.data()), size) == size;
}

/// What a program prints; "failed" with its messages when it fails.
QByteArray output_of(const QString& program, const QStringList& arguments) {
  QProcess process;
  process.start(program, arguments);
  if (!process.waitForFinished(60000) || process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
    return "failed: " + process.readAllStandardError();
  }
  return process.readAllStandardOutput();
}

/// All pages that OpenCV reads, unchanged.
std::vector<cv::Mat> pages_of(ByteView file) {
  const QTemporaryDir folder;
  std::vector<cv::Mat> pages;
  const QString path = folder.filePath("a.tif");
  if (!write_file(path, file) || !cv::imreadmulti(path.toStdString(), pages, cv::IMREAD_UNCHANGED)) pages.clear();
  return pages;
}

bool same_pages(const std::vector<cv::Mat>& a, const std::vector<cv::Mat>& b) {
  return std::ranges::equal(a, b, [](const cv::Mat& x, const cv::Mat& y) {
    return x.size() == y.size() && x.type() == y.type() && cv::norm(x, y, cv::NORM_INF) == 0;
  });
}

Result<TakenApart> take_apart(const Bytes& file) { return tiff_format().take_apart(file); }

/// Byte-exact, or pixel-exact with the same pages in OpenCV's eyes. Says what was wrong, or "".
QByteArray wrong_with(const Bytes& file, Exactness wanted, const Picture* picture = nullptr) {
  if (find_format(file) != &tiff_format()) return "not recognised";
  const auto taken = take_apart(file);
  if (!taken) return "not taken apart: " + QByteArray::fromStdString(taken.error().detail);
  if (taken->exactness != wanted) return "exact in another way";
  if (picture != nullptr && taken->picture != *picture) return "another picture";
  const auto again = tiff_format().rebuild(taken->picture, taken->recipe);
  if (!again) return "not rebuilt: " + QByteArray::fromStdString(again.error().detail);
  if (wanted == Exactness::Bytes) return *again == file ? "" : "another file";
  if (*again == file) return "the same file without a claim to it";
  const auto pages = pages_of(file);
  if (pages.empty()) return "OpenCV does not read it";
  return same_pages(pages, pages_of(*again)) ? "" : "other pixels";
}

/// Largest difference of two pictures of the same shape, else 256.
int distance(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height || a.samples.size() != b.samples.size()) return 256;
  int most = 0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) most = std::max(most, std::abs(a.samples[i] - b.samples[i]));
  return most;
}

QString find_program(const QString& name) { return QStandardPaths::findExecutable(name); }

Bytes one_page(const Picture& picture, const TiffOptions& options) { return write_tiff_file({{picture, options}}); }

TiffOptions hand_packed(int compression) {
  TiffOptions options;
  options.compression = compression;
  options.hand_packed = true;
  options.rows = 7;
  return options;
}

}  // namespace

class TiffTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void mixes_data() {
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("compression");
    for (const int channels : {1, 2, 3, 4}) {
      for (const int bits : {8, 16}) {
        for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
                                      COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE}) {
          QTest::addRow("%d channels, %d bits, compression %d", channels, bits, compression)
              << channels << bits << compression;
        }
      }
    }
  }

  void mixes() {
    QFETCH(int, channels);
    QFETCH(int, bits);
    QFETCH(int, compression);
    const Picture photo = make_photo(37, 29, static_cast<std::uint8_t>(channels));
    const Picture expected = expected_picture(photo, bits);
    const bool predicts = compression != COMPRESSION_NONE && compression != COMPRESSION_PACKBITS;
    for (const char* mode : {"wl", "wb", "wl8", "wb8"}) {
      for (const int planar : {PLANARCONFIG_CONTIG, PLANARCONFIG_SEPARATE}) {
        for (const int predictor : {1, 2}) {
          for (const auto& [rows, tile, lines] : {std::tuple{1u, 0u, true},
                                                  {8u, 0u, true},
                                                  {8u, 0u, false},
                                                  {0u, 0u, false},
                                                  {16u, 32u, false},
                                                  {48u, 48u, false}}) {
            if (predictor == 2 && !predicts) continue;
            TiffOptions options;
            options.mode = mode;
            options.bits = bits;
            options.planar = planar;
            options.compression = compression;
            options.predictor = predictor;
            options.rows = rows;
            options.tile = tile;
            options.lines = lines;
            options.padding = tile == 32 ? 77 : 0;
            const Bytes file = one_page(photo, options);
            const QByteArray wrong = wrong_with(file, Exactness::Bytes, &expected);
            const QByteArray where = QByteArray(mode) + ' ' + QByteArray::number(planar) + ' ' +
                                     QByteArray::number(predictor) + ' ' + QByteArray::number(rows) + ' ' +
                                     QByteArray::number(tile) + ": " + wrong;
            QVERIFY2(wrong.isEmpty(), where.constData());
            const auto taken = take_apart(file);
            QCOMPARE(taken->wide, bits == 16);
            if (options.padding == 0) QVERIFY(taken->recipe.size() < file.size());
          }
        }
      }
    }
  }

  void deflate_settings() {
    const Picture photo = make_photo(300, 200, 3);
    for (int quality = 1; quality <= 9; ++quality) {
      for (const bool lines : {false, true}) {
        for (const int predictor : {1, 2}) {
          TiffOptions options;
          options.compression = COMPRESSION_ADOBE_DEFLATE;
          options.quality = quality;
          options.predictor = predictor;
          options.lines = lines;
          const QByteArray wrong = wrong_with(one_page(photo, options), Exactness::Bytes, &photo);
          QVERIFY2(wrong.isEmpty(), wrong.constData());
        }
      }
    }
  }

  void pages() {
    const Picture first = make_photo(40, 20, 3, 1);
    const Picture other = make_photo(41, 20, 3, 2);
    const Picture grey = make_photo(40, 20, 1, 3);
    const Picture preview = make_photo(40, 20, 3, 4);
    const Picture last = make_photo(40, 33, 3, 5);
    TiffOptions lzw;
    lzw.compression = COMPRESSION_LZW;
    TiffOptions reduced;
    reduced.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
    for (const int bits : {8, 16}) {
      lzw.bits = reduced.bits = bits;
      TiffOptions tiles = lzw;
      tiles.tile = 16;
      const Bytes file = write_tiff_file(
          {{preview, reduced}, {first, lzw}, {other, lzw}, {grey, lzw}, {preview, reduced}, {last, tiles}});
      Picture stack{40, 53, 3, first.samples};
      stack.samples.insert(stack.samples.end(), last.samples.begin(), last.samples.end());
      const auto taken = take_apart(file);
      QVERIFY(taken.ok());
      if (bits == 8) QVERIFY(taken->picture == stack);
      QCOMPARE(taken->picture.height, bits == 8 ? 53u : 106u);
      // The last page begins after the first.
      const Picture wide = expected_picture(first, 16);
      if (bits == 16)
        QVERIFY(std::equal(wide.samples.begin(), wide.samples.begin() + 40 * 20 * 3, taken->picture.samples.begin()));
      const QByteArray wrong = wrong_with(file, Exactness::Bytes);
      QVERIFY2(wrong.isEmpty(), wrong.constData());
    }
    const auto alone = take_apart(one_page(preview, reduced));
    QVERIFY(!alone.ok() && alone.error().code == Error::Code::Unsupported);
  }

  void other_compressors() {
    const Picture smooth = make_photo(90, 60, 3);
    Picture noise = smooth;  // libtiff needs more bytes than the literals of 9 bits
    Random random(3);
    for (std::uint8_t& sample : noise.samples) sample = static_cast<std::uint8_t>(random.next());
    Picture flat = smooth;
    std::ranges::fill(flat.samples, std::uint8_t{9});
    for (const int compression : {COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE}) {
      for (const Picture& picture : {smooth, noise, flat}) {
        TiffOptions options = hand_packed(compression);
        QByteArray wrong = wrong_with(one_page(picture, options), Exactness::Pixels, &picture);
        QVERIFY2(wrong.isEmpty(), wrong.constData());
        options.mode = "wb8";
        options.rows = 32;
        options.tile = 64;
        wrong = wrong_with(one_page(picture, options), Exactness::Pixels, &picture);
        QVERIFY2(wrong.isEmpty(), wrong.constData());
      }
    }
    // One page of its own compressor does not change the others.
    TiffOptions usual;
    usual.compression = COMPRESSION_LZW;
    const Bytes mixed = write_tiff_file({{smooth, usual}, {noise, hand_packed(COMPRESSION_LZW)}, {smooth, usual}});
    const QByteArray wrong = wrong_with(mixed, Exactness::Pixels);
    QVERIFY2(wrong.isEmpty(), wrong.constData());
    // Raw files of cameras are not packed anew.
    TiffOptions raw = hand_packed(COMPRESSION_LZW);
    Bytes camera = one_page(noise, raw);
    QCOMPARE(take_apart(camera)->exactness, Exactness::Pixels);
    const std::array<std::uint8_t, 4> planar = {0x1C, 0x01, 0x03, 0x00};  // the entry becomes DNGVersion
    const auto at = std::ranges::search(camera, planar);
    QVERIFY(!at.empty());
    camera[static_cast<std::size_t>(at.begin() - camera.begin())] = 50706 & 0xFF;
    camera[static_cast<std::size_t>(at.begin() - camera.begin()) + 1] = 50706 >> 8;
    QCOMPARE(take_apart(camera).error().code, Error::Code::Unsupported);
  }

  void metadata_survives() {
    const QString exiv2 = find_program("exiv2");
    if (exiv2.isEmpty()) QSKIP("exiv2 is not installed");
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
    const QTemporaryDir folder;
    const QString before = folder.filePath("before.tif");
    const QString after = folder.filePath("after.tif");
    QVERIFY(write_file(before, one_page(noise, options)));
    QVERIFY(!output_of(exiv2,
                       {"-Mset Exif.Photo.UserComment charset=Ascii under the bridge",
                        "-Mset Exif.GPSInfo.GPSLatitude 48/1 30/1 0/1", "-Mset Xmp.dc.title lang=en-GB Bridge", before})
                 .startsWith("failed"));
    Bytes file;
    QVERIFY(read_file(before, file));
    QVERIFY(std::ranges::search(file, profile).begin() != file.end());
    const QByteArray wrong = wrong_with(file, Exactness::Pixels, &noise);
    QVERIFY2(wrong.isEmpty(), wrong.constData());
    const auto taken = take_apart(file);
    const auto again = tiff_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok());
    QVERIFY(std::ranges::search(*again, profile).begin() != again->end());
    QVERIFY(write_file(after, *again));
    const auto metadata = [&](const QString& path) {
      // Where the strips lie is what may change.
      QByteArray kept;
      for (const QByteArray& line : output_of(exiv2, {"-PEXIkt", path}).split('\n')) {
        if (!line.contains("StripOffsets") && !line.contains("StripByteCounts")) kept += line + '\n';
      }
      return kept;
    };
    QVERIFY(metadata(before).contains("under the bridge") && metadata(before).contains("Bridge"));
    QCOMPARE(metadata(after), metadata(before));
    QCOMPARE(output_of(exiv2, {"-pX", after}), output_of(exiv2, {"-pX", before}));
  }

  void image_magick() {
    const QString convert = find_program("convert");
    if (convert.isEmpty()) QSKIP("imagemagick is not installed");
    const QTemporaryDir folder;
    const QString source = folder.filePath("a.png");
    const QString target = folder.filePath("a.tif");
    QVERIFY(write_file(source, test::write_png(make_photo(150, 90, 3))));
    const Picture photo = make_photo(150, 90, 3);
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
      const QByteArray printed = output_of(convert, QStringList{source} + how + QStringList{target});
      QVERIFY2(!printed.startsWith("failed"), printed.constData());
      Bytes file;
      QVERIFY(read_file(target, file));
      const bool plain = !how.contains("-depth") && !how.contains("-colorspace") && !how.contains("-colors");
      const QByteArray wrong =
          how.join(' ').toUtf8() + ": " + wrong_with(file, Exactness::Bytes, plain ? &photo : nullptr);
      QVERIFY2(wrong.endsWith(": "), wrong.constData());
      const auto view = tiff_format().view(file);
      QVERIFY(view.ok());
      if (!how.contains("CMYK")) {
        // Others cut the 16 bits of a palette's colours short instead of rounding them.
        QVERIFY2(distance(*view, test::decode_independently(file, true)) <= (how.contains("palette") ? 1 : 0),
                 wrong.constData());
      }
    }
  }

  void tiffcp() {
    const QString program = find_program("tiffcp");
    if (program.isEmpty()) QSKIP("libtiff-tools is not installed");
    const QTemporaryDir folder;
    const QString source = folder.filePath("a.tif");
    const QString target = folder.filePath("b.tif");
    const Picture photo = make_photo(150, 90, 3);
    for (const int bits : {8, 16}) {
      TiffOptions options;
      options.bits = bits;
      QVERIFY(write_file(source, write_tiff_file({{photo, options}, {photo, options}})));
      Picture expected = expected_picture(photo, bits);
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
        const QByteArray printed = output_of(program, how + QStringList{source, target});
        QVERIFY2(!printed.startsWith("failed"), printed.constData());
        Bytes file;
        QVERIFY(read_file(target, file));
        const QByteArray wrong = how.join(' ').toUtf8() + ": " + wrong_with(file, Exactness::Bytes);
        QVERIFY2(wrong.endsWith(": "), wrong.constData());
        const auto taken = take_apart(file);
        QCOMPARE(taken->picture.height, expected.height * 2);
        QVERIFY(taken->recipe.size() < 4000);  // what its one buffer leaves behind the edges is not kept
      }
    }
  }

  void opencv() {
    const Picture photo = make_photo(150, 90, 3);
    for (const int type : {CV_8UC1, CV_8UC3, CV_16UC1, CV_16UC3}) {
      for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE}) {
        cv::Mat image(90, type == CV_8UC1 ? 150 : 50, type);
        std::copy_n(photo.samples.begin(), image.total() * image.elemSize() % photo.samples.size(), image.data);
        Bytes file;
        QVERIFY(cv::imencode(".tif", image, file, {cv::IMWRITE_TIFF_COMPRESSION, compression}));
        const QByteArray wrong = wrong_with(file, Exactness::Bytes);
        QVERIFY2(wrong.isEmpty(), wrong.constData());
        const auto view = tiff_format().view(file);
        QVERIFY(view.ok());
        if (image.depth() == CV_8U) QVERIFY(*view == test::decode_independently(file, true));
      }
    }
  }

  void views() {
    const Picture grey = make_photo(33, 20, 1);
    const Picture inks = make_photo(33, 20, 4);
    // White is zero.
    TiffOptions options;
    options.photometric = PHOTOMETRIC_MINISWHITE;
    auto view = tiff_format().view(one_page(grey, options));
    QVERIFY(view.ok());
    for (std::size_t i = 0; i < grey.samples.size(); ++i) QCOMPARE(view->samples[i * 3 + 1], 255 - grey.samples[i]);
    // Inks.
    options.photometric = PHOTOMETRIC_SEPARATED;
    view = tiff_format().view(one_page(inks, options));
    QVERIFY(view.ok());
    for (std::size_t i = 0; i < inks.pixel_count(); ++i) {
      QCOMPARE(view->samples[i * 3 + 2], (255 - inks.samples[i * 4 + 2]) * (255 - inks.samples[i * 4 + 3]) / 255);
    }
    // Alpha is dropped, not multiplied; an orientation is not followed.
    TiffOptions turned;
    turned.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_RIGHTBOT); };
    view = tiff_format().view(one_page(inks, turned));
    QVERIFY(view.ok() && *view == test::to_rgb(inks));
    // 16 bits; a place adds at most 4 of 65535, which does not change the rounded value but where it wraps around.
    TiffOptions wide;
    wide.bits = 16;
    view = tiff_format().view(one_page(grey, wide));
    QVERIFY(view.ok());
    for (std::size_t i = 0; i < grey.samples.size(); ++i) {
      QCOMPARE(view->samples[i * 3], (test::wide_sample(grey, i) * 255 + 32767) / 65535);
    }
  }

  void kept_kinds() {
    const Picture photo = make_photo(64, 48, 3);
    TiffOptions jpeg;
    jpeg.compression = COMPRESSION_JPEG;
    jpeg.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_BOTRIGHT); };
    TiffOptions ints;
    ints.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_INT); };
    TiffOptions reversed;
    reversed.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB); };
    for (const TiffOptions& options : {jpeg, ints, reversed}) {
      const Bytes file = one_page(photo, options);
      QCOMPARE(find_format(file), &tiff_format());
      const auto taken = take_apart(file);
      QVERIFY(!taken.ok());
      QCOMPARE(taken.error().code, Error::Code::Unsupported);
      const auto view = tiff_format().view(file);
      QVERIFY(view.ok());
      QCOMPARE(view->height, 48u);
    }
    // As stored, whatever the orientation says.
    const auto stored = tiff_format().view(one_page(photo, jpeg));
    jpeg.tags = {};
    const auto upright = tiff_format().view(one_page(photo, jpeg));
    QVERIFY(stored.ok() && upright.ok() && *stored == *upright);
    // One bit a pixel.
    TiffOptions bits;
    bits.bits = 8;
    Bytes file = one_page(make_photo(64, 48, 1), bits);
    const std::array<std::uint8_t, 10> eight = {0x02, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x08, 0x00};
    const auto at = std::ranges::search(file, eight);
    QVERIFY(!at.empty());
    file[static_cast<std::size_t>(at.begin() - file.begin()) + 8] = 1;
    QCOMPARE(take_apart(file).error().code, Error::Code::Unsupported);
  }
};

QTEST_GUILESS_MAIN(TiffTest)
#include "tiff_test.moc"
