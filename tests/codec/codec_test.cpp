// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures through the whole coder and back, with both schedules, at all small sizes and with every kind of model.
#include <QtTest>
#include <numeric>
#include <random>

#include "engine/codec/image_codec.h"
#include "engine/coder/lanes.h"
#include "engine/image/pixels/ycc_colours.h"
#include "engine/model/released/models.h"
#include "tests/fakes/random_model.h"

using namespace bitswap;

namespace {

struct Rig {
  explicit Rig(const ModelConfig& config, std::uint64_t seed = 1) : model(random_model(config, seed)) {
    networks = make_plain_backend()->load(model).value();
  }
  [[nodiscard]] CodingModel coding() const { return {&model, networks.get()}; }
  Model model;
  std::unique_ptr<BackendModel> networks;
};

struct Coded {
  ImageHeader header;
  std::vector<Bytes> payloads;
  Ledger ledger;
  std::vector<HeatMap> heat;
};

Coded encode(const CodingModel& coding, const Picture& picture, Schedule schedule = Schedule::BitSwap) {
  const ImageEncoder encoder(coding, picture, schedule);
  Coded coded{ImageHeader::read(encoder.header().write()).value(), {}, {}, {}};
  for (std::size_t k = 0; k < encoder.segments().size(); ++k) {
    EncodedSegment segment = encoder.encode(k, true, nullptr).value();
    coded.payloads.push_back(std::move(segment.payload));
    coded.ledger.add(segment.ledger);
    for (HeatMap& heat : segment.heat) coded.heat.push_back(std::move(heat));
  }
  return coded;
}

Result<Picture> decode(const CodingModel& coding, const Coded& coded) {
  ImageDecoder decoder(coding, coded.header);
  for (std::size_t k = 0; k < coded.payloads.size(); ++k) {
    BITSWAP_TRY(decoder.decode(k, coded.payloads[k], nullptr));
  }
  return decoder.take();
}

std::uint64_t total(const std::vector<Bytes>& payloads) {
  return std::accumulate(payloads.begin(), payloads.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Bytes& b) { return sum + b.size(); });
}

}  // namespace

class CodecTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void all_small_sizes();
  void all_channels();
  void ycc_colours();
  void every_kind_of_model_data();
  void every_kind_of_model();
  void schedules_differ_in_what_they_draw();
  void tail_pays_the_initial_bits();
  void several_lanes();
  void ledger_adds_up();
  void heat_map_adds_up();
  void damage_is_noticed();
  void hostile_headers();
  void released_model_on_a_large_tile();
};

void CodecTest::all_small_sizes() {
  const Rig rig(small_config(2, 2));
  for (int height = 1; height <= 9; ++height) {
    for (int width = 1; width <= 9; ++width) {
      for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
        const Picture picture = test_picture(width, height, 3, width * 10 + height);
        const Coded coded = encode(rig.coding(), picture, schedule);
        const Result<Picture> back = decode(rig.coding(), coded);
        QVERIFY2(back.ok(), back.ok() ? "" : back.error().detail.c_str());
        QCOMPARE(*back, picture);
      }
    }
  }
}

void CodecTest::all_channels() {
  const Rig rig(small_config(2, 1));
  for (int channels = 1; channels <= 4; ++channels) {
    Picture picture = test_picture(150, 131, channels, channels);  // more than one tile
    QCOMPARE(decode(rig.coding(), encode(rig.coding(), picture)).value(), picture);
    if (channels == 2 || channels == 4) {
      for (std::size_t i = channels - 1; i < picture.samples.size(); i += channels) picture.samples[i] = 200;
      const Coded coded = encode(rig.coding(), picture);
      QCOMPARE(coded.header.alpha, ImageHeader::Alpha::Constant);
      QCOMPARE(decode(rig.coding(), coded).value(), picture);
    }
    if (channels >= 3) {
      for (std::size_t i = 0; i < picture.samples.size(); i += channels) {
        picture.samples[i + 1] = picture.samples[i + 2] = picture.samples[i];
      }
      const Coded coded = encode(rig.coding(), picture);
      QCOMPARE(coded.header.colour, ImageHeader::Colour::GreyAsRgb);
      QCOMPARE(decode(rig.coding(), coded).value(), picture);
    }
  }
}

