// SPDX-License-Identifier: GPL-3.0-or-later
// JPEG files for the tests: by cjpeg, and by hand, bit for bit.
#pragma once

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <random>
#include <string>
#include <string_view>

#include "engine/image/jpeg/jpeg_image.h"

namespace bitswap::test {

inline bool has_cjpeg() { return !QStandardPaths::findExecutable(QStringLiteral("cjpeg")).isEmpty(); }

/// Smooth, with noise and flat parts.
inline QByteArray make_pnm(int width, int height, bool grey) {
  std::mt19937 random(7);
  QByteArray file =
      QByteArray(grey ? "P5" : "P6") + "\n" + QByteArray::number(width) + " " + QByteArray::number(height) + "\n255\n";
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < (grey ? 1 : 3); ++c) {
        const int noise = x > width / 2 ? static_cast<int>(random() % 60) : 0;
        file.append(static_cast<char>((x * (c + 1) + y * 2 + noise) & 255));
      }
    }
  }
  return file;
}

/// Empty (and a warning) when cjpeg fails. `scans` is a script for -scans.
inline Bytes cjpeg(QStringList arguments, const QByteArray& pnm, const QByteArray& scans = {}) {
  const QTemporaryDir folder;
  if (!scans.isEmpty()) {
    QFile script(folder.filePath(QStringLiteral("scans")));
    if (!script.open(QIODevice::WriteOnly) || script.write(scans) != scans.size()) return {};
    arguments << QStringLiteral("-scans") << script.fileName();
  }
  QProcess process;
  process.start(QStringLiteral("cjpeg"), arguments);
  process.write(pnm);
  process.closeWriteChannel();
  if (!process.waitForFinished(60000) || process.exitCode() != 0) qWarning() << process.readAllStandardError();
  const QByteArray out = process.readAllStandardOutput();
  return {out.begin(), out.end()};
}

inline void append(Bytes& file, const Bytes& more) { file.insert(file.end(), more.begin(), more.end()); }

inline Bytes segment(std::uint8_t marker, const Bytes& body) {
  const std::size_t length = body.size() + 2;
  Bytes bytes = {0xFF, marker, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length & 255)};
  append(bytes, body);
  return bytes;
}

/// "0" and "1" with anything between them; FF is stuffed. A multiple of eight.
inline Bytes coded(std::string_view text) {
  Bytes bytes;
  int count = 0;
  std::uint8_t byte = 0;
  for (const char c : text) {
    if (c != '0' && c != '1') continue;
    byte = static_cast<std::uint8_t>(byte << 1 | (c == '1' ? 1 : 0));
    if (++count % 8 != 0) continue;
    bytes.push_back(byte);
    if (byte == 0xFF) bytes.push_back(0);
    byte = 0;
  }
  return bytes;
}

/// SOI and the frame of a grey picture, 8 pixels high, without any table.
inline Bytes grey_frame(std::uint8_t sof, std::uint8_t width, std::uint8_t height = 8) {
  Bytes file = {0xFF, 0xD8};
  append(file, segment(sof, {8, 0, height, 0, width, 1, 1, 0x11, 0}));
  return file;
}

inline Bytes grey_scan(std::uint8_t first, std::uint8_t last, std::uint8_t bits) {
  return segment(0xDA, {1, 1, 0, first, last, bits});
}

/// Where the n-th segment with this marker begins, from 0; the size of the file if there is none.
inline std::size_t find_segment(const Bytes& file, std::uint8_t marker, int n = 0) {
  for (std::size_t at = 2; at + 1 < file.size(); ++at) {
    if (file[at] == 0xFF && file[at + 1] == marker && n-- == 0) return at;
  }
  return file.size();
}

inline bool comes_back(const Bytes& file, std::size_t* recipe_size = nullptr) {
  const Result<JpegImage> image = take_apart_jpeg(file);
  if (!image.ok()) {
    qWarning("%s", image.error().detail.c_str());
    return false;
  }
  if (recipe_size != nullptr) *recipe_size = image->recipe.size();
  const Result<Bytes> again = write_jpeg(*image);
  const Result<JpegLayout> layout = jpeg_layout(image->recipe);
  return again.ok() && *again == file && layout.ok() && *layout == image->layout;
}

}  // namespace bitswap::test
