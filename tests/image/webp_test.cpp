// SPDX-License-Identifier: GPL-3.0-or-later
// Lossless WebP: what libwebp writes with the usual settings comes back byte for byte, everything else with its pixels
// and chunks, or not at all. dwebp is the independent decoder.
#include <webp/encode.h>

#include <QtTest>
#include <algorithm>

#include "engine/image/formats.h"
#include "engine/image/webp/webp_file.h"
#include "tests/image/other_programs.h"
#include "tests/skip.h"

using namespace bitswap;
using test::make_photo;
using test::Random;
using test::Workshop;

namespace {

/// A photo with a transparent, a half transparent and an opaque part; the colours under all of them go on.
Picture see_through(std::uint32_t width, std::uint32_t height) {
  Picture picture = make_photo(width, height, 4, 9);
  for (std::size_t pixel = 0; pixel < picture.pixel_count(); ++pixel) {
    const std::size_t x = pixel % width;
    picture.samples[pixel * 4 + 3] = x < width / 3 ? 0 : x < width / 2 ? static_cast<std::uint8_t>(x * 3 + 1) : 255;
  }
  return picture;
}

Bytes taken_over(std::uint8_t* memory, std::size_t size) {
  Bytes out(memory, memory + size);
  WebPFree(memory);
  return out;
}

/// Through the simple interface of libwebp.
Bytes write_webp_simply(const Picture& picture) {
  std::uint8_t* memory = nullptr;
  const auto width = static_cast<int>(picture.width);
  const auto height = static_cast<int>(picture.height);
  const auto encode = picture.channels == 4 ? WebPEncodeLosslessRGBA : WebPEncodeLosslessRGB;
  const std::size_t size = encode(picture.samples.data(), width, height, width * picture.channels, &memory);
  return taken_over(memory, size);
}

/// The file with another stream in its VP8L chunk.
Bytes with_stream(const Bytes& file, const Bytes& stream) {
  WebpFile parsed = *parse_webp(file);
  parsed.stream = stream;
  return *write_webp(parsed);
}

Bytes stream_of(const Bytes& file) {
  const auto parsed = parse_webp(file);
  return {parsed->stream.begin(), parsed->stream.end()};
}

/// A stream that libwebp never writes, because it ends in bytes that mean nothing.
Bytes foreign(const Bytes& file) {
  Bytes stream = stream_of(file);
  stream.insert(stream.end(), {1, 2, 3});
  return with_stream(file, stream);
}

}  // namespace

class WebpTest : public QObject {
  Q_OBJECT

  Workshop shop_;

  /// RGB and alpha of a file as dwebp sees it.
  Picture decoded(const Bytes& file) const {
    shop_.write("d.webp", file);
    return shop_.run("dwebp", {"-quiet", "-pam", "d.webp", "-o", "d.pam"}) ? shop_.read_netpbm("d.pam") : Picture{};
  }

  /// Takes apart, rebuilds, compares. Says what was wrong, or "".
  QByteArray wrong_with(const Bytes& file, Exactness wanted) const {
    if (find_format(file) != &webp_format()) return "not recognised";
    const auto taken = webp_format().take_apart(file);
    if (!taken) return "not taken apart: " + QByteArray::fromStdString(taken.error().detail);
    if (taken->exactness != wanted) return "exact in another way";
    const auto again = webp_format().rebuild(taken->picture, taken->recipe);
    if (!again) return "not rebuilt";
    if ((*again == file) != (wanted == Exactness::Bytes)) return "bytes";
    const Picture before = decoded(file);
    if (before.samples.empty() || decoded(*again) != before) return "pixels differ from the file's";
    const auto view = webp_format().view(file);
    if (!view || *view != test::to_rgb(before)) return "view";
    return before.channels != taken->picture.channels || before == taken->picture ? "" : "the picture itself";
  }

  void check(const Bytes& file, Exactness wanted) const { QCOMPARE(wrong_with(file, wanted), QByteArray()); }

 private Q_SLOTS:
  void initTestCase() {
    if (!Workshop::has("cwebp") || !Workshop::has("dwebp") || !Workshop::has("webpmux"))
      SKIP_UNLESS_CI("no WebP programs");
    shop_.write("rgb.png", test::write_png(make_photo(44, 31, 3)));
    shop_.write("rgba.png", test::write_png(see_through(45, 30)));
  }

  void levels_of_cwebp() {
    for (const char* picture : {"rgb.png", "rgba.png"}) {
      for (int level = 0; level <= 9; ++level) {
        QVERIFY(shop_.run("cwebp", {"-quiet", "-z", QString::number(level), picture, "-o", "a.webp"}));
        check(shop_.read("a.webp"), Exactness::Bytes);
        QVERIFY(shop_.run("cwebp", {"-quiet", "-exact", "-z", QString::number(level), picture, "-o", "a.webp"}));
        check(shop_.read("a.webp"), Exactness::Bytes);
      }
      QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", picture, "-o", "a.webp"}));
      check(shop_.read("a.webp"), Exactness::Bytes);
    }
  }