void CodecTest::ycc_colours() {
  ModelConfig config = small_config(2, 1);
  config.ycc = true;
  const Rig rig(config), other(small_config(2, 1));
  Picture picture = test_picture(150, 131, 3, 7);  // more than one tile
  QVERIFY(!suits_ycc(picture));
  QCOMPARE(encode(rig.coding(), picture).header.colour, ImageHeader::Colour::Rgb);
  QCOMPARE(decode(rig.coding(), encode(rig.coding(), picture)).value(), picture);

  for (const YccSpace space : kYccSpaces) {
    Picture of_space = picture;
    from_ycc(of_space, space);
    QCOMPARE(suits_ycc(of_space), std::optional(space));
    const Coded coded = encode(rig.coding(), of_space);
    QCOMPARE(decode(rig.coding(), coded).value(), of_space);
    // The version tells a program of before that it cannot read this.
    QCOMPARE(coded.header.write().front(), std::uint8_t{5});
    QCOMPARE(ImageHeader::read(coded.header.write()).value().tile_grid, 16u);
    QCOMPARE(static_cast<int>(coded.header.colour), 5 + static_cast<int>(space));
  }
  from_ycc(picture, YccSpace::Jpeg);
  QCOMPARE(encode(other.coding(), picture).header.colour, ImageHeader::Colour::Rgb);
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
    const Coded coded = encode(rig.coding(), picture, schedule);
    QCOMPARE(coded.header.colour, ImageHeader::Colour::Jpeg);
    QCOMPARE(decode(rig.coding(), coded).value(), picture);
  }
  Picture with_alpha{picture.width, picture.height, 4, {}};
  for (std::size_t i = 0; i < picture.pixel_count(); ++i) {
    const std::uint8_t* p = &picture.samples[3 * i];
    with_alpha.samples.insert(with_alpha.samples.end(), {p[0], p[1], p[2], static_cast<std::uint8_t>(i)});
  }
  QVERIFY(!suits_ycc(with_alpha));
  const Coded coded = encode(rig.coding(), with_alpha);
  QCOMPARE(coded.header.colour, ImageHeader::Colour::Jpeg);
  QCOMPARE(decode(rig.coding(), coded).value(), with_alpha);

  ImageHeader header = coded.header;
  header.wide = true;
  header.height = 132;
  QVERIFY(ImageHeader::read(header.write()).value().wide);
  Bytes bytes = coded.header.write();
  bytes.front() = 1;
  QCOMPARE(ImageHeader::read(bytes).error().code, Error::Code::Corrupt);
  bytes.front() = 3;  // a JPEG's colours as they were coded before: tiles begin anywhere
  QCOMPARE(ImageHeader::read(bytes).value().tile_grid, 1u);
  bytes.front() = 7;
  QCOMPARE(ImageHeader::read(bytes).error().code, Error::Code::Unsupported);
}

void CodecTest::every_kind_of_model_data() {
  QTest::addColumn<int>("levels");
  QTest::addColumn<int>("latent_stages");
  QTest::addColumn<int>("mixtures");
  QTest::addColumn<bool>("coupling");
  QTest::addColumn<bool>("chained");
  QTest::newRow("plain hierarchy") << 0 << 1 << 1 << false << false;
  QTest::newRow("chained blocks") << 0 << 1 << 1 << false << true;
  QTest::newRow("one level") << 1 << 1 << 2 << true << false;
  QTest::newRow("latent explains more") << 2 << 4 << 2 << true << false;
  QTest::newRow("three levels") << 3 << 5 << 1 << true << false;
  QTest::newRow("chained levels") << 1 << 2 << 2 << false << true;
}

void CodecTest::every_kind_of_model() {
  QFETCH(int, levels);
  QFETCH(int, latent_stages);
  QFETCH(int, mixtures);
  QFETCH(bool, coupling);
  QFETCH(bool, chained);
  ModelConfig config = small_config(levels, latent_stages);
  config.mixtures = static_cast<std::uint8_t>(mixtures);
  config.colour_coupling = coupling;
  config.chained = chained;
  config.tile_size = 32;
  config.latent_pool = {2, 1, 2};
  const Rig rig(config);
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
    const Picture picture = test_picture(75, 50, 3, 9);
    const Coded coded = encode(rig.coding(), picture, schedule);
    QCOMPARE(coded.payloads.size(), chained ? std::size_t{1} : std::size_t{6});
    QCOMPARE(decode(rig.coding(), coded).value(), picture);
    // Without a tail the initial bits have to be paid; a chain pays them once.
    if (levels == 0) QVERIFY(coded.ledger.initial_bits_paid > 0);
  }
}

void CodecTest::schedules_differ_in_what_they_draw() {
  ModelConfig config = small_config(1, 1);
  config.latent_pool = {2, 1, 1, 1};
  const Rig rig(config);
  const Picture picture = test_picture(100, 100, 3, 2);
  const Coded bit_swap = encode(rig.coding(), picture, Schedule::BitSwap);
  const Coded bb_ans = encode(rig.coding(), picture, Schedule::BbAns);
  QVERIFY(bit_swap.ledger.initial_bits_required < bb_ans.ledger.initial_bits_required);
}

void CodecTest::tail_pays_the_initial_bits() {
  const Rig rig(small_config(2, 1));
  const Coded noisy = encode(rig.coding(), test_picture(64, 64, 3, 1));
  QCOMPARE(noisy.ledger.initial_bits_paid, 0.0);
}

