// SPDX-License-Identifier: GPL-3.0-or-later
// libtiff with a file in a temporary folder: nothing of the engine is used to make what it is tested on.
#include "tests/image/tiff_files.h"

#include <QFile>
#include <QTemporaryDir>
#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/image_files.h"

namespace bitswap::test {
namespace {

/// Samples as libtiff takes them: in the order of this machine, of one plane or all channels.
Bytes block_of(const Picture& picture, const TiffOptions& options, std::uint32_t left, std::uint32_t top,
               std::uint32_t width, std::uint32_t rows, std::uint32_t plane) {
  const bool chunky = options.planar == PLANARCONFIG_CONTIG;
  Bytes block;
  for (std::uint32_t y = top; y < top + rows; ++y) {
    for (std::uint32_t x = left; x < left + width; ++x) {
      for (std::uint32_t channel = chunky ? 0 : plane; channel < (chunky ? picture.channels : plane + 1); ++channel) {
        const bool inside = x < picture.width && y < picture.height;
        const std::size_t at = (std::size_t{y} * picture.width + x) * picture.channels + channel;
        if (options.bits == 8) {
          block.push_back(inside ? picture.samples[at] : options.padding);
        } else {
          const std::uint16_t sample = inside ? wide_sample(picture, at) : options.padding;
          const auto* bytes = reinterpret_cast<const std::uint8_t*>(&sample);
          block.insert(block.end(), bytes, bytes + 2);
        }
      }
    }
  }
  return block;
}

/// Nine-bit codes of single bytes, with a new table before codes need ten bits.
Bytes pack_lzw(const Bytes& raw) {
  Bytes out;
  std::uint32_t held = 0;
  int bits = 0;
  const auto put = [&](std::uint32_t code) {
    held = held << 9 | code;
    for (bits += 9; bits >= 8; bits -= 8) out.push_back(static_cast<std::uint8_t>(held >> (bits - 8)));
  };
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i % 200 == 0) put(256);
    put(raw[i]);
  }
  put(257);
  if (bits > 0) out.push_back(static_cast<std::uint8_t>(held << (8 - bits)));
  return out;
}

/// Literals only.
Bytes pack_bits(const Bytes& raw) {
  Bytes out;
  for (std::size_t at = 0; at < raw.size(); at += 100) {
    const std::size_t count = std::min<std::size_t>(100, raw.size() - at);
    out.push_back(static_cast<std::uint8_t>(count - 1));
    out.insert(out.end(), raw.begin() + static_cast<std::ptrdiff_t>(at),
               raw.begin() + static_cast<std::ptrdiff_t>(at + count));
  }
  return out;
}

void put_block(TIFF* tiff, const TiffOptions& options, std::uint32_t index, Bytes block) {
  if (options.hand_packed) {
    block = options.compression == COMPRESSION_LZW        ? pack_lzw(block)
            : options.compression == COMPRESSION_PACKBITS ? pack_bits(block)
                                                          : test::costly_zlib_stream(block);
    if (options.tile > 0) TIFFWriteRawTile(tiff, index, block.data(), static_cast<tmsize_t>(block.size()));
    if (options.tile == 0) TIFFWriteRawStrip(tiff, index, block.data(), static_cast<tmsize_t>(block.size()));
  } else if (options.tile > 0) {
    TIFFWriteEncodedTile(tiff, index, block.data(), static_cast<tmsize_t>(block.size()));
  } else {
    TIFFWriteEncodedStrip(tiff, index, block.data(), static_cast<tmsize_t>(block.size()));
  }
}

