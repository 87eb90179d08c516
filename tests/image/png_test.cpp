// SPDX-License-Identifier: GPL-3.0-or-later
// PNG: what a compressor writes comes back byte for byte, what none would with its pixels and chunks, or not at all.
#include <zlib.h>

#include <QtTest>
#include <array>

#include "engine/image/format.h"
#include "engine/image/formats.h"
#include "engine/image/png/png_file.h"
#include "tests/image/image_files.h"

using namespace bitswap;
using test::make_photo;
using test::PngOptions;
using test::write_png;

namespace {

/// The file with its IDAT chunks replaced by one of `stream`.
Bytes with_stream(ByteView file, ByteView stream) {
  const auto png = parse_png(file);
  Bytes out(file.begin(), file.begin() + 33);  // signature and IHDR
  for (const PngChunk& chunk : png->before) put_chunk(out, chunk.type, chunk.data);
  put_chunk(out, chunk_type("IDAT"), stream);
  for (const PngChunk& chunk : png->after) put_chunk(out, chunk.type, chunk.data);
  put_chunk(out, chunk_type("IEND"), {});
  return out;
}

Bytes insert_chunk(const Bytes& file, const char (&type)[5], const Bytes& data) {
  Bytes out(file.begin(), file.begin() + 33);
  put_chunk(out, chunk_type(type), data);
  out.insert(out.end(), file.begin() + 33, file.end());
  return out;
}

Bytes inflated(ByteView stream, std::size_t size) {
  Bytes raw(size);
  uLongf length = size;
  if (uncompress(raw.data(), &length, stream.data(), stream.size()) != Z_OK) return {};
  return raw;
}

Bytes deflated(const Bytes& raw, int level) {
  uLongf length = compressBound(raw.size());
  Bytes stream(length);
  compress2(stream.data(), &length, raw.data(), raw.size(), level);
  stream.resize(length);
  return stream;
}

/// A deflate stream that zlib never writes: stored blocks of 1000 bytes.
Bytes stored_in_small_blocks(const Bytes& raw) {
  Bytes stream = {0x78, 0x01};
  for (std::size_t at = 0; at < raw.size(); at += 1000) {
    const auto count = static_cast<std::uint16_t>(std::min<std::size_t>(1000, raw.size() - at));
    stream.push_back(at + count == raw.size() ? 1 : 0);
    for (const unsigned value : {unsigned{count}, ~unsigned{count}}) {
      stream.push_back(static_cast<std::uint8_t>(value));
      stream.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    stream.insert(stream.end(), raw.begin() + static_cast<std::ptrdiff_t>(at),
                  raw.begin() + static_cast<std::ptrdiff_t>(at + count));
  }
  const uLong sum = adler32_z(adler32(0, nullptr, 0), raw.data(), raw.size());
  for (int shift = 24; shift >= 0; shift -= 8) stream.push_back(static_cast<std::uint8_t>(sum >> shift));
  return stream;
}

}  // namespace

class PngTest : public QObject {
  Q_OBJECT

  /// Takes apart, compares with OpenCV, rebuilds.
  static void check_exact(const Bytes& file, const Picture& picture, Exactness exactness) {
    QCOMPARE(find_format(file), &png_format());
    const auto taken = png_format().take_apart(file);
    if (!taken) qWarning("%s", taken.error().detail.c_str());
    QVERIFY(taken.ok());
    QVERIFY(taken->picture == picture);
    QCOMPARE(taken->exactness, exactness);
    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    QVERIFY(again.ok());
    QCOMPARE(*again == file, exactness == Exactness::Bytes);
    QVERIFY(test::decode_independently(*again, false) == test::decode_independently(file, false));
    const Picture independent = test::decode_independently(*again, true);
    QVERIFY(independent == test::to_rgb(picture));
    const auto view = png_format().view(file);
    QVERIFY(view.ok());
    QVERIFY(*view == independent);
  }

  static void check_error(const Bytes& file, Error::Code code) {
    QCOMPARE(find_format(file), &png_format());
    const auto taken = png_format().take_apart(file);
    QVERIFY(!taken.ok());
    QCOMPARE(taken.error().code, code);
  }

 private Q_SLOTS:
  void sizes_and_channels() {
    for (const std::uint8_t channels : {1, 2, 3, 4}) {
      for (const std::uint32_t width : {1u, 2u, 3u, 7u, 64u, 257u}) {
        for (const std::uint32_t height : {1u, 2u, 5u, 67u}) {
          const Picture picture = make_photo(width, height, channels, width * height);
          check_exact(write_png(picture), picture, Exactness::Bytes);
        }
      }
    }
  }

  void levels_and_filters() {
    const Picture picture = make_photo(203, 151, 3);
    for (int level = 1; level <= 9; ++level) {
      for (const int filters : {0x08, 0x10, 0x20, 0x40, 0x80, 0xF8}) {
        PngOptions options;
        options.level = level;
        options.filters = filters;
        check_exact(write_png(picture, options), picture, Exactness::Bytes);
      }
    }
  }

  void strategies_and_memory() {
    const Picture picture = make_photo(250, 200, 4);
    for (int strategy = 0; strategy <= 4; ++strategy) {
      for (const int memory : {5, 8, 9}) {
        for (const int level : {1, 6, 9}) {
          PngOptions options;
          options.level = level;
          options.strategy = strategy;
          options.memory = memory;
          options.idat_size = memory == 9 ? 1000 : 1 << 20;
          options.extras = true;
          check_exact(write_png(picture, options), picture, Exactness::Bytes);
        }
      }
    }
  }

