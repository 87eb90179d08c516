// SPDX-License-Identifier: GPL-3.0-or-later
// The comparison codecs bring every picture back, refuse what is not theirs, and are caught when they lie.
#include <lzma.h>
#include <zlib.h>

#include <QTemporaryDir>
#include <QTest>
#include <array>
#include <fstream>
#include <optional>
#include <random>

#include "engine/base/parallel.h"
#include "engine/compare/codec.h"

using namespace bitswap;

namespace {

enum class Kind { Noise, Flat, Gradient };

Picture make_picture(Kind kind, std::uint32_t width, std::uint32_t height, std::uint8_t channels) {
  Picture picture{width, height, channels, {}};
  std::mt19937 random(width * 7919 + height);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      for (std::uint32_t c = 0; c < channels; ++c) {
        const std::uint32_t value = kind == Kind::Noise  ? static_cast<std::uint32_t>(random())
                                    : kind == Kind::Flat ? 40 + 90 * c
                                                         : x + 2 * y + 50 * c;
        picture.samples.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return picture;
}

Picture shape_of(const Picture& picture) { return {picture.width, picture.height, picture.channels, {}}; }

const CompareCodec& codec_named(const QString& name) { return *find_compare_codec(name.toStdString()); }

// Stands in for a codec of which one promise is broken.
class BrokenCodec final : public CompareCodec {
 public:
  explicit BrokenCodec(std::optional<Error> failure) : failure_(std::move(failure)) {}
  std::string_view name() const override { return "broken"; }
  Result<Bytes> encode(const Picture& picture) const override { return picture.samples; }
  Result<Picture> decode(ByteView data, const Picture& shape) const override {
    if (failure_) return *failure_;
    Picture picture = shape;
    picture.samples.assign(data.begin(), data.end());
    for (std::uint8_t& sample : picture.samples) sample ^= 1;
    return picture;
  }

 private:
  std::optional<Error> failure_;
};

}  // namespace

class CompareCodecTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void names() {
    const std::vector<std::string_view> expected = {"raw", "gzip", "bzip2",  "lzma",
                                                    "png", "webp", "jpegxl", "jpegxl-9"};
    std::vector<std::string_view> found;
    for (const CompareCodec* codec : compare_codecs()) found.push_back(codec->name());
    QVERIFY(found == expected);
    QCOMPARE(default_compare_codecs().size(), expected.size() - 1);
    for (const CompareCodec* codec : compare_codecs()) QCOMPARE(find_compare_codec(codec->name()), codec);
    QVERIFY(find_compare_codec("") == nullptr);
    QVERIFY(find_compare_codec("jpeg") == nullptr);
  }

  void round_trip_data() {
    QTest::addColumn<QString>("codec");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    const std::array<std::pair<int, int>, 4> sizes = {{{1, 1}, {3, 5}, {64, 64}, {257, 131}}};
    for (const CompareCodec* codec : compare_codecs()) {
      for (const Kind kind : {Kind::Noise, Kind::Flat, Kind::Gradient}) {
        for (const auto& [width, height] : sizes) {
          const QString name = QString::fromUtf8(codec->name().data());
          QTest::addRow("%s %d %dx%d", codec->name().data(), static_cast<int>(kind), width, height)
              << name << static_cast<int>(kind) << width << height;
        }
      }
    }
  }
  void round_trip() {
    QFETCH(QString, codec);
    QFETCH(int, kind);
    QFETCH(int, width);
    QFETCH(int, height);
    for (const std::uint8_t channels : {3, 1}) {
      const Picture picture = make_picture(static_cast<Kind>(kind), width, height, channels);
      const Result<Bytes> data = codec_named(codec).encode(picture);
      const bool noise = static_cast<Kind>(kind) == Kind::Noise;
      const bool too_simple_for_9 = !noise || width < 257;
      if ((codec == "webp" && channels == 1) || (codec == "jpegxl-9" && too_simple_for_9)) {
        QVERIFY(!data.ok());
        QVERIFY(data.error().code == Error::Code::Unsupported);
        continue;
      }
      QVERIFY2(data.ok(), data.ok() ? "" : data.error().detail.c_str());
      const Result<Picture> decoded = codec_named(codec).decode(*data, shape_of(picture));
      QVERIFY2(decoded.ok(), decoded.ok() ? "" : decoded.error().detail.c_str());
      QVERIFY(*decoded == picture);
      const Result<CompareMeasurement> measured = measure(codec_named(codec), picture);
      QVERIFY(measured.ok());
      QCOMPARE(measured->codec, codec.toStdString());
      QCOMPARE(measured->bytes, std::uint64_t{data->size()});
      QVERIFY(measured->encode_seconds >= 0 && measured->decode_seconds >= 0);
    }
  }