  void methods_and_qualities() {
    for (const char* quality : {"70", "75", "80", "90", "100"}) {
      QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", "-m", "4", "-q", quality, "rgba.png", "-o", "a.webp"}));
      check(shop_.read("a.webp"), Exactness::Bytes);
    }
    // Odd settings: byte for byte by luck, the same pixels always.
    for (const char* method : {"0", "2", "3", "5"}) {
      for (const char* quality : {"7", "37", "63"}) {
        QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", "-m", method, "-q", quality, "rgba.png", "-o", "a.webp"}));
        const Bytes file = shop_.read("a.webp");
        const auto taken = webp_format().take_apart(file);
        QVERIFY(taken.ok());
        check(file, taken->exactness);
      }
    }
  }

  void simple_interface() {
    for (const std::uint32_t width : {1u, 2u, 17u, 100u}) {
      for (const std::uint32_t height : {1u, 3u, 40u}) {
        check(write_webp_simply(make_photo(width, height, 3)), Exactness::Bytes);
        check(write_webp_simply(see_through(width, height)), Exactness::Bytes);
      }
    }
    Picture flat{64, 48, 3, Bytes(64 * 48 * 3, 77)};
    check(write_webp_simply(flat), Exactness::Bytes);
    for (std::size_t i = 0; i < flat.samples.size(); ++i) flat.samples[i] = static_cast<std::uint8_t>(i / 3 % 5 * 50);
    check(write_webp_simply(flat), Exactness::Bytes);  // few colours: the encoder makes a palette
  }

  void imagemagick() {
    if (!Workshop::has("convert")) SKIP_UNLESS_CI("no ImageMagick");
    for (const char* picture : {"rgb.png", "rgba.png"}) {
      for (const char* quality : {"75", "80", "100"}) {
        QVERIFY(shop_.run("convert", {picture, "-quality", quality, "-define", "webp:lossless=true", "a.webp"}));
        check(shop_.read("a.webp"), Exactness::Bytes);
      }
    }
  }

  void hidden_colours() {
    const Picture picture = see_through(60, 40);
    QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", "-exact", "rgba.png", "-o", "a.webp"}));
    Bytes file = shop_.read("a.webp");
    QVERIFY(webp_format().take_apart(file)->picture == see_through(45, 30));
    file = foreign(file);
    check(file, Exactness::Pixels);
    const auto taken = webp_format().take_apart(file);
    QVERIFY(taken->picture == see_through(45, 30));
    const auto again = webp_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(webp_format().take_apart(*again)->picture == taken->picture);
  }

  // A recipe that leaves hidden colours to the encoder meets another version of it: the pixels must win.
  void hidden_colours_of_another_encoder() {
    WebpRecipe recipe;
    recipe.settings.exact = false;
    recipe.uses_alpha = true;
    const Picture picture = see_through(30, 20);
    const auto file = webp_format().rebuild(picture, write_webp_recipe(recipe));
    QVERIFY(file.ok());
    QVERIFY(decoded(*file) == picture);
  }

  void unused_alpha() {
    for (const Picture& picture : {make_photo(20, 10, 3), see_through(20, 10)}) {
      const Bytes file = write_webp_simply(picture);
      Bytes stream = stream_of(file);
      QCOMPARE(stream_uses_alpha(stream), picture.channels == 4);
      set_stream_uses_alpha(stream, picture.channels == 3);
      check(with_stream(file, stream), Exactness::Bytes);
      check(foreign(with_stream(file, stream)), Exactness::Pixels);
    }
  }

  void chunks() {
    QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", "rgba.png", "-o", "a.webp"}));
    for (const char* kind : {"icc", "exif", "xmp"}) {
      shop_.write("data", Bytes(kind[0] == 'i' ? 333 : 40, static_cast<std::uint8_t>(kind[0])));
      QVERIFY(shop_.run("webpmux", {"-set", kind, "data", "a.webp", "-o", "b.webp"}));
      shop_.write("a.webp", shop_.read("b.webp"));
    }
    const Bytes file = shop_.read("a.webp");
    check(file, Exactness::Bytes);
    const auto parsed = parse_webp(file);
    QVERIFY(parsed->before.size() >= 18 + 342);  // VP8X, ICCP
    QVERIFY(parsed->after.size() >= 48 + 48);    // EXIF, XMP

    WebpFile more = *parsed;
    Bytes after(more.after.begin(), more.after.end());
    after.insert(after.end(), {'w', 'h', 'a', 't', 3, 0, 0, 0, 'a', 'b', 'c', 0});
    more.after = after;
    const Bytes trailing = {'t', 'a', 'i', 'l'};
    more.trailing = trailing;
    check(*write_webp(more), Exactness::Bytes);

    const Bytes changed = foreign(*write_webp(more));
    check(changed, Exactness::Pixels);
    const auto taken = webp_format().take_apart(changed);
    const auto again = webp_format().rebuild(taken->picture, taken->recipe);
    const auto kept = parse_webp(*again);
    QVERIFY(std::ranges::equal(kept->before, more.before));
    QVERIFY(std::ranges::equal(kept->after, more.after));
    QVERIFY(std::ranges::equal(kept->trailing, more.trailing));
  }