void CodecTest::several_lanes() {
  ModelConfig config = small_config(2, 1);
  config.tile_size = 1024;
  const Rig rig(config);
  // 3 lanes, of which the coarsest latents have fewer rows than one each; odd sizes throughout.
  for (const auto& [width, height] : {std::pair{701, 401}, {1000, 281}, {281, 999}}) {
    const Picture picture = test_picture(width, height, 3, 6);
    const Coded coded = encode(rig.coding(), picture);
    QCOMPARE(coded.payloads.size(), std::size_t{1});
    QVERIFY(lane_layout(picture.samples.size()).lanes >= 3);
    QCOMPARE(decode(rig.coding(), coded).value(), picture);
  }
}

void CodecTest::ledger_adds_up() {
  const Rig rig(small_config(2, 2));
  for (const Schedule schedule : {Schedule::BitSwap, Schedule::BbAns}) {
    const Coded coded = encode(rig.coding(), test_picture(200, 133, 3, 7), schedule);
    const double bits = 8.0 * static_cast<double>(total(coded.payloads));
    QVERIFY2(std::abs(coded.ledger.actual_bits() - bits) < 1e-3,
             qPrintable(QString::number(coded.ledger.actual_bits() - bits)));
    QVERIFY(coded.ledger.coder_bits >= -1);
    QVERIFY(coded.ledger.coder_bits < 0.0005 * bits);
    QVERIFY(coded.ledger.flush_bits > 0 && coded.ledger.header_bits > 0);
  }
}

void CodecTest::heat_map_adds_up() {
  const Rig rig(small_config(2, 2));
  const Coded coded = encode(rig.coding(), test_picture(60, 47, 3, 8));
  const int latents = rig.model.config().latents();
  for (std::size_t s = 0; s < rig.model.plan.stages.size(); ++s) {
    double sum = 0;
    for (const HeatMap& heat : coded.heat) sum += std::accumulate(heat.bits[s].begin(), heat.bits[s].end(), 0.0);
    const double expected = coded.ledger.stages[latents + s].likelihood_bits;
    QVERIFY(std::abs(sum - expected) < 1e-4 * expected + 0.01);
  }
}

void CodecTest::damage_is_noticed() {
  const Rig rig(small_config(2, 1));
  const Picture picture = test_picture(24, 20, 3, 3);
  const Coded good = encode(rig.coding(), picture);
  QCOMPARE(good.payloads.size(), std::size_t{1});
  for (std::size_t size = 0; size < good.payloads[0].size(); size += 3) {
    Coded cut = good;
    cut.payloads[0].resize(size);
    QVERIFY(!decode(rig.coding(), cut).ok());
  }
  // A changed byte is another message, which may even be a valid one when it lies at the bottom of the stack: what
  // matters here is that none crashes and none passes for the original. The container's checksums and the hash of the
  // samples see all of them.
  int unnoticed = 0, changes = 0;
  for (std::size_t at = 0; at < good.payloads[0].size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      Coded flipped = good;
      flipped.payloads[0][at] ^= static_cast<std::uint8_t>(1 << bit);
      ++changes;
      if (const Result<Picture> back = decode(rig.coding(), flipped); back.ok()) {
        QVERIFY(!(*back == picture));
        ++unnoticed;
      }
    }
  }
  QVERIFY2(unnoticed < changes / 50, qPrintable(QString::number(unnoticed)));
}

void CodecTest::hostile_headers() {
  const Rig rig(small_config(2, 1));
  const Bytes good = encode(rig.coding(), test_picture(24, 20, 4, 3)).header.write();
  for (std::size_t size = 0; size < good.size(); ++size) QVERIFY(!ImageHeader::read(ByteView(good).first(size)).ok());
  ImageHeader wide = ImageHeader::read(good).value();
  QVERIFY(!wide.wide && wide.height == 20);
  wide.wide = true;
  QVERIFY(ImageHeader::read(wide.write()).value().wide);
  wide.height = 21;  // half a picture
  QVERIFY(!ImageHeader::read(wide.write()).ok());
  std::mt19937_64 random(5);
  for (int n = 0; n < 5000; ++n) {
    Bytes bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    const Result<ImageHeader> header = ImageHeader::read(bytes);
    if (!header.ok()) continue;
    QVERIFY(header->width > 0 && header->height > 0 && header->channels >= 1 && header->channels <= 4);
  }
}

void CodecTest::released_model_on_a_large_tile() {
  const auto model = load_model("").value();
  const auto networks = make_plain_backend()->load(*model).value();
  const CodingModel coding{model.get(), networks.get()};
  const Picture picture = test_picture(400, 260, 3, 12);
  const Coded coded = encode(coding, picture);
  QCOMPARE(decode(coding, coded).value(), picture);
  QCOMPARE(coded.ledger.initial_bits_paid, 0.0);
  QVERIFY(8.0 * static_cast<double>(total(coded.payloads)) < 1.005 * coded.ledger.elbo_bits());
}

QTEST_APPLESS_MAIN(CodecTest)
#include "codec_test.moc"