  // Without jpegxl-9, which decodes as jpegxl does and takes no small pictures.
  void codec_rows() {
    QTest::addColumn<QString>("codec");
    for (const CompareCodec* codec : default_compare_codecs()) {
      QTest::addRow("%s", codec->name().data()) << QString::fromUtf8(codec->name().data());
    }
  }

  void truncated_data() { codec_rows(); }
  void truncated() {
    QFETCH(QString, codec);
    for (const Kind kind : {Kind::Noise, Kind::Gradient}) {
      const Picture picture = make_picture(kind, 67, 43, 3);
      const Bytes data = codec_named(codec).encode(picture).value();
      std::vector<std::size_t> lengths = {0, 1, 2, 3, 8, 17, data.size() / 2, data.size() - 2, data.size() - 1};
      for (const std::size_t length : lengths) {
        if (length >= data.size()) continue;
        const Result<Picture> decoded = codec_named(codec).decode(ByteView(data).first(length), shape_of(picture));
        QVERIFY2(!decoded.ok(), qPrintable(QString::number(length)));
        const Error::Code code = decoded.error().code;
        QVERIFY(code == Error::Code::Truncated || code == Error::Code::Corrupt);
        QVERIFY(decoded.error().detail.starts_with(codec.toStdString()));
      }
    }
  }

  // No claim but this: it ends, and what it gives has the shape that was asked for.
  void damaged_data() { codec_rows(); }
  void damaged() {
    QFETCH(QString, codec);
    std::mt19937 random(11);
    for (const Kind kind : {Kind::Noise, Kind::Gradient}) {
      const Picture picture = make_picture(kind, 41, 37, 3);
      const Bytes data = codec_named(codec).encode(picture).value();
      for (int round = 0; round < 300; ++round) {
        Bytes damaged = data;
        for (int flips = 1 + round % 3; flips > 0; --flips) {
          // Every other round strikes the header.
          const std::size_t range = round % 2 == 0 ? damaged.size() : std::min<std::size_t>(damaged.size(), 48);
          damaged[random() % range] ^= static_cast<std::uint8_t>(1 + random() % 255);
        }
        const Result<Picture> decoded = codec_named(codec).decode(damaged, shape_of(picture));
        if (decoded.ok()) {
          QVERIFY(shape_of(*decoded) == shape_of(picture));
          QCOMPARE(decoded->samples.size(), picture.samples.size());
        }
      }
    }
  }

  void other_shapes_data() { codec_rows(); }
  void other_shapes() {
    QFETCH(QString, codec);
    const CompareCodec& subject = codec_named(codec);
    const Picture picture = make_picture(Kind::Gradient, 20, 30, 3);
    const Bytes data = subject.encode(picture).value();
    for (const Picture& shape : {Picture{20, 31, 3, {}}, Picture{20, 29, 3, {}}, Picture{19, 30, 3, {}}}) {
      QVERIFY(!subject.decode(data, shape).ok());
    }
    QVERIFY(!subject.decode(data, Picture{20, 30, 1, {}}).ok());
    Bytes longer = data;
    longer.push_back(0);
    if (codec != "webp") QVERIFY(!subject.decode(longer, shape_of(picture)).ok());
    QVERIFY(!subject.decode(ByteView{}, shape_of(picture)).ok());

    for (const Picture& empty : {Picture{}, Picture{0, 5, 3, {}}, Picture{5, 0, 3, {}}}) {
      QVERIFY(subject.encode(empty).error().code == Error::Code::InvalidArgument);
      QVERIFY(subject.decode(data, empty).error().code == Error::Code::InvalidArgument);
    }
    const Picture alpha{1, 1, 4, {1, 2, 3, 4}};
    QVERIFY(subject.encode(alpha).error().code == Error::Code::InvalidArgument);
    const Picture short_of_one{2, 1, 3, {1, 2, 3, 4, 5}};
    QVERIFY(subject.encode(short_of_one).error().code == Error::Code::InvalidArgument);
    const Picture vast{0xFFFFFFFF, 0xFFFFFFFF, 3, {}};
    QVERIFY(subject.decode(data, vast).error().code == Error::Code::InvalidArgument);
  }

  void webp_limit() {
    const Result<Bytes> data = codec_named("webp").encode(make_picture(Kind::Flat, 16384, 1, 3));
    QVERIFY(data.error().code == Error::Code::Unsupported);
    QVERIFY(measure(codec_named("webp"), make_picture(Kind::Flat, 16383, 1, 3)).ok());
  }