  void lossy() {
    QVERIFY(shop_.run("cwebp", {"-quiet", "-q", "60", "rgba.png", "-o", "a.webp"}));
    const Bytes file = shop_.read("a.webp");
    QCOMPARE(webp_format().take_apart(file).error().code, Error::Code::Unsupported);
    QVERIFY(shop_.run("dwebp", {"-quiet", "-ppm", "a.webp", "-o", "a.ppm"}));
    QVERIFY(webp_format().view(file).value() == shop_.read_netpbm("a.ppm"));
  }

  void animation() {
    if (!Workshop::has("img2webp")) SKIP_UNLESS_CI("no img2webp");
    shop_.write("rgb2.png", test::write_png(make_photo(44, 31, 3, 5)));
    QVERIFY(shop_.run("img2webp", {"-lossless", "-d", "50", "rgb.png", "rgb2.png", "-o", "a.webp"}));
    const Bytes file = shop_.read("a.webp");
    QCOMPARE(webp_format().take_apart(file).error().code, Error::Code::Unsupported);
    QVERIFY(webp_format().view(file).value() == make_photo(44, 31, 3));
  }

  void broken_files() {
    Random random(3);
    QVERIFY(shop_.run("cwebp", {"-quiet", "-q", "60", "rgba.png", "-o", "a.webp"}));
    for (const Bytes& file :
         {write_webp_simply(make_photo(13, 9, 3)), write_webp_simply(see_through(12, 7)), shop_.read("a.webp")}) {
      for (std::size_t size = 0; size < file.size(); ++size) {
        const Bytes part(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size));
        const auto taken = webp_format().take_apart(part);
        QVERIFY(!taken.ok());
        if (size >= 12) QCOMPARE(taken.error().code, Error::Code::Truncated);
        static_cast<void>(webp_format().view(part));
      }
      for (int round = 0; round < 400; ++round) {
        Bytes changed = file;
        changed[random.below(static_cast<std::uint32_t>(file.size()))] ^= 1u << random.below(8);
        QVERIFY(test::keeps_promises(webp_format(), changed));
      }
    }
  }

  void hostile_recipes() {
    QVERIFY(shop_.run("cwebp", {"-quiet", "-lossless", "rgba.png", "-o", "a.webp"}));
    shop_.write("data", Bytes(10, 1));
    QVERIFY(shop_.run("webpmux", {"-set", "exif", "data", "a.webp", "-o", "b.webp"}));
    const auto taken = webp_format().take_apart(shop_.read("b.webp"));
    QVERIFY(taken.ok());
    for (std::size_t size = 0; size < taken->recipe.size(); ++size) {
      QVERIFY(!webp_format().rebuild(taken->picture, ByteView(taken->recipe).first(size)).ok());
    }
    Random random(4);
    const Picture small = make_photo(3, 2, 3);
    for (int round = 0; round < 2000; ++round) {
      Bytes recipe = taken->recipe;
      recipe[random.below(static_cast<std::uint32_t>(recipe.size()))] = static_cast<std::uint8_t>(random.next());
      const auto again = webp_format().rebuild(small, recipe);
      QVERIFY(!again.ok() || again->size() < 4096);
    }
    // A second picture in the recipe would not be the one that was proven.
    WebpRecipe recipe;
    const Bytes second = {'V', 'P', '8', 'L', 0, 0, 0, 0};
    recipe.file.after = second;
    QCOMPARE(webp_format().rebuild(small, write_webp_recipe(recipe)).error().code, Error::Code::Corrupt);
  }

  void wrong_pictures() {
    const Bytes recipe = write_webp_recipe({});
    for (const Picture& picture : {Picture{}, make_photo(5, 4, 1), make_photo(5, 4, 2), Picture{13, 9, 3, Bytes(7)},
                                   Picture{16384, 1, 3, Bytes(16384 * 3)}, Picture{1, 1, 0, {}}}) {
      QVERIFY(!webp_format().rebuild(picture, recipe).ok());
    }
  }
};

QTEST_APPLESS_MAIN(WebpTest)
#include "webp_test.moc"
