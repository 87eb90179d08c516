// SPDX-License-Identifier: GPL-3.0-or-later
// TIFF files of all kinds: the same file again where the compressor is at hand, else the same pixels.
#include <QtTest>
#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "engine/image/tiff/tiff_file.h"
#include "tests/image/image_files.h"
#include "tests/image/tiff_files.h"

using namespace bitswap;
using test::expected_picture;
using test::hand_packed;
using test::make_photo;
using test::one_page;
using test::Random;
using test::TiffOptions;
using test::write_tiff_file;
using test::wrong_with;

namespace {

Result<TakenApart> take_apart(const Bytes& file) { return tiff_format().take_apart(file); }

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
            const std::string wrong = wrong_with(file, Exactness::Bytes, &expected);
            const std::string where = std::string(mode) + ' ' + std::to_string(planar) + ' ' +
                                      std::to_string(predictor) + ' ' + std::to_string(rows) + ' ' +
                                      std::to_string(tile) + ": " + wrong;
            QVERIFY2(wrong.empty(), where.c_str());
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
          const std::string wrong = wrong_with(one_page(photo, options), Exactness::Bytes, &photo);
          QVERIFY2(wrong.empty(), wrong.c_str());
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
      const std::string wrong = wrong_with(file, Exactness::Bytes);
      QVERIFY2(wrong.empty(), wrong.c_str());
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
        std::string wrong = wrong_with(one_page(picture, options), Exactness::Pixels, &picture);
        QVERIFY2(wrong.empty(), wrong.c_str());
        options.mode = "wb8";
        options.rows = 32;
        options.tile = 64;
        wrong = wrong_with(one_page(picture, options), Exactness::Pixels, &picture);
        QVERIFY2(wrong.empty(), wrong.c_str());
      }
    }
    // One page of its own compressor does not change the others.
    TiffOptions usual;
    usual.compression = COMPRESSION_LZW;
    const Bytes mixed = write_tiff_file({{smooth, usual}, {noise, hand_packed(COMPRESSION_LZW)}, {smooth, usual}});
    const std::string wrong = wrong_with(mixed, Exactness::Pixels);
    QVERIFY2(wrong.empty(), wrong.c_str());
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

  void a_page_that_shares_data_with_a_coded_one() {
    TiffOptions reduced = hand_packed(COMPRESSION_LZW);
    reduced.tags = [](TIFF* tiff) { TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE); };
    Bytes file =
        write_tiff_file({{make_photo(40, 20, 3), hand_packed(COMPRESSION_LZW)}, {make_photo(40, 20, 3, 2), reduced}});
    const std::string wrong = wrong_with(file, Exactness::Pixels);
    QVERIFY2(wrong.empty(), wrong.c_str());
    const auto tiff = parse_tiff(file);
    QVERIFY(tiff.ok());
    QCOMPARE(tiff->pages.size(), std::size_t{2});
    const std::uint64_t offset = tiff->number(file, tiff->pages[0].offsets, 1);
    QVERIFY(tiff->set_number(file, tiff->pages[1].offsets, 1, offset + 1));
    QVERIFY(tiff->set_number(file, tiff->pages[1].counts, 1, 5));
    const auto taken = take_apart(file);
    QVERIFY(!taken.ok());
    QCOMPARE(taken.error().code, Error::Code::Unsupported);
  }

  void opencv() {
    const Picture photo = make_photo(150, 90, 3);
    for (const int type : {CV_8UC1, CV_8UC3, CV_16UC1, CV_16UC3}) {
      for (const int compression : {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_ADOBE_DEFLATE}) {
        cv::Mat image(90, type == CV_8UC1 ? 150 : 50, type);
        std::copy_n(photo.samples.begin(), image.total() * image.elemSize() % photo.samples.size(), image.data);
        Bytes file;
        QVERIFY(cv::imencode(".tif", image, file, {cv::IMWRITE_TIFF_COMPRESSION, compression}));
        const std::string wrong = wrong_with(file, Exactness::Bytes);
        QVERIFY2(wrong.empty(), wrong.c_str());
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