  void uncompressed() {
    const Picture picture = make_photo(200, 300, 3);
    PngOptions options;
    options.level = 0;
    check_exact(write_png(picture, options), picture, Exactness::Bytes);
  }

  void deflated_at_once() {
    const Picture picture = make_photo(600, 400, 3);
    const Bytes file = write_png(picture);
    const Bytes raw = inflated(parse_png(file)->stream, (600 * 3 + 1) * 400);
    for (int level = 0; level <= 9; ++level) {
      check_exact(with_stream(file, deflated(raw, level)), picture, Exactness::Bytes);
    }
  }

  void foreign_deflate() {
    const Picture picture = make_photo(64, 50, 3);
    PngOptions options;
    options.extras = true;
    const Bytes file = write_png(picture, options);
    const Bytes raw = inflated(parse_png(file)->stream, (64 * 3 + 1) * 50);
    check_exact(with_stream(file, stored_in_small_blocks(raw)), picture, Exactness::Bytes);
    Bytes foreign = with_stream(file, test::costly_zlib_stream(raw));
    foreign.insert(foreign.end(), {'t', 'a', 'i', 'l'});
    check_exact(foreign, picture, Exactness::Pixels);
    const auto taken = png_format().take_apart(foreign);
    const auto again = png_format().rebuild(taken->picture, taken->recipe);
    const auto before = parse_png(foreign);
    const auto after = parse_png(*again);
    QVERIFY(after.ok());
    QCOMPARE(after->before.size(), before->before.size());
    QCOMPARE(after->after.size(), before->after.size());
    QVERIFY(std::ranges::equal(after->trailing, before->trailing));
  }

  void odd_chunks() {
    const Picture picture = make_photo(40, 30, 3);
    const Bytes file = write_png(picture);
    check_exact(insert_chunk(file, "prVt", {1, 2, 3}), picture, Exactness::Bytes);
    check_exact(insert_chunk(file, "prVt", {}), picture, Exactness::Bytes);
    Bytes longer = file;
    longer.insert(longer.end(), 5000, 0xAB);
    check_exact(longer, picture, Exactness::Bytes);
    // Empty IDAT chunks at the start, inside and at the end.
    const auto png = parse_png(file);
    Bytes split(file.begin(), file.begin() + 33);
    put_chunk(split, chunk_type("IDAT"), {});
    for (std::size_t at = 0; at < png->stream.size(); at += 7) {
      put_chunk(split, chunk_type("IDAT"),
                ByteView(png->stream).subspan(at, std::min<std::size_t>(7, png->stream.size() - at)));
      if (at == 70) put_chunk(split, chunk_type("IDAT"), {});
    }
    put_chunk(split, chunk_type("IDAT"), {});
    put_chunk(split, chunk_type("IDAT"), {});
    put_chunk(split, chunk_type("IEND"), {});
    check_exact(split, picture, Exactness::Bytes);
  }

  void unknown_critical_chunk() {
    check_error(insert_chunk(write_png(make_photo(33, 21, 3)), "UNKN", {}), Error::Code::Unsupported);
  }

  void damaged_data() {
    const Bytes file = write_png(make_photo(40, 30, 3));
    const Bytes stream = parse_png(file)->stream;
    const Bytes raw = inflated(stream, 121 * 30);
    const auto with_raw = [&](const Bytes& data) { return with_stream(file, deflated(data, 6)); };
    check_error(with_stream(file, ByteView(stream).first(stream.size() - 1)), Error::Code::Corrupt);
    check_error(with_raw(Bytes(raw.begin(), raw.end() - 1)), Error::Code::Corrupt);
    Bytes changed = raw;
    changed[121] = 5;
    check_error(with_raw(changed), Error::Code::Corrupt);
    changed = raw;
    changed.push_back(0);
    check_error(with_raw(changed), Error::Code::Unsupported);
    changed = stream;
    changed.push_back(0);
    check_error(with_stream(file, changed), Error::Code::Unsupported);
    changed = stream;
    changed.back() ^= 1;
    check_error(with_stream(file, changed), Error::Code::Corrupt);
    check_error(insert_chunk(file, "IHDR", Bytes(13)), Error::Code::Corrupt);
    changed = file;
    changed[1] = 'Q';
    check_error(changed, Error::Code::Corrupt);
  }

  void huge_sizes() {
    // A few bytes that promise gigabytes.
    const auto file_of = [](std::uint32_t width, std::uint32_t height) {
      Bytes file(kPngSignature.begin(), kPngSignature.end());
      Bytes header;
      for (const std::uint32_t side : {width, height}) {
        for (int shift = 24; shift >= 0; shift -= 8) header.push_back(static_cast<std::uint8_t>(side >> shift));
      }
      header.insert(header.end(), {8, 6, 0, 0, 0});
      put_chunk(file, chunk_type("IHDR"), header);
      put_chunk(file, chunk_type("IDAT"), deflated(Bytes(100), 9));
      put_chunk(file, chunk_type("IEND"), {});
      return file;
    };
    check_error(file_of(1u << 15, 1u << 15), Error::Code::Corrupt);
    check_error(file_of((1u << 15) + 1, 1u << 15), Error::Code::LimitExceeded);
    check_error(file_of((1u << 24) + 1, 1), Error::Code::LimitExceeded);
    check_error(file_of(0xFFFFFFFFu, 0xFFFFFFFFu), Error::Code::LimitExceeded);
    check_error(file_of(0, 1), Error::Code::Corrupt);
    QVERIFY(!png_format().view(file_of(1u << 15, 1u << 15)).ok());
  }
};

QTEST_APPLESS_MAIN(PngTest)
#include "png_test.moc"
