// SPDX-License-Identifier: GPL-3.0-or-later
// Broken and hostile TIFF files, recipes and pictures: errors or exact results, nothing else.
#include <QtTest>
#include <algorithm>
#include <array>
#include <vector>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "tests/image/image_files.h"
#include "tests/image/tiff_files.h"

using namespace bitswap;
using test::make_photo;
using test::Random;
using test::TiffOptions;

namespace {

std::vector<Bytes> samples() {
  std::vector<Bytes> files;
  for (const int compression :
       {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG}) {
    TiffOptions options;
    options.compression = compression;
    options.rows = 8;
    files.push_back(test::write_tiff_file({{make_photo(19, 11, 3), options}}));
    options.mode = "wb8";
    options.tile = 16;
    options.rows = 16;
    options.padding = 3;
    if (compression != COMPRESSION_JPEG) options.bits = 16;
    files.push_back(test::write_tiff_file({{make_photo(19, 11, 3), options}, {make_photo(19, 7, 3), options}}));
    if (compression == COMPRESSION_NONE || compression == COMPRESSION_JPEG) continue;
    TiffOptions other;
    other.compression = compression;
    other.hand_packed = true;
    other.rows = 5;
    files.push_back(test::write_tiff_file({{make_photo(19, 11, 1), other}}));
  }
  return files;
}

/// Compared by samples as well: view() shows the first page only.
bool keeps_promises(const Bytes& file) {
  if (!test::keeps_promises(tiff_format(), file)) return false;
  const auto taken = tiff_format().take_apart(file);
  if (!taken || taken->exactness == Exactness::Bytes) return true;
  const auto same = tiff_format().take_apart(*tiff_format().rebuild(taken->picture, taken->recipe));
  return same && same->picture == taken->picture;
}

}  // namespace

class TiffHostileTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void truncations() {
    for (const Bytes& file : samples()) {
      for (std::size_t size = 0; size < file.size(); ++size) {
        const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        QVERIFY(keeps_promises(part));
        if (size < 8) QVERIFY(!tiff_format().take_apart(part).ok());
      }
    }
  }

  void truncations_have_a_name() {
    TiffOptions options;
    options.rows = 8;
    Bytes file = test::write_tiff_file({{make_photo(19, 11, 3), options}});
    Bytes short_directory = file;
    short_directory.resize(file.size() - 1);
    QCOMPARE(tiff_format().take_apart(short_directory).error().code, Error::Code::Truncated);
    // StripOffsets, two LONGs elsewhere: the last strip then reaches beyond the end.
    const std::array<std::uint8_t, 4> offsets = {0x11, 0x01, 0x04, 0x00};
    const auto entry = std::ranges::search(file, offsets);
    QVERIFY(!entry.empty());
    const auto at = static_cast<std::size_t>(entry.begin() - file.begin()) + 8;
    const std::size_t values = file[at] | file[at + 1] << 8;
    file[values + 4] = static_cast<std::uint8_t>(file.size() - 1);
    file[values + 5] = static_cast<std::uint8_t>((file.size() - 1) >> 8);
    QCOMPARE(tiff_format().take_apart(file).error().code, Error::Code::Truncated);
  }

  void changed_bytes() {
    Random random(7);
    for (const Bytes& sample : samples()) {
      QVERIFY(keeps_promises(sample));
      for (int round = 0; round < 3000; ++round) {
        Bytes file = sample;
        for (std::uint32_t i = 0; i <= random.below(3); ++i) {
          // Mostly in the directories, which lie at the end.
          const auto size = static_cast<std::uint32_t>(file.size());
          const std::uint32_t at = random.below(2) == 0 ? random.below(size) : size - 1 - random.below(size / 4);
          file[at] = static_cast<std::uint8_t>(random.next());
        }
        QVERIFY(keeps_promises(file));
      }
    }
  }

  void changed_recipes() {
    Random random(11);
    for (const Bytes& sample : samples()) {
      const auto taken = tiff_format().take_apart(sample);
      if (!taken) continue;
      for (std::size_t size = 0; size < taken->recipe.size(); ++size) {
        QVERIFY(!tiff_format().rebuild(taken->picture, ByteView(taken->recipe).first(size)).ok());
      }
      const std::size_t most = sample.size() + 40 * taken->picture.samples.size() + (std::size_t{8} << 20);
      for (int round = 0; round < 5000; ++round) {
        Bytes recipe = taken->recipe;
        recipe[random.below(static_cast<std::uint32_t>(recipe.size()))] = static_cast<std::uint8_t>(random.next());
        const auto again = tiff_format().rebuild(taken->picture, recipe);
        QVERIFY(!again.ok() || again->size() <= most);
      }
    }
  }

  void wrong_pictures() {
    for (const Bytes& sample : samples()) {
      const auto taken = tiff_format().take_apart(sample);
      if (!taken) continue;
      for (const Picture& picture :
           {Picture{}, make_photo(1, 1, 1), make_photo(19, 12, 3), make_photo(18, 11, 3), Picture{19, 11, 3, Bytes(7)},
            Picture{0xFFFFFFFFu, 0xFFFFFFFFu, 4, Bytes(4)}, Picture{1, 1, 5, Bytes(5)}, Picture{1, 1, 0, {}}}) {
        QVERIFY(!tiff_format().rebuild(picture, taken->recipe).ok());
      }
    }
  }

  void large_claims() {
    // Sides and tiles far beyond the file.
    for (const std::uint32_t tag : {256u, 257u, 278u, 322u, 323u}) {
      for (const Bytes& sample : samples()) {
        Bytes file = sample;
        if (file[0] != 'I') continue;
        for (std::size_t at = 0; at + 12 <= file.size(); ++at) {
          if (file[at] == (tag & 0xFF) && file[at + 1] == tag >> 8 && file[at + 3] == 0 && file[at + 4] == 1 &&
              (file[at + 2] == 3 || file[at + 2] == 4)) {
            file[at + 2] = 4;
            file[at + 8] = file[at + 9] = file[at + 10] = 0xFF;
            QVERIFY(keeps_promises(file));
          }
        }
      }
    }
  }
};

QTEST_APPLESS_MAIN(TiffHostileTest)
#include "tiff_hostile_test.moc"
