// SPDX-License-Identifier: GPL-3.0-or-later
// Cut and changed JPEG files, and changed recipes: an exact result, a reason, or an error.
#include <QtTest>

#include "tests/image/jpeg/jpeg_files.h"

using namespace bitswap;
using namespace bitswap::test;

namespace {

/// True if the file comes back, or is refused with a reason other than that it would come back different.
bool keeps_promises(const Bytes& file) {
  JpegLimits limits;
  limits.coefficient_bytes = std::uint64_t{1} << 26;
  JpegReason reason = JpegReason::None;
  const Result<JpegImage> image = take_apart_jpeg(file, limits, nullptr, &reason);
  if (!image.ok()) return reason != JpegReason::None && reason != JpegReason::NotReproduced;
  const Result<Bytes> again = write_jpeg(*image, limits);
  const Result<JpegLayout> layout = jpeg_layout(image->recipe, limits);
  return again.ok() && *again == file && layout.ok() && *layout == image->layout;
}

std::vector<Bytes> files() {
  const QByteArray pnm = make_pnm(61, 45, false);
  return {cjpeg({}, pnm),
          cjpeg({QStringLiteral("-progressive")}, pnm),
          cjpeg({QStringLiteral("-restart"), QStringLiteral("2B"), QStringLiteral("-optimize")}, pnm),
          cjpeg({QStringLiteral("-progressive"), QStringLiteral("-restart"), QStringLiteral("5B")}, pnm),
          cjpeg({QStringLiteral("-grayscale")}, pnm),
          cjpeg({}, pnm, "0;1;2;\n")};
}

}  // namespace

class JpegHostileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void initTestCase() {
    if (!has_cjpeg()) QSKIP("no cjpeg here");
    for (const Bytes& file : files()) QVERIFY(comes_back(file));
  }

  void cutAtEveryByte() {
    for (const Bytes& file : files()) {
      for (std::size_t size = 0; size < file.size(); ++size) {
        QVERIFY2(keeps_promises(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size))),
                 qPrintable(QString::number(size)));
      }
    }
  }

  void changedFiles() {
    std::mt19937 random(1);
    int accepted = 0;
    for (const Bytes& file : files()) {
      for (int round = 0; round < 400; ++round) {
        Bytes changed = file;
        for (std::uint32_t change = 0; change <= random() % 3; ++change) {
          const std::size_t at =
              random() % (random() % 2 == 0 ? std::min<std::size_t>(changed.size(), 700) : changed.size());
          const auto place = changed.begin() + static_cast<std::ptrdiff_t>(at);
          switch (random() % 4) {
            case 0: *place ^= static_cast<std::uint8_t>(1U << random() % 8); break;
            case 1: *place = static_cast<std::uint8_t>(random()); break;
            case 2: changed.erase(place); break;
            default: changed.insert(place, random() % 2 == 0 ? 0xFF : static_cast<std::uint8_t>(random())); break;
          }
        }
        QVERIFY2(keeps_promises(changed), qPrintable(QString::number(round)));
        accepted += take_apart_jpeg(changed).ok() ? 1 : 0;
      }
    }
    QVERIFY(accepted > 1000);
  }

  void changedRecipes() {
    std::mt19937 random(2);
    for (Bytes file : files()) {
      file.resize(file.size() * 3 / 4);  // so that there are oddities
      const Result<JpegImage> image = take_apart_jpeg(file);
      QVERIFY(image.ok());
      JpegLimits limits;
      limits.coefficient_bytes = std::uint64_t{1} << 24;
      limits.file_bytes = std::uint64_t{1} << 20;
      for (int round = 0; round < 400; ++round) {
        JpegImage changed{image->layout, image->planes, image->recipe};
        const std::size_t near_end = std::min<std::size_t>(changed.recipe.size(), 24);
        const std::size_t at =
            random() % 2 == 0 ? random() % changed.recipe.size() : changed.recipe.size() - 1 - random() % near_end;
        changed.recipe[at] = static_cast<std::uint8_t>(random());
        const Result<Bytes> written = write_jpeg(changed, limits);
        QVERIFY(!written.ok() || written->size() <= limits.file_bytes);
      }
      for (std::size_t size = 0; size < image->recipe.size(); ++size) {
        const ByteView cut = ByteView(image->recipe).first(size);
        QVERIFY(!jpeg_layout(cut).ok());
      }
    }
  }

  void thousandsOfScans() {
    // Repeated scans are not coded again.
    Bytes file = grey_frame(0xC2, 255, 255);
    for (int scan = 0; scan < 5000; ++scan) {
      append(file, grey_scan(1, 63, 0));
      append(file, coded("1010 1111"));
    }
    append(file, {0xFF, 0xD9});
    QVERIFY(keeps_promises(file));
  }
};

QTEST_GUILESS_MAIN(JpegHostileTest)
#include "jpeg_hostile_test.moc"