void put_page(TIFF* tiff, const Picture& picture, const TiffOptions& options) {
  const std::uint32_t rows = options.rows == 0 ? picture.height : options.rows;
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, picture.width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, picture.height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, options.bits);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, picture.channels);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, options.planar);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, options.compression);
  const int usual = picture.channels >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, options.photometric >= 0 ? options.photometric : usual);
  if (options.photometric < 0 && picture.channels % 2 == 0) {
    const std::uint16_t alpha = EXTRASAMPLE_UNASSALPHA;
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &alpha);
  }
  if (options.predictor != 1) TIFFSetField(tiff, TIFFTAG_PREDICTOR, options.predictor);
  if (options.quality != 0) TIFFSetField(tiff, TIFFTAG_ZIPQUALITY, options.quality);
  if (options.tile > 0) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, options.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, rows);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, rows);
  }
  if (options.tags) options.tags(tiff);
  const std::uint32_t planes = options.planar == PLANARCONFIG_CONTIG ? 1 : picture.channels;
  std::uint32_t index = 0;
  for (std::uint32_t plane = 0; plane < planes; ++plane) {
    for (std::uint32_t y = 0; options.lines && y < picture.height; ++y) {
      TIFFWriteScanline(tiff, block_of(picture, options, 0, y, picture.width, 1, plane).data(), y,
                        static_cast<std::uint16_t>(plane));
    }
    for (std::uint32_t y = 0; !options.lines && y < picture.height; y += rows) {
      const std::uint32_t part = options.tile > 0 ? rows : std::min(rows, picture.height - y);
      const std::uint32_t width = options.tile > 0 ? options.tile : picture.width;
      for (std::uint32_t x = 0; x < picture.width; x += width) {
        put_block(tiff, options, index++, block_of(picture, options, x, y, width, part, plane));
      }
    }
  }
  TIFFWriteDirectory(tiff);
}

/// All pages that OpenCV reads, unchanged.
std::vector<cv::Mat> pages_of(ByteView file) {
  const QTemporaryDir folder;
  std::vector<cv::Mat> pages;
  QFile copy(folder.filePath("a.tif"));
  const bool written = copy.open(QIODevice::WriteOnly) &&
                       copy.write(reinterpret_cast<const char*>(file.data()), static_cast<qint64>(file.size())) >= 0;
  copy.close();
  if (!written || !cv::imreadmulti(copy.fileName().toStdString(), pages, cv::IMREAD_UNCHANGED)) pages.clear();
  return pages;
}

bool same_pages(const std::vector<cv::Mat>& a, const std::vector<cv::Mat>& b) {
  return std::ranges::equal(a, b, [](const cv::Mat& x, const cv::Mat& y) {
    return x.size() == y.size() && x.type() == y.type() && cv::norm(x, y, cv::NORM_INF) == 0;
  });
}

}  // namespace

std::uint16_t wide_sample(const Picture& picture, std::size_t at) {
  return static_cast<std::uint16_t>(picture.samples[at] * 257u + at % 5);
}

Picture expected_picture(const Picture& picture, int bits) {
  if (bits == 8) return picture;
  std::vector<std::uint16_t> samples;
  for (std::size_t at = 0; at < picture.samples.size(); ++at) samples.push_back(wide_sample(picture, at));
  return split_wide(picture.width, picture.height, picture.channels, samples);
}

Bytes write_tiff_file(const std::vector<TiffPicture>& pages) {
  const QTemporaryDir folder;
  const QString path = folder.filePath("a.tif");
  TIFFSetWarningHandler(nullptr);  // it advises against the old number of Deflate
  TIFF* tiff = TIFFOpen(path.toLocal8Bit().constData(), pages.front().options.mode);
  if (tiff == nullptr) return {};
  for (const TiffPicture& page : pages) put_page(tiff, page.picture, page.options);
  TIFFClose(tiff);
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return {};
  const QByteArray content = file.readAll();
  return {content.begin(), content.end()};
}

Bytes one_page(const Picture& picture, const TiffOptions& options) { return write_tiff_file({{picture, options}}); }

TiffOptions hand_packed(int compression) {
  TiffOptions options;
  options.compression = compression;
  options.hand_packed = true;
  options.rows = 7;
  return options;
}

/// Byte-exact, or pixel-exact with the same pages in OpenCV's eyes. Says what was wrong, or "".
std::string wrong_with(const Bytes& file, Exactness wanted, const Picture* picture) {
  if (find_format(file) != &tiff_format()) return "not recognised";
  const auto taken = tiff_format().take_apart(file);
  if (!taken) return "not taken apart: " + taken.error().detail;
  if (taken->exactness != wanted) return "exact in another way";
  if (picture != nullptr && taken->picture != *picture) return "another picture";
  const auto again = tiff_format().rebuild(taken->picture, taken->recipe);
  if (!again) return "not rebuilt: " + again.error().detail;
  if (wanted == Exactness::Bytes) return *again == file ? "" : "another file";
  if (*again == file) return "the same file without a claim to it";
  const auto pages = pages_of(file);
  if (pages.empty()) return "OpenCV does not read it";
  return same_pages(pages, pages_of(*again)) ? "" : "other pixels";
}

}  // namespace bitswap::test