  void gzip_is_gzip() {
    const Picture picture = make_picture(Kind::Gradient, 100, 50, 3);
    const Bytes data = codec_named("gzip").encode(picture).value();
    QTemporaryDir folder;
    const std::string path = folder.filePath("picture.gz").toStdString();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
    gzFile file = gzopen(path.c_str(), "rb");
    QVERIFY(file != nullptr);
    QCOMPARE(gzdirect(file), 0);
    Bytes read(picture.samples.size() + 1);
    QCOMPARE(gzread(file, read.data(), static_cast<unsigned>(read.size())), static_cast<int>(picture.samples.size()));
    QCOMPARE(gzclose(file), Z_OK);
    read.pop_back();
    QVERIFY(read == picture.samples);
  }

  void lzma_is_xz() {
    const Picture picture = make_picture(Kind::Gradient, 100, 50, 3);
    const Bytes data = codec_named("lzma").encode(picture).value();
    const std::array<std::uint8_t, 8> start = {0xFD, '7', 'z', 'X', 'Z', 0, 0, LZMA_CHECK_CRC64};
    QVERIFY(std::equal(start.begin(), start.end(), data.begin()));
    lzma_stream stream = LZMA_STREAM_INIT;
    QCOMPARE(lzma_stream_decoder(&stream, UINT64_MAX, 0), LZMA_OK);
    Bytes read(picture.samples.size());
    stream.next_in = data.data();
    stream.avail_in = data.size();
    stream.next_out = read.data();
    stream.avail_out = read.size();
    QCOMPARE(lzma_code(&stream, LZMA_FINISH), LZMA_STREAM_END);
    QCOMPARE(stream.avail_in, std::size_t{0});
    QCOMPARE(stream.avail_out, std::size_t{0});
    lzma_end(&stream);
    QVERIFY(read == picture.samples);
  }

  void png_has_no_ancillary_chunks() {
    const Bytes data = codec_named("png").encode(make_picture(Kind::Noise, 100, 50, 3)).value();
    std::vector<std::string> chunks;
    for (std::size_t at = 8; at + 12 <= data.size();) {
      const std::size_t length =
          (std::size_t{data[at]} << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
      std::string type(data.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                       data.begin() + static_cast<std::ptrdiff_t>(at) + 8);
      if (chunks.empty() || chunks.back() != type) chunks.push_back(type);
      at += 12 + length;
    }
    QVERIFY((chunks == std::vector<std::string>{"IHDR", "IDAT", "IEND"}));
  }

  void jpegxl_is_a_bare_codestream() {
    for (const char* name : {"jpegxl", "jpegxl-9"}) {
      const Bytes data = codec_named(name).encode(make_picture(Kind::Noise, 100, 80, 3)).value();
      QVERIFY(data.size() > 2 && data[0] == 0xFF && data[1] == 0x0A);
    }
  }

  void many_threads() {
    const Picture picture = make_picture(Kind::Gradient, 90, 70, 3);
    const auto codecs = default_compare_codecs();
    const Status status = parallel_for(codecs.size() * 4, 4, nullptr, [&](std::size_t i) -> Status {
      BITSWAP_TRY_ASSIGN([[maybe_unused]] const auto measured, measure(*codecs[i % codecs.size()], picture));
      return {};
    });
    QVERIFY2(status.ok(), status.ok() ? "" : status.error().detail.c_str());
  }

  void liar_is_caught() {
    const Result<CompareMeasurement> measured = measure(BrokenCodec(std::nullopt), make_picture(Kind::Flat, 4, 4, 3));
    QVERIFY(!measured.ok());
    QVERIFY(measured.error().code == Error::Code::Internal);
    QVERIFY(measured.error().detail.find("broken") != std::string::npos);
  }

  void codec_that_cannot_read_itself() {
    const Picture picture = make_picture(Kind::Flat, 4, 4, 3);
    const auto corrupt = measure(BrokenCodec(Error{Error::Code::Corrupt, 3, "bad"}), picture);
    QVERIFY(corrupt.error().code == Error::Code::Internal);
    QVERIFY(corrupt.error().detail.find("broken") != std::string::npos);
    const auto memory = measure(BrokenCodec(Error{Error::Code::OutOfMemory, 0, "memory"}), picture);
    QVERIFY(memory.error().code == Error::Code::OutOfMemory);
  }
};

QTEST_APPLESS_MAIN(CompareCodecTest)
#include "codec_test.moc"
