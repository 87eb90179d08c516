// SPDX-License-Identifier: GPL-3.0-or-later
// Coefficients of JPEG files through a model with random weights and back: every sampling, every number of components,
// tiles, both schedules, several threads; and a file on the disk, byte for byte.
#include <QFile>
#include <QtTest>

#include "engine/base/spare_threads.h"
#include "engine/codec/jpeg_codec.h"
#include "engine/nn/backend.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

std::uint32_t over(std::uint32_t n, std::uint32_t by) { return (n + by - 1) / by; }

/// Grids as an interleaved file has them; coefficients that mostly are small, some beyond what a byte holds.
JpegImage made_up(std::uint32_t width, std::uint32_t height, std::vector<std::pair<int, int>> sampling,
                  std::uint64_t seed) {
  std::mt19937_64 random(seed);
  JpegImage image;
  image.layout.width = width;
  image.layout.height = height;
  std::uint32_t across = 1, down = 1;
  for (const auto& [h, v] : sampling) {
    across = std::max(across, static_cast<std::uint32_t>(h));
    down = std::max(down, static_cast<std::uint32_t>(v));
  }
  for (const auto& [h, v] : sampling) {
    JpegComponent component;
    component.horizontal = static_cast<std::uint8_t>(h);
    component.vertical = static_cast<std::uint8_t>(v);
    component.columns = over(width, 8 * across) * static_cast<std::uint32_t>(h);
    component.rows = over(height, 8 * down) * static_cast<std::uint32_t>(v);
    for (std::size_t i = 0; i < 64; ++i) {
      component.quantisation[i] = static_cast<std::uint16_t>(i == 5 ? 65535 : 1 + random() % (3 + i));
    }
    JpegPlanes planes(component.blocks() * 64);
    for (std::size_t i = 0; i < planes.size(); ++i) {
      const bool dc = i < component.blocks();
      const int range = dc ? 900 : (random() % 97 == 0 ? 600 : 3);
      planes[i] = static_cast<std::int16_t>(static_cast<int>(random() % (2 * range + 1)) - range);
    }
    planes.front() = 32767;
    planes.back() = -32768;
    image.layout.components.push_back(component);
    image.planes.push_back(std::move(planes));
  }
  return image;
}

struct Coder {
  explicit Coder(std::uint16_t tile_size) {
    JpegConfig config = named_jpeg_config("tiny-jpeg").value();
    config.tile_size = tile_size;
    model = random_model(config, 11);
    networks = backend->load(model).value();
  }
  CodingModel coding(SpareThreads* spare = nullptr) const {
    CodingModel coding;
    coding.model = &model;
    coding.networks = networks.get();
    coding.spare = spare;
    return coding;
  }
  std::unique_ptr<Backend> backend = make_plain_backend();
  Model model{};
  std::unique_ptr<BackendModel> networks;
};

}  // namespace

class JpegCodecTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void coefficients_come_back_data() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<QList<int>>("sampling");
    QTest::addColumn<int>("schedule");
    for (const int schedule : {0, 1}) {
      const auto add = [&](const char* name, int width, int height, const QList<int>& sampling) {
        QTest::addRow("%s schedule %d", name, schedule) << width << height << sampling << schedule;
      };
      add("grey", 70, 50, {11});
      add("4:4:4", 61, 40, {11, 11, 11});
      add("4:2:2", 90, 33, {21, 11, 11});
      add("4:4:0", 33, 90, {12, 11, 11});
      add("4:2:0", 100, 75, {22, 11, 11});
      add("4:1:1", 130, 20, {41, 11, 11});
      add("chroma finer than luma", 40, 40, {11, 22, 22});
      add("three sizes", 64, 64, {22, 21, 11});
      add("four components", 50, 30, {11, 11, 11, 11});
      add("one block", 1, 1, {11, 11, 11});
      add("tiles", 300, 200, {22, 11, 11});
    }
  }

  void coefficients_come_back() {
    QFETCH(const int, width);
    QFETCH(const int, height);
    QFETCH(const QList<int>, sampling);
    QFETCH(const int, schedule);
    std::vector<std::pair<int, int>> factors;
    for (const int both : sampling) factors.emplace_back(both / 10, both % 10);
    const JpegImage image = made_up(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height), factors, 3);
    const Coder coder(16);
    SpareThreads spare(2);
    const JpegEncoder encoder(coder.coding(), image, static_cast<Schedule>(schedule));
    const JpegEncoder shared(coder.coding(&spare), image, static_cast<Schedule>(schedule));
    const JpegHeader header = JpegHeader::read(encoder.header().write()).value();
    auto decoder = JpegDecoder::create(coder.coding(), header, image.layout).value();
    QCOMPARE(decoder.segments().size(), encoder.segments().size());
    for (std::size_t k = 0; k < encoder.segments().size(); ++k) {
      const auto coded = encoder.encode(k, true, nullptr);
      QVERIFY2(coded.ok(), coded.ok() ? "" : coded.error().detail.c_str());
      QCOMPARE(shared.encode(k, false, nullptr).value().payload, coded->payload);
      QCOMPARE(coded->ledger.actual_bits(), 8.0 * static_cast<double>(coded->payload.size()));
      const Status status = decoder.decode(k, coded->payload, nullptr);
      QVERIFY2(status.ok(), status.ok() ? "" : status.error().detail.c_str());
    }
    QVERIFY(decoder.planes() == image.planes);
  }

  void a_file_comes_back() {
    QFile file(QStringLiteral(BITSWAP_SOURCE_DIR "/resources/samples/kodim07-q90.jpg"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(content.data()),
                         static_cast<std::size_t>(content.size()));
    const auto image = take_apart_jpeg(bytes);
    QVERIFY(image.ok());
    const Coder coder(64);
    const JpegEncoder encoder(coder.coding(), *image);
    auto decoder = JpegDecoder::create(coder.coding(), encoder.header(), jpeg_layout(image->recipe).value()).value();
    for (std::size_t k = 0; k < encoder.segments().size(); ++k) {
      QVERIFY(decoder.decode(k, encoder.encode(k, false, nullptr).value().payload, nullptr).ok());
    }
    JpegImage again{decoder.layout(), decoder.planes(), image->recipe};
    QVERIFY(std::ranges::equal(write_jpeg(again).value(), bytes));
  }

  void damage_is_an_error_or_changes_coefficients_only() {
    const JpegImage image = made_up(90, 60, {{2, 2}, {1, 1}, {1, 1}}, 5);
    const Coder coder(64);
    const JpegEncoder encoder(coder.coding(), image);
    const Bytes payload = encoder.encode(0, false, nullptr).value().payload;
    std::mt19937_64 random(1);
    int refused = 0;
    for (int i = 0; i < 60; ++i) {
      Bytes broken = payload;
      broken[random() % broken.size()] ^= static_cast<std::uint8_t>(1U << random() % 8);
      if (i % 6 == 0) broken.resize(random() % broken.size());
      auto decoder = JpegDecoder::create(coder.coding(), encoder.header(), image.layout).value();
      refused += decoder.decode(0, broken, nullptr).ok() ? 0 : 1;
    }
    QVERIFY(refused > 50);  // what the lanes must end with notices nearly everything
  }

  void another_recipe_is_refused() {
    const JpegImage image = made_up(90, 60, {{2, 2}, {1, 1}, {1, 1}}, 5);
    const Coder coder(64);
    const JpegEncoder encoder(coder.coding(), image);
    JpegLayout other = image.layout;
    other.width = 91;
    QVERIFY(!JpegDecoder::create(coder.coding(), encoder.header(), other).ok());
    Bytes header = encoder.header().write();
    header[0] = 2;
    QCOMPARE(JpegHeader::read(header).error().code, Error::Code::Unsupported);
    header.pop_back();
    header[0] = 1;
    QVERIFY(!JpegHeader::read(header).ok());
  }
};

QTEST_GUILESS_MAIN(JpegCodecTest)
#include "jpeg_codec_test.moc"
